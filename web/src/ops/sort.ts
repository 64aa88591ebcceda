// Sorting, and what is found by it. NaN counts as larger than every number; gradients go to the
// elements that were chosen.

import { handle, int, keywords, type Keywords } from '../arguments.js';
import { call, TorchError } from '../core.js';
import { op, tensorsAt } from '../op.js';
import type { Tensor } from '../tensor.js';
import type { ValuesAndIndices } from './reduce.js';
import { valuesAndIndices } from './scan.js';

interface Sorting {
  dim: number;
  descending: boolean;
  /** Equal elements always keep their order; for code that asks for it. */
  stable: boolean;
}
type SortArguments = Keywords<[dim: number, descending: boolean], Sorting>;

const sorting = (name: string, args: readonly unknown[]): Sorting =>
  keywords<Sorting>(name, { dim: -1, descending: false, stable: false }, args);

/** `[values, indices]` in ascending or descending order along `dim`, the last by default. */
export function sort(input: Tensor, ...args: SortArguments): ValuesAndIndices {
  const x = handle(input, 'sort');
  const { dim, descending } = sorting('sort', args);
  const along = int(dim, 'sort', 'dim');
  return valuesAndIndices(call((c) => c.sort(x, along, descending)));
}

/** The indices that sort the input along `dim`. */
export function argsort(input: Tensor, ...args: SortArguments): Tensor {
  const x = handle(input, 'argsort');
  const { dim, descending } = sorting('argsort', args);
  const along = int(dim, 'argsort', 'dim');
  return op((c) => c.argsort(x, along, descending));
}

/** The values of {@link sort} along the first dimension. */
export function msort(input: Tensor): Tensor {
  const [values, indices] = sort(input, 0);
  indices.dispose();
  return values;
}

interface Top {
  k: number;
  dim: number;
  largest: boolean;
  /** They always come in order; for code that asks for it. */
  sorted: boolean;
}

/** `[values, indices]` of the `k` largest or, `largest: false`, smallest elements along `dim`. */
export function topk(
  input: Tensor,
  ...args: Keywords<[k: number, dim: number, largest: boolean, sorted: boolean], Top>
): ValuesAndIndices {
  const x = handle(input, 'topk');
  const defaults: Top = { k: NaN, dim: -1, largest: true, sorted: true };
  const { k, dim, largest } = keywords<Top>('topk', defaults, args);
  const [count, along] = [int(k, 'topk', 'k'), int(dim, 'topk', 'dim', 3)];
  return valuesAndIndices(call((c) => c.topk(x, count, along, largest)));
}

interface Kth {
  k: number;
  dim: number;
  keepdim: boolean;
}

/** `[values, indices]` of the `k`-th smallest elements along `dim`, counted from 1. */
export function kthvalue(
  input: Tensor,
  ...args: Keywords<[k: number, dim: number, keepdim: boolean], Kth>
): ValuesAndIndices {
  const x = handle(input, 'kthvalue');
  const { k, dim, keepdim } = keywords<Kth>('kthvalue', { k: NaN, dim: -1, keepdim: false }, args);
  const [at, along] = [int(k, 'kthvalue', 'k'), int(dim, 'kthvalue', 'dim', 3)];
  return valuesAndIndices(call((c) => c.kthvalue(x, at, along, keepdim)));
}

interface Middle {
  dim: number;
  keepdim: boolean;
}
type AlongDim = [
  dim: number | { dim: number; keepdim?: boolean },
  keepdim?: boolean | { keepdim?: boolean },
];
/** What median takes after the input: nothing, for all elements, or a dimension. */
export interface Median {
  (): Tensor;
  (...args: AlongDim): ValuesAndIndices;
}
interface MedianOf {
  (input: Tensor): Tensor;
  (input: Tensor, ...args: AlongDim): ValuesAndIndices;
}

const middle = (name: 'median' | 'nanmedian'): MedianOf =>
  ((input: Tensor, ...args: unknown[]) => {
    const x = handle(input, name);
    const ignoring = name === 'nanmedian';
    const { dim, keepdim } = keywords<{ dim: number | null; keepdim: boolean }>(
      name,
      { dim: null, keepdim: false },
      args,
    );
    if (dim === null) return op((c) => c.median(x, ignoring));
    const along = int(dim, name, 'dim');
    return valuesAndIndices(call((c) => c.median_dim(x, along, keepdim, ignoring)));
  }) as MedianOf;

/**
 * The middle element, of an even number the lower one, NaN where there is one; `[values, indices]`
 * along `dim`.
 */
export const median = middle('median');
/** {@link median} of all that is not NaN. */
export const nanmedian = middle('nanmedian');

/** `[values, indices]` of the most frequent elements along `dim`, of several the smallest. */
export function mode(
  input: Tensor,
  ...args: Keywords<[dim: number, keepdim: boolean], Middle>
): ValuesAndIndices {
  const x = handle(input, 'mode');
  const { dim, keepdim } = keywords<Middle>('mode', { dim: -1, keepdim: false }, args);
  const along = int(dim, 'mode', 'dim');
  return valuesAndIndices(call((c) => c.mode(x, along, keepdim)));
}

export interface Uniqueness {
  sorted: boolean;
  return_inverse: boolean;
  return_counts: boolean;
  dim: null;
}

/** What unique returns: one tensor, or a list of those that were asked for. */
export type Unique<O> = O extends { return_inverse: true } & { return_counts: true }
  ? [output: Tensor, inverse_indices: Tensor, counts: Tensor]
  : O extends { return_inverse: true }
    ? [output: Tensor, inverse_indices: Tensor]
    : O extends { return_counts: true }
      ? [output: Tensor, counts: Tensor]
      : Tensor;

/**
 * The elements without repetition, in ascending order; with `return_inverse` also where each element
 * of the input went, with `return_counts` also how many went there. Each NaN stands for itself.
 */
export function unique<const O extends Partial<Uniqueness> = object>(
  input: Tensor,
  options?: O,
): Unique<O> {
  const x = handle(input, 'unique');
  const defaults = { sorted: true, return_inverse: false, return_counts: false, dim: null };
  const { return_inverse, return_counts, dim } = keywords('unique', defaults, [options]);
  if (dim !== null)
    throw new TorchError('unique: slices along a dim are not supported, only elements', 'NotImplementedError');
  const [output, inverse, counts] = tensorsAt(call((c) => c.unique(x))) as [Tensor, Tensor, Tensor];
  const result = [output];
  if (return_inverse) result.push(inverse);
  else inverse.dispose();
  if (return_counts) result.push(counts);
  else counts.dispose();
  return (result.length > 1 ? result : output) as Unique<O>;
}
