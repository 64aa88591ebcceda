// Section 1: one layer, its input and its output, each beside its theory and its sampling band.

import { ALPHA_PRIME, SELU, equal_noise_rate, normal_cdf, sampling_band } from 'alphatorch/snn';
import type { HigherMoments, Moments } from 'alphatorch/snn';
import './layer.css';
import type { Layer, Sample } from '../experiments/messages.js';
import { element, part, present } from '../figure/figure.js';
import { number, percent, short, signed } from '../format.js';
import type { Op, State } from '../state.js';
import type { Stats } from '../stats.js';
import { drawHistogram } from '../views/histogram.js';
import type { Histogram } from '../views/histogram.js';
import type { Palette } from '../views/palette.js';
import { drawTiles } from '../views/tiles.js';
import { expected } from './expected.js';
import type { Expected } from './expected.js';

const colours: Record<Op, keyof Palette> = {
  none: 'plain',
  dropout: 'drop',
  alpha: 'alpha',
  equal: 'drop',
};

export const isStandard = ({ mu, nu }: State): boolean => mu === 0 && nu === 1;

function nameOf(state: State, { mask }: Expected): string {
  const before = state.selu ? 'SELU, then ' : '';
  if (state.op === 'none') return state.selu ? 'SELU' : 'Nothing';
  if (state.op === 'alpha') return `${before}AlphaDropout(${state.p})`;
  return `${before}Dropout(${Number(mask.p.toFixed(3))})`;
}

/** Draws the section and returns its numbers. */
export function drawLayer(state: State, result: Layer): Record<string, Stats> {
  const should = expected(state);
  const name = nameOf(state, should);
  element('layer-in-title').textContent =
    `Input: ${isStandard(state) ? 'N(0, 1)' : `N(${short(state.mu)}, ${short(state.nu)})`}`;
  element('layer-out-title').textContent = `Output: ${name}`;

  const scale = Math.sqrt(state.nu);
  const input: Histogram['cdf'] = (t) => normal_cdf((t - state.mu) / scale);
  const output: Histogram['cdf'] = (t) => {
    const y = (t - should.mask.b) / should.mask.a;
    const kept = state.selu ? seluCdf(y, state.mu, scale) : input(y);
    return (1 - should.mask.p) * kept + (t >= should.mask.dropped ? should.mask.p : 0);
  };
  const stats = {
    'layer-in': figure('layer-in', 'Input', state, result.input, should.input, {
      colour: 'plain',
      cdf: input,
      spikes: [],
    }),
    'layer-out': figure('layer-out', name, state, result.output, should.output, {
      colour: colours[state.op],
      cdf: output,
      spikes: [{ at: should.mask.dropped, share: should.mask.p }],
    }),
  };
  part('layer-out', 'figcaption').dataset['op'] = state.op;
  element('layer-finding').textContent = finding(state, name, stats['layer-out']);
  banner(state, should.output);
  return stats;
}

function seluCdf(y: number, mean: number, s: number): number {
  if (y <= ALPHA_PRIME) return 0;
  const z = y > 0 ? y / SELU.scale : Math.log1p(-y / ALPHA_PRIME);
  return normal_cdf((z - mean) / s);
}

function figure(
  id: string,
  name: string,
  state: State,
  sample: Sample,
  want: HigherMoments,
  drawn: Pick<Histogram, 'spikes' | 'cdf'> & { colour: keyof Palette },
): Stats {
  const stats: Stats = {
    measured: sample,
    theory: want,
    band: sampling_band(want, state.samples),
  };
  const { bins } = sample;
  const step = (bins.most - bins.least) / bins.counts.length;
  present(id, {
    finding:
      `${name}: mean ${signed(sample.mean)}, in theory ${number(stats.theory.mean)}; ` +
      `variance ${number(sample.variance)}, in theory ${number(stats.theory.variance)}.`,
    columns: ['from', 'to', 'share', 'theory'],
    rows: [...bins.counts].map((count, i) => {
      const [from, to] = [bins.least + i * step, bins.least + (i + 1) * step];
      return [Number(from.toFixed(6)), Number(to.toFixed(6)), count / bins.total, drawn.cdf!(to) - drawn.cdf!(from)];
    }),
    paint: (c, w, h, palette) =>
      drawHistogram(c, w, h, { ...drawn, bins, colour: palette[drawn.colour] }, palette),
  });
  drawTiles(part(id, '.tiles'), stats.measured, stats.theory, stats.band);
  return stats;
}

function finding(state: State, name: string, { measured, theory: want }: Stats): string {
  const got = `mean ${signed(measured.mean, 3)} and variance ${number(measured.variance, 3)}`;
  const kept = Math.abs(want.mean) < 1e-9 && Math.abs(want.variance - 1) < 1e-9;
  if (state.op === 'none' && !state.selu) return `Nothing is done: ${got}.`;
  if (kept) return `${name} keeps mean 0 and variance 1: measured ${got}.`;
  if (isStandard(state)) {
    return `${name} makes variance ${short(want.variance)} of 1: measured ${got}.`;
  }
  return `${name} turns N(${short(state.mu)}, ${short(state.nu)}) into ${got}.`;
}

function banner(state: State, { mean, variance }: Moments): void {
  const place = element('layer-banner');
  place.hidden = isStandard(state);
  if (place.hidden) return;
  place.replaceChildren();
  const strong = document.createElement('b');
  strong.textContent = 'Not standardised: not preserved.';
  const rest =
    state.op === 'alpha' && !state.selu
      ? ` A mean of ${short(state.mu)} and a variance of ${short(state.nu)} come out as ` +
        `${short(mean)} and ${short(variance)}: a pull towards (0, 1), not a copy.`
      : ` In theory the output has mean ${short(mean)} and variance ${short(variance)}.`;
  place.append(strong, rest);
}

/** What p means beside ordinary dropout, for a screen reader and below the slider. */
export function rateNote(p: number): string {
  if (p === 0) return 'no dropout';
  const rate = equal_noise_rate(p);
  return `AlphaDropout is as noisy as Dropout(${rate.toFixed(2)}): ${percent(1 - rate)} of the variance stays signal`;
}
