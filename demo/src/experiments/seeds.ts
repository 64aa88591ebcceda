// The library's generator at the start of a stream.

import * as torch from 'alphatorch';
import type { State } from '../state.js';
import { STRIDE } from './streams.js';

export * from './streams.js';

export function seed(state: State, stream: number): void {
  torch.manual_seed(state.seed + STRIDE * stream);
}
