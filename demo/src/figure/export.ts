// A figure as a file: the picture at twice the size with title and address burnt in, and the numbers.

import { palette } from '../views/palette.js';
import type { Shown } from './figure.js';

const SCALE = 2;
const WIDTH = 960;
const HEIGHT = 480;
const MARGIN = 24;

function save(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun by the time the page rests.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const address = (hash: string): string => `${location.origin}${location.pathname}${hash}`;

/** Numbers as CSV, with the address in a comment: whoever has the file can see the picture again. */
export function csv(title: string, hash: string, { columns, rows }: Shown): string {
  const cell = (value: string | number): string => {
    const text = String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns, ...rows].map((row) => row.map(cell).join(','));
  return [`# alphatorch: ${title}`, `# ${address(hash)}`, ...lines, ''].join('\n');
}

export function saveCsv(id: string, title: string, hash: string, shown: Shown): void {
  save(`alphatorch-${id}.csv`, new Blob([csv(title, hash, shown)], { type: 'text/csv' }));
}

/** The words of `text` in lines no wider than `width`; an address is broken where it must be. */
function lines(c: CanvasRenderingContext2D, text: string, width: number): string[] {
  const found = [''];
  for (const piece of text.split(/(?<=[\s&])/)) {
    const longer = found.at(-1)! + piece;
    if (c.measureText(longer).width <= width) found[found.length - 1] = longer;
    else found.push(piece);
  }
  return found;
}

/** The picture alone, on a canvas of its own, so that what it wipes is not the title. */
function picture({ paint }: Shown): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = SCALE * (WIDTH - 2 * MARGIN);
  canvas.height = SCALE * HEIGHT;
  const c = canvas.getContext('2d')!;
  c.scale(SCALE, SCALE);
  paint(c, WIDTH - 2 * MARGIN, HEIGHT, palette());
  return canvas;
}

export function render(title: string, hash: string, shown: Shown): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const c = canvas.getContext('2d')!;
  c.font = '11px system-ui, sans-serif';
  const foot = lines(c, address(hash), WIDTH - 2 * MARGIN);
  c.font = '14px system-ui, sans-serif';
  const finding = lines(c, shown.finding, WIDTH - 2 * MARGIN);
  const top = MARGIN + 26 + 19 * finding.length + 8;
  canvas.width = SCALE * WIDTH;
  canvas.height = SCALE * (top + HEIGHT + 12 + 15 * foot.length + MARGIN);
  c.scale(SCALE, SCALE);

  const { paper, ink, soft } = palette();
  c.fillStyle = paper;
  c.fillRect(0, 0, WIDTH, canvas.height / SCALE);
  c.textBaseline = 'top';
  c.fillStyle = ink;
  c.font = 'bold 18px system-ui, sans-serif';
  c.fillText(title, MARGIN, MARGIN);
  c.font = '14px system-ui, sans-serif';
  finding.forEach((line, i) => c.fillText(line, MARGIN, MARGIN + 26 + 19 * i));
  c.drawImage(picture(shown), MARGIN, top, WIDTH - 2 * MARGIN, HEIGHT);
  c.fillStyle = soft;
  c.font = '11px system-ui, sans-serif';
  foot.forEach((line, i) => c.fillText(line, MARGIN, top + HEIGHT + 12 + 15 * i));
  return canvas;
}

export function savePng(id: string, title: string, hash: string, shown: Shown): void {
  render(title, hash, shown).toBlob((blob) => {
    if (blob) save(`alphatorch-${id}.png`, blob);
  }, 'image/png');
}
