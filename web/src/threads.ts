// Worker threads: whether the page allows them, and bringing them up. Nobody waits for one: until it
// has reported, the calling thread does its share.

import type { MainModule } from './core.mjs';

/** A worker that does not answer in this time is taken to be blocked. */
const kPatienceMs = 2000;
/** hardwareConcurrency may be invented; more than this gains little in what we compute. */
const kMostThreads = 8;

export interface Threads {
  count: number;
  /** Why there is one thread; empty where there are more. */
  reason: string;
}

/** Starts as many threads as the page and the machine allow. */
export async function startThreads(core: MainModule): Promise<Threads> {
  const reason = obstacle() || (await probe());
  if (reason) return { count: 1, reason };
  const wanted = Math.min(navigator.hardwareConcurrency, kMostThreads);
  core.start_threads(wanted);
  const end = performance.now() + kPatienceMs;
  while (core.num_threads() < wanted && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const count = core.num_threads();
  return { count, reason: count > 1 ? '' : 'the worker threads did not start in time' };
}

/** Why there can be no threads here; empty where there may be. */
export function obstacle(): string {
  // Node, and Deno and Bun, which pass for it: their workers are not those of a page.
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  if (process?.versions?.node && typeof document === 'undefined') {
    return 'threads are for pages and their workers; Node runs one';
  }
  if (typeof navigator === 'undefined' || typeof Worker === 'undefined') {
    return 'this context has no Worker';
  }
  if (typeof SharedArrayBuffer === 'undefined' || globalThis.crossOriginIsolated === false) {
    return (
      'the page is not cross-origin isolated: send the headers Cross-Origin-Opener-Policy: ' +
      'same-origin and Cross-Origin-Embedder-Policy: require-corp'
    );
  }
  if (!((navigator.hardwareConcurrency ?? 1) > 1)) return 'the machine has one processor';
  return '';
}

/** Whether a worker from a blob runs and can be sent shared memory. */
function probe(): Promise<string> {
  return new Promise((resolve) => {
    const url = URL.createObjectURL(new Blob(['onmessage = (e) => postMessage(e.data.byteLength)']));
    let worker: Worker | undefined;
    const finish = (reason: string): void => {
      clearTimeout(timer);
      worker?.terminate();
      URL.revokeObjectURL(url);
      resolve(reason);
    };
    const blocked =
      "the page's Content-Security-Policy blocks workers from blobs: add blob: to worker-src";
    const timer = setTimeout(() => finish('a worker did not start in time'), kPatienceMs);
    try {
      worker = new Worker(url);
      worker.onmessage = () => finish('');
      worker.onerror = (event) => {
        event.preventDefault();
        finish(blocked);
      };
      worker.postMessage(new SharedArrayBuffer(8));
    } catch {
      finish(blocked);
    }
  });
}
