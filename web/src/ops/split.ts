// Parts of a tensor along a dimension, as views.

import { int, ints, tensorOf } from '../arguments.js';
import { TorchError } from '../core.js';
import { int64, scalarType } from '../dtype.js';
import { Tensor } from '../tensor.js';
import { narrow, select, slice } from './view.js';

type Dim = number | { dim?: number };

const dimOf = (dim: Dim): number => (typeof dim === 'object' ? (dim.dim ?? 0) : dim);

/** The slices of dimension `dim`. */
export function unbind(input: Tensor, options: Dim = 0): Tensor[] {
  const dim = dimOf(options);
  const length = tensorOf(input, 'unbind').size(dim);
  return Array.from({ length }, (_, i) => select(input, dim, i));
}

/** Parts of `split_size` slices each, or of the sizes in an array. */
export function split(
  input: Tensor,
  split_size: number | readonly number[],
  options: Dim = 0,
): Tensor[] {
  const dim = dimOf(options);
  const total = tensorOf(input, 'split').size(dim);
  if (typeof split_size === 'number') {
    const size = int(split_size, 'split', 'split_size');
    if (size < 0)
      throw new TorchError(`split expects split_size be non-negative, but got split_size=${size}`);
    if (size === 0 && total > 0) {
      throw new TorchError(
        `split_size can only be 0 if dimension size is 0, but got dimension size of ${total}`,
      );
    }
    const count = Math.max(1, Math.ceil(total / size) || 1);
    return Array.from({ length: count }, (_, i) =>
      narrow(input, dim, i * size, Math.min(size, total - i * size)),
    );
  }
  const sizes = ints(split_size, 'split', 'split_size');
  if (sizes.reduce((a, b) => a + b, 0) !== total) {
    throw new TorchError(
      `split_with_sizes expects split_sizes to sum exactly to ${total} ` +
        `(input tensor's size at dimension ${dim}), but got split_sizes=[${sizes.join(', ')}]`,
    );
  }
  let start = 0;
  return sizes.map((size) => narrow(input, dim, (start += size) - size, size));
}

/** At most `chunks` parts of equal size; the last may be smaller. */
export function chunk(input: Tensor, chunks: number, options: Dim = 0): Tensor[] {
  const dim = dimOf(options);
  if (int(chunks, 'chunk', 'chunks') <= 0) {
    throw new TorchError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
  }
  const total = tensorOf(input, 'chunk').size(dim);
  if (total === 0) return Array.from({ length: chunks }, () => narrow(input, dim, 0, 0));
  return split(input, Math.ceil(total / chunks), dim);
}

/**
 * `sections` parts whose sizes differ by one at most, the larger first; or the parts between the
 * indices in an array or tensor.
 */
export function tensor_split(
  input: Tensor,
  indices_or_sections: number | readonly number[] | Tensor,
  options: Dim = 0,
): Tensor[] {
  if (tensorOf(input, 'tensor_split').ndim === 0) {
    throw new TorchError(
      'tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims',
    );
  }
  const along = dimOf(options);
  if (indices_or_sections instanceof Tensor && indices_or_sections.dtype !== int64) {
    throw new TorchError(
      'tensor_split expected tensor_indices_or_sections to have dtype of long, but got ' +
        scalarType(indices_or_sections.dtype),
    );
  }
  const given =
    indices_or_sections instanceof Tensor
      ? indices_or_sections.tolist<number | number[]>()
      : indices_or_sections;
  const ends =
    typeof given === 'number'
      ? equal(given, input.size(along))
      : ints(given, 'tensor_split', 'indices');
  const starts = [0, ...ends];
  return starts.map((start, i) => slice(input, along, start, ends[i]));
}

/** Where all but the last of so many parts end. */
function equal(sections: number, size: number): number[] {
  if (int(sections, 'tensor_split', 'sections') <= 0) {
    throw new TorchError(`number of sections must be larger than 0, got ${sections}`);
  }
  const [least, larger] = [Math.floor(size / sections), size % sections];
  return Array.from({ length: sections - 1 }, (_, i) => (i + 1) * least + Math.min(i + 1, larger));
}

const splitter =
  (name: string, least: number, along: (ndim: number) => number) =>
  (input: Tensor, indices_or_sections: number | readonly number[]): Tensor[] => {
    if (tensorOf(input, name).ndim < least) {
      throw new TorchError(
        `torch.${name} requires a tensor with at least ${least} dimension, but got a tensor with ${input.ndim} dimensions!`,
      );
    }
    const dim = along(input.ndim);
    if (typeof indices_or_sections === 'number' && input.size(dim) % indices_or_sections !== 0) {
      throw new TorchError(
        `torch.${name} attempted to split along dimension ${dim}, but the size of the dimension ${input.size(dim)} is not divisible by the split_size ${indices_or_sections}!`,
      );
    }
    return tensor_split(input, indices_or_sections, dim);
  };

/** Columns apart: {@link tensor_split} of dimension 1, of a vector's only one. */
export const hsplit = splitter('hsplit', 1, (ndim) => (ndim === 1 ? 0 : 1));
/** Rows apart: {@link tensor_split} of dimension 0. */
export const vsplit = splitter('vsplit', 2, () => 0);
/** {@link tensor_split} of dimension 2. */
export const dsplit = splitter('dsplit', 3, () => 2);
