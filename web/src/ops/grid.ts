// Tensors that together cover every combination.

import { int, keywords, type Keywords } from '../arguments.js';
import { TorchError } from '../core.js';
import { arange, tensor } from '../creation.js';
import { int64 } from '../dtype.js';
import type { Tensor } from '../tensor.js';
import { nonzero } from './indexing.js';
import { stack } from './join.js';
import { tril, triu } from './rearrange.js';
import { expand, reshape } from './view.js';

/** All tensors, expanded to the sizes they have in common. */
export function broadcast_tensors(...tensors: Tensor[]): Tensor[] {
  const shape = broadcast_shapes(...tensors.map((x) => x.shape));
  return tensors.map((x) => expand(x, shape));
}

/** The sizes to which tensors of these sizes broadcast. */
export function broadcast_shapes(...shapes: (readonly number[])[]): number[] {
  const ndim = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: ndim }, (_, d) => {
    const sizes = shapes.map((shape) => shape[d - ndim + shape.length] ?? 1);
    const size = sizes.find((n) => n !== 1) ?? 1;
    if (sizes.every((n) => n === 1 || n === size)) return size;
    throw new TorchError(
      'Shape mismatch: objects cannot be broadcast to a single shape',
    );
  });
}

/**
 * For vectors of lengths n, m, …: as many tensors `[n, m, …]`, the k-th with the k-th vector along
 * dimension k; with indexing 'xy', the first two dimensions are swapped.
 */
export function meshgrid(
  ...args: [...tensors: Tensor[], options: { indexing?: 'ij' | 'xy' }] | Tensor[] | [Tensor[]]
): Tensor[] {
  const rest = [...args] as unknown[];
  const last = rest.at(-1);
  const options =
    last && Object.getPrototypeOf(last) === Object.prototype ? (rest.pop() as { indexing?: string }) : {};
  const tensors = (Array.isArray(rest[0]) ? rest[0] : rest) as Tensor[];
  const { indexing = 'ij' } = options;
  if (tensors.length === 0) throw new TorchError('meshgrid expects a non-empty TensorList');
  if (indexing !== 'ij' && indexing !== 'xy') {
    throw new TorchError(
      `torch.meshgrid: indexing must be one of "xy" or "ij", but received: ${indexing}`,
    );
  }
  for (const x of tensors) {
    if (x.ndim > 1) {
      throw new TorchError(
        `torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ${x.ndim}D`,
      );
    }
  }
  const swap = indexing === 'xy' && tensors.length > 1;
  const given = swap ? [tensors[1]!, tensors[0]!, ...tensors.slice(2)] : tensors;
  const sizes = given.map((x) => x.numel());
  const grids = given.map((x, k) =>
    expand(reshape(x, sizes.map((n, d) => (d === k ? n : 1))), sizes),
  );
  if (swap) [grids[0], grids[1]] = [grids[1]!, grids[0]!];
  return grids;
}

/** Every choice of one element from each vector, a row for each. */
export function cartesian_prod(...tensors: Tensor[]): Tensor {
  if (tensors.length === 1) return tensors[0]!;
  return stack(meshgrid(...tensors).map((x) => reshape(x, -1)), 1);
}

interface Chosen {
  r: number;
  with_replacement: boolean;
}

/** Every choice of `r` elements of a vector in their order, a row for each. */
export function combinations(
  input: Tensor,
  ...args: Keywords<[r: number, with_replacement: boolean], Chosen>
): Tensor {
  const { r, with_replacement } = keywords<Chosen>(
    'combinations',
    { r: 2, with_replacement: false },
    args,
  );
  if (input.ndim !== 1) {
    throw new TorchError(`Expect a 1D vector, but got shape [${input.shape.join(', ')}]`);
  }
  if (int(r, 'combinations', 'r') < 0) {
    throw new TorchError(`Expect a non-negative number, but got ${r}`);
  }
  const n = input.numel();
  const rows: number[][] = [];
  const extend = (chosen: number[]) => {
    if (chosen.length === r) {
      rows.push(chosen);
      return;
    }
    const from = chosen.length === 0 ? 0 : chosen.at(-1)! + (with_replacement ? 0 : 1);
    for (let i = from; i < n; ++i) extend([...chosen, i]);
  };
  if (r === 0) return input.new_zeros([0]);
  extend([]);
  const indices = reshape(tensor(rows.flat(), { dtype: int64 }), rows.length, r);
  return input.take(indices);
}

const triangle =
  (side: typeof tril) =>
  (row: number, col: number, { offset = 0 } = {}): Tensor => {
    const all = arange(1, row * col + 1, { dtype: int64 });
    return nonzero(side(reshape(all, row, col), offset)).t().contiguous();
  };

/** `[2, count]`: the rows and the columns of the lower triangle of a `row` × `col` matrix. */
export const tril_indices = triangle(tril);
/** `[2, count]`: the rows and the columns of the upper triangle of a `row` × `col` matrix. */
export const triu_indices = triangle(triu);
