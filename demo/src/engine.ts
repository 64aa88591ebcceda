// The page's end of the worker: asks for what is owed, hands on what comes, starts it anew if it dies.

import type { Part, Reply, Request } from './experiments/messages.js';
import type { State } from './state.js';

export interface Engine {
  /** Asks for these parts at this state; a newer request takes the older one's place. */
  ask(state: State, parts: readonly Part[]): void;
  /** Whether an answer is outstanding. */
  busy(): boolean;
  /** A new worker, for the one that died. */
  restart(): void;
  /** Ends the worker as a crash would, for the page's own checks. */
  crash(message: string): void;
}

/** `heard` gets every answer, `broke` a message for the visitor. */
export function engine(heard: (reply: Reply) => void, broke: (message: string) => void): Engine {
  let id = 0;
  // Each part's newest request. A newer request for one part repeats what is owed of the others.
  const owed = new Map<Part, number>();
  let worker: Worker;

  function fail(message: string): void {
    owed.clear();
    worker.terminate();
    broke(message);
  }
  function start(): void {
    worker = new Worker(new URL('./experiments/worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Reply>): void => {
      if (data.kind === 'error') {
        if (data.part) owed.delete(data.part);
        else owed.clear();
      } else if (data.kind !== 'ready' && data.id >= (owed.get(data.kind) ?? 0)) {
        owed.delete(data.kind);
      }
      heard(data);
    };
    worker.onerror = (event): void => fail(event.message || 'the worker could not be loaded');
  }
  start();

  return {
    ask(state, parts) {
      id += 1;
      for (const part of parts) owed.set(part, id);
      for (const part of owed.keys()) owed.set(part, id);
      const request: Request = { id, state, parts: [...owed.keys()] };
      worker.postMessage(request);
    },
    busy: () => owed.size > 0,
    restart: start,
    crash: fail,
  };
}
