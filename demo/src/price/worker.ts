// Trains one cell, and tells how far it is. The page ends it to stop it.

import { STEPS, train } from './training.js';
import type { Setting } from './training.js';

export type Told =
  | { readonly kind: 'progress'; readonly lr: number; readonly step: number; readonly steps: number; readonly loss: number }
  | { readonly kind: 'done'; readonly train_accuracy: number }
  | { readonly kind: 'error'; readonly message: string };

const say = (told: Told): void => postMessage(told);

onmessage = ({ data }: MessageEvent<Setting>): void => {
  try {
    const accuracy = train(data, (lr, step, loss) => say({ kind: 'progress', lr, step, steps: STEPS, loss }));
    say({ kind: 'done', train_accuracy: accuracy });
  } catch (error) {
    say({ kind: 'error', message: error instanceof Error ? error.message : String(error) });
  }
};
