// What runs, and why.

import { build, threads } from './core.js';

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
  const { count, reason } = threads().now;
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
