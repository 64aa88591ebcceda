// What a dropout rate may be.

import { number } from '../arguments.js';
import { TorchError } from '../core.js';

/** @internal PyTorch lets NaN through here; the op refuses it. */
export function checkProbability(p: number): void {
  if (!(number(p, 'dropout', 'p') < 0 || p > 1)) return;
  throw new TorchError(`dropout probability has to be between 0 and 1, but got ${p}`, 'ValueError');
}
