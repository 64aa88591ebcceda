// Ops of one operand, element by element. Integers give float32, except where the result is whole
// anyway (neg, abs, sign, square, floor, ceil, trunc, round).

import { handle, int, nothing } from '../arguments.js';
import { op, unary } from '../op.js';
import type { Tensor } from '../tensor.js';

/** `-x` */
export const neg = unary('neg');
/** `|x|` */
export const abs = unary('abs');
/** -1, 0 or 1. */
export const sign = unary('sign');
/** `x²` */
export const square = unary('square');
/** `1 / x` */
export const reciprocal = unary('reciprocal');
/** `√x`; NaN below 0. */
export const sqrt = unary('sqrt');
/** `1 / √x` */
export const rsqrt = unary('rsqrt');
/** The largest whole number ≤ x. */
export const floor = unary('floor');
/** The smallest whole number ≥ x. */
export const ceil = unary('ceil');
/** Without the fraction. */
export const trunc = unary('trunc');
const wholes = unary('round');
/** To the nearest whole number or, with `decimals`, decimal one; halves to even. */
export function round(input: Tensor, { decimals = 0, ...more } = {}): Tensor {
  nothing('round', more);
  if (decimals === 0) return wholes(input);
  const x = handle(input, 'round');
  const places = int(decimals, 'round', 'decimals');
  return op((c) => c.round_decimals(x, places));
}
/** The fraction, with the sign of x. */
export const frac = unary('frac');
/** `eˣ` */
export const exp = unary('exp');
/** `2ˣ` */
export const exp2 = unary('exp2');
/** `eˣ - 1`, exact near 0. */
export const expm1 = unary('expm1');
/** The natural logarithm. */
export const log = unary('log');
/** The logarithm to base 2. */
export const log2 = unary('log2');
/** The logarithm to base 10. */
export const log10 = unary('log10');
/** `log(1 + x)`, exact near 0. */
export const log1p = unary('log1p');
/** Sine of radians. */
export const sin = unary('sin');
/** Cosine of radians. */
export const cos = unary('cos');
/** Tangent of radians. */
export const tan = unary('tan');
/** Inverse sine. */
export const asin = unary('asin');
/** Inverse cosine. */
export const acos = unary('acos');
/** Inverse tangent. */
export const atan = unary('atan');
/** Hyperbolic sine. */
export const sinh = unary('sinh');
/** Hyperbolic cosine. */
export const cosh = unary('cosh');
/** The error function. */
export const erf = unary('erf');
/** `1 - erf(x)`, exact for large x. */
export const erfc = unary('erfc');
/** The inverse of erf on (-1, 1). */
export const erfinv = unary('erfinv');
/** Whether NaN. */
export const isnan = unary('isnan');
/** Whether ±inf. */
export const isinf = unary('isinf');
/** Whether neither NaN nor ±inf. */
export const isfinite = unary('isfinite');
/** Whether 0. */
export const logical_not = unary('logical_not');
/** `~x`, of integers or booleans. */
export const bitwise_not = unary('bitwise_not');
