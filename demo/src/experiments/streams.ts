// One seed, independent streams: the input, each layer's weights, each draw of the masks. So a layer
// keeps its weights when the depth changes, and a fresh mask meets the same network.

export const INPUT = 0;
export const WEIGHTS = 1;
export const UNITS = 200;
export const MASKS = 1000;
/** A second mask for the same input. */
export const OTHER_MASKS = 3000;
/** The one layer's values and mask, by how often they have been drawn. */
export const LAYER = 5000;

/** What the seeds of two streams differ by, at least. */
export const STRIDE = 1_000_000;
