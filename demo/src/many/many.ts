// Section 3: a deep network at its initialisation, layer by layer, beside the mean-field theory.

import { dropout_mask, network_band, normal_cdf, output_cdf } from 'alphatorch/snn';
import type { DropoutKind, Moments } from 'alphatorch/snn';
import './many.css';
import type uPlot from 'uplot';
import type { Sample, Signals } from '../experiments/messages.js';
import { element, made, part, present } from '../figure/figure.js';
import { paintSoon } from '../figure/frames.js';
import { number, signed } from '../format.js';
import type { State } from '../state.js';
import type { Stats } from '../stats.js';
import { drawHistogram } from '../views/histogram.js';
import type { Histogram, Spike } from '../views/histogram.js';
import { palette } from '../views/palette.js';
import type { Palette } from '../views/palette.js';
import { drawTiles } from '../views/tiles.js';
import { drawChart } from './chart.js';
import type { Axis, Series } from './chart.js';
import { expectedNetwork } from './expected.js';
import type { Layer } from './expected.js';
import { deepFinding, signalFinding, theoryText } from './findings.js';
import { nameOf } from './presets.js';

export interface Measured {
  readonly state: State;
  readonly samples: readonly Sample[];
  /** They come after the moments. */
  readonly signals: Signals | undefined;
}

type Stat = 'mean' | 'variance' | 'gradient' | 'correlation';
const axes: Record<Stat, Axis> = {
  mean: { log: false, least: -0.1, most: 0.1 },
  variance: { log: true, least: 0.8, most: 1.25 },
  gradient: { log: true, least: 0.1, most: 10 },
  correlation: { log: false, least: 0, most: 1 },
};
const colours: Record<DropoutKind, keyof Palette> = { none: 'plain', dropout: 'drop', alpha: 'alpha' };
const ghostColours = ['ghost1', 'ghost2', 'ghost3', 'ghost4'] as const;
const ghostDashes = [[], [10, 4], [3, 3], [10, 3, 3, 3]];

interface Kept {
  readonly slot: number;
  readonly name: string;
  readonly lines: Readonly<Record<Stat, readonly number[]>>;
}

let now: Measured | undefined;
let kept: Kept[] = [];
const plots = new Map<string, uPlot>();
let picked: (layer: number) => void = () => {};

// With batch norm nobody has measured how far one network strays.
const bandOf = (state: State): Moments | undefined =>
  state.norm === 'none' ? network_band(state) : undefined;

const lines = ({ samples, signals }: Measured): Kept['lines'] => ({
  mean: samples.map(({ mean }) => mean),
  variance: samples.map(({ variance }) => variance),
  gradient: signals?.gradient ?? [],
  correlation: signals?.correlation ?? [],
});

/** Draws the section and returns the shown layer's numbers. */
export function drawMany(measured: Measured, pick: (layer: number) => void): Record<string, Stats> {
  now = measured;
  picked = pick;
  const { state, samples } = measured;
  const layers = expectedNetwork(state);
  const band = bandOf(state);
  charts(measured, layers);
  element('many-finding').textContent = deepFinding(samples.slice(1));
  element('many-theory').textContent = theoryText(state, band !== undefined);

  const stats: Stats = {
    measured: samples[state.layer]!,
    theory: layers[state.layer]!.out,
    band: state.layer > 0 ? band : undefined,
  };
  histogram(state, samples[state.layer]!, layers[state.layer]!, stats);
  return { 'one-of-many': stats };
}

function charts(measured: Measured, layers: readonly Layer[]): void {
  const { state, samples, signals } = measured;
  const found = lines(measured);
  const third: Stat = state.tab === 'gradient' ? 'gradient' : 'correlation';
  const want: Record<Stat, (number | null)[]> = {
    mean: layers.map(({ out }) => out.mean),
    variance: layers.map(({ out }) => out.variance),
    gradient: layers.map(({ gradient }) => gradient),
    correlation: layers.map(({ correlation }) => correlation),
  };
  const band = bandOf(state);
  const colour = palette();
  const own = colour[colours[state.p === 0 ? 'none' : state.dropout]];
  const of = (stat: Stat): Series => ({
    measured: found[stat],
    theory: want[stat],
    band: stat === 'mean' || stat === 'variance' ? band?.[stat] : undefined,
    ghosts: kept.map(({ slot, lines: old }) => ({
      values: old[stat],
      colour: colour[ghostColours[slot]!],
      dash: ghostDashes[slot]!,
    })),
    shown: state.layer,
    colour: own,
    axis: axes[stat],
  });
  const shown = { 'chart-mean': 'mean', 'chart-variance': 'variance', 'chart-signal': third } as const;
  for (const [id, stat] of Object.entries(shown)) {
    paintSoon(id, element(id), () => {
      plots.get(id)?.destroy();
      plots.set(id, drawChart(element(id), of(stat), colour, (l) => picked(l)));
    });
  }
  legend(own, band !== undefined, nameOf(state));

  const signal = signals ? ` ${signalFinding(signals, third)}` : '';
  element('signal-finding').textContent = signals ? signal.trim() : 'Computing gradients and information…';
  present('network', {
    finding: `${nameOf(state)}. ${deepFinding(samples.slice(1))}${signal}`,
    columns: ['layer', 'mean', 'theory', 'variance', 'theory', 'gradient', 'theory', 'correlation', 'theory'],
    rows: samples.map((sample, i) => [
      i === 0 ? 'input' : i,
      sample.mean,
      want.mean[i]!,
      sample.variance,
      want.variance[i]!,
      found.gradient[i] ?? '',
      want.gradient[i]!,
      found.correlation[i] ?? '',
      want.correlation[i] ?? '',
    ]),
    paint: stacked,
  });
}

/** For the file: the charts as they stand on the page, one above the other. */
function stacked(c: CanvasRenderingContext2D, w: number, h: number, { ink }: Palette): void {
  const each = h / plots.size;
  const titles = [...element('network').querySelectorAll('.chart-title')].map((t) => t.textContent!.trim());
  [...plots.values()].forEach((plot, i) => {
    const { width, height } = plot.ctx.canvas;
    const scale = Math.min(w / width, (each - 20) / height);
    c.fillStyle = ink;
    c.font = '600 12px system-ui, sans-serif';
    c.textBaseline = 'top';
    c.textAlign = 'left';
    c.fillText(titles[i]!, 0, i * each);
    c.drawImage(plot.ctx.canvas, 0, i * each + 18, width * scale, height * scale);
  });
}

function histogram(state: State, sample: Sample, layer: Layer, stats: Stats): void {
  const name = state.layer === 0 ? 'The input' : `Layer ${state.layer}`;
  element('one-of-many-title').textContent = name;
  const drawn = outline(state, layer);
  const { bins, mean, variance } = sample;
  const step = (bins.most - bins.least) / bins.counts.length;
  present('one-of-many', {
    finding:
      `${name}: mean ${signed(mean)}, in theory ${number(stats.theory.mean)}; ` +
      `variance ${number(variance)}, in theory ${number(stats.theory.variance)}.`,
    columns: ['from', 'share'],
    rows: [...bins.counts].map((count, i) => [bins.least + i * step, count / bins.total]),
    paint: (c, w, h, colour) => {
      const key = colours[state.p === 0 ? 'none' : state.dropout];
      drawHistogram(c, w, h, { bins, colour: colour[key], ...drawn }, colour);
    },
  });
  drawTiles(part('one-of-many', '.tiles'), stats.measured, stats.theory, stats.band);
}

function outline(state: State, { z }: Layer): Pick<Histogram, 'cdf' | 'spikes'> {
  if (state.layer === 0) return { cdf: normal_cdf, spikes: [] };
  const mask = dropout_mask(state.dropout, state.p);
  const spikes: Spike[] = [{ at: mask.dropped, share: mask.p }];
  // Half of what ReLU puts out is one value too.
  if (state.activation === 'relu') spikes.push({ at: mask.b, share: (1 - mask.p) / 2 });
  return { cdf: (t) => output_cdf(state.activation, z, mask, t), spikes };
}

function legend(colour: string, banded: boolean, name: string): void {
  const place = element('network-legend');
  const item = (kind: string, text: string, tint = ''): HTMLElement => {
    const span = made('span', kind, text);
    if (tint) span.style.setProperty('--series', tint);
    return span;
  };
  const items = [item('measured', `${name}, measured`, colour), item('theory', 'theory')];
  if (banded) items.push(item('band', '95 % band'));
  for (const { slot, name: old } of kept) {
    const ghost = item('ghost', old, `var(--${ghostColours[slot]})`);
    ghost.dataset['slot'] = String(slot);
    const button = made('button', 'tool', '×');
    button.type = 'button';
    button.setAttribute('aria-label', `Remove the ghost ${old}`);
    button.addEventListener('click', () => {
      kept = kept.filter((other) => other.slot !== slot);
      redrawMany();
    });
    ghost.append(button);
    items.push(ghost);
  }
  place.replaceChildren(...items);
  element<HTMLButtonElement>('ghost').disabled = kept.length >= ghostColours.length;
}

export function redrawMany(): void {
  if (now) drawMany(now, picked);
}

/** Keeps the lines that are shown, to compare with what comes. */
export function addGhost(): void {
  if (!now || kept.length >= ghostColours.length) return;
  const slot = ghostColours.findIndex((_, i) => kept.every((ghost) => ghost.slot !== i));
  kept.push({ slot, name: `${nameOf(now.state)}, ${now.state.depth} × ${now.state.width}`, lines: lines(now) });
  redrawMany();
}

export const ghosts = (): readonly string[] => kept.map(({ name }) => name);
