// Who gives a tensor back, and when: dispose() and `using` by hand, tidy() for a stretch of code,
// and the garbage collector as the net under both.

import { call, type Handle } from './core.js';
import { Tensor } from './tensor.js';

/** The tensors that one tidy() answers for. */
export interface Scope {
  readonly tensors: Set<Tensor>;
  open: boolean;
}

let current: Scope | undefined;

const collected = new FinalizationRegistry<Handle>((handle) => call((c) => c.release(handle)));

/** @internal Puts a new tensor under the running tidy(). */
export const track = (tensor: Tensor): void => place(tensor, current);

// A tensor stands either under a tidy(), which holds it, or over the net.
function place(tensor: Tensor, scope: Scope | undefined): void {
  tensor.scope = scope?.open ? scope : undefined;
  if (tensor.scope) tensor.scope.tensors.add(tensor);
  else collected.register(tensor, tensor.handle, tensor);
}

/** @internal The opposite of {@link track}, for a tensor that is being released. */
export function untrack(tensor: Tensor): void {
  if (tensor.scope) tensor.scope.tensors.delete(tensor);
  else collected.unregister(tensor);
  tensor.scope = undefined;
}

/** Keeps a tensor beyond the {@link tidy} it was made in; returns it. */
export function keep<T extends Tensor>(tensor: T): T {
  if (tensor.scope) {
    untrack(tensor);
    place(tensor, undefined);
  }
  return tensor;
}

/**
 * Runs `fn` and releases the tensors made in it, but for those it returns (inside arrays and
 * objects too), those given to {@link keep}, and parameters.
 *
 * An asynchronous `fn` is tidied when its promise settles. Only what it makes before its first
 * `await` is known to be its own; what it makes later is left to the garbage collector.
 */
export function tidy<R>(fn: () => R): R {
  const outer = current;
  const scope: Scope = { tensors: new Set(), open: true };
  current = scope;
  let result: R;
  try {
    result = fn();
  } catch (error) {
    close(scope, outer, undefined);
    throw error;
  } finally {
    current = outer;
  }
  if (!(result instanceof Promise)) return close(scope, outer, result);
  return result.then(
    (value) => close(scope, outer, value),
    (error) => {
      close(scope, outer, undefined);
      throw error;
    },
  ) as R;
}

function close<R>(scope: Scope, outer: Scope | undefined, result: R): R {
  scope.open = false;
  eachTensor(result, (tensor) => {
    if (tensor.scope !== scope) return;
    untrack(tensor);
    place(tensor, outer);
  });
  for (const tensor of scope.tensors) tensor.dispose();
  return result;
}

/** Visits the tensors reachable from `value`. */
function eachTensor(value: unknown, visit: (tensor: Tensor) => void, seen?: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if (value instanceof Tensor) return visit(value);
  const before = seen ?? new Set();
  if (before.has(value)) return;
  before.add(value);
  const parts = value instanceof Map || value instanceof Set ? value : Object.values(value);
  for (const part of parts) eachTensor(part, visit, before);
}

/** How many tensors there are, and the bytes they hold; `peak_bytes` is the most there were. */
export function memory(): { tensors: number; bytes: number; peak_bytes: number } {
  return call((c) => ({
    tensors: c.live_tensors(),
    bytes: c.live_bytes(),
    peak_bytes: c.peak_bytes(),
  }));
}
