// For the search of leaks: which line made each tensor that is alive.

import { call, type Handle } from './core.js';
import { dtypes } from './dtype.js';

/** A place in the code, and the tensors alive that it made. */
export interface Origin {
  /**
   * The line of the caller, as the engine writes it in a stack. In a bundle that made one file of
   * caller and library the two cannot be told apart: then it is the whole stack.
   */
  place: string;
  tensors: number;
  bytes: number;
}

let places: Map<Handle, string> | undefined;

// Where this library is, as stacks name it: its own lines are no origin. With source maps that is a
// folder, else a file.
let own = '';

function lines(): string[] {
  const limited = Error as { stackTraceLimit?: number };
  const limit = limited.stackTraceLimit;
  limited.stackTraceLimit = 50;
  const { stack } = new Error();
  limited.stackTraceLimit = limit;
  // V8 begins with a line that is no place.
  return String(stack)
    .split('\n')
    // V8 leaves out `new` once it has optimized the code.
    .map((line) => line.trim().replace(/^at new /, 'at '))
    .filter((line) => /:\d+\)?$/.test(line));
}

// V8 writes `at f (file:1:2)` or `at file:1:2`, the others `f@file:1:2`.
const fileOf = (line: string): string =>
  line.replace(/^(?:at )?(?:.*(?:\(|@))?/, '').replace(/:\d+(:\d+)?\)?$/, '');

/** @internal */
export function record(handle: Handle): void {
  if (!places) return;
  const all = lines();
  places.set(handle, all.find((line) => !fileOf(line).startsWith(own)) ?? all.join('\n'));
}

/** @internal */
export function forget(handle: Handle): void {
  places?.delete(handle);
}

/**
 * Says where the tensors that are alive were made, the place with the most bytes first. `true`
 * begins to note where tensors are made, which makes each several times slower; `false` stops it
 * and forgets. Views are counted with all the elements they show.
 */
export function debug_memory(enabled?: boolean): Origin[] {
  if (enabled === true) {
    own = fileOf(lines()[0] ?? '').replace(/origins\.ts$/, '');
    places ??= new Map();
  }
  const origins = new Map<string, Origin>();
  for (const [handle, place] of places ?? []) {
    const origin = origins.get(place) ?? { place, tensors: 0, bytes: 0 };
    origin.tensors += 1;
    origin.bytes += call((c) => c.numel(handle) * dtypes[c.dtype(handle)]!.itemsize);
    origins.set(place, origin);
  }
  if (enabled === false) places = undefined;
  return [...origins.values()].sort((a, b) => b.bytes - a.bytes);
}
