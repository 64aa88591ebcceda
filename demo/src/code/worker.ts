// The visitor's program runs here, as a module of its own, where it can hold up nothing but itself.
// It needs blob: in a page's script-src and worker-src; no eval.

import * as torch from 'alphatorch';
import type { Heard, Program } from './messages.js';
import { lineOf } from './program.js';

/** A program that prints without end shall not fill the page. */
const kMostLines = 1000;

const say = (message: Heard): void => postMessage(message);

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  // Tensors, modules and errors write themselves; plain objects and arrays do not.
  if (typeof value === 'object' && value !== null && [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value))) {
    return JSON.stringify(value);
  }
  return String(value);
}

let lines = 0;
function print(...values: unknown[]): void {
  lines += 1;
  if (lines <= kMostLines) say({ kind: 'printed', text: values.map(shown).join(' ') });
  else if (lines === kMostLines + 1) say({ kind: 'printed', text: `… more than ${kMostLines} lines` });
}
onmessage = async ({ data: { code } }: MessageEvent<Program>): Promise<void> => {
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  try {
    await import(/* @vite-ignore */ url);
    say({ kind: 'done' });
  } catch (error) {
    const thrown = error instanceof Error ? error : new Error(String(error));
    say({ kind: 'failed', name: thrown.name, message: thrown.message, line: lineOf(thrown.stack) });
  }
};

Object.assign(console, { log: print, info: print, warn: print, error: print, debug: print });
Object.assign(globalThis, { torch });
torch.onwarning((message) => print(`UserWarning: ${message}`));
void torch.init().then(() => say({ kind: 'ready' }));
