// Sizes of the spatial dimensions: a number stands for all of them.

import { int, ints } from '../arguments.js';
import { TorchError } from '../core.js';

/** A number for every spatial dimension, or one for each. */
export type Spatial = number | readonly number[];

/** `value` for each of `n` dimensions, as PyTorch takes it; a list of one stands for all. */
export function spatial(value: Spatial, n: number, op: string, name: string): readonly number[] {
  if (!Array.isArray(value)) return Array<number>(n).fill(int(value as number, op, name));
  const list = ints(value, op, name);
  if (list.length === n) return list;
  if (list.length === 1) return Array<number>(n).fill(list[0]!);
  throw new TorchError(
    `expected ${name} to be a single integer value or a list of ${n} values to match the convolution ` +
      `dimensions, but got ${name}=[${list.join(', ')}]`,
  );
}

/** As Python prints it: `2` or `(2, 3)`. */
export const printed = (value: Spatial): string =>
  typeof value === 'number' ? String(value) : tuple(value.map(String));

/** As Python prints a tuple: `(2,)` or `(2, 3)`. */
export const tuple = (values: readonly string[]): string =>
  `(${values.join(', ')}${values.length === 1 ? ',' : ''})`;
