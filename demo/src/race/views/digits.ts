// Digits as pictures, and a pad to draw one on.

import { ink, SIDE } from '../digits.js';

/** Draws a 28 × 28 image over the whole canvas, ink in `colour`. */
export function drawDigit(canvas: HTMLCanvasElement, pixels: Float32Array, colour: string): void {
  const ratio = devicePixelRatio || 1;
  const side = canvas.clientWidth || SIDE;
  canvas.width = canvas.height = Math.round(side * ratio);
  const c = canvas.getContext('2d')!;
  c.fillStyle = colour;
  const pixel = canvas.width / SIDE;
  pixels.forEach((value, i) => {
    if (value === 0) return;
    c.globalAlpha = value;
    c.fillRect((i % SIDE) * pixel, Math.floor(i / SIDE) * pixel, pixel + 0.5, pixel + 0.5);
  });
}

const kPen = 1.3;

/** The visitor's digit: 28 × 28 values, inked where the pointer goes. */
export class Pad {
  pixels = new Float32Array(SIDE * SIDE);
  #last: [number, number] | undefined;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly changed: () => void,
  ) {
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#last = undefined;
      this.#to(event);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      for (const each of event.getCoalescedEvents?.() ?? [event]) this.#to(each);
    });
  }

  #to({ clientX, clientY }: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * SIDE;
    const y = ((clientY - box.top) / box.height) * SIDE;
    const [fromX, fromY] = this.#last ?? [x, y];
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(x - fromX, y - fromY)));
    const path = Array.from({ length: steps }, (_, i): [number, number] => {
      const t = (i + 1) / steps;
      return [fromX + t * (x - fromX), fromY + t * (y - fromY)];
    });
    ink(this.pixels, path, kPen);
    this.#last = [x, y];
    this.changed();
  }

  /** Another image in the pad's place. */
  show(pixels: Float32Array): void {
    this.pixels = pixels.slice();
    this.changed();
  }
}
