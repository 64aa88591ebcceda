// Tensors that together cover every combination.

import { int, ints, isOptions, keywords, tensorOf, type Keywords } from '../arguments.js';
import { TorchError } from '../core.js';
import { ones, tensor } from '../creation.js';
import { int64 } from '../dtype.js';
import { scoped, tidy } from '../memory.js';
import type { Tensor } from '../tensor.js';
import { nonzero } from './indexing.js';
import { stack } from './join.js';
import { tril, triu } from './rearrange.js';
import { expand, reshape } from './view.js';

/** All tensors, expanded to the sizes they have in common. */
export function broadcast_tensors(...tensors: Tensor[]): Tensor[] {
  const shape = common(
    tensors.map((x, i) => tensorOf(x, 'broadcast_tensors', 'tensors', i + 1).shape),
    (a, b, d) => `The size of tensor a (${a}) must match the size of tensor b (${b}) at non-singleton dimension ${d}`,
  );
  return tensors.map((x) => expand(x, shape));
}

/** The sizes to which tensors of these sizes broadcast. */
export const broadcast_shapes = (...shapes: (readonly number[])[]): number[] =>
  common(shapes, () => 'Shape mismatch: objects cannot be broadcast to a single shape');

function common(
  shapes: readonly (readonly number[])[],
  refusal: (a: number, b: number, dim: number) => string,
): number[] {
  const ndim = Math.max(0, ...shapes.map((shape) => ints(shape, 'broadcast_shapes', 'shapes').length));
  return Array.from({ length: ndim }, (_, d) => {
    const sizes = shapes.map((shape) => shape[d - ndim + shape.length] ?? 1);
    const size = sizes.find((n) => n !== 1) ?? 1;
    const other = sizes.find((n) => n !== 1 && n !== size);
    if (other !== undefined) throw new TorchError(refusal(size, other, d));
    return size;
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
  const options = isOptions(last) ? (rest.pop() as { indexing?: string }) : {};
  const tensors = (Array.isArray(rest[0]) ? rest[0] : rest) as Tensor[];
  const { indexing = 'ij' } = options;
  if (tensors.length === 0) throw new TorchError('meshgrid expects a non-empty TensorList');
  if (indexing !== 'ij' && indexing !== 'xy') {
    throw new TorchError(
      `torch.meshgrid: indexing must be one of "xy" or "ij", but received: ${indexing}`,
    );
  }
  for (const [i, x] of tensors.entries()) {
    if (tensorOf(x, 'meshgrid', 'tensors', i + 1).ndim > 1) {
      throw new TorchError(
        `torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ${x.ndim}D`,
      );
    }
  }
  const swap = indexing === 'xy' && tensors.length > 1;
  const given = swap ? [tensors[1]!, tensors[0]!, ...tensors.slice(2)] : tensors;
  const sizes = given.map((x) => x.numel());
  const grids = tidy(() =>
    given.map((x, k) => expand(reshape(x, sizes.map((n, d) => (d === k ? n : 1))), sizes)),
  );
  if (swap) [grids[0], grids[1]] = [grids[1]!, grids[0]!];
  return grids;
}

/** Every choice of one element from each vector, a row for each. */
export const cartesian_prod = scoped((...tensors: Tensor[]): Tensor => {
  tensors.forEach((x, i) => checkVector(tensorOf(x, 'cartesian_prod', 'tensors', i + 1)));
  if (tensors.length === 1) return tensors[0]!;
  return stack(meshgrid(...tensors).map((x) => reshape(x, -1)), 1);
});

function checkVector(x: Tensor): void {
  if (x.ndim === 1) return;
  throw new TorchError(`Expect a 1D vector, but got shape [${x.shape.join(', ')}]`);
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
  checkVector(tensorOf(input, 'combinations'));
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
  return tidy(() => input.take(reshape(tensor(rows.flat(), { dtype: int64 }), rows.length, r)));
}

const triangle = (name: string, side: typeof tril) =>
  scoped((row: number, col: number, ...args: Keywords<[offset: number], { offset: number }>): Tensor => {
    const { offset } = keywords(name, { offset: 0 }, args);
    for (const [what, count] of Object.entries({ row, col })) {
      if (int(count, name, what) >= 0) continue;
      throw new TorchError(`${what} must be non-negative, got${count}`);
    }
    return nonzero(side(ones(row, col), offset)).t().contiguous();
  });

/** `[2, count]`: the rows and the columns of the lower triangle of a `row` × `col` matrix. */
export const tril_indices = triangle('tril_indices', tril);
/** `[2, count]`: the rows and the columns of the upper triangle of a `row` × `col` matrix. */
export const triu_indices = triangle('triu_indices', triu);
