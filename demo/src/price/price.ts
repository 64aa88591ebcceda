// Section 4: what AlphaDropout costs in depth. Measured beforehand, cell by cell; any cell runs again here.

import { depth_scale, equal_noise_rate } from 'alphatorch/snn';
import './price.css';
import { element, made, part, present } from '../figure/figure.js';
import { percent } from '../format.js';
import { cells, placed, source } from './measured.js';
import { cellOf, grid, paintPhase, phase } from './phase.js';
import type { Told } from './worker.js';

const data = phase(cells);
const limit = (p: number): number => 4 * depth_scale(p);

interface Run {
  readonly p: number;
  readonly depth: number;
  readonly stored: number;
  live: number | undefined;
}

let chosen = { p: 0.1, depth: 16 };
let worker: Worker | undefined;
let running: Run | undefined;
const runs: Run[] = [];

export function drawPrice(p: number): void {
  const share = 1 - equal_noise_rate(p);
  const depth = limit(p);
  element('price-finding').textContent =
    p === 0
      ? 'Without dropout nothing is lost to masks; raise p to see the price.'
      : `At p = ${p} one layer keeps ${percent(share)} of its variance as signal, and that multiplies with depth: ` +
        `training is expected to work to about ${depth < 10 ? depth.toFixed(1) : depth.toFixed(0)} layers, 4 ξ(p).`;
  present('phase', {
    finding:
      `Training accuracy by rate and depth: the limit near 4 ξ(p) is ${data.rates
        .filter((rate) => rate > 0)
        .map((rate) => `${limit(rate).toFixed(rate < 0.2 ? 0 : 1)} layers at p = ${rate}`)
        .join(', ')}.`,
    columns: ['p', ...data.depths.map((d) => `${d} layers`), '4 ξ(p)'],
    rows: data.rates.map((rate) => [
      rate,
      ...data.depths.map((d) => cellOf(data, rate, d)?.train_accuracy ?? ''),
      limit(rate),
    ]),
    paint: (c, w, h, palette) => paintPhase(c, w, h, data, { limit, chosen }, palette),
  });
}

function select(p: number, depth: number, current: () => number): void {
  if (!cellOf(data, p, depth)) return;
  chosen = { p, depth };
  element<HTMLButtonElement>('cell-run').textContent = `Train p = ${p}, ${depth} layers here`;
  drawPrice(current());
}

const status = (text: string): void => {
  element('cell-status').textContent = text;
};

function stop(text: string): void {
  worker?.terminate();
  worker = undefined;
  running = undefined;
  element('cell-stop').hidden = true;
  element<HTMLProgressElement>('cell-progress').hidden = true;
  status(text);
  list();
}

function run(seed: number): void {
  stop('');
  const cell = cellOf(data, chosen.p, chosen.depth)!;
  const next: Run = { ...chosen, stored: cell.train_accuracy, live: undefined };
  running = next;
  element('cell-stop').hidden = false;
  const bar = element<HTMLProgressElement>('cell-progress');
  bar.hidden = false;
  bar.removeAttribute('value');
  status(`Training p = ${next.p}, ${next.depth} layers…`);
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  worker.onerror = (event): void => stop(`Stopped: ${event.message || 'the worker could not be loaded'}.`);
  worker.onmessage = ({ data: told }: MessageEvent<Told>): void => {
    if (told.kind === 'error') return stop(`Stopped: ${told.message}.`);
    if (told.kind === 'done') {
      next.live = told.train_accuracy;
      runs.unshift(next);
      runs.length = Math.min(runs.length, 6);
      return stop(`p = ${next.p}, ${next.depth} layers: ${percent(told.train_accuracy)} here, ${percent(next.stored)} stored.`);
    }
    bar.value = told.step / told.steps;
    const loss = Number.isFinite(told.loss) ? `loss ${told.loss.toFixed(2)}` : 'diverged';
    status(`p = ${next.p}, ${next.depth} layers: learning rate ${told.lr}, step ${told.step} of ${told.steps}, ${loss}.`);
  };
  worker.postMessage({ p: next.p, depth: next.depth, seed });
}

function list(): void {
  element('cell-runs').replaceChildren(
    ...runs.map(({ p, depth, stored, live }) =>
      made('li', '', `p = ${p}, ${depth} layers: ${percent(live!)} here, ${percent(stored)} stored`),
    ),
  );
}

/** `rate` is the page's p, of which the section's sentence speaks; `seed` the page's seed. */
export function listenPrice(rate: () => number, seed: () => number): void {
  const canvas = part<HTMLCanvasElement>('phase', 'canvas');
  canvas.addEventListener('click', (event) => {
    const { column, row } = grid(data, canvas.clientWidth, canvas.clientHeight).at(event.offsetX, event.offsetY);
    const [p, depth] = [data.rates[row], data.depths[column]];
    if (p === undefined || depth === undefined) return;
    select(p, depth, rate);
    run(seed());
  });
  canvas.addEventListener('keydown', (event) => {
    const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (event.key === 'Enter') run(seed());
    if (!move) return;
    event.preventDefault();
    const p = data.rates[data.rates.indexOf(chosen.p) + move[0]!];
    const depth = data.depths[data.depths.indexOf(chosen.depth) + move[1]!];
    if (p !== undefined && depth !== undefined) select(p, depth, rate);
  });
  element('cell-run').addEventListener('click', () => run(seed()));
  element('cell-stop').addEventListener('click', () => stop('Stopped.'));
  element('phase-source').textContent = `${source} ${placed()}`.trim();
  select(chosen.p, chosen.depth, rate);
}

/** Trains a cell, for the page's own checks. */
export function trainCell(p: number, depth: number, seed: number): void {
  chosen = { p, depth };
  run(seed);
}

export const cellRuns = (): readonly { p: number; depth: number; stored: number; live: number | undefined }[] =>
  running ? [running, ...runs] : runs;
