// The hero's picture: two histograms against N(0, 1), and below each what its masks made of the variance.

import { dropout_mask, normal_cdf } from 'alphatorch/snn';
import { HERO } from '../experiments/messages.js';
import type { Hero, Sample } from '../experiments/messages.js';
import { drawHistogram } from '../views/histogram.js';
import { FONT } from '../views/palette.js';
import type { Palette } from '../views/palette.js';

/** The strip's range of variances: Dropout(0.1) makes 1.11 of 1, and a mask of 4 096 strays by 0.02. */
const [LEAST, MOST] = [0.9, 1.2];

export function paintHero(
  c: CanvasRenderingContext2D,
  w: number,
  h: number,
  seen: Hero['masks'],
  palette: Palette,
): void {
  const beside = w >= 460;
  const gap = beside ? 28 : 18;
  const [pw, ph] = beside ? [(w - gap) / 2, h] : [w, (h - gap) / 2];
  (['dropout', 'alpha'] as const).forEach((kind, i) => {
    c.save();
    c.translate(beside ? i * (pw + gap) : 0, beside ? 0 : i * (ph + gap));
    panel(c, pw, ph, kind, seen.map((mask) => mask[kind]), palette);
    c.restore();
  });
}

function panel(
  c: CanvasRenderingContext2D,
  w: number,
  h: number,
  kind: 'dropout' | 'alpha',
  samples: readonly Sample[],
  palette: Palette,
): void {
  const colour = kind === 'alpha' ? palette.alpha : palette.drop;
  const strip = 54;
  const head = 24;
  c.textBaseline = 'top';
  c.textAlign = 'left';
  c.fillStyle = colour;
  c.font = `600 15px system-ui, sans-serif`;
  c.fillText(kind === 'alpha' ? `AlphaDropout(${HERO.p})` : `Dropout(${HERO.p})`, 0, 0);

  c.textAlign = 'right';
  c.fillText(`variance ${samples.at(-1)!.variance.toFixed(2)}`, w, 0);

  c.save();
  c.translate(0, head);
  const { dropped, p } = dropout_mask(kind, HERO.p);
  drawHistogram(
    c,
    w,
    h - head - strip,
    // Against the input's own curve: what a layer would like to see behind it.
    { bins: samples.at(-1)!.bins, colour, cdf: normal_cdf, spikes: [{ at: dropped, share: p }] },
    palette,
  );
  c.restore();
  variances(c, w, h - strip, samples, colour, palette);
}

function variances(
  c: CanvasRenderingContext2D,
  w: number,
  top: number,
  samples: readonly Sample[],
  colour: string,
  palette: Palette,
): void {
  const x = (value: number): number => 6 + ((value - LEAST) / (MOST - LEAST)) * (w - 12);
  const y = top + 22;
  c.strokeStyle = palette.line;
  c.lineWidth = 1;
  line(c, x(LEAST), y, x(MOST), y);
  c.font = FONT;
  c.textBaseline = 'top';
  c.fillStyle = palette.soft;
  for (const tick of [0.9, 1, 1.1, 1.2]) {
    line(c, x(tick), y - 3, x(tick), y + 3);
    c.textAlign = tick === LEAST ? 'left' : tick === MOST ? 'right' : 'center';
    c.fillText(tick === 0.9 ? 'variance 0.9' : String(tick), tick === LEAST ? 0 : tick === MOST ? w : x(tick), y + 10);
  }
  // The target.
  c.strokeStyle = palette.ink;
  c.lineWidth = 2;
  line(c, x(1), y - 9, x(1), y + 7);
  samples.forEach(({ variance }, i) => {
    const newest = i === samples.length - 1;
    c.fillStyle = colour;
    c.globalAlpha = newest ? 1 : 0.45;
    c.beginPath();
    c.arc(x(Math.min(MOST, Math.max(LEAST, variance))), y, newest ? 6 : 4.5, 0, 2 * Math.PI);
    c.fill();
  });
  c.globalAlpha = 1;
}

function line(c: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  c.beginPath();
  c.moveTo(x1, y1);
  c.lineTo(x2, y2);
  c.stroke();
}
