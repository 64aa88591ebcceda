// The hero: the same input under one mask after the other, Dropout beside AlphaDropout. It plays by
// itself once, a mask a second, and then rests.

import { dropout_mask, mask_band, masked_moments } from 'alphatorch/snn';
import './hero.css';
import { HERO } from '../experiments/messages.js';
import type { Hero } from '../experiments/messages.js';
import { element, present } from '../figure/figure.js';
import { number, signed } from '../format.js';
import type { Stats } from '../stats.js';
import { paintHero } from './picture.js';

const MASK_MS = 1000;

export interface Player {
  /** New data: plays it, or shows all of it at once where nothing may move. */
  load(hero: Hero): void;
  toggle(): void;
  stats(): Record<string, Stats>;
}

/** `still`: nothing moves by itself. */
export function player(still: () => boolean): Player {
  let hero: Hero | undefined;
  let at = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const button = element<HTMLButtonElement>('hero-play');

  const last = (): number => (hero ? hero.masks.length - 1 : 0);

  function draw(): void {
    if (!hero) return;
    const now = hero;
    const seen = now.masks.slice(0, at + 1);
    const [dropout, alpha] = (['dropout', 'alpha'] as const).map((kind) => {
      const { mean, variance } = seen.at(-1)![kind];
      return `mean ${signed(mean, 3)}, variance ${number(variance, 3)}`;
    });
    present('hero', {
      finding: `Mask ${at + 1} of ${now.masks.length}. After Dropout: ${dropout}. After AlphaDropout: ${alpha}.`,
      columns: ['mask', 'Dropout mean', 'Dropout variance', 'AlphaDropout mean', 'AlphaDropout variance'],
      rows: seen.map((m, i) => [
        i + 1,
        m.dropout.mean,
        m.dropout.variance,
        m.alpha.mean,
        m.alpha.variance,
      ]),
      paint: (c, w, h, palette) => paintHero(c, w, h, seen, palette),
    });
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    button.textContent = at === last() ? 'Play again' : 'Play';
  }
  function play(): void {
    if (!hero || timer !== undefined) return;
    if (at === last()) at = 0;
    draw();
    button.textContent = 'Pause';
    timer = setInterval(() => {
      if (document.hidden) return;
      at += 1;
      draw();
      if (at >= last()) stop();
    }, MASK_MS);
  }
  function toggle(): void {
    if (timer !== undefined) stop();
    else play();
  }
  button.addEventListener('click', toggle);

  return {
    load(next) {
      hero = next;
      stop();
      at = still() ? last() : 0;
      button.hidden = false;
      stop();
      draw();
      if (!still()) play();
    },
    toggle,
    stats() {
      if (!hero) return {};
      const measured = hero.masks.at(-1)!;
      return Object.fromEntries(
        (['dropout', 'alpha'] as const).map((kind) => {
          const mask = dropout_mask(kind, HERO.p);
          const found: Stats = {
            measured: measured[kind],
            theory: masked_moments(mask, { mean: 0, variance: 1 }),
            band: mask_band(mask, HERO.samples),
          };
          return [`hero-${kind}`, found];
        }),
      );
    },
  };
}
