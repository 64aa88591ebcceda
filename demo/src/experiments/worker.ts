// The library runs here, so that the page stays awake however large the network.

import * as torch from 'alphatorch';
import type { State } from '../state.js';
import { hero, layer, sign, units } from './layer.js';
import type { Answer, Info, Part, Reply, Request, Results } from './messages.js';
import { network, signals } from './network.js';
import type { GoOn } from './network.js';
import { speed } from './speed.js';

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

type Experiment<Kind extends Part> = (
  state: State,
  goOn: GoOn,
) => Results[Kind] | undefined | Promise<Results[Kind] | undefined>;
const experiments: { [Kind in Part]: Experiment<Kind> } = {
  hero,
  layer,
  sign,
  units,
  network,
  signals,
  speed,
};

async function work({ id, state, parts }: Request): Promise<void> {
  for (const kind of Object.keys(experiments) as Part[]) {
    if (!parts.includes(kind)) continue;
    if (id !== latest) return;
    const start = performance.now();
    try {
      const result = await experiments[kind](state, async () => {
        await rest();
        return id === latest || (kind === 'network' && performance.now() - start < QUICK_MS);
      });
      if (result) say({ kind, id, state, result, ms: performance.now() - start } as Answer);
    } catch (error) {
      failed(id, kind, error);
    }
  }
}

function failed(id: number, part: Part | undefined, error: unknown): void {
  say({ kind: 'error', id, part, message: error instanceof Error ? error.message : String(error) });
}

onmessage = ({ data }: MessageEvent<Request>): void => {
  latest = data.id;
  // One at a time: the generator's state is the library's, and shared.
  queue = queue.then(() => work(data));
};

torch
  .init()
  .then((info) => {
    torch.set_grad_enabled(false);
    say({ kind: 'ready', info: info as Info });
  })
  .catch((error: unknown) => failed(0, undefined, error));
