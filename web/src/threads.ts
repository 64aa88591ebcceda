// Worker threads: whether the page allows them, and bringing them up. Nobody waits for one: until it
// has reported, the calling thread does its share, and one that comes late joins late.

import type { MainModule } from './core.mjs';

/** How long init() waits for workers, which come up in tens of milliseconds where they are allowed. */
const kPatienceMs = 2000;
/** hardwareConcurrency may be invented; more than this gains little in what we compute. */
const kMostThreads = 8;

const kStarting = 'the worker threads have not started yet; they join when they do';
const kAsked = 'set_num_threads(1) asked for one';

export class Threads {
  /** When the workers are up, or will not be, or two seconds have passed. */
  readonly settled: Promise<void>;
  private obstacle = obstacle();
  private wanted = this.obstacle ? 1 : Math.min(navigator.hardwareConcurrency, kMostThreads);
  private allowed = false;

  constructor(private readonly core: MainModule) {
    this.settled = this.start();
  }

  /** Threads that compute now, the calling one included. */
  get count(): number {
    return this.core.num_threads();
  }

  /** Why there is one thread; empty where there are more. */
  get reason(): string {
    if (this.count > 1) return '';
    return this.obstacle || (this.wanted > 1 ? kStarting : kAsked);
  }

  /** Asks for `count` threads, of which a page or machine that allows fewer gives fewer. */
  ask(count: number): void {
    if (this.obstacle) return;
    this.wanted = Math.min(count, navigator.hardwareConcurrency);
    if (this.allowed) this.core.start_threads(this.wanted);
  }

  private async start(): Promise<void> {
    if (this.obstacle) return;
    void probe().then((blocked) => {
      this.obstacle = blocked;
      this.allowed = !blocked;
      if (this.allowed) this.core.start_threads(this.wanted);
    });
    const end = performance.now() + kPatienceMs;
    while (!this.obstacle && this.count < this.wanted && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Why there can be no threads here; empty where there may be. */
function obstacle(): string {
  // Node, and Deno and Bun, which pass for it: their workers are not those of a page.
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  if (process?.versions?.node && typeof document === 'undefined') {
    return 'threads are for pages and their workers; Node runs one';
  }
  if (typeof navigator === 'undefined' || typeof Worker === 'undefined') {
    return 'this context has no Worker';
  }
  if (globalThis.crossOriginIsolated === false) {
    return (
      'the page is not cross-origin isolated: send the headers Cross-Origin-Opener-Policy: ' +
      'same-origin and Cross-Origin-Embedder-Policy: require-corp, or use alphatorch/coi'
    );
  }
  if (typeof SharedArrayBuffer === 'undefined') return 'this engine has no SharedArrayBuffer';
  if (!((navigator.hardwareConcurrency ?? 1) > 1)) return 'the machine has one processor';
  return '';
}

/** Whether a worker from a blob runs and can be sent shared memory; empty when it has been. */
function probe(): Promise<string> {
  return new Promise((resolve) => {
    const url = URL.createObjectURL(new Blob(['onmessage = (e) => postMessage(e.data.byteLength)']));
    let worker: Worker | undefined;
    const finish = (reason: string): void => {
      worker?.terminate();
      URL.revokeObjectURL(url);
      resolve(reason);
    };
    const blocked =
      "the page's Content-Security-Policy blocks workers from blobs: add blob: to worker-src";
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
