// What a network answers all over the plane, and the training points on it.

import { palette } from '../../views/palette.js';
import type { Boundary, Raw } from '../messages.js';

/** More points hide the boundary. */
const kPoints = 400;

/** The colours of classes: the page's first two, then around the circle. */
function colourOf(kind: number): string {
  const { alpha, drop } = palette();
  return [alpha, drop][kind] ?? `hsl(${(kind * 137) % 360} 60% 50%)`;
}

export function drawBoundary(canvas: HTMLCanvasElement, { side, classes, sure, bounds }: Boundary, raw: Raw): void {
  const size = 192;
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const c = canvas.getContext('2d')!;
  const colours = raw.classes.map((_, i) => colourOf(i));
  const cell = size / side;
  const unsure = 1 / raw.classes.length;
  c.clearRect(0, 0, size, size);
  classes.forEach((kind, i) => {
    c.fillStyle = colours[kind]!;
    c.globalAlpha = 0.08 + 0.4 * Math.max(0, (sure[i]! - unsure) / (1 - unsure));
    c.fillRect((i % side) * cell, Math.floor(i / side) * cell, cell + 0.5, cell + 0.5);
  });
  c.globalAlpha = 1;
  const [x0 = 0, x1 = 1, y0 = 0, y1 = 1] = bounds;
  for (let i = 0; i < Math.min(kPoints, raw.labels.length); ++i) {
    const x = ((raw.rows[2 * i]! - x0) / (x1 - x0)) * size;
    const y = (1 - (raw.rows[2 * i + 1]! - y0) / (y1 - y0)) * size;
    c.fillStyle = colours[raw.labels[i]!]!;
    c.fillRect(x - 1.5, y - 1.5, 3, 3);
  }
}
