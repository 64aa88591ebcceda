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

/** @internal Puts a new tensor under the running tidy(), and under the net. */
export function track(tensor: Tensor, handle: Handle): void {
  collected.register(tensor, handle, tensor);
  assign(tensor, current);
}

/** @internal Forgets a tensor whose handle is being released by hand. */
export function untrack(tensor: Tensor): void {
  collected.unregister(tensor);
  assign(tensor, undefined);
}

function assign(tensor: Tensor, scope: Scope | undefined): void {
  tensor.scope?.tensors.delete(tensor);
  tensor.scope = scope?.open ? scope : undefined;
  tensor.scope?.tensors.add(tensor);
}

/** Keeps a tensor beyond the {@link tidy} it was made in; returns it. */
export function keep<T extends Tensor>(tensor: T): T {
  assign(tensor, undefined);
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
  for (const tensor of tensorsIn(result)) {
    if (tensor.scope === scope) assign(tensor, outer);
  }
  for (const tensor of scope.tensors) tensor.dispose();
  return result;
}

/** The tensors reachable from `value`. */
function* tensorsIn(value: unknown, seen = new Set<unknown>()): Generator<Tensor> {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if (seen.has(value)) return;
  seen.add(value);
  if (value instanceof Tensor) {
    yield value;
    return;
  }
  const parts = value instanceof Map || value instanceof Set ? value : Object.values(value);
  for (const part of parts) yield* tensorsIn(part, seen);
}

/** How many tensors there are, and the bytes they hold; `peak_bytes` is the most there were. */
export function memory(): { tensors: number; bytes: number; peak_bytes: number } {
  return call((c) => ({
    tensors: c.live_tensors(),
    bytes: c.live_bytes(),
    peak_bytes: c.peak_bytes(),
  }));
}
