// The page's end of the worker: asks for what is owed, hands on what comes.

import type { Part, Reply, Request } from './messages.js';
import type { State } from './state.js';

export interface Engine {
  /** Asks for these parts at this state; a newer request takes the older one's place. */
  ask(state: State, parts: readonly Part[]): void;
  /** Whether an answer is outstanding. */
  busy(): boolean;
}

/** `heard` gets every answer, `broke` a message for the visitor. */
export function engine(heard: (reply: Reply) => void, broke: (message: string) => void): Engine {
  let id = 0;
  // Each part's newest request. A newer request for one part repeats what is owed of the other.
  const owed = new Map<Part, number>();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

  worker.onmessage = ({ data }: MessageEvent<Reply>): void => {
    if (data.kind === 'error') owed.clear();
    else if (data.kind !== 'ready' && data.id >= (owed.get(data.kind) ?? 0)) owed.delete(data.kind);
    heard(data);
  };
  worker.onerror = (event): void => {
    owed.clear();
    broke(event.message || 'the worker could not be loaded');
  };

  return {
    ask(state, parts) {
      id += 1;
      for (const part of parts) owed.set(part, id);
      for (const part of owed.keys()) owed.set(part, id);
      const request: Request = { id, state, parts: [...owed.keys()] };
      worker.postMessage(request);
    },
    busy: () => owed.size > 0,
  };
}
