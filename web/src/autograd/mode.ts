// Whether operations are recorded.

import { refused } from '../arguments.js';
import { call } from '../core.js';

/** Whether operations are recorded for backward(). */
export const is_grad_enabled = (): boolean => call((c) => c.grad_enabled());

/** Grad mode until disposed. */
export class GradMode {
  #before: boolean | undefined = is_grad_enabled();

  constructor(enabled: boolean) {
    call((c) => c.set_grad_enabled(enabled));
  }

  [Symbol.dispose](): void {
    const before = this.#before;
    this.#before = undefined;
    if (before !== undefined) call((c) => c.set_grad_enabled(before));
  }
}

function within<R>(enabled: boolean, fn: (() => R) | undefined): R | GradMode {
  const mode = new GradMode(enabled);
  if (fn === undefined) return mode;
  try {
    return fn();
  } finally {
    mode[Symbol.dispose]();
  }
}

/**
 * Runs `fn` without recording. Without `fn`: `using _ = torch.no_grad()`. Of an asynchronous
 * function the part before its first `await` runs so.
 */
export function no_grad(): GradMode;
export function no_grad<R>(fn: () => R): R;
export function no_grad<R>(fn?: () => R): R | GradMode {
  return within(false, fn);
}

/** Runs `fn` with recording, as inside a {@link no_grad}. */
export function enable_grad(): GradMode;
export function enable_grad<R>(fn: () => R): R;
export function enable_grad<R>(fn?: () => R): R | GradMode {
  return within(true, fn);
}

/** Switches recording on or off: from now on, or with `using` or `fn` for a stretch. */
export function set_grad_enabled(mode: boolean): GradMode;
export function set_grad_enabled<R>(mode: boolean, fn: () => R): R;
export function set_grad_enabled<R>(mode: boolean, fn?: () => R): R | GradMode {
  if (typeof mode !== 'boolean') throw refused('set_grad_enabled', 'mode', 0, 'bool', mode);
  return within(mode, fn);
}
