// The picture of the theorem's hypothesis: every unit of a layer as a point (ω, τ), and the box it asks for.

import type { Units } from '../experiments/messages.js';
import { FONT } from '../views/palette.js';
import type { Palette } from '../views/palette.js';
import { holds } from './dynamics.js';

const EDGE = { left: 40, right: 10, top: 10, bottom: 40 };
const OMEGA = 3.2;

export function paintCloud(
  c: CanvasRenderingContext2D,
  w: number,
  h: number,
  { omega, tau }: Units,
  palette: Palette,
): void {
  // τ of n weights has deviation √(2 / n): far out, but not farther than needed.
  const spread = Math.max(0.2, ...Array.from(tau, (t) => Math.abs(t - 1))) * 1.1;
  const x = (value: number): number => EDGE.left + ((value + OMEGA) / (2 * OMEGA)) * (w - EDGE.left - EDGE.right);
  const y = (value: number): number =>
    EDGE.top + ((1 + spread - value) / (2 * spread)) * (h - EDGE.top - EDGE.bottom);
  c.font = FONT;
  c.fillStyle = palette.soft;
  c.strokeStyle = palette.grid;
  c.lineWidth = 1;
  c.textAlign = 'center';
  c.textBaseline = 'top';
  for (const tick of [-3, -2, -1, 0, 1, 2, 3]) {
    line(c, x(tick), EDGE.top, x(tick), h - EDGE.bottom);
    c.fillText(String(tick).replace('-', '−'), x(tick), h - EDGE.bottom + 6);
  }
  c.fillText('ω, the sum of a unit’s weights', x(0), h - EDGE.bottom + 22);
  c.textAlign = 'right';
  c.textBaseline = 'middle';
  const unit = spread > 0.6 ? 0.5 : spread > 0.25 ? 0.2 : 0.1;
  for (let k = -Math.floor(spread / unit); k * unit <= spread; ++k) {
    const tick = 1 + k * unit;
    line(c, EDGE.left, y(tick), w - EDGE.right, y(tick));
    c.fillText(tick.toFixed(1), EDGE.left - 6, y(tick));
  }
  for (let i = 0; i < omega.length; ++i) {
    const inside = holds({ omega: omega[i]!, tau: tau[i]! });
    c.fillStyle = inside ? palette.alpha : palette.plain;
    c.globalAlpha = inside ? 1 : 0.5;
    c.beginPath();
    c.arc(x(Math.max(-OMEGA, Math.min(OMEGA, omega[i]!))), y(tau[i]!), inside ? 3.5 : 2.25, 0, 2 * Math.PI);
    c.fill();
  }
  c.globalAlpha = 1;
  c.strokeStyle = palette.alpha;
  c.lineWidth = 2;
  c.strokeRect(x(-0.1), y(1.1), x(0.1) - x(-0.1), y(0.95) - y(1.1));
}

function line(c: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  c.beginPath();
  c.moveTo(x1, y1);
  c.lineTo(x2, y2);
  c.stroke();
}
