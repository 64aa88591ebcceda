// Views: other sizes over the same elements. Writing to a view writes to what it views.

import { handle, int, ints, keywords, sizesOf, tensorOf, type Keywords } from '../arguments.js';
import { list } from '../core.js';
import { op, unary } from '../op.js';
import type { Tensor } from '../tensor.js';

/** Sizes or dimensions, as an array or as separate numbers. */
type Spread = [list: readonly number[]] | number[];

const listOf = (args: Spread, name: string): number => list(sizesOf(args as number[], name));

/** The same elements in other sizes; one may be -1. Fails where that takes a copy. */
export function view(input: Tensor, ...size: Spread): Tensor {
  const x = handle(input, 'view');
  const sizes = listOf(size, 'view');
  return op((c) => c.view(x, sizes));
}

/** The same elements in other sizes, one of which may be -1; a view where possible, else a copy. */
export function reshape(input: Tensor, ...shape: Spread): Tensor {
  const x = handle(input, 'reshape');
  const sizes = listOf(shape, 'reshape');
  return op((c) => c.reshape(x, sizes));
}

interface Flattened {
  start_dim: number;
  end_dim: number;
}

/** The dimensions from `start_dim` to `end_dim` as one. */
export function flatten(
  input: Tensor,
  ...args: Keywords<[start_dim: number, end_dim: number], Flattened>
): Tensor {
  const x = handle(input, 'flatten');
  const { start_dim, end_dim } = keywords<Flattened>(
    'flatten',
    { start_dim: 0, end_dim: -1 },
    args,
  );
  const [start, end] = [int(start_dim, 'flatten', 'start_dim'), int(end_dim, 'flatten', 'end_dim')];
  return op((c) => c.flatten(x, start, end));
}

/** Dimension `dim` as several, of which one may be -1. */
export function unflatten(input: Tensor, dim: number, sizes: readonly number[]): Tensor {
  const x = handle(input, 'unflatten');
  const parts = list(ints(sizes, 'unflatten', 'sizes'));
  return op((c) => c.unflatten(x, int(dim, 'unflatten', 'dim'), parts));
}

/** Two dimensions swapped. */
export function transpose(input: Tensor, dim0: number, dim1: number): Tensor {
  const x = handle(input, 'transpose');
  const [a, b] = [int(dim0, 'transpose', 'dim0', 2), int(dim1, 'transpose', 'dim1', 3)];
  return op((c) => c.transpose(x, a, b));
}

export { transpose as swapaxes, transpose as swapdims };

/** A matrix transposed; fewer dimensions stay as they are. */
export const t = unary('t');

/** The dimensions in the order of `dims`. */
export function permute(input: Tensor, ...dims: Spread): Tensor {
  const x = handle(input, 'permute');
  const order = listOf(dims, 'permute');
  return op((c) => c.permute(x, order));
}

/** Dimensions moved from `source` to `destination`, the others in their order. */
export function movedim(
  input: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const x = handle(input, 'movedim');
  const dims = (d: typeof source, name: string) =>
    list(ints(typeof d === 'number' ? [d] : d, 'movedim', name));
  const [from, to] = [dims(source, 'source'), dims(destination, 'destination')];
  return op((c) => c.movedim(x, from, to));
}

export { movedim as moveaxis };

/** A dimension of size 1 inserted at `dim`. */
export function unsqueeze(input: Tensor, dim: number | { dim: number }): Tensor {
  const x = handle(input, 'unsqueeze');
  const at = int(typeof dim === 'object' ? dim.dim : dim, 'unsqueeze', 'dim');
  return op((c) => c.unsqueeze(x, at));
}

/** Without the dimensions of size 1, or without those of `dim` that have size 1. */
export function squeeze(
  input: Tensor,
  ...args: Keywords<[dim: number | readonly number[]], { dim: number | readonly number[] }>
): Tensor {
  const x = handle(input, 'squeeze');
  const { dim } = keywords<{ dim?: number | readonly number[] }>('squeeze', { dim: undefined }, args);
  if (dim === undefined) return op((c) => c.squeeze(x));
  const dims = list(ints(typeof dim === 'number' ? [dim] : dim, 'squeeze', 'dim'));
  return op((c) => c.squeeze_dims(x, dims));
}

/** Dimensions of size 1 repeated, without copying, to the given sizes; -1 keeps one. */
export function expand(input: Tensor, ...size: Spread): Tensor {
  const x = handle(input, 'expand');
  const sizes = listOf(size, 'expand');
  return op((c) => c.expand(x, sizes));
}

/** {@link expand} to the sizes of another tensor. */
export const expand_as = (input: Tensor, other: Tensor): Tensor =>
  expand(input, tensorOf(other, 'expand_as', 'other', 2).shape);

export { expand as broadcast_to };

/** The slice at `index` of dimension `dim`: `x[index]` for dim 0. */
export function select(input: Tensor, dim: number, index: number): Tensor {
  const x = handle(input, 'select');
  return op((c) => c.select(x, int(dim, 'select', 'dim'), int(index, 'select', 'index', 3)));
}

/** `length` slices of dimension `dim` from `start` on. */
export function narrow(input: Tensor, dim: number, start: number, length: number): Tensor {
  const x = handle(input, 'narrow');
  const along = int(dim, 'narrow', 'dim');
  return op((c) =>
    c.narrow(x, along, int(start, 'narrow', 'start', 3), int(length, 'narrow', 'length', 4)),
  );
}

/** `x[…, start:end:step]` in dimension `dim`; Python's rules for what is negative or too large. */
export function slice(
  input: Tensor,
  dim = 0,
  start = 0,
  end: number = Number.MAX_SAFE_INTEGER,
  step = 1,
): Tensor {
  const x = handle(input, 'slice');
  const [from, to] = [int(start, 'slice', 'start', 3), int(end, 'slice', 'end', 4)];
  return op((c) => c.slice(x, int(dim, 'slice', 'dim'), from, to, int(step, 'slice', 'step', 5)));
}

export interface DiagonalOf {
  offset: number;
  dim1: number;
  dim2: number;
}
export type DiagonalArguments = Keywords<[offset: number, dim1: number, dim2: number], DiagonalOf>;

/** The diagonal of dimensions `dim1` and `dim2`, as the last dimension. */
export function diagonal(input: Tensor, ...args: DiagonalArguments): Tensor {
  const x = handle(input, 'diagonal');
  const defaults = { offset: 0, dim1: 0, dim2: 1 };
  const { offset, dim1, dim2 } = keywords<DiagonalOf>('diagonal', defaults, args);
  const [by, a] = [int(offset, 'diagonal', 'offset'), int(dim1, 'diagonal', 'dim1')];
  return op((c) => c.diagonal(x, by, a, int(dim2, 'diagonal', 'dim2')));
}

/** Any sizes and strides over the elements, counted from the start of the storage. */
export function as_strided(
  input: Tensor,
  size: readonly number[],
  stride: readonly number[],
  storage_offset = tensorOf(input, 'as_strided').storage_offset(),
): Tensor {
  const x = input.handle;
  const [sizes, strides] = [
    list(ints(size, 'as_strided', 'size')),
    list(ints(stride, 'as_strided', 'stride')),
  ];
  return op((c) =>
    c.as_strided(x, sizes, strides, int(storage_offset, 'as_strided', 'storage_offset', 4)),
  );
}

/** The same tensor without history: no gradient flows through it. */
export const detach = unary('detach');
