// Ops that put tensors together, and that copy them.

import { handle, handles, int, nothing } from '../arguments.js';
import { call, TorchError } from '../core.js';
import { scoped } from '../memory.js';
import { inplace, op, opOrSelf, unary } from '../op.js';
import type { Tensor } from '../tensor.js';
import { atleast_1d, atleast_2d, atleast_3d } from './rearrange.js';
import { reshape } from './view.js';

type Along = number | { dim?: number };

function along(named: Along, name: string): number {
  const { dim = 0, ...more } = typeof named === 'object' ? named : { dim: named };
  nothing(name, more);
  return int(dim, name, 'dim');
}

/** Tensors end to end in dimension `dim`. */
export function cat(tensors: readonly Tensor[], dim: Along = 0): Tensor {
  const parts = handles(tensors, 'cat');
  return op((c) => c.cat(parts, along(dim, 'cat')));
}

export { cat as concat, cat as concatenate };

/** Tensors of equal sizes side by side in a new dimension `dim`. */
export function stack(tensors: readonly Tensor[], dim: Along = 0): Tensor {
  const parts = handles(tensors, 'stack');
  return op((c) => c.stack(parts, along(dim, 'stack')));
}

const stacker = (name: string, fit: (x: Tensor) => Tensor, dim: (first: Tensor) => number) =>
  scoped((tensors: readonly Tensor[]): Tensor => {
    handles(tensors, name);
    if (tensors.length === 0) throw new TorchError(`${name} expects a non-empty TensorList`);
    const parts = tensors.map(fit);
    return cat(parts, dim(parts[0]!));
  });

/** Side by side: {@link cat} of dimension 1, of vectors in their only one. */
export const hstack = stacker('hstack', atleast_1d, (first) => (first.ndim === 1 ? 0 : 1));

/** One above the other: {@link cat} of dimension 0, a vector as a row. */
export const vstack = stacker('vstack', atleast_2d, () => 0);

export { vstack as row_stack };

/** {@link cat} of dimension 2, a matrix as `[rows, columns, 1]`. */
export const dstack = stacker('dstack', atleast_3d, () => 2);

const asColumn = (x: Tensor) => (x.ndim < 2 ? reshape(x, -1, 1) : x);

/** Side by side, a vector as a column. */
export const column_stack = stacker('column_stack', asColumn, () => 1);

/** Matrices along the diagonal of a matrix of zeros. */
export const block_diag = scoped((...tensors: Tensor[]): Tensor => {
  handles(tensors, 'block_diag');
  tensors.forEach((x, i) => {
    if (x.ndim <= 2) return;
    throw new TorchError(
      `torch.block_diag: Input tensors must have 2 or fewer dimensions. Input ${i} has ${x.ndim} dimensions`,
    );
  });
  const blocks = tensors.map(atleast_2d);
  const columns = blocks.reduce((sum, block) => sum + block.size(1), 0);
  let left = 0;
  return cat(
    blocks.map((block) => {
      const [rows, width] = [block.size(0), block.size(1)];
      const beside = (n: number) => block.new_zeros([rows, n]);
      left += width;
      return cat([beside(left - width), block, beside(columns - left)], 1);
    }),
  );
});

/** A copy, through which gradients flow. */
export const clone = unary('clone');

/** The same elements in row-major order; the tensor itself where they are. */
export function contiguous(input: Tensor): Tensor {
  const x = handle(input, 'contiguous');
  return opOrSelf(input, (c) => c.contiguous(x));
}

/** Overwrites `input` with `source`, converted and broadcast. */
export function copy_<T extends Tensor>(input: T, source: Tensor): T {
  const x = handle(input, 'copy_');
  const from = handle(source, 'copy_', 'src', 2);
  return inplace(input, (c) => c.copy_(x, from));
}

/** Overwrites `input` with one number. */
export function fill_<T extends Tensor>(input: T, value: Tensor | number | boolean | bigint): T {
  const x = handle(input, 'fill_');
  const v =
    typeof value === 'object'
      ? call((c) => c.item(handle(value, 'fill_', 'value')))
      : Number(value);
  return inplace(input, (c) => c.fill_(x, v));
}

/** Overwrites `input` with zeros. */
export function zero_<T extends Tensor>(input: T): T {
  const x = handle(input, 'zero_');
  return inplace(input, (c) => c.zero_(x));
}
