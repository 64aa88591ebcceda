// The keyboard: one letter an action, off inside text fields, and off altogether for whoever wishes.

import { element } from './figure/figure.js';

export interface Action {
  readonly key: string;
  readonly does: string;
  readonly act: () => void;
}

/** Where a letter is text, or a key already means something. */
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, select, textarea, [contenteditable], dialog') !== null;
}

export function keyboard(actions: readonly Action[]): void {
  const dialog = element<HTMLDialogElement>('help');
  const allowed = element<HTMLInputElement>('shortcuts');
  try {
    allowed.checked = localStorage.getItem('shortcuts') !== 'off';
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  allowed.addEventListener('change', () => {
    try {
      localStorage.setItem('shortcuts', allowed.checked ? 'on' : 'off');
    } catch {
      // As above.
    }
  });
  const open = (): void => dialog.showModal();
  element('help-open').addEventListener('click', open);
  element('help-close').addEventListener('click', () => dialog.close());

  const all: Action[] = [...actions, { key: '?', does: 'this help', act: open }];
  element('help-keys').replaceChildren(
    ...all.map(({ key, does }) => {
      const row = document.createElement('tr');
      const head = document.createElement('th');
      head.scope = 'row';
      const kbd = document.createElement('kbd');
      kbd.textContent = key === ' ' ? 'Space' : key.toUpperCase();
      head.append(kbd);
      const cell = document.createElement('td');
      cell.textContent = does;
      row.append(head, cell);
      return row;
    }),
  );
  addEventListener('keydown', (event) => {
    if (!allowed.checked || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) return;
    // Space and Enter press the button that has the focus.
    if (event.key === ' ' && (event.target as HTMLElement).closest('button, a, summary, canvas')) return;
    const found = all.find(({ key }) => key === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    found.act();
  });
}
