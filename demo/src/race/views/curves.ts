// Curves of the lanes: over the steps of the race, or over the layers of the networks.

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Palette } from '../../views/palette.js';

/** Each lane's points, in the order of `at`. */
export interface Curve {
  readonly at: readonly number[];
  readonly values: readonly number[];
}

export type Scale = 'share' | 'log' | 'free';

/** The lanes' colours and dashes: told apart without colour as well. */
export function strokes(palette: Palette): { stroke: string; dash: number[] }[] {
  return [
    { stroke: palette.alpha, dash: [] },
    { stroke: palette.plain, dash: [2, 3] },
    { stroke: palette.ink, dash: [10, 3, 2, 3] },
    { stroke: palette.drop, dash: [8, 3] },
  ];
}

/** The curves over one common axis; a lane that has no value there has a gap. */
export function aligned(curves: readonly Curve[], log: boolean): (number | null)[][] {
  const all = [...new Set(curves.flatMap(({ at }) => at))].sort((a, b) => a - b);
  const rank = new Map(all.map((x, i) => [x, i]));
  const columns = curves.map(({ at, values }) => {
    const column = new Array<number | null>(all.length).fill(null);
    at.forEach((x, i) => {
      const value = values[i]!;
      // What is no number, or has no logarithm, ends the curve; the lane's card says what became of it.
      if (Number.isFinite(value) && (!log || value > 0)) column[rank.get(x)!] = value;
    });
    return column;
  });
  return [all, ...columns];
}

export class Chart {
  #plot: uPlot | undefined;

  constructor(
    private readonly place: HTMLElement,
    private readonly scale: Scale,
  ) {}

  /** Builds the chart anew: for a new size or new colours. */
  restyle(palette: Palette, curves: readonly Curve[]): void {
    this.#plot?.destroy();
    const text = {
      stroke: palette.soft,
      font: '12px system-ui, sans-serif',
      grid: { stroke: palette.grid, width: 1 },
      ticks: { show: false },
    };
    const y = { share: { range: [0, 1] as [number, number] }, log: { distr: 3 as const }, free: {} }[this.scale];
    this.#plot = new uPlot(
      {
        width: this.place.clientWidth,
        height: this.place.clientHeight,
        // Below, half a line: before there is data, no axis stands there, and 0 % would be cut.
        padding: [8, 8, 8, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false }, y },
        axes: [
          { ...text, size: 28 },
          { ...text, size: 56, values: (_, ticks) => ticks.map((t) => label(t, this.scale)) },
        ],
        series: [{}, ...strokes(palette).map((s) => ({ ...s, width: 1.75, points: { show: false }, spanGaps: true }))],
      },
      aligned(curves, this.scale === 'log') as uPlot.AlignedData,
      this.place,
    );
  }

  draw(curves: readonly Curve[]): void {
    this.#plot?.setData(aligned(curves, this.scale === 'log') as uPlot.AlignedData);
  }
}

function label(tick: number | null, scale: Scale): string {
  if (tick === null) return '';
  if (scale === 'share') return `${Math.round(tick * 100)} %`;
  if (scale === 'log' && !Number.isInteger(Math.log10(tick))) return '';
  return String(Number(tick.toPrecision(3))).replace('-', '−');
}
