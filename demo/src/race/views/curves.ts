// Curves of the lanes over the steps of the race.

import uPlot from 'uplot';
import type { Palette } from '../../views/palette.js';

/** One list of values a lane, over `steps`. A gap is null. */
export interface Curves {
  readonly steps: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
  readonly log: boolean;
}

/** The lanes' colours and dashes: told apart without colour as well. */
export function strokes(palette: Palette): { stroke: string; dash: number[] }[] {
  return [
    { stroke: palette.alpha, dash: [] },
    { stroke: palette.drop, dash: [8, 3] },
    { stroke: palette.plain, dash: [2, 3] },
    { stroke: palette.ink, dash: [10, 3, 2, 3] },
  ];
}

export class Chart {
  #plot: uPlot | undefined;

  constructor(
    private readonly place: HTMLElement,
    private readonly log: boolean,
  ) {}

  /** Builds the chart anew: for a new size or new colours. */
  restyle(palette: Palette, curves: Curves): void {
    this.#plot?.destroy();
    const text = {
      stroke: palette.soft,
      font: '12px system-ui, sans-serif',
      grid: { stroke: palette.grid, width: 1 },
      ticks: { show: false },
    };
    this.#plot = new uPlot(
      {
        width: this.place.clientWidth,
        height: this.place.clientHeight,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false }, y: this.log ? { distr: 3 } : { range: [0, 1] } },
        axes: [
          { ...text, size: 28 },
          { ...text, size: 52, values: (_, ticks) => ticks.map((t) => label(t, this.log)) },
        ],
        series: [{}, ...strokes(palette).map((s) => ({ ...s, width: 1.5, points: { show: false }, spanGaps: true }))],
      },
      [[], [], [], [], []],
      this.place,
    );
    this.draw(curves);
  }

  draw({ steps, values }: Curves): void {
    this.#plot?.setData([steps, ...values] as unknown as uPlot.AlignedData);
  }
}

function label(tick: number | null, log: boolean): string {
  if (tick === null) return '';
  if (!log) return `${Math.round(tick * 100)} %`;
  return Number.isInteger(Math.log10(tick)) ? String(Number(tick.toPrecision(1))) : '';
}
