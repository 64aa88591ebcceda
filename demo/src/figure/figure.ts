// A figure of the page: what it shows, in a picture, in a sentence and in a table, and its exports.

import './figure.css';
import { palette } from '../views/palette.js';
import type { Palette } from '../views/palette.js';
import { saveCsv, savePng } from './export.js';
import { paintSoon } from './frames.js';

export type Paint = (c: CanvasRenderingContext2D, w: number, h: number, palette: Palette) => void;

export interface Shown {
  /** What it shows now, in a sentence. */
  readonly finding: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** The picture: pure, so that it can be drawn on the page and into a file. */
  readonly paint: Paint;
}

export const element = <E extends HTMLElement = HTMLElement>(id: string): E =>
  document.getElementById(id) as E;
export const part = <E extends Element = HTMLElement>(id: string, selector: string): E =>
  element(id).querySelector<E>(selector)!;

export function made<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name = '',
  text = '',
): HTMLElementTagNameMap[K] {
  const created = document.createElement(tag);
  if (name) created.className = name;
  if (text) created.textContent = text;
  return created;
}

const shownNow = new Map<string, Shown>();

/** What the figure shows; undefined before its first drawing. */
export const shown = (id: string): Shown | undefined => shownNow.get(id);

/** Shows it in `<figure id>`: on its canvas if it has one, as text, and as a table while that is open. */
export function present(id: string, next: Shown): void {
  shownNow.set(id, next);
  element(`${id}-text`).textContent = next.finding;
  repaint(id);
  fill(id);
}

function repaint(id: string): void {
  const figure = element(id);
  const canvas = figure.querySelector<HTMLCanvasElement>(':scope > canvas, .plot > canvas');
  if (!canvas || !shownNow.has(id)) return;
  paintSoon(id, figure, () => {
    onCanvas(canvas, (c, w, h) => shownNow.get(id)!.paint(c, w, h, palette()));
    figure.dataset['drawn'] = '';
  });
}

/** The colours or the sizes have changed. */
export function repaintAll(): void {
  for (const id of shownNow.keys()) repaint(id);
}

const ratio = (): number => window.devicePixelRatio || 1;
const pixels = ({ clientWidth, clientHeight }: HTMLCanvasElement): [number, number] =>
  [Math.round(clientWidth * ratio()), Math.round(clientHeight * ratio())];

/** Sizes a canvas for the screen's pixels and draws on it in CSS pixels. */
export function onCanvas(
  canvas: HTMLCanvasElement,
  draw: (c: CanvasRenderingContext2D, w: number, h: number) => void,
): void {
  const { clientWidth: w, clientHeight: h } = canvas;
  const c = canvas.getContext('2d');
  if (!c || w === 0 || h === 0) return;
  const [wide, high] = pixels(canvas);
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  c.setTransform(ratio(), 0, 0, ratio(), 0, 0);
  c.clearRect(0, 0, w, h);
  draw(c, w, h);
}

// Captions wrap, panels open: a picture drawn for another size would be stretched.
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const canvas = target as HTMLCanvasElement;
    const [wide, high] = pixels(canvas);
    if (canvas.width !== wide || canvas.height !== high) repaint(canvas.closest('figure')!.id);
  }
});

/** Gives every `<figure data-figure>` its buttons. `hash` is the address of what is shown. */
export function equip(hash: () => string): void {
  for (const figure of document.querySelectorAll<HTMLElement>('figure[data-figure]')) {
    const { id } = figure;
    const canvas = figure.querySelector('canvas[aria-labelledby]');
    if (canvas) resized.observe(canvas);
    const title = (): string => element(`${id}-title`).textContent!.trim();
    const tools = made('span', 'tools');
    const button = (text: string, what: string, act: (b: HTMLButtonElement) => void): void => {
      const b = made('button', 'tool', text);
      b.type = 'button';
      b.dataset['testid'] = `${id}-${text.toLowerCase()}`;
      // What is read aloud begins with what is seen: voice control asks for it by that.
      b.setAttribute('aria-label', `${text}: ${what}, ${title()}`);
      b.addEventListener('click', () => act(b));
      tools.append(b);
    };
    const exported = (save: typeof savePng | typeof saveCsv) => (): void => {
      const now = shownNow.get(id);
      if (now) save(id, title(), hash(), now);
    };
    button('Table', 'Table of the numbers', (b) => {
      const open = b.getAttribute('aria-pressed') !== 'true';
      b.setAttribute('aria-pressed', String(open));
      table(figure).hidden = !open;
      fill(id);
    });
    button('CSV', 'Save the numbers', exported(saveCsv));
    button('PNG', 'Save the picture', exported(savePng));
    figure.querySelector('figcaption')!.append(tools);
  }
}

function table(figure: HTMLElement): HTMLElement {
  const there = figure.querySelector<HTMLElement>(':scope > .scroll');
  if (there) return there;
  const scroll = made('div', 'scroll');
  scroll.tabIndex = 0;
  scroll.hidden = true;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', `Numbers: ${element(`${figure.id}-title`).textContent!.trim()}`);
  figure.append(scroll);
  return scroll;
}

function fill(id: string): void {
  const scroll = element(id).querySelector<HTMLElement>(':scope > .scroll');
  const now = shownNow.get(id);
  if (!scroll || scroll.hidden || !now) return;
  const row = (tag: 'th' | 'td', cells: readonly (string | number)[], scope: string): HTMLElement => {
    const tr = made('tr');
    tr.append(
      ...cells.map((cell, i) => {
        const box = made(i === 0 ? 'th' : tag, '', written(cell));
        if (box.tagName === 'TH') box.setAttribute('scope', scope);
        return box;
      }),
    );
    return tr;
  };
  const grid = made('table');
  const [head, body] = [made('thead'), made('tbody')];
  head.append(row('th', now.columns, 'col'));
  body.append(...now.rows.map((cells) => row('td', cells, 'row')));
  grid.append(head, body);
  scroll.replaceChildren(grid);
}

function written(cell: string | number): string {
  if (typeof cell === 'string') return cell;
  return String(Number(cell.toPrecision(6))).replace('-', '−');
}
