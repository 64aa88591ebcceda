// What has gone wrong, said to the visitor, and the way out where there is one.

import { element, made } from './figure/figure.js';
import type { State } from './state.js';

/** Something the page cannot do; with `retry`, a button that tries again. */
export function problem(message: string, retry?: () => void): void {
  const place = element('problem');
  place.replaceChildren(`The figures cannot be computed: ${message}. `);
  if (retry) {
    const button = made('button', 'tool', 'Retry');
    button.type = 'button';
    button.dataset['testid'] = 'retry';
    button.addEventListener('click', retry);
    place.append(button);
  } else {
    place.append('Try a current browser, or reload the page.');
  }
  place.hidden = false;
}

export function allWell(): void {
  element('problem').hidden = true;
}

/** Something to know that stops nothing. */
export function notice(message: string): void {
  const place = element('notice');
  place.textContent = message;
  place.hidden = message === '';
}

/** Whether an error says that memory has run out. */
export const isMemory = (message: string): boolean => /memory|Array buffer allocation/i.test(message);

/** A smaller experiment, for a machine that has not the memory for this one; undefined at the smallest. */
export function smaller(state: State): Partial<State> | undefined {
  if (state.width > 64) return { width: state.width / 2 };
  if (state.samples > 4096) return { samples: state.samples / 16 };
  if (state.batch > 32) return { batch: state.batch / 2 };
  return undefined;
}
