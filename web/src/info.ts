// What runs, and why.

import { build, threads } from './core.js';
import { TorchError } from './error.js';

declare const __VERSION__: string;

export interface Info {
  version: string;
  /** `relaxed` where the engine has relaxed SIMD, which fuses multiply-adds in matrix products. */
  build: 'simd' | 'relaxed';
  /** Threads that compute, the calling one included. */
  threads: number;
  /** Why there is one thread; empty where there are more. */
  reason: string;
}

/** The library's version, build and threads. */
export function info(): Info {
  const { count, reason } = threads();
  return { version: __VERSION__, build: build(), threads: count, reason };
}

/**
 * Waits until the worker threads are up, at most two seconds, and says what came of it. Nothing needs
 * it: every function works at once, on one thread until there are more, with the same results.
 */
export async function init(): Promise<Info> {
  await threads().settled;
  return info();
}

/** How many threads compute now, the calling one included. */
export function get_num_threads(): number {
  return threads().count;
}

/**
 * Asks for `count` threads, the calling one included. They join as they come up, which is after your code
 * has given the page its turn; `await init()` waits for the first. No result depends on it. Where there can
 * be no threads there stays one, and {@link info} says why; there are never more than processors.
 */
export function set_num_threads(count: number): void {
  if (!(Number.isInteger(count) && count > 0)) {
    throw new TorchError('set_num_threads expects a positive integer');
  }
  threads().ask(count);
}
