// The picture of the map g: where one layer takes every (mean, variance), an orbit and its end.

import type { Moments } from 'alphatorch/snn';
import { short } from '../format.js';
import { FONT } from '../views/palette.js';
import type { Palette } from '../views/palette.js';
import { boxes, step } from './dynamics.js';
import type { Weights } from './dynamics.js';

export const MEAN = 1.1;
export const [LEAST, MOST] = [0.015, 22];
const EDGE = { left: 46, right: 10, top: 10, bottom: 40 };

/** From moments to pixels and back: the mean across, the variance up, on a logarithmic axis. */
export function frame(w: number, h: number) {
  const [across, up] = [w - EDGE.left - EDGE.right, h - EDGE.top - EDGE.bottom];
  const range = Math.log(MOST / LEAST);
  return {
    x: (mean: number) => EDGE.left + ((mean + MEAN) / (2 * MEAN)) * across,
    y: (variance: number) => EDGE.top + (Math.log(MOST / variance) / range) * up,
    moments: (x: number, y: number): Moments => ({
      mean: ((x - EDGE.left) / across) * 2 * MEAN - MEAN,
      variance: MOST / Math.exp(((y - EDGE.top) / up) * range),
    }),
  };
}

export interface Field {
  readonly weights: Weights;
  readonly path: readonly Moments[];
  readonly end: Moments | undefined;
  /** Layers until the variance is 1 within 0.01. */
  readonly settled: number | undefined;
}

export function paintField(
  c: CanvasRenderingContext2D,
  w: number,
  h: number,
  field: Field,
  palette: Palette,
): void {
  const at = frame(w, h);
  axes(c, w, h, at, palette);
  c.save();
  c.beginPath();
  c.rect(EDGE.left, EDGE.top, w - EDGE.left - EDGE.right, h - EDGE.top - EDGE.bottom);
  c.clip();
  domains(c, at, palette);
  arrows(c, w, h, at, field.weights, palette);
  track(c, at, field, palette);
  c.restore();
}

type Frame = ReturnType<typeof frame>;

function axes(c: CanvasRenderingContext2D, w: number, h: number, at: Frame, palette: Palette): void {
  c.font = FONT;
  c.lineWidth = 1;
  c.fillStyle = palette.soft;
  c.strokeStyle = palette.grid;
  c.textAlign = 'center';
  c.textBaseline = 'top';
  for (const mean of [-1, -0.5, 0, 0.5, 1]) {
    line(c, at.x(mean), EDGE.top, at.x(mean), h - EDGE.bottom);
    c.fillText(String(mean).replace('-', '−'), at.x(mean), h - EDGE.bottom + 6);
  }
  c.fillText('mean μ', at.x(0), h - EDGE.bottom + 22);
  c.textAlign = 'right';
  c.textBaseline = 'middle';
  for (const variance of [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16]) {
    line(c, EDGE.left, at.y(variance), w - EDGE.right, at.y(variance));
    c.fillText(String(variance), EDGE.left - 6, at.y(variance));
  }
  c.save();
  c.translate(10, EDGE.top + (h - EDGE.top - EDGE.bottom) / 2);
  c.rotate(-Math.PI / 2);
  c.textAlign = 'center';
  c.fillText('variance ν', 0, 0);
  c.restore();
}

function domains(c: CanvasRenderingContext2D, at: Frame, palette: Palette): void {
  for (const { name, mean, least, most } of boxes) {
    const [x, y] = [at.x(-mean), at.y(most)];
    const [wide, high] = [at.x(mean) - x, at.y(least) - y];
    c.fillStyle = palette.band;
    c.fillRect(x, y, wide, high);
    c.strokeStyle = palette.alpha;
    c.lineWidth = 1;
    c.strokeRect(x + 0.5, y + 0.5, wide - 1, high - 1);
    c.fillStyle = palette.alpha;
    c.font = '600 14px system-ui, sans-serif';
    c.textAlign = 'right';
    c.textBaseline = 'top';
    // The middle box is too narrow for its name.
    c.fillText(name, name === 'Ω' ? x - 4 : x + wide - 6, y + 4);
  }
}

function arrows(
  c: CanvasRenderingContext2D,
  w: number,
  h: number,
  at: Frame,
  weights: Weights,
  palette: Palette,
): void {
  c.strokeStyle = palette.soft;
  c.fillStyle = palette.soft;
  c.lineWidth = 1.25;
  for (const { x, y, dx, dy } of moves(w, h, at, weights)) {
    const far = Math.hypot(dx, dy);
    if (far < 0.5 || !Number.isFinite(far)) continue;
    // Long moves are shown shorter than they are, short ones as they are.
    const length = 0.8 * SPACE * Math.tanh(far / SPACE);
    arrow(c, x, y, x + (dx / far) * length, y + (dy / far) * length, Math.min(4, 1 + length / 5));
  }
}

const SPACE = 34;

interface Move {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}
let latest: { key: string; moves: readonly Move[] } | undefined;

/** Where one layer takes each point of a grid; the last answer is kept, as it outlives a drag of the start. */
function moves(w: number, h: number, at: Frame, weights: Weights): readonly Move[] {
  const key = [w, h, weights.omega, weights.tau].join();
  if (latest?.key === key) return latest.moves;
  const all: Move[] = [];
  for (let y = EDGE.top + SPACE / 2; y < h - EDGE.bottom; y += SPACE) {
    for (let x = EDGE.left + SPACE / 2; x < w - EDGE.right; x += SPACE) {
      const to = step(at.moments(x, y), weights);
      all.push({ x, y, dx: at.x(to.mean) - x, dy: at.y(to.variance) - y });
    }
  }
  latest = { key, moves: all };
  return all;
}

function arrow(c: CanvasRenderingContext2D, x: number, y: number, x2: number, y2: number, head: number): void {
  line(c, x, y, x2, y2);
  const angle = Math.atan2(y2 - y, x2 - x);
  c.beginPath();
  c.moveTo(x2, y2);
  for (const turn of [2.6, -2.6]) c.lineTo(x2 + head * Math.cos(angle + turn), y2 + head * Math.sin(angle + turn));
  c.fill();
}

function track(c: CanvasRenderingContext2D, at: Frame, { path, end, settled }: Field, palette: Palette): void {
  c.strokeStyle = palette.drop;
  c.fillStyle = palette.drop;
  c.lineWidth = 1.5;
  c.beginPath();
  for (const { mean, variance } of path) c.lineTo(at.x(mean), at.y(variance));
  c.stroke();
  path.forEach(({ mean, variance }, i) => {
    c.beginPath();
    c.arc(at.x(mean), at.y(variance), i === 0 ? 7 : 3.5, 0, 2 * Math.PI);
    c.fill();
  });
  if (end) {
    const [x, y] = [at.x(end.mean), at.y(end.variance)];
    c.strokeStyle = palette.ink;
    c.lineWidth = 2;
    c.beginPath();
    c.arc(x, y, 8, 0, 2 * Math.PI);
    c.stroke();
    tag(c, x + 12, y + 18, `fixed point (${short(end.mean)}, ${short(end.variance)})`, palette);
  }
  const start = path[0]!;
  const text = settled === undefined ? 'start' : `start: ${settled} layers to |ν − 1| < 0.01`;
  tag(c, at.x(start.mean) + 12, at.y(start.variance), text, palette);
}

/** A label on a plate, so that arrows do not run through it; left of its place where there is no room. */
function tag(c: CanvasRenderingContext2D, x: number, y: number, text: string, palette: Palette): void {
  c.font = FONT;
  const wide = c.measureText(text).width + 10;
  const room = c.canvas.width / c.getTransform().a;
  const left = x + wide > room - EDGE.right ? Math.max(EDGE.left + 2, x - wide - 26) : x;
  c.fillStyle = palette.card;
  c.globalAlpha = 0.9;
  c.fillRect(left, y - 10, wide, 20);
  c.globalAlpha = 1;
  c.fillStyle = palette.ink;
  c.textAlign = 'left';
  c.textBaseline = 'middle';
  c.fillText(text, left + 5, y);
}

function line(c: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  c.beginPath();
  c.moveTo(x1, y1);
  c.lineTo(x2, y2);
  c.stroke();
}
