// Element types of files, as the ones tensors have: bytes in, a tensor out, and back.

import { describe } from '../arguments.js';
import { call, list, TorchError, write, type TypedArray } from '../core.js';
import { bool, float32, float64, int32, int64, uint8, type DType } from '../dtype.js';
import { Tensor } from '../tensor.js';

/** How an element lies in a file. */
export interface Layout {
  readonly bytes: number;
  /** The dtype that holds every value, or nearly: of unsigned 64-bit integers those below 2^63. */
  readonly dtype: DType;
  /** Reads one element; absent where the file holds what memory holds. */
  readonly read?: (view: DataView, at: number, little: boolean) => number | bigint;
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const widened = new DataView(new ArrayBuffer(4));

function bfloat(bits: number): number {
  widened.setUint32(0, bits * 65536);
  return widened.getFloat32(0);
}

function signed(value: bigint): bigint {
  if (value < 2n ** 63n) return value;
  throw new TorchError(`the unsigned value ${value} does not fit into torch.int64`, 'ValueError');
}

/** By safetensors' names. */
export const layouts: Readonly<Record<string, Layout>> = {
  BOOL: { bytes: 1, dtype: bool, read: (v, at) => Number(v.getUint8(at) !== 0) },
  U8: { bytes: 1, dtype: uint8 },
  I8: { bytes: 1, dtype: int32, read: (v, at) => v.getInt8(at) },
  I16: { bytes: 2, dtype: int32, read: (v, at, little) => v.getInt16(at, little) },
  U16: { bytes: 2, dtype: int32, read: (v, at, little) => v.getUint16(at, little) },
  F16: { bytes: 2, dtype: float32, read: (v, at, little) => half(v.getUint16(at, little)) },
  BF16: { bytes: 2, dtype: float32, read: (v, at, little) => bfloat(v.getUint16(at, little)) },
  I32: { bytes: 4, dtype: int32 },
  U32: { bytes: 4, dtype: int64, read: (v, at, little) => BigInt(v.getUint32(at, little)) },
  F32: { bytes: 4, dtype: float32 },
  I64: { bytes: 8, dtype: int64 },
  U64: { bytes: 8, dtype: int64, read: (v, at, little) => signed(v.getBigUint64(at, little)) },
  F64: { bytes: 8, dtype: float64 },
};

/** A tensor of the elements in `bytes`, whose number the caller has held against `shape`. */
export function decoded(
  bytes: Uint8Array,
  { bytes: size, dtype, read }: Layout,
  shape: readonly number[],
  little = true,
): Tensor {
  let elements: TypedArray;
  if (read) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    elements = new dtype.array(bytes.length / size);
    for (let i = 0; i < elements.length; ++i) elements[i] = read(view, i * size, little);
  } else {
    const copy = new Uint8Array(bytes);
    if (!little) for (let i = 0; i < copy.length; i += size) copy.subarray(i, i + size).reverse();
    elements = new dtype.array(copy.buffer, 0, copy.length / size);
  }
  return new Tensor(
    call((c) => {
      const x = c.empty(list(shape), dtype.code);
      write(c.data_ptr(x), elements);
      return x;
    }),
  );
}

/** The elements in row-major order, little-endian. */
export function encoded(tensor: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.toArray<TypedArray>();
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The number of elements, or NaN where it is beyond what a file can hold. */
export function count(shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  const n = shape.reduce((product, size) => product * size, 1);
  return Number.isSafeInteger(n) ? n : NaN;
}

/** The bytes of a file that was given as bytes or as a buffer. */
export function bytesOf(file: ArrayBufferLike | ArrayBufferView, what: string): Uint8Array {
  if (ArrayBuffer.isView(file)) {
    return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  }
  const tag = Object.prototype.toString.call(file);
  if (tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]') {
    return new Uint8Array(file);
  }
  throw new TorchError(
    `${what}: expected the bytes of a file, as an ArrayBuffer or a Uint8Array, got ${describe(file)}`,
    'TypeError',
  );
}
