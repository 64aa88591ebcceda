// What the element types can hold.

import { TorchError } from './core.js';
import { bool, DType, float32, get_default_dtype, int32, uint8 } from './dtype.js';

/** The limits of a floating point type. */
export interface FloatLimits {
  bits: number;
  /** The distance from 1 to the next number. */
  eps: number;
  max: number;
  min: number;
  /** The smallest positive number of full precision. */
  tiny: number;
  smallest_normal: number;
  /** How many decimal digits are good: `10 ** -digits`. */
  resolution: number;
  dtype: string;
}

/** The limits of a floating point type, by default the default one. */
export function finfo(type: DType = get_default_dtype()): FloatLimits {
  if (!(type instanceof DType) || !type.is_floating_point) {
    throw new TorchError(
      "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'",
      'TypeError',
    );
  }
  const single = type === float32;
  const tiny = single ? 2 ** -126 : 2 ** -1022;
  const max = single ? (2 - 2 ** -23) * 2 ** 127 : Number.MAX_VALUE;
  return {
    bits: 8 * type.itemsize,
    eps: single ? 2 ** -23 : Number.EPSILON,
    max,
    min: -max,
    tiny,
    smallest_normal: tiny,
    resolution: single ? 1e-6 : 1e-15,
    dtype: single ? 'float32' : 'float64',
  };
}

/** The limits of an integer type; bigints where a number would not be exact. */
export interface IntegerLimits {
  bits: number;
  max: number | bigint;
  min: number | bigint;
  dtype: string;
}

/** The limits of an integer type. */
export function iinfo(type: DType): IntegerLimits {
  if (type === bool)
    throw new TorchError('torch.bool is not supported by torch.iinfo', 'TypeError');
  if (!(type instanceof DType) || type.is_floating_point) {
    throw new TorchError(
      "torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'",
      'TypeError',
    );
  }
  const dtype = String(type).slice('torch.'.length);
  if (type === uint8) return { bits: 8, max: 255, min: 0, dtype };
  if (type === int32) return { bits: 32, max: 2 ** 31 - 1, min: -(2 ** 31), dtype };
  return { bits: 64, max: 2n ** 63n - 1n, min: -(2n ** 63n), dtype };
}
