// JavaScript functions that the core calls, by number.

import { calledBack, core, list, listAt } from './core.js';

type Callback = (handles: readonly number[]) => ArrayLike<number>;

const callbacks = new Map<number, Callback>();
let last = 0;

/**
 * @internal A number under which the core can call `f` with handles of its tensors, which are then
 * `f`'s to release, and gets handles back, which stay JavaScript's. The core must be given the
 * number: it says when it will not call again.
 */
export function callback(f: Callback): number {
  const c = core() as { call_back?: (id: number, address: number) => number };
  c.call_back ??= callBack;
  callbacks.set(++last, f);
  return last;
}

function callBack(id: number, address: number): number {
  if (address !== 0) return calledBack(() => list(callbacks.get(id)!(listAt(address))));
  callbacks.delete(id);
  return 0;
}

/** @internal How many functions the core may still call. */
export const held_callbacks = (): number => callbacks.size;
