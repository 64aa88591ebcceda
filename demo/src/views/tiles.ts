// Mean and variance as tiles: measured, in theory, and where in the 95 % band it fell.

import { number, signed } from '../format.js';
import type { Moments } from 'alphatorch/snn';

const names = { mean: 'Mean', variance: 'Variance' } as const;

/** `band` are half-widths; without one, there is no verdict. */
export function drawTiles(
  element: HTMLElement,
  measured: Moments,
  theory: Moments,
  band: Moments | undefined,
): void {
  const tiles = (['mean', 'variance'] as const).map((key) =>
    tile(key, measured[key], theory[key], band?.[key]),
  );
  element.replaceChildren(...tiles);
}

function tile(key: keyof Moments, got: number, want: number, half: number | undefined): HTMLElement {
  const write = key === 'mean' ? signed : number;
  const box = made('div', 'tile');
  box.dataset['stat'] = key;
  box.append(made('p', 'stat', names[key]), made('p', 'value', write(got)));
  const should = key === 'mean' ? signed(want).replace(/^0\.0+$/, '0') : number(want);
  const plain = should.replace(/^(\d+)\.0+$/, '$1');
  if (half === undefined || half === 0) {
    box.append(made('p', 'should', `theory ${plain}`));
    return box;
  }
  const inside = Math.abs(got - want) <= half;
  box.append(
    gauge((got - want) / half),
    made('p', 'should', `theory ${plain} ± ${half.toFixed(4)}`),
    made('p', `where ${inside ? 'in' : 'out'}`, inside ? '✓ inside the band' : '✗ outside the band'),
  );
  return box;
}

// The band is the middle half of the gauge; what is further out than twice the band sticks to its end.
function gauge(offset: number): HTMLElement {
  const bar = made('div', 'gauge');
  bar.setAttribute('aria-hidden', 'true');
  const mark = document.createElement('b');
  mark.style.left = `${50 + 25 * Math.max(-2, Math.min(2, offset))}%`;
  bar.append(document.createElement('i'), mark);
  return bar;
}

function made(tag: string, name: string, text = ''): HTMLElement {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  return element;
}
