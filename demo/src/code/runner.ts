// Runs one program in a worker of its own, for as long as it is allowed to.

import type { Heard } from './messages.js';
import { prepared, ProgramError, syntaxError } from './program.js';

/** A program that has not ended by then is ended. */
export const kLimitMs = 5000;

export type Outcome =
  | { readonly kind: 'done'; readonly ms: number }
  | { readonly kind: 'stopped'; readonly message: string }
  /** `began` is false when the program could not even be read: nothing has been printed. */
  | { readonly kind: 'failed'; readonly message: string; readonly line: number | undefined; readonly began: boolean };

const refused = ({ message, line }: ProgramError): Outcome => ({ kind: 'failed', message, line, began: false });

/** Starts `source`; `print` hears each line. `stop` ends it early. */
export function run(source: string, print: (text: string) => void): { outcome: Promise<Outcome>; stop: () => void } {
  let code: string;
  try {
    code = prepared(source);
  } catch (error) {
    return { outcome: Promise.resolve(refused(error as ProgramError)), stop: () => {} };
  }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'code' });
  let stop = (): void => {};
  const outcome = new Promise<Outcome>((resolve) => {
    let limit: ReturnType<typeof setTimeout> | undefined;
    let begun = 0;
    const end = (result: Outcome): void => {
      clearTimeout(limit);
      worker.terminate();
      resolve(result);
    };
    stop = () => end({ kind: 'stopped', message: 'Stopped.' });
    worker.onerror = (event) => {
      event.preventDefault();
      end({ kind: 'failed', message: event.message || 'the worker could not be loaded', line: undefined, began: true });
    };
    const hear: { [K in Heard['kind']]: (heard: Extract<Heard, { kind: K }>) => void } = {
      ready() {
        begun = performance.now();
        limit = setTimeout(() => end({ kind: 'stopped', message: `Stopped after ${kLimitMs / 1000} seconds.` }), kLimitMs);
        worker.postMessage({ code });
      },
      printed: ({ text }) => print(text),
      done: () => end({ kind: 'done', ms: performance.now() - begun }),
      failed({ name, message, line }) {
        const failed: Outcome = { kind: 'failed', message: `${name}: ${message}`, line, began: true };
        if (name !== 'SyntaxError') return end(failed);
        // An engine does not say where a module could not be read.
        void syntaxError(source).then((found) => end(found ? refused(found) : failed));
      },
    };
    worker.onmessage = ({ data }: MessageEvent<Heard>) => (hear[data.kind] as (heard: Heard) => void)(data);
  });
  return { outcome, stop: () => stop() };
}
