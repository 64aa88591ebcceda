// One seed, independent streams: the input, each layer's weights, each draw of the masks. So a layer
// keeps its weights when the depth changes, and a fresh mask meets the same network.

import * as torch from 'alphatorch';
import type { State } from '../state.js';

export const INPUT = 0;
export const WEIGHTS = 1;
export const UNITS = 200;
export const MASKS = 1000;
/** A second mask for the same input. */
export const OTHER_MASKS = 3000;
/** The one layer's values and mask, by how often they have been drawn. */
export const LAYER = 5000;

export function seed(state: State, stream: number): void {
  torch.manual_seed(state.seed + 1_000_000 * stream);
}
