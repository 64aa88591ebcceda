// The form's elements and the state: whatever carries data-key shows that value and sets it.

import { rateNote } from './findings.js';
import { changed, parseHash } from './state.js';
import type { Key, State } from './state.js';

type Field = HTMLInputElement | HTMLSelectElement;

const fields = (): Field[] => [...document.querySelectorAll<Field>('[data-key]')];

/** Writes the state into every control, but for a number that is being typed. */
export function show(state: State): void {
  for (const field of fields()) {
    const key = field.dataset['key'] as Key;
    if (key === 'layer') (field as HTMLInputElement).max = String(state.depth);
    if (key === 'p') field.setAttribute('aria-valuetext', `${state.p.toFixed(2)}, ${rateNote(state.p)}`);
    const typing = field === document.activeElement && field.type === 'number';
    if (!typing) field.value = String(state[key]);
  }
  document.querySelector('[data-note=p]')!.textContent = rateNote(state.p);
  for (const output of document.querySelectorAll<HTMLElement>('[data-value]')) {
    output.textContent = text(state, output.dataset['value'] as Key);
  }
}

function text(state: State, key: Key): string {
  if (key === 'p') return state.p.toFixed(2);
  if (key === 'layer') return state.layer === 0 ? 'input' : `${state.layer} of ${state.depth}`;
  return String(state[key]);
}

/** Tells `set` of every change by hand; a value out of range is put right when it is left. */
export function listen(current: () => State, set: (next: State) => void): void {
  for (const field of fields()) {
    const key = field.dataset['key'] as Key;
    field.addEventListener('input', () => {
      const { state, rejected } = parseHash(`#${new URLSearchParams([[key, field.value]])}`);
      if (rejected.length === 0) {
        const value = key === 'layer' ? Math.min(Number(field.value), current().depth) : state[key];
        set(changed(current(), { [key]: value }));
      }
    });
    field.addEventListener('blur', () => show(current()));
  }
  for (const form of document.forms) form.addEventListener('submit', (e) => e.preventDefault());
}
