// Reductions. `dim` is one dimension, several, or null for all of them.

import {
  codeOf,
  dimensions,
  handle,
  int,
  keywords,
  number,
  type Dims,
  type Keywords,
} from '../arguments.js';
import { call, list, TorchError } from '../core.js';
import type { DType } from '../dtype.js';
import { op, tensorsAt } from '../op.js';
import { Tensor } from '../tensor.js';
import { maximum, minimum } from './arithmetic.js';

interface Reduction {
  dim: Dims;
  keepdim: boolean;
}
interface TypedReduction extends Reduction {
  /** Convert to this dtype first. */
  dtype: DType | null;
}
type Reduced = Keywords<[dim: Dims, keepdim: boolean], Reduction>;
type TypedReduced = Keywords<[dim: Dims, keepdim: boolean], TypedReduction>;

const reduction = (name: string, args: Reduced): Reduction =>
  keywords<Reduction>(name, { dim: null, keepdim: false }, args);

const typed = (name: 'sum' | 'mean', input: Tensor, args: TypedReduced): Tensor => {
  const x = handle(input, name);
  const defaults: TypedReduction = { dim: null, keepdim: false, dtype: null };
  const { dim, keepdim, dtype } = keywords(name, defaults, args);
  const dims = list(dimensions(dim, name));
  return op((c) => c[name](x, dims, keepdim, codeOf(dtype, name)));
};

/** The sum; int64 of integers and booleans. */
export const sum = (input: Tensor, ...args: TypedReduced): Tensor => typed('sum', input, args);

/** The mean. */
export const mean = (input: Tensor, ...args: TypedReduced): Tensor => typed('mean', input, args);

/** The product, of all elements or along one dimension; int64 of integers and booleans. */
export function prod(
  input: Tensor,
  ...args: Keywords<[dim: number | null, keepdim: boolean], TypedReduction & { dim: number | null }>
): Tensor {
  const defaults: TypedReduction = { dim: null, keepdim: false, dtype: null };
  const { dim, keepdim, dtype } = keywords(`prod`, defaults, args);
  const x = handle(dtype ? input.to(dtype) : input, 'prod');
  if (dim === null) return op((c) => c.prod(x));
  const along = int(dim as number, 'prod', 'dim');
  return op((c) => c.prod_dim(x, along, keepdim));
}

interface Spread extends Reduction {
  /** What is subtracted from the count; 1 makes the estimate of a variance unbiased. */
  correction: number;
  /** The older way to say `correction: 1` or, when false, 0. */
  unbiased: boolean | null;
}
type SpreadArguments = Keywords<[dim: Dims | boolean], Spread>;

function spreadOf(name: string, input: Tensor, args: SpreadArguments) {
  const x = handle(input, name);
  const rest: unknown[] = [...args];
  const unbiasedFirst = typeof rest[0] === 'boolean' ? (rest.shift() as boolean) : null;
  const defaults: Spread = { dim: null, unbiased: unbiasedFirst, keepdim: false, correction: 1 };
  const { dim, unbiased, keepdim, correction } = keywords(name, defaults, rest);
  const freedom = unbiased === null ? number(correction, name, 'correction') : Number(unbiased);
  return [x, list(dimensions(dim, name)), freedom, keepdim] as const;
}

/** The sum of squared deviations from the mean, divided by `count - correction`. */
const variance = (input: Tensor, ...args: SpreadArguments): Tensor => {
  const given = spreadOf('var', input, args);
  return op((c) => c.var(...given));
};
export { variance as var };

/** The square root of {@link var}. */
export const std = (input: Tensor, ...args: SpreadArguments): Tensor => {
  const given = spreadOf('std', input, args);
  return op((c) => c.std_(...given));
};

/** `[var, mean]` from one pass over the input, with the arguments of {@link variance}. */
export const var_mean = (input: Tensor, ...args: SpreadArguments): [Tensor, Tensor] => {
  const given = spreadOf('var_mean', input, args);
  const [v, m] = tensorsAt(call((c) => c.var_mean(...given)));
  return [v!, m!];
};

const extreme =
  (name: 'amax' | 'amin') =>
  (input: Tensor, ...args: Reduced): Tensor => {
    const x = handle(input, name);
    const { dim, keepdim } = reduction(name, args);
    const dims = list(dimensions(dim, name));
    return op((c) => c[name](x, dims, keepdim));
  };

/** The largest element; equal ones share the gradient. */
export const amax = extreme('amax');
/** The smallest element; equal ones share the gradient. */
export const amin = extreme('amin');

/** The extreme elements along a dimension, and where they stand. */
export type ValuesAndIndices = [values: Tensor, indices: Tensor] & {
  values: Tensor;
  indices: Tensor;
};

/** What max and min take, after the input. */
export interface Extreme {
  (): Tensor;
  (other: Tensor): Tensor;
  (
    dim: number | { dim: number; keepdim?: boolean },
    keepdim?: boolean | { keepdim?: boolean },
  ): ValuesAndIndices;
}
type ExtremeOf = {
  (input: Tensor): Tensor;
  (input: Tensor, other: Tensor): Tensor;
  (
    input: Tensor,
    dim: number | { dim: number; keepdim?: boolean },
    keepdim?: boolean | { keepdim?: boolean },
  ): ValuesAndIndices;
};

const extremeOf = (name: 'max' | 'min') =>
  ((input: Tensor, ...args: unknown[]) => {
    const x = handle(input, name);
    if (args[0] instanceof Tensor) return (name === 'max' ? maximum : minimum)(input, args[0]);
    const { dim, keepdim } = reduction(name, args as unknown as Reduced);
    if (dim === null) return op((c) => c[`${name}_all`](x));
    const along = int(dim as number, name, 'dim');
    const [values, indices] = tensorsAt(call((c) => c[`${name}_dim`](x, along, keepdim)));
    return Object.assign([values, indices], { values, indices });
  }) as ExtremeOf;

/** The largest element; `[values, indices]` along `dim`; or the larger of two tensors. */
export const max = extremeOf('max');
/** The smallest element; `[values, indices]` along `dim`; or the smaller of two tensors. */
export const min = extremeOf('min');

const position =
  (name: 'argmax' | 'argmin') =>
  (
    input: Tensor,
    ...args: Keywords<[dim: number | null, keepdim: boolean], Reduction & { dim: number | null }>
  ): Tensor => {
    const x = handle(input, name);
    const { dim, keepdim } = reduction(name, args as Reduced);
    const along = dim === null ? NaN : int(dim as number, name, 'dim');
    return op((c) => c[name](x, along, keepdim));
  };

/** The index of the first largest element, in the flattened input or along `dim`. */
export const argmax = position('argmax');
/** The index of the first smallest element, in the flattened input or along `dim`. */
export const argmin = position('argmin');

const quantified =
  (name: 'all' | 'any') =>
  (input: Tensor, ...args: Reduced): Tensor => {
    const x = handle(input, name);
    const { dim, keepdim } = reduction(name, args);
    const dims = list(dimensions(dim, name));
    return op((c) => c[name](x, dims, keepdim));
  };

/** Whether all elements are not 0. */
export const all = quantified('all');
/** Whether any element is not 0. */
export const any = quantified('any');

/** How many elements are not 0. */
export function count_nonzero(
  input: Tensor,
  ...args: Keywords<[dim: Dims], { dim: Dims }>
): Tensor {
  const x = handle(input, 'count_nonzero');
  const { dim } = keywords<{ dim: Dims }>('count_nonzero', { dim: null }, args);
  const dims = list(dimensions(dim, 'count_nonzero'));
  return op((c) => c.count_nonzero(x, dims));
}

interface Norm extends Reduction {
  p: number | 'fro';
}

/** `(Σ|x|ᵖ)^(1/p)`; p may be ±Infinity (the extreme |x|) or 0 (how many are not 0). */
export function norm(
  input: Tensor,
  ...args: Keywords<[p: Norm['p'], dim: Dims, keepdim: boolean], Norm>
): Tensor {
  const x = handle(input, 'norm');
  const { p, dim, keepdim } = keywords<Norm>('norm', { p: 'fro', dim: null, keepdim: false }, args);
  if (typeof p === 'string' && p !== 'fro')
    throw new TorchError(`norm: p must be a number or 'fro', got '${p as string}'`);
  const dims = list(dimensions(dim, 'norm'));
  return op((c) => c.norm(x, p === 'fro' ? 2 : number(p, 'norm', 'p'), dims, keepdim));
}

/** `log(Σ eˣ)`, without overflow. */
export function logsumexp(input: Tensor, ...args: Reduced): Tensor {
  const x = handle(input, 'logsumexp');
  const { dim, keepdim } = reduction('logsumexp', args);
  const dims = list(dimensions(dim, 'logsumexp'));
  return op((c) => c.logsumexp(x, dims, keepdim));
}
