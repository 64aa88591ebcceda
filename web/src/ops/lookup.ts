// Where values stand among others.

import { handle, operand, type Operand } from '../arguments.js';
import { int32, int64 } from '../dtype.js';
import { scoped } from '../memory.js';
import { Tensor } from '../tensor.js';
import { eq, le, lt } from './comparison.js';
import { any, sum } from './reduce.js';
import { reshape, unsqueeze } from './view.js';

/** Whether each element is among `test_elements`; with `invert`, whether it is not. */
export const isin = scoped(
  (elements: Tensor, test_elements: Operand, { invert = false } = {}): Tensor => {
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
    values: Tensor | number,
    { right = false, out_int32 = false }: Searching = {},
  ): Tensor => {
    handle(sorted_sequence, 'searchsorted', 'sorted_sequence');
    operand(values, 'searchsorted', 'values');
    const before = right ? le : lt;
    const smaller =
      values instanceof Tensor && values.ndim > 0
        ? before(unsqueeze(sorted_sequence, -2), unsqueeze(values, -1))
        : before(sorted_sequence, values);
    return sum(smaller, -1).to(out_int32 ? int32 : int64);
  },
);

/** {@link searchsorted} of `input` in the row `boundaries`. */
export const bucketize = (input: Tensor | number, boundaries: Tensor, options?: Searching): Tensor =>
  searchsorted(boundaries, input, options);
