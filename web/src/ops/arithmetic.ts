// Binary arithmetic, broadcast, in the promoted dtype.

import { handle, keywords, nothing, number, operand, type Keywords, type Operand } from '../arguments.js';
import { TorchError } from '../core.js';
import { binary, op } from '../op.js';
import { Tensor } from '../tensor.js';

const plus = binary('add');
const minus = binary('sub');
const times = binary('mul');
const over = binary('div');

/** `f(input, alpha * other)` */
function scaled(f: typeof plus, input: Operand, other: Operand, alpha: number): Tensor {
  if (alpha === 1) return f(input, other);
  if (!(other instanceof Tensor)) return f(input, Number(other) * alpha);
  const product = times(other, alpha);
  const result = f(input, product);
  product.dispose();
  return result;
}

// The options of a call that gives none: a fresh {} may be garbage.
const none = {};

interface Scaled {
  alpha?: number;
}
const alphaOf = (op: string, { alpha = 1, ...more }: Scaled): number => (nothing(op, more), alpha);

/** `input + alpha * other` */
export const add = (input: Operand, other: Operand, options: Scaled = none): Tensor =>
  options === none ? plus(input, other) : scaled(plus, input, other, alphaOf('add', options));

/** `input - alpha * other` */
export const sub = (input: Operand, other: Operand, options: Scaled = none): Tensor =>
  options === none ? minus(input, other) : scaled(minus, input, other, alphaOf('sub', options));

/** `input * other` */
export const mul = times;

/**
 * `input / other`, of integers float32. With `rounding_mode` 'floor' or 'trunc' the quotient is
 * rounded and keeps the dtype.
 */
export function div(
  input: Operand,
  other: Operand,
  options: { rounding_mode?: 'floor' | 'trunc' | null } = none,
): Tensor {
  if (options === none) return over(input, other);
  const { rounding_mode = null, ...more } = options;
  nothing('div', more);
  if (rounding_mode === null) return over(input, other);
  if (rounding_mode === 'floor') return floor_divide(input, other);
  if (rounding_mode === 'trunc') return truncated(input, other);
  throw new TorchError(
    `div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '${rounding_mode as string}'`,
  );
}

const truncated = binary('trunc_divide');

/** `⌊input / other⌋` */
export const floor_divide = binary('floor_divide');
/** What is left of the floored division: has the sign of `other`. */
export const remainder = binary('remainder');
/** What is left of the truncated division: has the sign of `input`. */
export const fmod = binary('fmod');
/** `input` to the power of `exponent`. */
export const pow = binary('pow');
/** The larger of the two; NaN wins. */
export const maximum = binary('maximum');
/** The smaller of the two; NaN wins. */
export const minimum = binary('minimum');
/** The angle of the point (other, input), in radians. */
export const atan2 = binary('atan2');

export { sub as subtract, mul as multiply, div as divide, div as true_divide };

/** `start + weight * (end - start)` */
export function lerp(input: Tensor, end: Tensor, weight: Tensor | number): Tensor {
  const [a, b] = [handle(input, 'lerp'), handle(end, 'lerp', 'end', 2)];
  const w = operand(weight, 'lerp', 'weight', 3);
  return op((c) => c.lerp(a, b, w));
}

/** `input + value * tensor1 * tensor2` */
export function addcmul(
  input: Tensor,
  tensor1: Operand,
  tensor2: Operand,
  { value = 1, ...more } = {},
): Tensor {
  nothing('addcmul', more);
  const x = handle(input, 'addcmul');
  const a = operand(tensor1, 'addcmul', 'tensor1', 2);
  const b = operand(tensor2, 'addcmul', 'tensor2', 3);
  return op((c) => c.addcmul(x, a, b, number(value, 'addcmul', 'value')));
}

/** `input + value * tensor1 / tensor2` */
export function addcdiv(
  input: Tensor,
  tensor1: Operand,
  tensor2: Operand,
  { value = 1, ...more } = {},
): Tensor {
  nothing('addcdiv', more);
  const x = handle(input, 'addcdiv');
  const a = operand(tensor1, 'addcdiv', 'tensor1', 2);
  const b = operand(tensor2, 'addcdiv', 'tensor2', 3);
  return op((c) => c.addcdiv(x, a, b, number(value, 'addcdiv', 'value')));
}

type Bound = Tensor | number | null;

/** `min(max(input, low), high)`; either bound may be left out. */
export function clamp(
  input: Tensor,
  ...args: Keywords<[min: Bound, max: Bound], { min: Bound; max: Bound }>
): Tensor {
  const { min, max } = keywords<{ min: Bound; max: Bound }>(
    'clamp',
    { min: null, max: null },
    args,
  );
  const x = handle(input, 'clamp');
  const low = min === null ? 0 : operand(min, 'clamp', 'min', 2);
  const high = max === null ? 0 : operand(max, 'clamp', 'max', 3);
  return op((c) => c.clamp(x, low, high));
}

export { clamp as clip };
