// Section 2: the map g, its field, an orbit from where the visitor points, and who fulfils the theorem.

import type { Moments } from 'alphatorch/snn';
import './map.css';
import type { Units } from '../experiments/messages.js';
import { element, part, present } from '../figure/figure.js';
import { percent, short } from '../format.js';
import { clamped } from '../state.js';
import type { State } from '../state.js';
import { paintCloud } from './cloud.js';
import { fixedPoint, holds, orbit, settledAfter } from './dynamics.js';
import { frame, paintField } from './field.js';

/** As many layers as the slowest start in the picture needs to come to rest, and some. */
const STEPS = 40;

export interface Orbit {
  readonly path: readonly Moments[];
  readonly end: Moments | undefined;
  readonly settled: number | undefined;
}

export function follow(state: State): Orbit {
  const path = orbit({ mean: state.mu0, variance: state.nu0 }, state, STEPS);
  return { path, end: fixedPoint(state), settled: settledAfter(path, 1) };
}

export function drawMap(state: State): Orbit {
  const found = follow(state);
  const { path, end, settled } = found;
  const from = `From mean ${short(state.mu0)} and variance ${short(state.nu0)}`;
  const where = end
    ? `to the fixed point (${short(end.mean)}, ${short(end.variance)})`
    : 'without end';
  const one = path[1]!;
  present('map', {
    finding:
      settled === undefined
        ? `${from}, one layer leads to (${short(one.mean)}, ${short(one.variance)}), and more lead ${where}.`
        : `${from}, it takes ${settled} layers until the variance is 1 within 0.01.`,
    columns: ['layer', 'mean', 'variance'],
    rows: path.map(({ mean, variance }, i) => [i, mean, variance]),
    paint: (c, w, h, palette) =>
      paintField(c, w, h, { weights: state, path, end, settled }, palette),
  });
  element('map-finding').textContent = element('map-text').textContent;
  element('map-weights').textContent = holds(state)
    ? 'Inside the theorem’s domain: |ω| ≤ 0.1 and 0.95 ≤ τ ≤ 1.1.'
    : 'Outside the theorem’s domain |ω| ≤ 0.1, 0.95 ≤ τ ≤ 1.1: it promises nothing here.';
  return found;
}

export function drawUnits(state: State, units: Units): void {
  const n = units.omega.length;
  const count = (test: (omega: number, tau: number) => boolean): number =>
    units.omega.reduce((sum, omega, i) => sum + Number(test(omega, units.tau[i]!)), 0);
  const narrow = count((omega) => Math.abs(omega) <= 0.1);
  const both = count((omega, tau) => holds({ omega, tau }));
  present('units', {
    finding:
      `Of ${n} units with ${state.width} LeCun-normal weights each, ${narrow} (${percent(narrow / n)}) have ` +
      `|ω| ≤ 0.1, where 8 % are expected at any width; ${both} meet both hypotheses.`,
    columns: ['unit', 'ω', 'τ'],
    rows: Array.from(units.omega, (omega, i) => [i, omega, units.tau[i]!]),
    paint: (c, w, h, palette) => paintCloud(c, w, h, units, palette),
  });
}

const STEP = { ArrowLeft: [-0.05, 1], ArrowRight: [0.05, 1], ArrowUp: [0, 1.1], ArrowDown: [0, 1 / 1.1] } as const;

/** The orbit starts where the picture is clicked or dragged, or moves by the arrow keys. */
export function listenMap(current: () => State, set: (change: Partial<State>) => void): void {
  const canvas = part<HTMLCanvasElement>('map', 'canvas');
  const start = (mean: number, variance: number): void =>
    set({ mu0: clamped('mu0', mean), nu0: clamped('nu0', variance) });
  const point = (event: PointerEvent): void => {
    const box = canvas.getBoundingClientRect();
    const at = frame(canvas.clientWidth, canvas.clientHeight);
    const { mean, variance } = at.moments(event.clientX - box.left, event.clientY - box.top);
    start(mean, variance);
  };
  canvas.addEventListener('pointerdown', point);
  canvas.addEventListener('pointermove', (event) => {
    // A finger scrolls the page; a mouse drags the start.
    if (event.buttons === 1 && event.pointerType === 'mouse') point(event);
  });
  canvas.addEventListener('keydown', (event) => {
    const move = STEP[event.key as keyof typeof STEP];
    if (!move) return;
    event.preventDefault();
    start(current().mu0 + move[0], current().nu0 * move[1]);
  });
}
