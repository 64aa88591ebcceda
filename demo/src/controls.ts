// The form's elements and the state: whatever carries data-key shows that value and sets it.

import { number } from './format.js';
import { rateNote } from './layer/layer.js';
import { changed, parsed } from './state.js';
import type { Key, State } from './state.js';

type Field = HTMLInputElement | HTMLSelectElement;

const fields = (): Field[] => [...document.querySelectorAll<Field>('[data-key]')];
const isLog = (field: Field): boolean => 'log' in field.dataset;

/** Writes the state into every control, but for a number that is being typed. */
export function show(state: State): void {
  for (const field of fields()) {
    const key = field.dataset['key'] as Key;
    const value = state[key];
    if (key === 'layer') (field as HTMLInputElement).max = String(state.depth);
    if (field.type === 'range') field.setAttribute('aria-valuetext', spoken(state, key));
    if (field.type === 'radio') (field as HTMLInputElement).checked = field.value === String(value);
    else if (field.type === 'checkbox') (field as HTMLInputElement).checked = Boolean(value);
    else if (isLog(field)) field.value = String(Math.log2(value as number));
    else if (field !== document.activeElement || field.type !== 'number') field.value = String(value);
  }
  for (const note of document.querySelectorAll<HTMLElement>('[data-note=p]')) {
    note.textContent = rateNote(state.p);
  }
  for (const output of document.querySelectorAll<HTMLElement>('[data-value]')) {
    output.textContent = text(state, output.dataset['value'] as Key);
  }
}

function text(state: State, key: Key): string {
  const value = state[key];
  if (key === 'p' || key === 'omega' || key === 'tau' || key === 'mu') return number(Number(value), 2).replace(/^0$/, '0.00');
  if (key === 'nu') return number(state.nu, 3).replace(/\.?0+$/, '');
  if (key === 'layer') return state.layer === 0 ? 'input' : `${state.layer} of ${state.depth}`;
  return String(value);
}

const spoken = (state: State, key: Key): string =>
  key === 'p' ? `${text(state, key)}, ${rateNote(state.p)}` : text(state, key);

function given(field: Field): string {
  if (field.type === 'checkbox') return (field as HTMLInputElement).checked ? '1' : '0';
  if (!isLog(field)) return field.value;
  // Three digits are as fine as a hand can set; so the middle is 1 and not 0.9998.
  return String(Number((2 ** Number(field.value)).toPrecision(3)));
}

/** Tells `set` of every change by hand; a value out of range is put right when it is left. */
export function listen(current: () => State, set: (next: State) => void): void {
  for (const field of fields()) {
    const key = field.dataset['key'] as Key;
    field.addEventListener('input', () => {
      const value = parsed(key, given(field));
      if (value === undefined) return;
      const most = key === 'layer' ? Math.min(Number(value), current().depth) : value;
      set(changed(current(), { [key]: most }));
    });
    field.addEventListener('blur', () => show(current()));
  }
  for (const form of document.forms) form.addEventListener('submit', (e) => e.preventDefault());
}
