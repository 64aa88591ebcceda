// The picture of the price: how well networks of each depth learnt under each rate, and 4 ξ(p) over it.

import { percent } from '../format.js';
import { FONT } from '../views/palette.js';
import type { Palette } from '../views/palette.js';

export interface Cell {
  readonly p: number;
  readonly depth: number;
  readonly train_accuracy: number;
}

export interface Phase {
  readonly cells: readonly Cell[];
  readonly rates: readonly number[];
  readonly depths: readonly number[];
}

export function phase(cells: readonly Cell[]): Phase {
  const sorted = (values: number[]): number[] => [...new Set(values)].sort((one, other) => one - other);
  return { cells, rates: sorted(cells.map(({ p }) => p)), depths: sorted(cells.map(({ depth }) => depth)) };
}

export const cellOf = ({ cells }: Phase, p: number, depth: number): Cell | undefined =>
  cells.find((cell) => cell.p === p && cell.depth === depth);

const EDGE = { left: 46, right: 8, top: 8, bottom: 40 };

export function grid({ rates, depths }: Phase, w: number, h: number) {
  const [wide, high] = [
    (w - EDGE.left - EDGE.right) / depths.length,
    (h - EDGE.top - EDGE.bottom) / rates.length,
  ];
  return {
    wide,
    high,
    x: (column: number) => EDGE.left + column * wide,
    y: (row: number) => EDGE.top + row * high,
    at: (x: number, y: number) => ({
      column: Math.floor((x - EDGE.left) / wide),
      row: Math.floor((y - EDGE.top) / high),
    }),
  };
}

export interface Shown {
  /** The depth to which training is expected to work, of a rate. */
  readonly limit: (p: number) => number;
  readonly chosen: { readonly p: number; readonly depth: number } | undefined;
}

export function paintPhase(
  c: CanvasRenderingContext2D,
  w: number,
  h: number,
  data: Phase,
  { limit, chosen }: Shown,
  palette: Palette,
): void {
  const { rates, depths } = data;
  const place = grid(data, w, h);
  const small = place.wide < 34;
  rates.forEach((p, row) =>
    depths.forEach((depth, column) => {
      const cell = cellOf(data, p, depth);
      if (!cell) return;
      const [x, y] = [place.x(column), place.y(row)];
      c.fillStyle = mixed(palette.low, palette.high, cell.train_accuracy);
      c.fillRect(x + 1, y + 1, place.wide - 2, place.high - 2);
      c.fillStyle = readable(palette, cell.train_accuracy);
      c.font = small ? '10px system-ui, sans-serif' : FONT;
      c.textAlign = 'center';
      c.textBaseline = 'middle';
      const text = small ? String(Math.round(100 * cell.train_accuracy)) : percent(cell.train_accuracy);
      c.fillText(text, x + place.wide / 2, y + place.high / 2);
      if (chosen?.p === p && chosen.depth === depth) {
        c.strokeStyle = palette.ink;
        c.lineWidth = 3;
        c.strokeRect(x + 2, y + 2, place.wide - 4, place.high - 4);
      }
    }),
  );
  c.font = FONT;
  c.fillStyle = palette.soft;
  c.textAlign = 'right';
  c.textBaseline = 'middle';
  rates.forEach((p, row) => c.fillText(row === 0 ? `p = ${p}` : String(p), EDGE.left - 6, place.y(row + 0.5)));
  c.textAlign = 'center';
  c.textBaseline = 'top';
  depths.forEach((depth, column) => c.fillText(String(depth), place.x(column + 0.5), h - EDGE.bottom + 6));
  c.fillText('hidden layers', EDGE.left + (w - EDGE.left - EDGE.right) / 2, h - EDGE.bottom + 22);
  curve(c, w, data, place, limit, palette);
}

// Columns are depths, evenly spaced: between two of them the place goes with the logarithm.
function column(depths: readonly number[], depth: number): number {
  const next = depths.findIndex((d) => d >= depth);
  if (next === 0) return 0.5 + Math.log2(depth / depths[0]!) / Math.log2(depths[1]! / depths[0]!);
  const at = next < 0 ? depths.length - 1 : next;
  const [left, right] = [depths[at - 1]!, depths[at]!];
  return at - 0.5 + Math.log(depth / left) / Math.log(right / left);
}

function curve(
  c: CanvasRenderingContext2D,
  w: number,
  { rates, depths }: Phase,
  place: ReturnType<typeof grid>,
  limit: (p: number) => number,
  palette: Palette,
): void {
  c.save();
  c.beginPath();
  c.rect(EDGE.left, EDGE.top, w - EDGE.left - EDGE.right, place.high * rates.length);
  c.clip();
  // A light line below a dark one is seen on every cell.
  for (const [width, colour] of [[6, palette.card], [3, palette.drop]] as const) {
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.beginPath();
    for (let t = 0; t <= rates.length - 1 + 1e-9; t += 0.05) {
      const row = Math.min(rates.length - 2, Math.floor(t));
      const p = rates[row]! + (t - row) * (rates[row + 1]! - rates[row]!);
      c.lineTo(place.x(column(depths, limit(p))), place.y(t + 0.5));
    }
    c.stroke();
  }
  c.restore();
}

function rgb(colour: string): [number, number, number] {
  return [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16)) as [number, number, number];
}

/** Between two colours, each #rrggbb. */
export function mixed(low: string, high: string, share: number): string {
  const [from, to] = [rgb(low), rgb(high)];
  return `rgb(${from.map((v, i) => Math.round(v + share * (to[i]! - v))).join(' ')})`;
}

/** WCAG's relative luminance. */
function luminance([r, g, b]: readonly [number, number, number]): number {
  const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!;
}

function readable({ low, high }: Palette, share: number): string {
  const [from, to] = [rgb(low), rgb(high)];
  const back = luminance(from.map((v, i) => v + share * (to[i]! - v)) as [number, number, number]);
  // Whichever of black and white is farther off.
  return (back + 0.05) ** 2 > 1.05 * 0.05 ? '#000000' : '#ffffff';
}
