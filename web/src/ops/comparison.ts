// Comparison, logic and choice; broadcast.

import { handle, nothing, operand, type Operand } from '../arguments.js';
import { call } from '../core.js';
import { binary, op } from '../op.js';
import type { Tensor } from '../tensor.js';
import { nonzero } from './indexing.js';

/** `input == other`, as booleans. */
export const eq = binary('eq');
/** `input != other`, as booleans. */
export const ne = binary('ne');
/** `input < other`, as booleans. */
export const lt = binary('lt');
/** `input <= other`, as booleans. */
export const le = binary('le');
/** `input > other`, as booleans. */
export const gt = binary('gt');
/** `input >= other`, as booleans. */
export const ge = binary('ge');

export { ne as not_equal, lt as less, le as less_equal, gt as greater, ge as greater_equal };

/** Whether both are not 0. */
export const logical_and = binary('logical_and');
/** Whether any of the two is not 0. */
export const logical_or = binary('logical_or');
/** Whether exactly one of the two is not 0. */
export const logical_xor = binary('logical_xor');
/** `input & other`, of integers or booleans. */
export const bitwise_and = binary('bitwise_and');
/** `input | other`, of integers or booleans. */
export const bitwise_or = binary('bitwise_or');
/** `input ^ other`, of integers or booleans. */
export const bitwise_xor = binary('bitwise_xor');

/** `condition ? input : other`, element by element; of the condition alone, where it holds. */
export function where(condition: Tensor): Tensor[];
export function where(condition: Tensor, input: Operand, other: Operand): Tensor;
export function where(
  condition: Tensor,
  input?: Operand,
  other?: Operand,
): Tensor | Tensor[] {
  if (input === undefined || other === undefined) return nonzero(condition, { as_tuple: true });
  const which = handle(condition, 'where', 'condition');
  const a = operand(input, 'where', 'input', 2);
  const b = operand(other, 'where', 'other', 3);
  return op((c) => c.where(which, a, b));
}

/** `input`, but `value` where `mask` is true. */
export function masked_fill(input: Tensor, mask: Tensor, value: Operand): Tensor {
  const x = handle(input, 'masked_fill');
  const which = handle(mask, 'masked_fill', 'mask', 2);
  const v = operand(value, 'masked_fill', 'value', 3);
  return op((c) => c.masked_fill(x, which, v));
}

/** Whether the two have the same sizes and elements. */
export function equal(input: Tensor, other: Tensor): boolean {
  const [a, b] = [handle(input, 'equal'), handle(other, 'equal', 'other', 2)];
  return call((c) => c.equal(a, b));
}

export interface Closeness {
  rtol?: number;
  atol?: number;
  /** Whether NaN is close to NaN. */
  equal_nan?: boolean;
}

/** `|input - other| ≤ atol + rtol * |other|`, as booleans. */
export function isclose(
  input: Tensor,
  other: Tensor,
  { rtol = 1e-5, atol = 1e-8, equal_nan = false, ...more }: Closeness = {},
): Tensor {
  nothing('isclose', more);
  const [a, b] = [handle(input, 'isclose'), handle(other, 'isclose', 'other', 2)];
  return op((c) => c.isclose(a, b, rtol, atol, equal_nan));
}

/** Whether every element {@link isclose}. */
export function allclose(
  input: Tensor,
  other: Tensor,
  { rtol = 1e-5, atol = 1e-8, equal_nan = false, ...more }: Closeness = {},
): boolean {
  nothing('allclose', more);
  const [a, b] = [handle(input, 'allclose'), handle(other, 'allclose', 'other', 2)];
  return call((c) => c.allclose(a, b, rtol, atol, equal_nan));
}
