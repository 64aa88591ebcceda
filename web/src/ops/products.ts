// Matrix products with more to them than matmul.

import { handle, handles, int, ints, nothing, refused, tensorOf } from '../arguments.js';
import { list, TorchError } from '../core.js';
import { scoped } from '../memory.js';
import { binaryOfTensors, op, unary } from '../op.js';
import { Tensor } from '../tensor.js';
import { mul, sub } from './arithmetic.js';
import { roll } from './rearrange.js';

/**
 * Sums of products in Einstein's notation: `einsum('bij,bjk->bik', a, b)`. Letters name dimensions;
 * equal letters are multiplied along, letters missing after `->` are summed over. A letter twice in
 * an operand is its diagonal, `...` stands for all other dimensions; without `->` the result has the
 * letters that occur once, in alphabetical order.
 */
export function einsum(equation: string, ...operands: Tensor[] | [readonly Tensor[]]): Tensor {
  if (typeof equation !== 'string') {
    throw refused('einsum', 'equation', 1, 'str', equation);
  }
  const tensors = Array.isArray(operands[0]) ? (operands[0] as Tensor[]) : (operands as Tensor[]);
  const xs = handles(tensors, 'einsum');
  return op((c) => c.einsum(equation, xs));
}

const blend =
  (name: 'baddbmm' | 'addbmm' | 'addmv' | 'addr', [first, second]: [string, string]) =>
  (input: Tensor, a: Tensor, b: Tensor, { beta = 1, alpha = 1, ...more } = {}): Tensor => {
    nothing(name, more);
    const x = handle(input, name);
    const [left, right] = [handle(a, name, first, 2), handle(b, name, second, 3)];
    return op((c) => c[name](x, left, right, beta, alpha));
  };

/** `beta * input + alpha * (batch1 @ batch2)` */
export const baddbmm = blend('baddbmm', ['batch1', 'batch2']);
/** `beta * input + alpha * Σ(batch1[i] @ batch2[i])` */
export const addbmm = blend('addbmm', ['batch1', 'batch2']);
/** `beta * input + alpha * (mat @ vec)` */
export const addmv = blend('addmv', ['mat', 'vec']);
/** `beta * input + alpha * outer(vec1, vec2)` */
export const addr = blend('addr', ['vec1', 'vec2']);

type DimLists = number | readonly [readonly number[], readonly number[]];

/**
 * Products summed over dimensions: the last `dims` of `a` and the first `dims` of `b` or, with two
 * lists, each of the one with its partner in the other.
 */
export function tensordot(a: Tensor, b: Tensor, dims: DimLists | { dims?: DimLists } = 2): Tensor {
  const x = handle(a, 'tensordot', 'a');
  const y = handle(b, 'tensordot', 'b', 2);
  const given = typeof dims === 'object' && 'dims' in dims ? (dims.dims ?? 2) : (dims as DimLists);
  if (Array.isArray(given)) {
    const [left, right] = (given as number[][]).map((d) => ints(d, 'tensordot', 'dims'));
    return op((c) => c.tensordot(x, y, list(left!), list(right!)));
  }
  const count = int(given as number, 'tensordot', 'dims', 3);
  if (count < 0)
    throw new TorchError(`tensordot expects dims >= 0, but got dims=${count}`);
  const range = Array.from({ length: count }, (_, i) => i);
  return op((c) => c.tensordot(x, y, list(range.map((i) => i - count)), list(range)));
}

/** The inner products along the last dimensions: `[…, k]` and `[…, k]` give `[…, …]`. */
export function inner(input: Tensor, other: Tensor): Tensor {
  if (tensorOf(input, 'inner').ndim === 0 || tensorOf(other, 'inner', 'other', 2).ndim === 0)
    return mul(input, other);
  if (input.size(-1) !== other.size(-1)) {
    throw new TorchError(
      `inner() the last dimension must match on both input tensors but got shapes [${input.shape.join(', ')}] and [${other.shape.join(', ')}]`,
    );
  }
  return tensordot(input, other, [[-1], [-1]]);
}

/** The cross product of vectors of 3 along `dim`, by default the first that has 3. */
export const cross = scoped(
  (input: Tensor, other: Tensor, options: number | { dim?: number | null } | null = null): Tensor => {
    handle(input, 'cross');
    handle(other, 'cross', 'other', 2);
    if (input.ndim !== other.ndim)
      throw new TorchError('linalg.cross: inputs must have the same number of dimensions.');
    const given = typeof options === 'object' ? options?.dim : options;
    const dim = given ?? input.shape.indexOf(3);
    if (dim < 0 && dim !== given)
      throw new TorchError('no dimension of size 3 in input');
    const [m, n] = [input.size(dim), other.size(dim)];
    if (m !== 3 || n !== 3)
      throw new TorchError(`linalg.cross: inputs dimension ${dim} must have length 3. Got ${m} and ${n}`);
    const part = (x: Tensor, y: Tensor) => mul(roll(x, -1, dim), roll(y, -2, dim));
    return sub(part(input, other), part(other, input));
  },
);

/** Every element of `input` times all of `other`, as blocks. */
export const kron = binaryOfTensors('kron');

/** The sum of a matrix's diagonal. */
export const trace = unary('trace');

/** Square matrices to the power `n`; negative ones are powers of the inverse. */
export function matrix_power(input: Tensor, n: number): Tensor {
  const x = handle(input, 'matrix_power');
  const power = int(n, 'matrix_power', 'n');
  return op((c) => c.matrix_power(x, power));
}

/** The product of two matrices or more, from left to right; the outer ones may be vectors. */
export function multi_dot(tensors: readonly Tensor[]): Tensor {
  const xs = handles(tensors, 'multi_dot');
  return op((c) => c.multi_dot(xs));
}

/** {@link multi_dot} of its arguments. */
export function chain_matmul(...matrices: Tensor[]): Tensor {
  return matrices.length === 1 ? matrices[0]! : multi_dot(matrices);
}
