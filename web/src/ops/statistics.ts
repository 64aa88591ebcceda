// Statistics of samples.

import {
  codeOf,
  dimensions,
  handle,
  int,
  keywords,
  nothing,
  number,
  operand,
  type Dims,
  type Keywords,
} from '../arguments.js';
import { list, TorchError } from '../core.js';
import type { DType } from '../dtype.js';
import { scoped } from '../memory.js';
import { op } from '../op.js';
import { Tensor } from '../tensor.js';
import { add, clamp, div, mul, sub } from './arithmetic.js';
import { matmul } from './matmul.js';
import { amax, amin, mean, std, sum } from './reduce.js';
import { sqrt } from './unary.js';
import { diagonal, narrow, reshape, squeeze, unsqueeze } from './view.js';

type SpreadArguments = Parameters<typeof std> extends [Tensor, ...infer Rest] ? Rest : never;

/** The mean over the dimensions that var and std take. */
function meanOf(input: Tensor, args: readonly unknown[]): Tensor {
  const rest = typeof args[0] === 'boolean' ? args.slice(1) : args;
  const { dim, keepdim } = keywords<{
    dim: Dims;
    keepdim: boolean;
    correction?: number;
    unbiased?: boolean;
  }>('mean', { dim: null, keepdim: false, correction: 1, unbiased: true }, rest);
  return mean(input, dim, keepdim);
}

/** `[std, mean]`, with the arguments of {@link std}. */
export const std_mean = (input: Tensor, ...args: SpreadArguments): [Tensor, Tensor] => [
  std(input, ...args),
  meanOf(input, args),
];

/** The smallest and the largest elements, by position and by name. */
export type MinAndMax = [min: Tensor, max: Tensor] & { min: Tensor; max: Tensor };

/** `[min, max]` of all elements or along `dim`; equal ones share the gradient. */
export function aminmax(
  input: Tensor,
  options: { dim?: number | null; keepdim?: boolean } = {},
): MinAndMax {
  handle(input, 'aminmax');
  const { dim, keepdim } = keywords<{ dim: number | null; keepdim: boolean }>(
    'aminmax',
    { dim: null, keepdim: false },
    [options],
  );
  if (dim === null && input.numel() === 0) {
    throw new TorchError(
      'aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.',
    );
  }
  const min = amin(input, dim, keepdim);
  const max = amax(input, dim, keepdim);
  return Object.assign([min, max] as [Tensor, Tensor], { min, max });
}

const interpolations = ['linear', 'lower', 'higher', 'midpoint', 'nearest'] as const;

interface Quantile {
  q: number | Tensor;
  dim: number | null;
  keepdim: boolean;
  interpolation: (typeof interpolations)[number];
}
type QuantileArguments = Keywords<
  [q: number | Tensor, dim: number | null, keepdim: boolean],
  Quantile
>;

const quantileOf =
  (name: 'quantile' | 'nanquantile') =>
  (input: Tensor, ...args: QuantileArguments): Tensor => {
    const x = handle(input, name);
    const defaults = { q: NaN, dim: null, keepdim: false, interpolation: 'linear' } as Quantile;
    const { q, dim, keepdim, interpolation } = keywords<Quantile>(name, defaults, args);
    const way = interpolations.indexOf(interpolation);
    if (way < 0) {
      throw new TorchError(
        `${name}() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ${interpolation}`,
      );
    }
    const along = dim === null ? NaN : int(dim, name, 'dim', 3);
    const share = operand(q, name, 'q');
    return op((c) => c.quantile(x, share, along, keepdim, way, name === 'nanquantile'));
  };

/**
 * The value below which the share `q` of the elements lies, of all or along `dim`; between two
 * elements by `interpolation`. A 1-D `q` becomes the first dimension. NaN where there is one.
 */
export const quantile = quantileOf('quantile');
/** {@link quantile} of all that is not NaN. */
export const nanquantile = quantileOf('nanquantile');

interface Counting {
  weights: Tensor | null;
  minlength: number;
}

/** How often each of 0, 1, … occurs, up to the largest element; with `weights`, their sums. */
export function bincount(
  input: Tensor,
  ...args: Keywords<[weights: Tensor | null, minlength: number], Counting>
): Tensor {
  const x = handle(input, 'bincount');
  const defaults: Counting = { weights: null, minlength: 0 };
  const { weights, minlength } = keywords<Counting>('bincount', defaults, args);
  const w = weights === null ? 0 : handle(weights, 'bincount', 'weights', 2);
  const least = int(minlength, 'bincount', 'minlength', 3);
  return op((c) => c.bincount(x, w, least));
}

interface Histogram {
  bins: number;
  min: number;
  max: number;
}

/**
 * How many elements lie in each of `bins` equal parts of `[min, max]`; of the elements' own range
 * where the two are equal.
 */
export function histc(
  input: Tensor,
  ...args: Keywords<[bins: number, min: number, max: number], Histogram>
): Tensor {
  const x = handle(input, 'histc');
  const { bins, min, max } = keywords<Histogram>('histc', { bins: 100, min: 0, max: 0 }, args);
  const count = int(bins, 'histc', 'bins');
  const [low, high] = [number(min, 'histc', 'min', 3), number(max, 'histc', 'max', 4)];
  return op((c) => c.histc(x, count, low, high));
}

interface Differences {
  n: number;
  dim: number;
  prepend: Tensor | null;
  append: Tensor | null;
}

/** The differences of neighbours along `dim`, `n` times over. */
export function diff(
  input: Tensor,
  ...args: Keywords<
    [n: number, dim: number, prepend: Tensor | null, append: Tensor | null],
    Differences
  >
): Tensor {
  const x = handle(input, 'diff');
  const defaults: Differences = { n: 1, dim: -1, prepend: null, append: null };
  const { n, dim, prepend, append } = keywords<Differences>('diff', defaults, args);
  const [before, after] = [prepend, append].map((part) => (part ? handle(part, 'diff') : 0));
  const [times, along] = [int(n, 'diff', 'n'), int(dim, 'diff', 'dim', 3)];
  return op((c) => c.diff(x, times, along, before!, after!));
}

/**
 * The covariances of variables, one in each row, over the observations in the columns; of one
 * variable its variance. Divided by `count - correction`.
 */
export const cov = scoped((input: Tensor, { correction = 1, ...more } = {}): Tensor => {
  nothing('cov', more);
  handle(input, 'cov');
  if (input.ndim > 2) {
    throw new TorchError(
      `cov(): expected input to have two or fewer dimensions but got an input with ${input.ndim} dimensions`,
    );
  }
  const rows = input.ndim < 2 ? reshape(input, 1, -1) : input;
  const centred = sub(rows, mean(rows, 1, true));
  const products = div(matmul(centred, centred.t()), Math.max(rows.size(1) - correction, 0));
  return squeeze(products);
});

/** The correlations of variables, one in each row; of one variable 1. */
export const corrcoef = scoped((input: Tensor): Tensor => {
  const covariance = cov(input);
  if (covariance.ndim === 0) return div(covariance, covariance);
  const deviation = sqrt(diagonal(covariance));
  const scaled = div(div(covariance, unsqueeze(deviation, 1)), deviation);
  return clamp(scaled, -1, 1);
});

interface Sampling {
  /** Where the samples stand; else they are `dx` apart. */
  x?: Tensor | null;
  dx?: number;
  dim?: number;
}

/** The area under the samples `y` along `dim`, by the trapezoidal rule. */
export const trapezoid = scoped((y: Tensor, given: Tensor | Sampling = {}): Tensor => {
  handle(y, 'trapezoid', 'y');
  const { x = null, dx = 1, dim = -1 }: Sampling = given instanceof Tensor ? { x: given } : given;
  const count = y.size(dim) - 1;
  if (count < 0) return sum(y, dim);
  const means = div(add(narrow(y, dim, 0, count), narrow(y, dim, 1, count)), 2);
  if (x === null) return mul(sum(means, dim), dx);
  const along = dim < 0 ? dim : dim - y.ndim;
  const sizes = new Array<number>(-along).fill(1);
  const widths = diff(x, { dim: x.ndim === 1 ? 0 : dim });
  const spread = x.ndim === 1 ? ((sizes[0] = count), reshape(widths, sizes)) : widths;
  return sum(mul(means, spread), dim);
});

export { trapezoid as trapz };

interface TypedReduction {
  dim: Dims;
  keepdim: boolean;
  dtype: DType | null;
}

const withoutNaN =
  (name: 'nansum' | 'nanmean') =>
  (input: Tensor, ...args: Keywords<[dim: Dims, keepdim: boolean], TypedReduction>): Tensor => {
    const x = handle(input, name);
    const defaults: TypedReduction = { dim: null, keepdim: false, dtype: null };
    const { dim, keepdim, dtype } = keywords<TypedReduction>(name, defaults, args);
    const dims = list(dimensions(dim, name));
    return op((c) => c[name](x, dims, keepdim, codeOf(dtype, name)));
  };

/** The sum of all that is not NaN. */
export const nansum = withoutNaN('nansum');
/** The mean of all that is not NaN. */
export const nanmean = withoutNaN('nanmean');

/** The p-norm of `input - other`, of all elements. */
export function dist(input: Tensor, other: Tensor, p: number | { p?: number } = 2): Tensor {
  const [x, y] = [handle(input, 'dist'), handle(other, 'dist', 'other', 2)];
  const power = number(typeof p === 'object' ? (p.p ?? 2) : p, 'dist', 'p', 3);
  return op((c) => c.dist(x, y, power));
}

interface Distances {
  p: number;
  compute_mode:
    | 'use_mm_for_euclid_dist_if_necessary'
    | 'use_mm_for_euclid_dist'
    | 'donot_use_mm_for_euclid_dist';
}

/**
 * The p-norms of all differences between a row of `x1` and a row of `x2`. By default euclidean
 * distances of more than 25 rows go through a matrix product, which rounds more and needs no room
 * for the differences.
 */
export function cdist(
  x1: Tensor,
  x2: Tensor,
  ...args: Keywords<[p: number, compute_mode: Distances['compute_mode']], Distances>
): Tensor {
  const [x, y] = [handle(x1, 'cdist', 'x1'), handle(x2, 'cdist', 'x2', 2)];
  const { p, compute_mode } = keywords<Distances>(
    'cdist',
    { p: 2, compute_mode: 'use_mm_for_euclid_dist_if_necessary' },
    args,
  );
  const many = Math.max(x1.shape.at(-2) ?? 0, x2.shape.at(-2) ?? 0) > 25;
  const byProduct =
    p === 2 &&
    (compute_mode === 'use_mm_for_euclid_dist' ||
      (many && compute_mode === 'use_mm_for_euclid_dist_if_necessary'));
  return op((c) => c.cdist(x, y, number(p, 'cdist', 'p', 3), byProduct));
}
