// Ops as methods: x.selu() is selu(x). A word here gives the method, its type and its doc comment;
// a word in `inPlace` gives the form that overwrites x and returns it.

import type { Operand } from './arguments.js';
import { call } from './core.js';
import { copy_, fill_, zero_ } from './ops/join.js';
import * as ops from './ops.js';
import { det, inv as inverse, slogdet } from './linalg.js';
import * as made from './creation_from.js';
import * as random from './random.js';
import { Tensor } from './tensor.js';

// prettier-ignore
const names = [
  // Unary
  'neg', 'abs', 'sign', 'square', 'reciprocal', 'sqrt', 'rsqrt', 'floor', 'ceil', 'trunc', 'round', 'frac',
  'exp', 'exp2', 'expm1', 'log', 'log2', 'log10', 'log1p', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh',
  'erf', 'erfc', 'erfinv', 'isnan', 'isinf', 'isfinite', 'logical_not', 'bitwise_not',
  // Activations
  'relu', 'selu', 'sigmoid', 'tanh', 'hardshrink', 'softmax', 'log_softmax',
  // Arithmetic
  'add', 'sub', 'subtract', 'mul', 'multiply', 'div', 'divide', 'true_divide', 'floor_divide', 'remainder', 'fmod',
  'pow', 'maximum', 'minimum', 'atan2', 'lerp', 'addcmul', 'addcdiv', 'clamp', 'clip',
  // Comparison
  'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal',
  'logical_and', 'logical_or', 'logical_xor', 'bitwise_and', 'bitwise_or', 'bitwise_xor',
  'masked_fill', 'equal', 'isclose', 'allclose',
  // Reductions
  'sum', 'mean', 'prod', 'var', 'std', 'amax', 'amin', 'argmax', 'argmin', 'all', 'any', 'count_nonzero', 'norm',
  'logsumexp',
  // Views and copies
  'view', 'reshape', 'flatten', 'unflatten', 'transpose', 'swapaxes', 'swapdims', 't', 'permute', 'movedim',
  'unsqueeze', 'squeeze', 'expand', 'expand_as', 'broadcast_to', 'select', 'narrow', 'slice', 'diagonal', 'as_strided',
  'detach', 'unbind', 'split', 'chunk', 'tensor_split', 'hsplit', 'vsplit', 'dsplit', 'moveaxis', 'unfold', 'ravel',
  'view_as', 'reshape_as', 'adjoint', 'clone', 'contiguous',
  // Indexing
  'index', 'index_put', 'index_select', 'index_add', 'index_copy', 'index_fill', 'masked_select', 'masked_scatter',
  'take', 'put', 'gather', 'take_along_dim', 'scatter', 'scatter_add', 'scatter_reduce', 'argwhere',
  // Other orders, triangles, diagonals
  'repeat', 'tile', 'repeat_interleave', 'roll', 'flip', 'fliplr', 'flipud', 'rot90', 'tril', 'triu', 'diag',
  'diagflat', 'diag_embed',
  // Matrix products
  'matmul', 'mm', 'bmm', 'mv', 'dot', 'outer', 'addmm',
  'baddbmm', 'addbmm', 'addmv', 'addr', 'kron', 'trace', 'matrix_power',
  // Running results, sorting, statistics
  'cumsum', 'cumprod', 'logcumsumexp', 'cummax', 'cummin', 'sort', 'argsort', 'msort', 'topk', 'kthvalue', 'mode',
  'aminmax', 'quantile', 'nanquantile', 'bincount', 'histc', 'diff', 'nansum', 'nanmean', 'dist',
  // Special functions
  'fmax', 'fmin', 'nan_to_num', 'hypot', 'logaddexp', 'logaddexp2', 'sinc', 'xlogy', 'heaviside', 'asinh', 'acosh',
  'atanh', 'lgamma', 'digamma', 'bitwise_left_shift', 'bitwise_right_shift', 'deg2rad', 'rad2deg', 'positive',
  'clamp_min', 'clamp_max', 'absolute', 'negative', 'fix', 'arccos', 'arccosh', 'arcsin', 'arcsinh', 'arctan',
  'arctan2', 'arctanh', 'logit', 'float_power', 'isposinf', 'isneginf', 'sgn', 'prelu', 'inner', 'vdot', 'ger', 'cross',
  'cov', 'corrcoef',
] as const;

// prettier-ignore
const inPlace = [
  'neg', 'abs', 'sign', 'square', 'reciprocal', 'sqrt', 'rsqrt', 'floor', 'ceil', 'trunc', 'round', 'frac',
  'exp', 'exp2', 'expm1', 'log', 'log2', 'log10', 'log1p', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh',
  'erf', 'erfc', 'erfinv', 'logical_not', 'bitwise_not', 'relu', 'selu', 'sigmoid', 'tanh',
  'add', 'sub', 'mul', 'div', 'floor_divide', 'remainder', 'fmod', 'pow', 'lerp', 'addcmul', 'addcdiv', 'clamp', 'clip',
  'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'logical_and', 'logical_or', 'logical_xor', 'bitwise_and', 'bitwise_or',
  'bitwise_xor', 'masked_fill', 'addmm',
  'baddbmm', 'addbmm', 'addmv', 'addr', 'cumsum', 'cumprod', 'nan_to_num', 'hypot', 'sinc', 'xlogy', 'heaviside',
  'asinh', 'acosh', 'atanh', 'lgamma', 'digamma', 'bitwise_left_shift', 'bitwise_right_shift', 'deg2rad', 'rad2deg',
  'clamp_min', 'clamp_max', 'atan2', 'subtract', 'multiply', 'divide', 'true_divide', 'absolute', 'negative', 'fix',
  'arccos', 'arccosh', 'arcsin', 'arcsinh', 'arctan', 'arctan2', 'arctanh',
  'not_equal', 'less', 'less_equal', 'greater', 'greater_equal', 'tril', 'triu', 'logit', 'sgn',
] as const;

// Views that x itself can turn into: x.t_() is x.t() in place.
const turning = ['t', 'transpose', 'swapaxes', 'swapdims', 'squeeze', 'unsqueeze'] as const;

const writing = {
  copy_,
  fill_,
  zero_,
  uniform_: random.uniform_,
  normal_: random.normal_,
  log_normal_: random.log_normal_,
  cauchy_: random.cauchy_,
  exponential_: random.exponential_,
  geometric_: random.geometric_,
  bernoulli_: random.bernoulli_,
  random_: random.random_,
  index_put_: ops.index_put_,
  index_add_: ops.index_add_,
  index_copy_: ops.index_copy_,
  index_fill_: ops.index_fill_,
  masked_scatter_: ops.masked_scatter_,
  put_: ops.put_,
  scatter_: ops.scatter_,
  scatter_add_: ops.scatter_add_,
  scatter_reduce_: ops.scatter_reduce_,
  fill_diagonal_: ops.fill_diagonal_,
};

// Named otherwise than in `ops`, or not there.
const elsewhere = {
  det,
  inverse,
  slogdet,
  new_empty: made.new_empty,
  new_zeros: made.new_zeros,
  new_ones: made.new_ones,
  new_full: made.new_full,
  new_tensor: made.new_tensor,
  is_nonzero: made.is_nonzero,
};

type Ops = Pick<typeof ops, (typeof names)[number]>;
type InPlaceOps = Pick<typeof ops, (typeof inPlace)[number]>;
type TurningOps = Pick<typeof ops, (typeof turning)[number]>;
type Rest<F> = F extends (input: never, ...rest: infer R) => unknown ? R : never;

type Methods = { [K in keyof Ops]: (...args: Rest<Ops[K]>) => ReturnType<Ops[K]> };
type InPlaceMethods = {
  [K in keyof InPlaceOps as `${K}_`]: (...args: Rest<InPlaceOps[K]>) => Tensor;
};
type TurningMethods = {
  [K in keyof TurningOps as `${K}_`]: (...args: Rest<TurningOps[K]>) => Tensor;
};
type ElsewhereMethods = {
  [K in keyof typeof elsewhere]: (
    ...args: Rest<(typeof elsewhere)[K]>
  ) => ReturnType<(typeof elsewhere)[K]>;
};
type WritingMethods = {
  [K in keyof typeof writing]: (...args: Rest<(typeof writing)[K]>) => Tensor;
};

declare module './tensor.js' {
  interface Tensor
    extends Methods,
      InPlaceMethods,
      TurningMethods,
      WritingMethods,
      ElsewhereMethods {
    /** The largest element; `[values, indices]` along `dim`; or the larger of two tensors. */
    max: ops.Extreme;
    /** The smallest element; `[values, indices]` along `dim`; or the smaller of two tensors. */
    min: ops.Extreme;
    /** See {@link ops.median}. */
    median: ops.Median;
    /** See {@link ops.nanmedian}. */
    nanmedian: ops.Median;
    /** See {@link ops.unique}. */
    unique<const O extends Partial<ops.Uniqueness> = object>(options?: O): ops.Unique<O>;
    /** See {@link ops.nonzero}. */
    nonzero(options?: { as_tuple?: false }): Tensor;
    nonzero(options: { as_tuple: true }): Tensor[];
    /** `condition ? this : other`, element by element. */
    where(condition: Tensor, other: Operand): Tensor;
    /** See {@link random.multinomial}. */
    multinomial(...args: Rest<typeof random.multinomial>): Tensor;
    /** See {@link random.bernoulli}. */
    bernoulli(...args: Rest<typeof random.bernoulli>): Tensor;
  }
}

type AnyOp = (...args: unknown[]) => unknown;

function define(name: string, method: (this: Tensor, ...args: unknown[]) => unknown): void {
  Object.defineProperty(Tensor.prototype, name, {
    value: method,
    writable: true,
    configurable: true,
  });
}

for (const name of [...names, 'max', 'min', 'median', 'nanmedian', 'unique', 'nonzero'] as const) {
  const f = ops[name] as AnyOp;
  define(name, function (...args) {
    return f(this, ...args);
  });
}

for (const name of inPlace) {
  const f = ops[name] as (...args: unknown[]) => Tensor;
  define(`${name}_`, function (...args) {
    const result = f(this, ...args);
    try {
      call((c) => c.release(c.assign_(this.handle, result.handle)));
    } finally {
      result.dispose();
    }
    return this;
  });
}

for (const name of turning) {
  const f = ops[name] as (...args: unknown[]) => Tensor;
  define(`${name}_`, function (...args) {
    return this.become(f(this, ...args));
  });
}

for (const [name, f] of Object.entries({
  ...writing,
  ...elsewhere,
  multinomial: random.multinomial,
  bernoulli: random.bernoulli,
})) {
  define(name, function (...args) {
    return (f as AnyOp)(this, ...args);
  });
}

define('where', function (condition, other) {
  return ops.where(condition as Tensor, this, other as Operand);
});
