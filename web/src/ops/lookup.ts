// Where values stand among others.

import { handle, nothing, operand, tensorOf, type Operand } from '../arguments.js';
import { TorchError } from '../core.js';
import { bool, int32 } from '../dtype.js';
import { scoped } from '../memory.js';
import { op } from '../op.js';
import { result_type } from '../promotion.js';
import { Tensor } from '../tensor.js';
import { clamp } from './arithmetic.js';
import { eq } from './comparison.js';
import { take } from './indexing.js';
import { any } from './reduce.js';
import { sort } from './sort.js';
import { reshape, unsqueeze } from './view.js';

/** Whether each element is among `test_elements`; with `invert`, whether it is not. */
export const isin = scoped(
  (elements: Tensor, test_elements: Operand, { invert = false, ...more } = {}): Tensor => {
    nothing('isin', more);
    handle(elements, 'isin', 'elements');
    operand(test_elements, 'isin', 'test_elements');
    const found =
      test_elements instanceof Tensor
        ? among(elements, reshape(test_elements, -1))
        : eq(elements, test_elements);
    return invert ? found.logical_not() : found;
  },
);

function among(elements: Tensor, values: Tensor): Tensor {
  const count = values.numel();
  const common = result_type(elements, values);
  // A few are compared with each element. PyTorch's rule for where it pays to sort.
  if (common === bool || count < 10 * elements.numel() ** 0.145) {
    return any(eq(unsqueeze(elements, -1), values), -1);
  }
  const wanted = elements.to(common);
  const { values: sorted } = sort(values.to(common));
  const at = searchsorted(sorted, wanted);
  // Behind the last one stands none; the last itself is as good, as it is not equal.
  return eq(take(sorted, clamp(at, { max: count - 1 })), wanted);
}

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
