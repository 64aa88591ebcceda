// Where values stand among others.

import { handle, nothing, operand, tensorOf, type Operand } from '../arguments.js';
import { TorchError } from '../core.js';
import { int32 } from '../dtype.js';
import { scoped } from '../memory.js';
import { op } from '../op.js';
import { Tensor } from '../tensor.js';
import { eq } from './comparison.js';
import { any } from './reduce.js';
import { reshape, unsqueeze } from './view.js';

/** Whether each element is among `test_elements`; with `invert`, whether it is not. */
export const isin = scoped(
  (elements: Tensor, test_elements: Operand, { invert = false, ...more } = {}): Tensor => {
    nothing('isin', more);
    handle(elements, 'isin', 'elements');
    operand(test_elements, 'isin', 'test_elements');
    const found =
      test_elements instanceof Tensor
        ? any(eq(unsqueeze(elements, -1), reshape(test_elements, -1)), -1)
        : eq(elements, test_elements);
    return invert ? found.logical_not() : found;
  },
);

interface Searching {
  /** After the elements equal to a value, not before them. */
  right?: boolean;
  /** Indices of int32, not int64. */
  out_int32?: boolean;
}

/**
 * Where each of `values` would stand in `sorted_sequence`: the index of the first element of its last
 * dimension that is not less, or with `right` of the first that is greater. The other dimensions are
 * those of `values`; one row serves values of any shape.
 */
export const searchsorted = scoped(
  (
    sorted_sequence: Tensor,
    values: Operand,
    { right = false, out_int32 = false, ...more }: Searching = {},
  ): Tensor => {
    nothing('searchsorted', more);
    const rows = handle(sorted_sequence, 'searchsorted', 'sorted_sequence');
    const wanted = operand(values, 'searchsorted', 'values');
    const found = op((c) => c.searchsorted(rows, wanted, right));
    return out_int32 ? found.to(int32) : found;
  },
);

/** {@link searchsorted} of `input` in the row `boundaries`. */
export function bucketize(input: Operand, boundaries: Tensor, options?: Searching): Tensor {
  const { ndim } = tensorOf(boundaries, 'bucketize', 'boundaries');
  if (ndim !== 1) {
    throw new TorchError(`bucketize: boundaries tensor must be 1 dimension, but got dim(${ndim})`);
  }
  return searchsorted(boundaries, input, options);
}
