// Element types, as PyTorch names them.

import { call, TorchError, type TypedArray } from './core.js';

/** An element type. PyTorch: `torch.dtype`. */
export class DType {
  /** @internal */
  constructor(
    private readonly name: string,
    /** @internal The number that crosses to C++. */
    readonly code: number,
    /** @internal What a copy of the elements is in JavaScript. */
    readonly array: TypedArrayConstructor,
  ) {}

  get is_floating_point(): boolean {
    return this.code >= 4;
  }

  /** Bytes an element takes. */
  get itemsize(): number {
    return this.array.BYTES_PER_ELEMENT;
  }

  toString(): string {
    return `torch.${this.name}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

interface TypedArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, address: number, length: number): TypedArray;
}

/** Truth values; a copy of them is a Uint8Array of 0 and 1. */
export const bool = new DType('bool', 0, Uint8Array);
/** 0 to 255. */
export const uint8 = new DType('uint8', 1, Uint8Array);
/** Integers of 32 bits. */
export const int32 = new DType('int32', 2, Int32Array);
/** Integers of 64 bits: what indices, classes and sums of integers are. */
export const int64 = new DType('int64', 3, BigInt64Array);
/** Single precision: what tensors are of that are made from numbers. */
export const float32 = new DType('float32', 4, Float32Array);
/** Double precision. */
export const float64 = new DType('float64', 5, Float64Array);

export { int32 as int, int64 as long, float32 as float, float64 as double };

/** @internal By code. */
export const dtypes: readonly DType[] = [bool, uint8, int32, int64, float32, float64];

/** @internal The name PyTorch's messages and `type()` have for a dtype: Float for float32. */
export const scalarType = (dtype: DType): string =>
  ['Bool', 'Byte', 'Int', 'Long', 'Float', 'Double'][dtype.code]!;

let default_ = float32;

/** The dtype of tensors made from JavaScript numbers: float32, unless {@link set_default_dtype}. */
export const get_default_dtype = (): DType => default_;

/** Makes `d`, float32 or float64, the dtype of new tensors and of what numbers make of integers. */
export function set_default_dtype(d: DType): void {
  if (!(d instanceof DType) || !d.is_floating_point) {
    throw new TorchError('only floating-point types are supported as the default type', 'TypeError');
  }
  call((c) => c.set_default_dtype(d.code));
  default_ = d;
}
