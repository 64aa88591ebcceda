// Who gives a tensor back, and when: a module's forward and tidy() release what was born in them,
// dispose() and `using` do it by hand, and the garbage collector is the net under all.

import { call, heapBytes, type Handle } from './core.js';
import { nudge } from './nudge.js';
import { forget, record } from './origins.js';
import { Tensor } from './tensor.js';

/** The tensors that one tidy(), forward or turn of a loop answers for. */
export interface Scope {
  readonly tensors: Set<Tensor>;
  open: boolean;
  /** In a forward: what a tensor may be stored on to live on: its modules and arguments. */
  readonly holders?: Set<unknown>;
  /** Whether its tensors are over the net as well, because nothing is sure to close the scope. */
  readonly netted?: boolean;
}

let current: Scope | undefined;

const collected = new FinalizationRegistry<Handle>((handle) => {
  forget(handle);
  call((c) => c.release(handle));
});

// A registry takes as long as a small op, and most tensors are disposed before their job ends, before
// which no registry calls. So they wait here, held, and those that are left then go over the net.
const kYoung = 1024;
const young = new Array<Tensor | undefined>(kYoung);
let count = 0;

function spreadNet(): void {
  for (let i = 0; i < count; ++i) {
    const tensor = young[i]!;
    young[i] = undefined;
    if (tensor.netted || tensor.is_disposed || (tensor.scope && !tensor.scope.netted)) continue;
    collected.register(tensor, tensor.handle, tensor);
    tensor.netted = true;
  }
  count = 0;
}

function endJob(): void {
  spreadNet();
  nudge();
}

/** @internal Puts a new tensor under the running scope. */
export function track(tensor: Tensor): void {
  record(tensor.handle);
  place(tensor, current);
}

function place(tensor: Tensor, scope: Scope | undefined): void {
  tensor.scope = scope?.open ? scope : undefined;
  tensor.scope?.tensors.add(tensor);
  if (tensor.scope && !tensor.scope.netted) return;
  if (count === 0) queueMicrotask(endJob);
  young[count++] = tensor;
  if (count === kYoung) spreadNet();
}

function displace(tensor: Tensor): void {
  const { scope } = tensor;
  scope?.tensors.delete(tensor);
  if (tensor.netted) collected.unregister(tensor);
  tensor.netted = false;
  tensor.scope = undefined;
}

/** @internal The opposite of {@link track}, for a tensor that is being released. */
export function untrack(tensor: Tensor): void {
  forget(tensor.handle);
  displace(tensor);
}

function move(tensor: Tensor, scope: Scope | undefined): void {
  displace(tensor);
  place(tensor, scope);
}

/**
 * Keeps a tensor beyond the scope it was made in (a module's `forward`, a loss, a {@link tidy}, a
 * turn of a data loader's loop); returns it.
 */
export function keep<T extends Tensor>(tensor: T): T {
  if (tensor.scope) move(tensor, undefined);
  return tensor;
}

/**
 * Runs `fn` and releases the tensors made in it, but for those it returns (inside arrays and
 * objects too), those given to {@link keep}, those that a module's `forward` stored on the module,
 * and parameters.
 *
 * An asynchronous `fn` is tidied when its promise settles. Only what it makes before its first
 * `await` is known to be its own; what it makes later is left to the garbage collector.
 */
export function tidy<R>(fn: () => R): R {
  return run({ tensors: new Set(), open: true }, fn);
}

/**
 * @internal `fn`, tidied: what it makes is released when it returns, but for its result. For losses
 * and other functions that are composed of ops.
 */
export const scoped =
  <A extends unknown[], R>(fn: (...args: A) => R) =>
  (...args: A): R =>
    tidy(() => fn(...args));

/**
 * @internal Runs the forward of `module`. The outermost one is a scope: what is born in it is
 * released when it returns, but for what it returns, what was kept, and what can be reached from
 * `args` or from the fields of a module whose forward ran in it.
 */
export function forwardScope<R>(module: object, args: readonly unknown[], fn: () => R): R {
  if (!current?.holders) {
    return run({ tensors: new Set(), open: true, holders: new Set([module, args]) }, fn);
  }
  current.holders.add(module);
  return fn();
}

/** What {@link leased} gives: a result, and what becomes of the tensors in it. */
export interface Lease<R> {
  readonly result: R;
  /** Releases those that nobody kept. */
  release(): void;
  /** Leaves them to the collector. */
  settle(): void;
}

/**
 * @internal Runs `fn`; the tensors in its result that it made can be released later. What else it
 * made is left to the collector, because `fn` may have stored it.
 */
export function leased<R>(fn: () => R): Lease<R> {
  const lease: Scope = { tensors: new Set(), open: true, netted: true };
  const result = run({ tensors: new Set(), open: true, netted: true }, fn, lease);
  return {
    result,
    release: () => lease.tensors.forEach((tensor) => tensor.dispose()),
    settle: () => lease.tensors.forEach(keep),
  };
}

// `heir` is the scope that takes what `fn` returns.
function run<R>(scope: Scope, fn: () => R, heir: Scope | undefined = current): R {
  const outer = current;
  current = scope;
  let result: R;
  try {
    result = fn();
  } catch (error) {
    close(scope, heir, undefined);
    throw error;
  } finally {
    current = outer;
  }
  if (!(result instanceof Promise)) return close(scope, heir, result);
  return result.then(
    (value) => close(scope, heir, value),
    (error) => {
      close(scope, heir, undefined);
      throw error;
    },
  ) as R;
}

function close<R>(scope: Scope, heir: Scope | undefined, result: R): R {
  scope.open = false;
  const rescue = (from: Iterable<unknown>, to: Scope | undefined) => {
    if (scope.tensors.size === 0) return;
    eachTensor(from, (tensor) => tensor.scope === scope && move(tensor, to));
  };
  if (scope.holders) rescue(scope.holders, undefined);
  rescue([result], heir);
  for (const tensor of scope.tensors) {
    if (scope.netted) keep(tensor);
    else tensor.dispose();
  }
  return result;
}

/** Visits the tensors reachable from `roots` through arrays, maps, sets and fields. */
function eachTensor(roots: Iterable<unknown>, visit: (tensor: Tensor) => void): void {
  const seen = new Set<unknown>();
  const waiting = [...roots];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (value instanceof Tensor) {
      visit(value);
    } else if (!seen.has(value) && !isForeign(value)) {
      seen.add(value);
      const parts =
        Array.isArray(value) || value instanceof Set
          ? value
          : value instanceof Map
            ? [...value].flat()
            : Object.values(value);
      for (const part of parts) if (typeof part === 'object') waiting.push(part);
    }
  }
}

// A page's elements lead to all of the page, and numbers to no tensor.
const isForeign = (value: object): boolean =>
  ArrayBuffer.isView(value) || (typeof EventTarget === 'function' && value instanceof EventTarget);

export interface Memory {
  /** How many tensors there are, those that only a graph still needs included. */
  live_tensors: number;
  /** What their elements take. */
  live_bytes: number;
  /** The WebAssembly memory: it grows, and what is released is used again, but it never shrinks. */
  heap_bytes: number;
  /** The most that `live_bytes` has been. */
  peak_bytes: number;
}

/** The memory in use. See {@link Memory}. */
export function memory(): Memory {
  return call((c) => ({
    live_tensors: c.live_tensors(),
    live_bytes: c.live_bytes(),
    heap_bytes: heapBytes(),
    peak_bytes: c.peak_bytes(),
  }));
}
