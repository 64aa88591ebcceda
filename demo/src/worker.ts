// The library runs here, so that the page stays awake however large the network.

import * as torch from 'alphatorch';
import type { Info, Reply, Request } from './messages.js';
import { deep, oneLayer } from './network.js';

const say = (reply: Reply): void => postMessage(reply);

let latest = 0;
let queue: Promise<void> = Promise.resolve();

// A macrotask, so that a newer request can arrive; every 12 ms is often enough.
let rested = 0;
async function rest(): Promise<void> {
  if (performance.now() - rested < 12) return;
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
  rested = performance.now();
}

// A slider in motion asks faster than a network runs. Work that has begun may finish if it is quick,
// so that the picture follows the hand; what waits behind newer work is dropped.
const QUICK_MS = 400;

async function work({ id, state, parts }: Request): Promise<void> {
  if (id !== latest) return;
  const start = performance.now();
  if (parts.includes('layer')) {
    const result = oneLayer(state);
    say({ kind: 'layer', id, state, result, ms: performance.now() - start });
  }
  if (parts.includes('network')) {
    const begun = performance.now();
    const result = await deep(state, async () => {
      await rest();
      return id === latest || performance.now() - begun < QUICK_MS;
    });
    if (result) say({ kind: 'network', id, state, result, ms: performance.now() - begun });
  }
}

function failed(id: number, error: unknown): void {
  say({ kind: 'error', id, message: error instanceof Error ? error.message : String(error) });
}

onmessage = ({ data }: MessageEvent<Request>): void => {
  latest = data.id;
  // One at a time: the generator's state is the library's, and shared.
  queue = queue.then(() => work(data)).catch((error: unknown) => failed(data.id, error));
};

torch
  .init()
  .then((info) => {
    torch.set_grad_enabled(false);
    say({ kind: 'ready', info: info as Info });
  })
  .catch((error: unknown) => failed(0, error));
