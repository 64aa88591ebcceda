// How ONNX says what each op of the core says; an op without a rule is refused by its name.

import { Bool, Float32, Int64, refuse, type Operand, type Recorder } from './recorder.js';
import type { Attribute } from './graph.js';
import { layerRules } from './layer_rules.js';
import { filled, float, num, type Rule } from './rule.js';

type Attributes = Record<string, Attribute>;

const unary = (op: string, attributes: Attributes = {}): Rule => [
  'x',
  (g, y, [x]) => g.node(op, [g.use(x, g.dtype(y))], attributes),
];
/** `f` of the name of the operand. */
const composed = (f: (g: Recorder, x: string, y: Operand, args: any[]) => string): Rule => [
  'x',
  (g, y, args) => f(g, g.use(args[0], g.dtype(y)), y, args),
];
const scaled = (op: string, ...names: string[]): Rule => [
  'x',
  (g, y, [x, ...values]) =>
    g.node(op, [g.use(x, g.dtype(y))], Object.fromEntries(names.map((name, i) => [name, float(values[i])]))),
];
const binary = (op: string, attributes: Attributes = {}): Rule => [
  'xx',
  (g, y, [a, b]) => g.node(op, [g.use(a, g.dtype(y)), g.use(b, g.dtype(y))], attributes),
];
const comparison = (op: string, negated = false): Rule => [
  'xx',
  (g, _, [a, b]) => {
    const dtype = g.common(a, b);
    const result = g.node(op, [g.use(a, dtype), g.use(b, dtype)]);
    return negated ? g.node('Not', [result]) : result;
  },
];
const logical = (op: string): Rule => [
  'xx',
  (g, _, [a, b]) => g.node(op, [g.use(a, Bool), g.use(b, Bool)]),
];
const same: Rule = ['x', (g, _, [x]) => g.use(x)];
const reshaped: Rule = ['x', (g, y, [x]) => g.reshape(g.use(x), y)];
const dropped: Rule = [
  'x',
  (g, _, [x, p, train]) => (train && p > 0 ? refuse('dropout in training mode; call model.eval()') : g.use(x)),
];
const droppedInPlace: Rule = ['!', dropped[1]];
const inPlace = (op: string): Rule => [
  '!x+',
  (g, y, [x, other]) => g.node(op, [g.use(x), g.use(other, g.dtype(y))]),
];

/** Over `dims`, or all dimensions where there are none. */
function reduced(g: Recorder, op: string, x: string, dims: readonly number[], keepdim: boolean): string {
  const keepdims = Number(keepdim);
  if (op === 'ReduceSum') return g.node(op, dims.length ? [x, g.numbers(dims)] : [x], { keepdims });
  return g.node(op, [x], dims.length ? { axes: dims, keepdims } : { keepdims });
}
const reduction = (op: string): Rule => [
  'xl',
  (g, y, [x, dims, keepdim]) => reduced(g, op, g.use(x, g.dtype(y)), dims, keepdim),
];
const quantified = (op: string): Rule => [
  'xl',
  (g, _, [x, dims, keepdim]) => {
    const ones = g.cast(g.use(x, Bool), Bool, 2);
    return g.cast(reduced(g, op, ones, dims, keepdim), 2, Bool);
  },
];
const extreme = (op: string, position: string): Rule => [
  'x',
  (g, _, [x, dim, keepdim]) => [
    reduced(g, op, g.use(x), [dim], keepdim),
    g.node(position, [g.use(x)], { axis: dim, keepdims: Number(keepdim) }),
  ],
];
const position = (op: string): Rule => [
  'x',
  (g, y, [x, dim, keepdim]) => {
    if (!Number.isNaN(dim)) return g.node(op, [g.use(x)], { axis: dim, keepdims: Number(keepdim) });
    const flat = g.node('Reshape', [g.use(x), g.numbers([-1])]);
    return g.reshape(g.node(op, [flat], { axis: 0, keepdims: 0 }), y);
  },
];

function variance(g: Recorder, y: Operand, [x, dims, correction, keepdim]: any[]): string {
  const sizes = g.shape(x);
  const n = (dims.length ? dims : [...sizes.keys()]).reduce((n: number, d: number) => n * sizes.at(d)!, 1);
  const name = g.use(x);
  const from = g.node('Sub', [name, reduced(g, 'ReduceMean', name, dims, true)]);
  const total = reduced(g, 'ReduceSum', g.node('Mul', [from, from]), dims, keepdim);
  return g.node('Div', [total, num(g, y, n - correction)]);
}

/** Swaps dimensions: `perm[i]` is the one that becomes the i-th. */
const permuted = (g: Recorder, x: Operand, perm: readonly number[]) =>
  g.node('Transpose', [g.use(x)], { perm });
const wrap = (dim: number, n: number) => (dim < 0 ? dim + n : dim);
const dimsOf = (g: Recorder, x: Operand) => [...g.shape(x).keys()];

function sliced(g: Recorder, x: Operand, dim: number, start: number, end: number, step: number): string {
  const limit = Number.isNaN(end) || end >= g.shape(x).at(dim)! ? Number.MAX_SAFE_INTEGER : end;
  const bounds = [Number.isNaN(start) ? 0 : start, limit, dim, step].map((v) => g.numbers([v]));
  return g.node('Slice', [g.use(x), ...bounds]);
}

/** `x` in the shape of `y`; the sizes it has already may vary. */
function expanded(g: Recorder, x: Operand, y: Operand): string {
  const [from, to] = [g.shape(x), g.shape(y)];
  const sizes = to.map((size, i) => (from[i - (to.length - from.length)] === size ? 1 : size));
  return sizes.every((size) => size === 1) && from.length === to.length
    ? g.use(x)
    : g.node('Expand', [g.use(x), g.numbers(sizes)]);
}

function gelu(g: Recorder, x: string, y: Operand, [, tanh]: any[]): string {
  const n = (value: number) => num(g, y, value);
  const mul = (a: string, b: string) => g.node('Mul', [a, b]);
  const inner = tanh
    ? mul(n(Math.sqrt(2 / Math.PI)), g.node('Add', [x, mul(n(0.044715), mul(x, mul(x, x)))]))
    : mul(x, n(Math.SQRT1_2));
  return mul(mul(n(0.5), x), g.node('Add', [g.node(tanh ? 'Tanh' : 'Erf', [inner]), n(1)]));
}

const trunc = (g: Recorder, x: string) =>
  g.node('Mul', [g.node('Sign', [x]), g.node('Floor', [g.node('Abs', [x])])]);

const linear: Rule = [
  'xxx',
  (g, _, [x, weight, bias]) => {
    const parts = [g.use(x), g.use(weight), ...(bias ? [g.use(bias)] : [])];
    if (g.shape(x).length === 2) return g.node('Gemm', parts, { transB: 1 });
    const product = g.node('MatMul', [parts[0]!, permuted(g, weight, [1, 0])]);
    return bias ? g.node('Add', [product, parts[2]!]) : product;
  },
];

export const rules: Readonly<Record<string, Rule>> = {
  // Elementwise
  neg: unary('Neg'),
  abs: unary('Abs'),
  sign: unary('Sign'),
  square: composed((g, x) => g.node('Mul', [x, x])),
  reciprocal: unary('Reciprocal'),
  sqrt: unary('Sqrt'),
  rsqrt: composed((g, x) => g.node('Reciprocal', [g.node('Sqrt', [x])])),
  floor: unary('Floor'),
  ceil: unary('Ceil'),
  round: unary('Round'),
  trunc: composed(trunc),
  frac: composed((g, x) => g.node('Sub', [x, trunc(g, x)])),
  exp: unary('Exp'),
  exp2: composed((g, x, y) => g.node('Pow', [num(g, y, 2), x])),
  expm1: composed((g, x, y) => g.node('Sub', [g.node('Exp', [x]), num(g, y, 1)])),
  log: unary('Log'),
  log2: composed((g, x, y) => g.node('Mul', [g.node('Log', [x]), num(g, y, Math.LOG2E)])),
  log10: composed((g, x, y) => g.node('Mul', [g.node('Log', [x]), num(g, y, Math.LOG10E)])),
  log1p: composed((g, x, y) => g.node('Log', [g.node('Add', [x, num(g, y, 1)])])),
  ...Object.fromEntries(
    ['Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Tanh', 'Erf'].map((op) => [op.toLowerCase(), unary(op)]),
  ),
  erfc: composed((g, x, y) => g.node('Sub', [num(g, y, 1), g.node('Erf', [x])])),
  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: binary('Div'),
  pow: binary('Pow'),
  maximum: binary('Max'),
  minimum: binary('Min'),
  fmod: binary('Mod', { fmod: 1 }),
  floor_divide: [
    'xx',
    (g, y, [a, b]) => {
      const dtype = g.dtype(y) < Float32 ? 5 : g.dtype(y);
      return g.cast(g.node('Floor', [g.node('Div', [g.use(a, dtype), g.use(b, dtype)])]), dtype, g.dtype(y));
    },
  ],
  remainder: [
    'xx',
    (g, y, operands) => {
      const [a, b] = operands.map((x) => g.use(x, g.dtype(y))) as [string, string];
      if (g.dtype(y) < Float32) return g.node('Mod', [a, b]);
      return g.node('Sub', [a, g.node('Mul', [g.node('Floor', [g.node('Div', [a, b])]), b])]);
    },
  ],
  lerp: [
    'xxx',
    (g, y, operands) => {
      const [a, b, w] = operands.map((x) => g.use(x, g.dtype(y))) as [string, string, string];
      return g.node('Add', [a, g.node('Mul', [w, g.node('Sub', [b, a])])]);
    },
  ],
  clamp: [
    'xxx',
    (g, y, [x, low, high]) => {
      const least = low ? g.node('Max', [g.use(x, g.dtype(y)), g.use(low, g.dtype(y))]) : g.use(x, g.dtype(y));
      return high ? g.node('Min', [least, g.use(high, g.dtype(y))]) : least;
    },
  ],
  add_: inPlace('Add'),
  sub_: inPlace('Sub'),
  mul_: inPlace('Mul'),
  div_: inPlace('Div'),
  assign_: ['!x', (g, y, [, x]) => g.cast(expanded(g, x, y), g.dtype(x), g.dtype(y))],
  copy_: ['!x', (g, y, [, x]) => g.cast(expanded(g, x, y), g.dtype(x), g.dtype(y))],
  fill_: ['!', (g, y, [, value]) => g.node('Expand', [num(g, y, value), g.numbers(g.shape(y))])],
  zero_: ['!', (g, y) => g.node('Expand', [num(g, y, 0), g.numbers(g.shape(y))])],

  // Comparison
  eq: comparison('Equal'),
  ne: comparison('Equal', true),
  lt: comparison('Less'),
  le: comparison('LessOrEqual'),
  gt: comparison('Greater'),
  ge: comparison('GreaterOrEqual'),
  isnan: ['x', (g, _, [x]) => g.node('IsNaN', [g.use(x)])],
  isinf: ['x', (g, _, [x]) => g.node('IsInf', [g.use(x)])],
  logical_not: ['x', (g, _, [x]) => g.node('Not', [g.use(x, Bool)])],
  logical_and: logical('And'),
  logical_or: logical('Or'),
  logical_xor: logical('Xor'),
  where: ['xxx', (g, y, [c, a, b]) => g.node('Where', [g.use(c, Bool), g.use(a, g.dtype(y)), g.use(b, g.dtype(y))])],
  masked_fill: ['xxx', (g, y, [x, mask, value]) => g.node('Where', [g.use(mask, Bool), g.use(value, g.dtype(y)), g.use(x)])],

  // Activations
  relu: unary('Relu'),
  relu6: composed((g, x, y) => g.node('Clip', [x, num(g, y, 0), num(g, y, 6)])),
  selu: unary('Selu'),
  sigmoid: unary('Sigmoid'),
  silu: composed((g, x) => g.node('Mul', [x, g.node('Sigmoid', [x])])),
  mish: composed((g, x) => g.node('Mul', [x, g.node('Tanh', [g.node('Softplus', [x])])])),
  gelu: composed(gelu),
  logit: composed((g, x, y) => g.node('Log', [g.node('Div', [x, g.node('Sub', [num(g, y, 1), x])])])),
  logsigmoid: composed((g, x) => g.node('Neg', [g.node('Softplus', [g.node('Neg', [x])])])),
  hardsigmoid: unary('HardSigmoid', { alpha: float(1 / 6), beta: float(0.5) }),
  hardswish: unary('HardSwish'),
  hardtanh: composed((g, x, y, [, low, high]) => g.node('Clip', [x, num(g, y, low), num(g, y, high)])),
  leaky_relu: scaled('LeakyRelu', 'alpha'),
  elu: scaled('Elu', 'alpha'),
  celu: scaled('Celu', 'alpha'),
  softsign: unary('Softsign'),
  tanhshrink: composed((g, x) => g.node('Sub', [x, g.node('Tanh', [x])])),
  hardshrink: scaled('Shrink', 'lambd'),
  softshrink: [
    'x',
    (g, _, [x, lambd]) => g.node('Shrink', [g.use(x)], { lambd: float(lambd), bias: float(lambd) }),
  ],
  softplus: composed((g, x, y, [, beta, threshold]) => {
    const b = num(g, y, beta);
    const scaled = g.node('Mul', [x, b]);
    const soft = g.node('Div', [g.node('Softplus', [scaled]), b]);
    // From 20 on, the default, both are the same float32.
    if (threshold >= 20) return soft;
    return g.node('Where', [g.node('Greater', [scaled, num(g, y, threshold)]), x, soft]);
  }),
  threshold: composed((g, x, y, [, limit, value]) =>
    g.node('Where', [g.node('Greater', [x, num(g, y, limit)]), x, num(g, y, value)]),
  ),
  prelu: [
    'xx',
    (g, _, [x, weight]) => {
      // ONNX aligns the slopes with the last dimension, PyTorch with the second.
      const after = dimsOf(g, x).slice(1, -1);
      const shared = g.shape(weight)[0] === 1 || after.length === 0;
      const slopes = g.use(weight);
      return g.node('PRelu', [g.use(x), shared ? slopes : g.node('Unsqueeze', [slopes, g.numbers(after)])]);
    },
  ],
  glu: [
    'x',
    (g, _, [x, dim]) => {
      const [a, b] = g.nodesOf('Split', [g.use(x)], { axis: dim }, 2);
      return g.node('Mul', [a!, g.node('Sigmoid', [b!])]);
    },
  ],
  softmax: ['x', (g, y, [x, dim]) => g.node('Softmax', [g.use(x, g.dtype(y))], { axis: dim })],
  log_softmax: ['x', (g, y, [x, dim]) => g.node('LogSoftmax', [g.use(x, g.dtype(y))], { axis: dim })],
  dropout: dropped,
  alpha_dropout: dropped,
  feature_dropout: dropped,
  feature_alpha_dropout: dropped,
  dropout_: droppedInPlace,
  alpha_dropout_: droppedInPlace,
  feature_dropout_: droppedInPlace,
  feature_alpha_dropout_: droppedInPlace,

  // Normalization
  batch_norm: [
    'xxxxx',
    (g, _, [x, mean, variance, weight, bias, training, , eps]) => {
      if (training) refuse('batch norm by the statistics of the batch');
      const shape = g.shape(mean);
      const vectors = [filled(g, weight, x, 1, shape), filled(g, bias, x, 0, shape), g.use(mean), g.use(variance)];
      return g.node('BatchNormalization', [g.use(x), ...vectors], { epsilon: float(eps) });
    },
  ],
  layer_norm: [
    'xlxx',
    (g, _, [x, shape, weight, bias, eps]) => {
      const vectors = [filled(g, weight, x, 1, shape), ...(bias ? [g.use(bias)] : [])];
      return g.node('LayerNormalization', [g.use(x), ...vectors], { axis: -shape.length, epsilon: float(eps) });
    },
  ],

  ...layerRules,

  // Reductions
  sum: reduction('ReduceSum'),
  mean: reduction('ReduceMean'),
  amax: reduction('ReduceMax'),
  amin: reduction('ReduceMin'),
  logsumexp: reduction('ReduceLogSumExp'),
  prod: ['x', (g, y, [x]) => reduced(g, 'ReduceProd', g.use(x, g.dtype(y)), [], false)],
  prod_dim: ['x', (g, y, [x, dim, keepdim]) => reduced(g, 'ReduceProd', g.use(x, g.dtype(y)), [dim], keepdim)],
  max_all: ['x', (g, _, [x]) => reduced(g, 'ReduceMax', g.use(x), [], false)],
  min_all: ['x', (g, _, [x]) => reduced(g, 'ReduceMin', g.use(x), [], false)],
  max_dim: extreme('ReduceMax', 'ArgMax'),
  min_dim: extreme('ReduceMin', 'ArgMin'),
  argmax: position('ArgMax'),
  argmin: position('ArgMin'),
  all: quantified('ReduceMin'),
  any: quantified('ReduceMax'),
  count_nonzero: [
    'xl',
    (g, _, [x, dims]) => reduced(g, 'ReduceSum', g.cast(g.use(x, Bool), Bool, Int64), dims, false),
  ],
  var: ['xl', variance],
  var_mean: [
    'xl',
    (g, y, args) => [variance(g, y, args), reduced(g, 'ReduceMean', g.use(args[0]), args[1], args[3])],
  ],
  std_: ['xl', (g, y, args) => g.node('Sqrt', [variance(g, y, args)])],
  norm: [
    'xnl',
    (g, _, [x, p, dims, keepdim]) => {
      const extremes = Math.abs(p) === Infinity;
      if (extremes) return reduced(g, p > 0 ? 'ReduceMax' : 'ReduceMin', g.node('Abs', [g.use(x)]), dims, keepdim);
      if (p !== 1 && p !== 2) refuse(`the op norm of order ${p} is not supported`, 'NotImplementedError');
      return reduced(g, `ReduceL${p}`, g.use(x), dims, keepdim);
    },
  ],

  // Shape
  view: reshaped,
  reshape: reshaped,
  flatten: reshaped,
  unflatten: reshaped,
  squeeze: reshaped,
  squeeze_dims: reshaped,
  unsqueeze: reshaped,
  alias: same,
  detach: same,
  clone: same,
  contiguous: same,
  to: ['x', (g, y, [x]) => g.use(x, g.dtype(y))],
  t: ['x', (g, _, [x]) => permuted(g, x, dimsOf(g, x).reverse())],
  permute: ['xl', (g, _, [x, dims]) => permuted(g, x, dims.map((d: number) => wrap(d, dims.length)))],
  transpose: [
    'x',
    (g, _, [x, a, b]) => {
      const perm = dimsOf(g, x);
      const [i, j] = [wrap(a, perm.length), wrap(b, perm.length)];
      [perm[i], perm[j]] = [perm[j]!, perm[i]!];
      return permuted(g, x, perm);
    },
  ],
  movedim: [
    'xll',
    (g, _, [x, source, destination]) => {
      const all = dimsOf(g, x);
      const from: number[] = source.map((d: number) => wrap(d, all.length));
      const to: number[] = destination.map((d: number) => wrap(d, all.length));
      const rest = all.filter((d) => !from.includes(d));
      return permuted(g, x, all.map((d) => (to.includes(d) ? from[to.indexOf(d)]! : rest.shift()!)));
    },
  ],
  expand: ['x', (g, y, [x]) => expanded(g, x, y)],
  select: ['x', (g, _, [x, dim, index]) => g.node('Gather', [g.use(x), g.numbers([index], Int64, [])], { axis: dim })],
  narrow: ['x', (g, _, [x, dim, start, length]) => sliced(g, x, dim, start, start < 0 && start + length >= 0 ? NaN : start + length, 1)],
  slice: ['x', (g, _, [x, dim, start, end, step]) => sliced(g, x, dim, start, end, step)],
  cat: ['X', (g, y, [parts, axis]) => g.node('Concat', parts.map((x: Operand) => g.use(x, g.dtype(y))), { axis })],
  stack: [
    'X',
    (g, y, [parts, dim]) => {
      const axis = wrap(dim, g.shape(y).length);
      const rows = parts.map((x: Operand) => g.node('Unsqueeze', [g.use(x, g.dtype(y)), g.numbers([axis])]));
      return g.node('Concat', rows, { axis });
    },
  ],

  // Matrix products
  linear,
  matmul: binary('MatMul'),
  mm: binary('MatMul'),
  bmm: binary('MatMul'),
  mv: binary('MatMul'),
  dot: binary('MatMul'),
  outer: ['xx', (g, _, [a, b]) => g.node('Mul', [g.node('Unsqueeze', [g.use(a), g.numbers([1])]), g.use(b)])],
  addmm: [
    'xxx',
    (g, _, [x, a, b, beta, alpha]) =>
      g.node('Gemm', [g.use(a), g.use(b), g.use(x)], { alpha: float(alpha), beta: float(beta) }),
  ],
};
