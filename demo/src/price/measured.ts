// What was measured beforehand, as the section shows it.

import measured from '../measured.json';
import type { Cell } from './phase.js';

/** Mean, least and greatest over the seeds. */
type Range = readonly number[];

interface Measured {
  /** Of what, in words. */
  readonly data: string;
  /** `train[i][j]`: per cent of the training set that is answered rightly at rates[i], depths[j]. */
  readonly phase: {
    readonly depths: readonly number[];
    readonly rates: readonly number[];
    readonly train: readonly (readonly (number | null)[])[];
  };
  /** Depth 32 with AlphaDropout(0.1) behind some of the layers. */
  readonly placement?: readonly { readonly name: string; readonly test: Range; readonly loss: Range }[];
}

const { data, phase, placement } = measured as Measured;

export const cells: readonly Cell[] = phase.rates.flatMap((p, i) =>
  phase.depths.flatMap((depth, j) => {
    const found = phase.train[i]?.[j];
    // What diverged has no accuracy.
    return typeof found === 'number' ? [{ p, depth, train_accuracy: found / 100 }] : [];
  }),
);

export const source = `Measured beforehand: ${data}. A cell trained here learns the page’s own digits.`;

/** What helps where dropout everywhere does not; empty where it was not measured. */
export function placed(): string {
  if (!placement) return '';
  const texts = placement.map(({ name, test, loss }) => `${name}: ${test[0]} % (loss ${loss[0]})`);
  return `AlphaDropout(0.1) in a network of 32 layers, on the test set, behind ${texts.join('; ')}.`;
}
