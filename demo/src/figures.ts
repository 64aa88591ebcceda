// From a result to its figures: which theory, band and colour each one gets.

import * as snn from 'alphatorch/snn';
import type { DropoutKind, Layer, Moments } from 'alphatorch/snn';
import { deepFinding, oneLayerFinding, priceText, theoryText } from './findings.js';
import { number, signed } from './format.js';
import type { OneLayer, Sample } from './messages.js';
import type { State } from './state.js';
import { drawChart } from './views/chart.js';
import { drawHistogram, onCanvas } from './views/histogram.js';
import type { Histogram, Spike } from './views/histogram.js';
import { palette } from './views/palette.js';
import type { Palette } from './views/palette.js';
import { drawTable } from './views/table.js';
import { drawTiles } from './views/tiles.js';

/** What a figure shows, for the page's own checks. */
export interface Stats {
  readonly measured: Moments;
  readonly theory: Moments;
  readonly band: Moments | undefined;
}

export const element = <E extends HTMLElement = HTMLElement>(id: string): E =>
  document.getElementById(id) as E;
const part = <E extends Element>(id: string, selector: string): E =>
  element(id).querySelector<E>(selector)!;

const colours: Record<DropoutKind, keyof Palette> = { none: 'plain', dropout: 'drop', alpha: 'alpha' };

function histogram(id: string, name: string, stats: Stats, drawn: Histogram): void {
  onCanvas(part(id, 'canvas'), (c, w, h) => drawHistogram(c, w, h, drawn, palette()));
  const { measured, theory: want, band } = stats;
  drawTiles(part(id, '.tiles'), measured, want, band);
  element(`${id}-text`).textContent =
    `${name}: mean ${signed(measured.mean)}, in theory ${number(want.mean)}; ` +
    `variance ${number(measured.variance)}, in theory ${number(want.variance)}.`;
}

/** The hero: one input, and the same mask's two dropouts of it. */
export function drawOneLayer(state: State, result: OneLayer): Record<string, Stats> {
  const colour = palette();
  const standard = { mean: 0, variance: 1 };
  const stats: Record<string, Stats> = {};
  for (const [id, kind] of [['input', 'none'], ['dropout', 'dropout'], ['alpha', 'alpha']] as const) {
    const mask = snn.dropout_mask(kind, state.p);
    const shown = {
      measured: result[id],
      theory: snn.masked_moments(mask, standard),
      band: mask.p > 0 ? snn.mask_band(mask, state.samples) : undefined,
    };
    const cdf = (t: number): number =>
      (1 - mask.p) * snn.normal_cdf((t - mask.b) / mask.a) + (t >= mask.dropped ? mask.p : 0);
    const name = kind === 'none' ? 'Before' : `After ${kind === 'alpha' ? 'AlphaDropout' : 'Dropout'}`;
    const spikes = [{ at: mask.dropped, share: mask.p }];
    histogram(id, name, shown, { bins: result[id].bins, colour: colour[colours[kind]], cdf, spikes });
    stats[id] = shown;
  }
  element('one-finding').textContent = oneLayerFinding(state, result);
  element('price').textContent = priceText(state.p);
  return stats;
}

const input: Layer = { out: { mean: 0, variance: 1 }, z: 1, gradient: 1 };
const clear: (() => void)[] = [];

/** The charts over depth and the shown layer's histogram. */
export function drawNetwork(
  state: State,
  result: readonly Sample[],
  pick: (layer: number) => void,
): Record<string, Stats> {
  const expected = [input, ...snn.mean_field(state)];
  const band = snn.network_band(state);
  const colour = palette();
  const kind = state.p === 0 ? 'none' : state.dropout;
  while (clear.length > 0) clear.pop()!();
  for (const id of ['mean', 'variance'] as const) {
    const series = {
      measured: result.map((sample) => sample[id]),
      theory: expected.map(({ out }) => out[id]),
      band: band?.[id],
      shown: state.layer,
      colour: colour[colours[kind]],
      positive: id === 'variance',
    };
    clear.push(drawChart(part(id, '.chart'), series, colour, pick));
  }
  legend(band !== undefined, colour[colours[kind]]);
  element('many-finding').textContent = deepFinding(result.slice(1));
  element('many-theory').textContent = theoryText(state, band !== undefined);
  drawTable(part('numbers', 'tbody'), result, expected.map(({ out }) => out));

  const shown = {
    measured: result[state.layer]!,
    theory: expected[state.layer]!.out,
    band: state.layer > 0 ? band : undefined,
  };
  const name = state.layer === 0 ? 'The input' : `Layer ${state.layer}, its activations`;
  element('layer-title').textContent = name;
  const bins = result[state.layer]!.bins;
  histogram('layer', name, shown, { bins, colour: colour[colours[kind]], ...outline(state, expected) });
  return { layer: shown };
}

function outline(state: State, expected: readonly Layer[]): Pick<Histogram, 'cdf' | 'spikes'> {
  if (state.layer === 0) return { cdf: snn.normal_cdf, spikes: [] };
  const mask = snn.dropout_mask(state.dropout, state.p);
  const { z } = expected[state.layer]!;
  const spikes: Spike[] = [{ at: mask.dropped, share: mask.p }];
  // Half of what ReLU puts out is one value too.
  if (state.activation === 'relu') spikes.push({ at: mask.b, share: (1 - mask.p) / 2 });
  return { cdf: (t) => snn.output_cdf(state.activation, z, mask, t), spikes };
}

function legend(banded: boolean, colour: string): void {
  const place = part<HTMLElement>('variance', '[data-legend]');
  place.style.setProperty('--series', colour);
  const names = banded ? ['measured', 'theory', 'band'] : ['measured', 'theory'];
  place.replaceChildren(
    ...names.map((name) => {
      const span = document.createElement('span');
      span.className = name;
      span.textContent = name === 'band' ? '95 % band' : name;
      return span;
    }),
  );
}
