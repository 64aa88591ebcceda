// A statistic over depth: measured points, the theory dashed, the 95 % band shaded, ghosts of others.

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { number } from '../format.js';
import { FONT } from '../views/palette.js';
import type { Palette } from '../views/palette.js';

/** How a statistic's axis is: linear or logarithmic, and what it shows at the least. */
export interface Axis {
  readonly log: boolean;
  readonly least: number;
  readonly most: number;
}

export interface Ghost {
  readonly values: readonly number[];
  readonly colour: string;
  readonly dash: number[];
}

export interface Series {
  readonly measured: readonly number[];
  readonly theory: readonly (number | null)[];
  /** Half-width of the band around the theory, for every layer but the input. */
  readonly band: number | undefined;
  readonly ghosts: readonly Ghost[];
  readonly shown: number;
  readonly colour: string;
  readonly axis: Axis;
}

/** The range that holds all of `values`, with room at its ends. */
export function limits(values: readonly number[], { log, least, most }: Axis): [number, number] {
  const low = Math.min(least, ...values);
  const high = Math.max(most, ...values);
  if (!log) return [low - 0.06 * (high - low), high + 0.06 * (high - low)];
  const room = (high / low) ** 0.06;
  return [low / room, high * room];
}

/** Draws into `place`, anew; `pick` hears of a click on a layer. */
export function drawChart(
  place: HTMLElement,
  series: Series,
  palette: Palette,
  pick: (layer: number) => void,
): uPlot {
  const { measured, theory, band, ghosts, shown, axis } = series;
  const drawable = (v: number | null): v is number =>
    v !== null && Number.isFinite(v) && (!axis.log || v > 0);
  const clean = (values: readonly (number | null)[]): (number | null)[] =>
    values.map((v) => (drawable(v) ? v : null));
  const edge = (sign: number): (number | null)[] =>
    theory.map((v, i) => (band === undefined || i === 0 || v === null ? null : v + sign * band));
  const layers = Math.max(measured.length, ...ghosts.map(({ values }) => values.length));
  const lists = [edge(1), edge(-1), theory, measured, ...ghosts.map(({ values }) => values)].map(clean);
  const range = limits(lists.flat().filter((v) => v !== null), axis);
  const padded = lists.map((list) => Array.from({ length: layers }, (_, i) => list[i] ?? null));

  const text = {
    stroke: palette.soft,
    font: FONT,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { show: false },
  };
  const none = { show: true, stroke: 'transparent', width: 0, points: { show: false } };
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: place.clientHeight,
      padding: [8, 10, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { show: false },
        sync: { key: 'layers', setSeries: false },
      },
      scales: {
        x: { time: false, range: [-0.5, layers - 0.5] },
        y: axis.log ? { distr: 3, range } : { range },
      },
      axes: [
        { ...text, size: 26, incrs: [1, 2, 4, 8, 16, 32] },
        axis.log
          ? { ...text, size: 56, splits: powers(range), filter: (_, marks) => marks, values: (_, ticks) => ticks.map(power) }
          : { ...text, size: 56, values: (_, ticks) => ticks.map(plain) },
      ],
      bands: [{ series: [1, 2], fill: palette.band }],
      series: [
        {},
        none,
        none,
        { stroke: palette.theory, width: 1.5, dash: [6, 4], points: { show: false } },
        {
          stroke: series.colour,
          width: 1.5,
          points: { show: true, size: layers < 100 ? 5 : 3.5, fill: series.colour, width: 0 },
        },
        ...ghosts.map(({ colour, dash }) => ({
          stroke: colour,
          width: 1.5,
          dash,
          points: { show: false },
        })),
      ],
      hooks: {
        draw: [
          (u) => {
            marker(u, shown, measured[shown]!, palette);
            overflow(u, measured, palette);
          },
        ],
      },
    },
    [Array.from({ length: layers }, (_, i) => i), ...padded] as uPlot.AlignedData,
    place,
  );
  plot.over.addEventListener('click', () => {
    const { idx } = plot.cursor;
    if (typeof idx === 'number') pick(idx);
  });
  return plot;
}

/** The marks of a logarithmic axis: 1, 2, 5 over a short range, powers of ten over a long one. */
export function powers([low, high]: readonly [number, number]): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  // Less than a factor of three: tenths.
  if (high < 3 * low) {
    const marks = Array.from({ length: 30 }, (_, i) => Number((0.1 * (i + 1)).toFixed(1)));
    return marks.filter((mark) => mark >= low && mark <= high);
  }
  const every = Math.max(1, Math.ceil((last - first) / 6));
  const digits = last - first <= 2 ? [1, 2, 5] : [1];
  const marks: number[] = [];
  for (let k = first; k <= last; ++k) {
    if (k % every === 0) marks.push(...digits.map((d) => Number(`${d}e${k}`)));
  }
  return marks.filter((mark) => mark >= low && mark <= high);
}

const power = (tick: number | null): string => {
  if (tick === null) return '';
  return tick >= 0.001 && tick < 1e5 ? String(tick) : number(tick, 3).replace(/^1\.00·/, '');
};
const plain = (tick: number | null): string =>
  tick === null ? '' : String(Number(tick.toPrecision(6))).replace('-', '−');

// A line through the layer whose histogram is shown, and a ring around its point.
function marker(u: uPlot, shown: number, value: number, palette: Palette): void {
  const ratio = uPlot.pxRatio;
  const x = Math.round(u.valToPos(shown, 'x', true));
  const c = u.ctx;
  c.save();
  c.strokeStyle = palette.ink;
  c.lineWidth = ratio;
  c.globalAlpha = 0.5;
  c.beginPath();
  c.moveTo(x, u.bbox.top);
  c.lineTo(x, u.bbox.top + u.bbox.height);
  c.stroke();
  c.globalAlpha = 1;
  const y = u.valToPos(value, 'y', true);
  if (Number.isFinite(y)) {
    c.lineWidth = 2 * ratio;
    c.beginPath();
    c.arc(x, y, 5 * ratio, 0, 2 * Math.PI);
    c.stroke();
  }
  c.restore();
}

// Where float32 ends, an arrow says that the line goes on.
function overflow(u: uPlot, measured: readonly number[], palette: Palette): void {
  const first = measured.findIndex((v) => !Number.isFinite(v));
  if (first < 0) return;
  const ratio = uPlot.pxRatio;
  const x = u.valToPos(first, 'x', true);
  const y = u.bbox.top;
  const c = u.ctx;
  c.save();
  c.fillStyle = palette.bad;
  c.beginPath();
  c.moveTo(x, y);
  c.lineTo(x - 6 * ratio, y + 10 * ratio);
  c.lineTo(x + 6 * ratio, y + 10 * ratio);
  c.fill();
  c.font = `${12 * ratio}px system-ui, sans-serif`;
  c.textBaseline = 'top';
  c.textAlign = 'right';
  c.fillText(`beyond float32 from layer ${first}`, x - 10 * ratio, y);
  c.restore();
}
