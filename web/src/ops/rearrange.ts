// Elements in another order or more than once; triangles and diagonals.

import { handle, int, ints, keywords, nothing, sizesOf, tensorOf } from '../arguments.js';
import { list, TorchError } from '../core.js';
import { tensor } from '../creation.js';
import { int64 } from '../dtype.js';
import { scoped, tidy } from '../memory.js';
import { op } from '../op.js';
import { Tensor } from '../tensor.js';
import { reshape, unsqueeze, view, type DiagonalArguments, type DiagonalOf } from './view.js';

type Spread = [list: readonly number[]] | number[];
type Dims = number | readonly number[];

const listOf = (dims: Dims, name: string, argument: string): number =>
  list(ints(typeof dims === 'number' ? [dims] : dims, name, argument));

/** The input laid side by side, so often along each dimension. */
export function repeat(input: Tensor, ...repeats: Spread): Tensor {
  const x = handle(input, 'repeat');
  const times = list(sizesOf(repeats as number[], 'repeat'));
  return op((c) => c.repeat(x, times));
}

/** {@link repeat}, where missing leading counts are 1. */
export function tile(input: Tensor, ...dims: Spread): Tensor {
  handle(input, 'tile');
  const times = sizesOf(dims as number[], 'tile');
  const missing = Math.max(input.ndim - times.length, 0);
  return repeat(input, [...new Array<number>(missing).fill(1), ...times]);
}

/**
 * Each slice of `dim`, or each element, so often: one number for all, or one for each. Of one
 * tensor alone: each index as often as it says.
 */
export function repeat_interleave(
  input: Tensor,
  repeats?: Tensor | number,
  options: number | { dim?: number | null } | null = null,
): Tensor {
  handle(input, 'repeat_interleave');
  if (repeats === undefined) {
    const indices = Array.from({ length: input.numel() }, (_, i) => i);
    return tidy(() => repeat_interleave(tensor(indices, { dtype: int64 }), input, 0));
  }
  const x = handle(input, 'repeat_interleave');
  const dim = typeof options === 'object' ? (options?.dim ?? null) : options;
  const along = dim === null ? NaN : int(dim, 'repeat_interleave', 'dim', 3);
  return tidy(() => {
    const times =
      typeof repeats === 'number'
        ? tensor(int(repeats, 'repeat_interleave', 'repeats'), { dtype: int64 })
        : repeats;
    const each = handle(times, 'repeat_interleave', 'repeats', 2);
    return op((c) => c.repeat_interleave(x, each, along));
  });
}

/** Moved by `shifts` along `dims`, in again at the other end; without `dims`, in one row. */
export function roll(
  input: Tensor,
  shifts: Dims,
  dims: Dims | { dims?: Dims } | null = null,
): Tensor {
  const x = handle(input, 'roll');
  const named = dims === null || typeof dims === 'number' || Array.isArray(dims);
  const { dims: along, ...more } = named ? { dims } : (dims as { dims?: Dims });
  nothing('roll', more);
  const [by, at] = [listOf(shifts, 'roll', 'shifts'), listOf((along as Dims | null | undefined) ?? [], 'roll', 'dims')];
  return op((c) => c.roll(x, by, at));
}

/** The order along `dims` turned around. */
export function flip(input: Tensor, ...dims: Spread): Tensor {
  const x = handle(input, 'flip');
  const at = list(sizesOf(dims as number[], 'flip'));
  return op((c) => c.flip(x, at));
}

/** {@link flip} of columns: of dimension 1. */
export function fliplr(input: Tensor): Tensor {
  handle(input, 'fliplr');
  if (input.ndim < 2) throw new TorchError('Input must be >= 2-d.');
  return flip(input, 1);
}

/** {@link flip} of rows: of dimension 0. */
export function flipud(input: Tensor): Tensor {
  handle(input, 'flipud');
  if (input.ndim < 1) throw new TorchError('Input must be >= 1-d.');
  return flip(input, 0);
}

/** Turned by `k` right angles from the first of `dims` towards the second. */
export function rot90(input: Tensor, k = 1, dims: readonly number[] = [0, 1]): Tensor {
  const x = handle(input, 'rot90');
  const plane = listOf(dims, 'rot90', 'dims');
  return op((c) => c.rot90(x, int(k, 'rot90', 'k'), plane));
}

/** A view of all windows of `size` along `dimension`, every `step`, as the last dimension. */
export function unfold(input: Tensor, dimension: number, size: number, step: number): Tensor {
  const x = handle(input, 'unfold');
  const [d, n] = [int(dimension, 'unfold', 'dimension'), int(size, 'unfold', 'size', 3)];
  return op((c) => c.unfold(x, d, n, int(step, 'unfold', 'step', 4)));
}

type Diagonal = number | { diagonal?: number };

function offset(named: Diagonal, name: string): number {
  const { diagonal = 0, ...more } = typeof named === 'object' ? named : { diagonal: named };
  nothing(name, more);
  return int(diagonal, name, 'diagonal');
}

/** The last two dimensions with 0 above the diagonal, or above one beside it. */
export function tril(input: Tensor, diagonal: Diagonal = 0): Tensor {
  const x = handle(input, 'tril');
  return op((c) => c.tril(x, offset(diagonal, 'tril')));
}

/** The last two dimensions with 0 below the diagonal, or below one beside it. */
export function triu(input: Tensor, diagonal: Diagonal = 0): Tensor {
  const x = handle(input, 'triu');
  return op((c) => c.triu(x, offset(diagonal, 'triu')));
}

/** A vector as the diagonal of a matrix of zeros; of a matrix, its diagonal. */
export function diag(input: Tensor, diagonal: Diagonal = 0): Tensor {
  const x = handle(input, 'diag');
  return op((c) => c.diag(x, offset(diagonal, 'diag')));
}

/** All elements as the diagonal of a matrix of zeros. */
export const diagflat = scoped(
  (input: Tensor, diagonal: Diagonal = 0): Tensor => diag(reshape(input, -1), diagonal),
);

/** The last dimension as the diagonal of dimensions `dim1` and `dim2` of zeros. */
export function diag_embed(input: Tensor, ...args: DiagonalArguments): Tensor {
  const x = handle(input, 'diag_embed');
  const defaults = { offset: 0, dim1: -2, dim2: -1 };
  const { offset, dim1, dim2 } = keywords<DiagonalOf>('diag_embed', defaults, args);
  const [by, a] = [int(offset, 'diag_embed', 'offset'), int(dim1, 'diag_embed', 'dim1')];
  return op((c) => c.diag_embed(x, by, a, int(dim2, 'diag_embed', 'dim2')));
}

/** Overwrites the diagonal of all dimensions at once; with `wrap`, again below it in tall ones. */
export function fill_diagonal_<T extends Tensor>(
  input: T,
  value: number,
  { wrap = false, ...more } = {},
): T {
  nothing('fill_diagonal_', more);
  handle(input, 'fill_diagonal_');
  const sizes = input.shape;
  if (sizes.length < 2) throw new TorchError('dimensions must larger than 1');
  if (sizes.length > 2 && sizes.some((size) => size !== sizes[0])) {
    throw new TorchError('all dimensions of input must be of equal length');
  }
  const step = input.stride().reduce((a, b) => a + b, 0);
  const shortest = Math.min(...sizes);
  const diagonalFrom = (row: number) => {
    const length = Math.min(shortest, sizes[0]! - row);
    const from = input.storage_offset() + row * input.stride(0);
    input.as_strided([length], [step], from).fill_(value).dispose();
  };
  diagonalFrom(0);
  for (let row = shortest + 1; wrap && row < sizes[0]!; row += shortest + 1) diagonalFrom(row);
  return input;
}

/** All elements in one row; a view where possible. */
export const ravel = (input: Tensor): Tensor => reshape(input, -1);

/** {@link view} in the sizes of another tensor. */
export const view_as = (input: Tensor, other: Tensor): Tensor =>
  view(input, tensorOf(other, 'view_as', 'other', 2).shape);

/** {@link reshape} to the sizes of another tensor. */
export const reshape_as = (input: Tensor, other: Tensor): Tensor =>
  reshape(input, tensorOf(other, 'reshape_as', 'other', 2).shape);

/** With at least one dimension. */
export const atleast_1d = (input: Tensor): Tensor =>
  tensorOf(input, 'atleast_1d').ndim > 0 ? input : reshape(input, 1);

/** With at least two dimensions; a vector becomes a row. */
export const atleast_2d = scoped(
  (input: Tensor): Tensor =>
  tensorOf(input, 'atleast_2d').ndim > 1 ? input : unsqueeze(atleast_1d(input), 0),
);

/** With at least three dimensions; a matrix becomes `[rows, columns, 1]`. */
export const atleast_3d = scoped(
  (input: Tensor): Tensor =>
  tensorOf(input, 'atleast_3d').ndim > 2 ? input : unsqueeze(atleast_2d(input), 2),
);

/** The last two dimensions swapped. */
export function adjoint(input: Tensor): Tensor {
  handle(input, 'adjoint');
  if (input.ndim === 1) {
    throw new TorchError(
      'tensor.adjoint() is only supported on matrices or batches of matrices. Got 1-D tensor.',
    );
  }
  return input.ndim === 0 ? input : input.transpose(-2, -1);
}

