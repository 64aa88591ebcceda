// One histogram: measured bars, the expected outline over them, and spikes where values coincide.

import type { Bins } from '../experiments/messages.js';
import type { Palette } from './palette.js';

/** A constant that many values share: its place, and their share. */
export interface Spike {
  readonly at: number;
  readonly share: number;
}

export interface Histogram {
  readonly bins: Bins;
  readonly colour: string;
  /** P(y <= t), for the outline; none where no theory is at hand. */
  readonly cdf?: (t: number) => number;
  readonly spikes: readonly Spike[];
}

const FOOT = 20;
const HEAD = 18;

/** Bars to scale, but for spikes: one that is taller than the rest is cut, and says its share. */
export function drawHistogram(
  c: CanvasRenderingContext2D,
  w: number,
  h: number,
  { bins, colour, cdf, spikes }: Histogram,
  palette: Palette,
): void {
  const n = bins.counts.length;
  const step = (bins.most - bins.least) / n;
  const shares = Array.from(bins.counts, (count) => count / bins.total);
  const spiked = spikes
    .map((spike) => ({ ...spike, bin: Math.floor((spike.at - bins.least) / step) }))
    .filter(({ share, bin }) => share > 0 && bin >= 0 && bin < n);
  const isSpike = (i: number): boolean => spiked.some(({ bin }) => bin === i);
  const expected = (i: number): number => {
    const left = bins.least + i * step;
    return cdf!(left + step) - cdf!(left);
  };
  const outlined = cdf ? shares.map((_, i) => (isSpike(i) ? 0 : expected(i))) : [];
  const top = Math.max(...shares.filter((_, i) => !isSpike(i)), ...outlined, 1e-9) * 1.08;
  const floor = h - FOOT;
  const y = (share: number): number => floor - Math.min(1, share / top) * (floor - HEAD);

  axis(c, w, floor, bins, palette);
  c.fillStyle = colour;
  c.globalAlpha = 0.55;
  shares.forEach((share, i) => {
    if (!isSpike(i)) c.fillRect((i * w) / n, y(share), w / n - 0.5, floor - y(share));
  });
  c.globalAlpha = 1;
  let taken = -Infinity;
  for (const { bin, at } of spiked.sort((one, other) => one.bin - other.bin)) {
    const share = shares[bin]!;
    drawSpike(c, (bin * w) / n, Math.max(w / n, 3), y(share), floor, share > top);
    // What the bin would hold without the spike is what its neighbours hold.
    const beside = ((shares[bin - 1] ?? 0) + (shares[bin + 1] ?? 0)) / 2;
    taken = label(c, w, ((bin + 0.5) * w) / n, spikeText(at, share - beside), taken);
  }
  if (cdf) outline(c, w, n, (i) => y(outlined[i]!), isSpike, palette);
}

function axis(
  c: CanvasRenderingContext2D,
  w: number,
  floor: number,
  bins: Bins,
  palette: Palette,
): void {
  const x = (value: number): number => ((value - bins.least) / (bins.most - bins.least)) * w;
  c.font = '12px system-ui, sans-serif';
  c.textBaseline = 'top';
  c.lineWidth = 1;
  const ticks = bins.most <= 4 ? [-3, -2, -1, 0, 1, 2, 3] : [-4, -2, 0, 2, 4];
  const unit = bins.most <= 4 ? 1 : bins.most / 5;
  for (const tick of ticks.map((t) => t * unit)) {
    const at = Math.round(x(tick)) + 0.5;
    c.strokeStyle = tick === 0 ? palette.line : palette.grid;
    line(c, at, HEAD, at, floor);
    c.fillStyle = palette.soft;
    c.textAlign = 'center';
    c.fillText(tickText(tick), at, floor + 5);
  }
  c.strokeStyle = palette.line;
  line(c, 0, floor + 0.5, w, floor + 0.5);
}

function tickText(value: number): string {
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 0.01 && size < 1e5);
  return (plain ? String(Number(value.toPrecision(3))) : value.toExponential(0)).replace('-', '−');
}

function drawSpike(
  c: CanvasRenderingContext2D,
  left: number,
  width: number,
  top: number,
  floor: number,
  cut: boolean,
): void {
  c.fillRect(left, top, width, floor - top);
  // Two slits say that the bar goes on.
  if (cut) for (const gap of [8, 13]) c.clearRect(left - 1, top + gap, width + 2, 2);
}

const spikeText = (at: number, share: number): string =>
  `${Math.round(share * 100)} % at ${at === 0 ? '0' : at.toFixed(3).replace('-', '−')}`;

/** Writes above a spike, if there is room right of `taken`; returns what is taken now. */
function label(
  c: CanvasRenderingContext2D,
  w: number,
  centre: number,
  text: string,
  taken: number,
): number {
  const half = c.measureText(text).width / 2;
  const at = Math.min(Math.max(centre, half + 2), w - half - 2);
  if (at - half < taken) return taken;
  c.textAlign = 'center';
  c.textBaseline = 'bottom';
  c.fillText(text, at, HEAD - 3);
  return at + half + 8;
}

function outline(
  c: CanvasRenderingContext2D,
  w: number,
  n: number,
  y: (i: number) => number,
  skip: (i: number) => boolean,
  palette: Palette,
): void {
  c.strokeStyle = palette.theory;
  c.lineWidth = 1.25;
  c.beginPath();
  for (let i = 0; i < n; ++i) {
    if (skip(i)) continue;
    const at = ((i + 0.5) * w) / n;
    // The first lineTo of a path starts it.
    c.lineTo(at, y(i));
  }
  c.stroke();
}

function line(c: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  c.beginPath();
  c.moveTo(x1, y1);
  c.lineTo(x2, y2);
  c.stroke();
}
