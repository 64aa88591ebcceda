// The less common elementwise ops.

import { handle, int, keywords, tensorOf, type Keywords } from '../arguments.js';
import { TorchError } from '../core.js';
import { bool, float64, get_default_dtype } from '../dtype.js';
import { scoped } from '../memory.js';
import { binary, binaryOfTensors, op, unary } from '../op.js';
import { Tensor } from '../tensor.js';
import { finfo } from '../limits.js';
import { atan2, clamp, mul, pow } from './arithmetic.js';
import { eq } from './comparison.js';
import { abs, acos, asin, atan, neg, sign, trunc } from './unary.js';

/** The larger of the two; the other one where one is NaN. */
export const fmax = binaryOfTensors('fmax');
/** The smaller of the two; the other one where one is NaN. */
export const fmin = binaryOfTensors('fmin');
/** `√(input² + other²)`, without overflow. */
export const hypot = binaryOfTensors('hypot');
/** `log(eᵃ + eᵇ)`, without overflow. */
export const logaddexp = binaryOfTensors('logaddexp');
/** `log₂(2ᵃ + 2ᵇ)`, without overflow. */
export const logaddexp2 = binaryOfTensors('logaddexp2');
/** 0 below 0, `values` at 0, 1 above. */
export const heaviside = binaryOfTensors('heaviside');
/** `input * log(other)`, 0 where `input` is 0. */
export const xlogy = binary('xlogy');
/** `input << other`, of integers. */
export const bitwise_left_shift = binary('bitwise_left_shift');
/** `input >> other`, of integers, with the sign. */
export const bitwise_right_shift = binary('bitwise_right_shift');

/** `sin(πx) / (πx)`, 1 at 0. */
export const sinc = unary('sinc');
/** Inverse hyperbolic sine. */
export const asinh = unary('asinh');
/** Inverse hyperbolic cosine. */
export const acosh = unary('acosh');
/** Inverse hyperbolic tangent. */
export const atanh = unary('atanh');
/** `log |Γ(x)|` */
export const lgamma = unary('lgamma');
/** The derivative of {@link lgamma}. */
export const digamma = unary('digamma');

/** The `n`-th derivative of {@link digamma}. */
export function polygamma(n: number, input: Tensor): Tensor {
  const x = handle(input, 'polygamma', 'input', 2);
  const order = int(n, 'polygamma', 'n', 1);
  return op((c) => c.polygamma(order, x));
}

export {
  abs as absolute,
  acos as arccos,
  acosh as arccosh,
  asin as arcsin,
  asinh as arcsinh,
  atan as arctan,
  atan2 as arctan2,
  atanh as arctanh,
  neg as negative,
  sign as sgn,
  trunc as fix,
};

/** `log(x / (1 - x))`, the inverse of sigmoid; x first clamped to `[eps, 1 - eps]` if there is one. */
export const logit = scoped(
  (input: Tensor, options: number | null | { eps?: number | null } = null): Tensor => {
    const { dtype } = tensorOf(input, 'logit');
    const real = dtype.is_floating_point ? input : input.to(get_default_dtype());
    const eps = (typeof options === 'object' ? options?.eps : options) ?? null;
    const x = eps === null ? real : clamp(real, eps, 1 - eps);
    return op((c) => c.logit(x.handle));
  },
);

/** {@link pow} in float64. */
export const float_power = scoped((input: Tensor, exponent: Tensor | number): Tensor => {
  handle(input, 'float_power');
  return pow(input.to(float64), exponent instanceof Tensor ? exponent.to(float64) : exponent);
});

/** Whether `Infinity`. */
export const isposinf = (input: Tensor): Tensor => eq(input, Infinity);
/** Whether `-Infinity`. */
export const isneginf = (input: Tensor): Tensor => eq(input, -Infinity);

/** Degrees as radians. */
export const deg2rad = (input: Tensor): Tensor => mul(input, Math.PI / 180);
/** Radians as degrees. */
export const rad2deg = (input: Tensor): Tensor => mul(input, 180 / Math.PI);

/** The input itself. */
export function positive<T extends Tensor>(input: T): T {
  handle(input, 'positive');
  if (input.dtype !== bool) return input;
  throw new TorchError('The `+` operator, on a bool tensor is not supported.');
}

interface Replacements {
  nan: number | null;
  posinf: number | null;
  neginf: number | null;
}

/** NaN replaced by `nan`, ±inf by `posinf` and `neginf` or the dtype's largest numbers. */
export function nan_to_num(
  input: Tensor,
  ...args: Keywords<
    [nan: number | null, posinf: number | null, neginf: number | null],
    Replacements
  >
): Tensor {
  const x = handle(input, 'nan_to_num');
  const { nan, posinf, neginf } = keywords<Replacements>(
    'nan_to_num',
    { nan: 0, posinf: null, neginf: null },
    args,
  );
  const largest = input.dtype.is_floating_point ? finfo(input.dtype).max : 0;
  return op((c) => c.nan_to_num(x, nan ?? 0, posinf ?? largest, neginf ?? -largest));
}

/** `max(input, min)` */
export const clamp_min = (input: Tensor, min: Tensor | number): Tensor => clamp(input, { min });
/** `min(input, max)` */
export const clamp_max = (input: Tensor, max: Tensor | number): Tensor => clamp(input, { max });
