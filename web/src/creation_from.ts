// Tensors made from what is at hand: of another tensor's dtype, or from arrays.

import { handle, nothing, sized, tensorOf, type Sizes } from './arguments.js';
import { TorchError } from './core.js';
import { empty, full, ones, tensor, zeros, type TensorData, type TensorOptions } from './creation.js';
import type { DType } from './dtype.js';
import { Tensor } from './tensor.js';

/** `data` as a tensor: itself where it is one of that dtype already, else a copy. */
export function as_tensor(data: TensorData, { dtype = null, ...more }: { dtype?: DType | null } = {}): Tensor {
  nothing('as_tensor', more);
  if (data instanceof Tensor) return dtype ? data.to(dtype) : data;
  return tensor(data, { dtype });
}

/** A tensor of a typed array's elements and dtype: a copy, for the memory is not shared. */
export function from_numpy(array: ArrayBufferView): Tensor {
  if (ArrayBuffer.isView(array)) return tensor(array);
  throw new TorchError(`from_numpy(): expected a typed array, got ${typeof array}`, 'TypeError');
}

const newly =
  (name: string, f: (...args: Sizes<TensorOptions>) => Tensor) =>
  (input: Tensor, ...args: Sizes<TensorOptions>): Tensor => {
    handle(input, name);
    const [size, options] = sized(args, name);
    return f(size, { ...options, dtype: options.dtype ?? input.dtype });
  };

/** {@link empty} of this tensor's dtype. */
export const new_empty = newly('new_empty', empty);
/** {@link zeros} of this tensor's dtype. */
export const new_zeros = newly('new_zeros', zeros);
/** {@link ones} of this tensor's dtype. */
export const new_ones = newly('new_ones', ones);

/** {@link full} of this tensor's dtype. */
export function new_full(
  input: Tensor,
  size: readonly number[],
  fill_value: number | boolean | bigint,
  options: TensorOptions = {},
): Tensor {
  return full(size, fill_value, { ...options, dtype: options.dtype ?? input.dtype });
}

/** {@link tensor} of this tensor's dtype. */
export function new_tensor(input: Tensor, data: TensorData, options: TensorOptions = {}): Tensor {
  return tensor(data, { ...options, dtype: options.dtype ?? input.dtype });
}

export { as_tensor as asarray };

/** A 0-dim {@link tensor}. */
export const scalar_tensor = (value: number | boolean | bigint, options: TensorOptions = {}): Tensor =>
  full([], value, options);

/** How many elements there are. */
export const numel = (input: Tensor): number => tensorOf(input, 'numel').numel();

/** Whether the one element is not 0; with another number of them, an error. */
export function is_nonzero(input: Tensor): boolean {
  handle(input, 'is_nonzero');
  const n = input.numel();
  if (n === 1) return Number(input.item()) !== 0;
  throw new TorchError(
    `Boolean value of Tensor with ${n === 0 ? 'no values' : 'more than one value'} is ambiguous`,
  );
}

/** Whether `obj` is a tensor. */
export const is_tensor = (obj: unknown): obj is Tensor => obj instanceof Tensor;

/** Whether the tensor's dtype is a floating point one. */
export const is_floating_point = (input: Tensor): boolean =>
  tensorOf(input, 'is_floating_point').dtype.is_floating_point;
