// A statistic over depth: measured points, the theory dashed, the 95 % band shaded.

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { number } from '../format.js';
import type { Palette } from './palette.js';

export interface Series {
  readonly measured: readonly number[];
  readonly theory: readonly number[];
  /** Half-width of the band around the theory, for every layer but the input. */
  readonly band: number | undefined;
  readonly shown: number;
  readonly colour: string;
  /** Whether the statistic is positive, and so may take a logarithmic axis. */
  readonly positive: boolean;
}

/** How much the largest may exceed the smallest before a linear axis hides the small ones. */
const LINEAR = 12;

const finite = (value: number, log: boolean): number | null =>
  Number.isFinite(value) && (!log || value > 0) ? value : null;

function limits(values: readonly number[], positive: boolean): [number, number] {
  const least = Math.min(...values);
  const most = Math.max(...values);
  // Never closer than this, so that chance does not look like a trend.
  const middle = positive ? 1 : 0;
  const room = positive ? 0.2 : 0.1;
  const low = Math.min(least, middle - room);
  const high = Math.max(most, middle + room);
  const edge = 0.06 * (high - low);
  return [positive ? Math.max(0, low - edge) : low - edge, high + edge];
}

/** Draws into `place`, anew; `pick` hears of a click on a layer. Returns how to remove it. */
export function drawChart(
  place: HTMLElement,
  series: Series,
  palette: Palette,
  pick: (layer: number) => void,
): () => void {
  const { measured, theory, band, shown, positive } = series;
  const good = [...measured, ...theory].filter((v) => Number.isFinite(v) && (!positive || v > 0));
  const log = positive && Math.max(...good) > LINEAR * Math.min(...good);
  const clean = (values: readonly number[]): (number | null)[] => values.map((v) => finite(v, log));
  const edge = (sign: number): (number | null)[] =>
    theory.map((v, i) => (band === undefined || i === 0 ? null : v + sign * band));
  const data = [measured.map((_, i) => i), edge(1), edge(-1), clean(theory), clean(measured)];
  const bounds = [...good, ...[...edge(1), ...edge(-1)].filter((v) => v !== null)];

  const text = {
    stroke: palette.soft,
    font: '12px system-ui, sans-serif',
    grid: { stroke: palette.grid, width: 1 },
    ticks: { show: false },
  };
  const none = { show: true, stroke: 'transparent', width: 0, points: { show: false } };
  const dots = measured.length < 100 ? 5 : 3;
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: place.clientHeight,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: [-0.5, measured.length - 0.5] },
        y: log ? { distr: 3 } : { range: limits(bounds, positive) },
      },
      axes: [
        { ...text, size: 28, incrs: [1, 2, 4, 8, 16, 32] },
        { ...text, size: 62, values: (_, ticks) => ticks.map((t) => tick(t, log)) },
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
          points: { show: true, size: dots, fill: series.colour, width: 0 },
        },
      ],
      hooks: { draw: [(u) => marker(u, shown, measured[shown]!, palette)] },
    },
    data as uPlot.AlignedData,
    place,
  );
  plot.over.addEventListener('click', () => {
    const { idx } = plot.cursor;
    if (typeof idx === 'number') pick(idx);
  });
  return () => plot.destroy();
}

function tick(value: number | null, log: boolean): string {
  if (value === null) return '';
  if (log && !Number.isInteger(Math.log10(value))) return '';
  return log ? number(value, 3).replace(/\.?0+$/, '') : String(Number(value.toPrecision(6))).replace('-', '−');
}

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
