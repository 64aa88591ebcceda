// The boundary: the only file that touches wasm memory, and the only place where a C++ exception
// becomes a JavaScript error. Tensors cross as integers, lists through a scratch block.

import type { MainModule } from './core.mjs';
import { dtypes } from './dtype.js';
import { TorchError } from './error.js';
import { boot, type Instance } from './load.js';
import { Threads } from './threads.js';

export { TorchError };

/** A tensor's number in the C++ table; 0 is the undefined tensor, negative a scalar operand. */
export type Handle = number;

export type TypedArray =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Uint8Array;

interface TypedArrayType<A extends TypedArray> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): A;
  new (buffer: ArrayBufferLike, address: number, length: number): A;
}

let instance: Instance | undefined;
let core_!: MainModule;
let threads_: Threads | undefined;

// The scratch block never moves, so these views stay good however the memory grows.
let scalars!: Float64Array;
let ring!: Float64Array;
let ringAddress = 0;
let ringAt = 0;
let scalarAt = 0;
// Where C++'s stack stands between two calls. An exception that leaves WebAssembly does not put it back.
let stack = 0;
// Lists too long for the ring, freed after the call they were made for.
const spilled: number[] = [];

/** The core, started at its first use: importing the library costs nothing. */
export function core(): MainModule {
  if (instance === undefined) start();
  return core_;
}

function start(): void {
  instance = boot();
  core_ = instance.core;
  const { buffer } = instance.memory;
  scalars = new Float64Array(buffer, core_.scalar_slots() >>> 0, kFalse + 2);
  ringAddress = core_.scratch_address() >>> 0;
  ring = new Float64Array(buffer, ringAddress, core_.scratch_bytes() / 8);
  stack = core_.stackSave();
  threads_ = new Threads(core_);
}

/** The threads there are. */
export function threads(): Threads {
  core();
  return threads_!;
}

/** Which build runs: with or without relaxed SIMD. */
export function build(): 'simd' | 'relaxed' {
  core();
  return instance!.build;
}

/** A call into the core, as {@link trace} shows it. */
export interface CoreCall {
  name: keyof MainModule;
  args: readonly number[];
  result: number;
  /** The core, unwatched. */
  core: MainModule;
  /** The list behind an argument or result that is one. */
  list(address: number): number[];
  /** Writes the list of a result again, which a later call has overwritten. */
  relist(address: number, values: readonly number[]): void;
  /** The number that a negative handle stands for. */
  scalar(handle: Handle): number;
  /** The elements of a contiguous tensor. */
  elements(x: Handle): TypedArray;
}

/**
 * Runs `fn` and shows `see` every call into the core that it makes, after the call. What a
 * forward computes, it computes there, however it is written.
 */
export function trace<R>(fn: () => R, see: (call: CoreCall) => void): R {
  const real = core();
  const tools = {
    core: real,
    list: listAt,
    relist(address: number, values: readonly number[]) {
      new Float64Array(instance!.memory.buffer).set([values.length, ...values], (address >>> 0) / 8);
    },
    scalar: (handle: Handle) => scalars[-handle]!,
    elements: (x: Handle) => read(dtypes[real.dtype(x)]!.array, real.data_ptr(x), real.numel(x)),
  };
  const watched = new Proxy(real, {
    get(target, name: keyof MainModule) {
      const f: unknown = target[name];
      if (typeof f !== 'function' || name.startsWith('_') || name === 'getExceptionMessage') return f;
      return (...args: number[]) => {
        const result = (f as (...args: number[]) => number)(...args);
        core_ = real;
        try {
          see({ name, args, result, ...tools });
        } finally {
          core_ = watched;
        }
        return result;
      };
    },
  });
  core_ = watched;
  try {
    return fn();
  } finally {
    core_ = real;
  }
}

/** The size of the WebAssembly memory. */
export function heapBytes(): number {
  core();
  return instance!.memory.buffer.byteLength;
}

/**
 * Calls into the core; a C++ exception comes out as a {@link TorchError}. Numbers for `f` may follow
 * it: a function that closes over nothing is made once, and leaves no garbage.
 */
export function call<R>(f: (core: MainModule, a: number, b: number) => R, a = 0, b = 0): R {
  const c = core();
  try {
    return f(c, a, b);
  } catch (e) {
    instance!.core.stackRestore(stack);
    throw translated(c, e);
  } finally {
    while (spilled.length > 0) c._free(spilled.pop()!);
  }
}

/** Runs `f` on behalf of C++, which waits for it. */
export function calledBack<R>(f: () => R): R {
  const outer = stack;
  stack = instance!.core.stackSave();
  try {
    return f();
  } finally {
    stack = outer;
  }
}

function translated(c: MainModule, e: unknown): unknown {
  // Not yet in TypeScript's DOM types.
  const { Exception } = WebAssembly as unknown as { Exception: new () => object };
  if (!(e instanceof Exception)) return e;
  const [type, message] = c.getExceptionMessage(e) as [string, string];
  c.decrementExceptionRefcount(e);
  // A mangled name (Itanium C++ ABI 5.1): the lengths and names of namespace and type.
  const kind = /^N5torch\d+(\w+)E$/.exec(type)?.[1];
  return kind === undefined ? outOfMemory(c) : new TorchError(message, kind);
}

// The C++ side throws only its own errors and, where an allocation fails, std::bad_alloc.
function outOfMemory(c: MainModule, asked?: number): TorchError {
  const what = asked === undefined ? '' : `: you tried to allocate ${asked} bytes`;
  return new TorchError(`out of memory${what}; ${c.live_bytes()} bytes are in use by tensors`);
}

// Behind the slots for numbers stand false and true.
const kFalse = 9;

/** Passes a number where a tensor is expected: its slot's handle, good for the next call. */
export function scalar(value: number | boolean): Handle {
  if (typeof value === 'boolean') return -kFalse - Number(value);
  scalarAt = (scalarAt % (kFalse - 1)) + 1;
  core();
  scalars[scalarAt] = value;
  return -scalarAt;
}

/** A list of numbers for the next call: the address of [count, v0, v1, …] in doubles. */
export function list(values: ArrayLike<number>): number {
  const c = core();
  const n = values.length;
  if (n >= ring.length / 4) return spill(c, values);
  if (ringAt + n + 1 > ring.length) ringAt = 0;
  const at = ringAt;
  ring[at] = n;
  for (let i = 0; i < n; ++i) ring[at + 1 + i] = values[i]!;
  ringAt += n + 1;
  return ringAddress + at * 8;
}

function spill(c: MainModule, values: ArrayLike<number>): number {
  const bytes = (values.length + 1) * 8;
  const address = c._malloc(bytes) >>> 0;
  if (address === 0) throw outOfMemory(c, bytes);
  spilled.push(address);
  const block = new Float64Array(instance!.memory.buffer, address, values.length + 1);
  block[0] = values.length;
  block.set(values, 1);
  return address;
}

/** The list that the core left at `address`. */
export function listAt(address: number): number[] {
  core();
  const at = (address >>> 0) / 8;
  const doubles = new Float64Array(instance!.memory.buffer);
  return Array.from(doubles.subarray(at + 1, at + 1 + doubles[at]!));
}

/** A copy of `count` elements at `address`. */
export function read<A extends TypedArray>(type: TypedArrayType<A>, address: number, count: number): A {
  core();
  const copy = new type(count);
  // Not a view: the memory is shared, and half the Web refuses views of shared memory.
  if (count > 0) copy.set(new type(instance!.memory.buffer, address >>> 0, count) as never);
  return copy;
}

/** Writes `values`, bits as they are, to `address`. */
export function write(address: number, values: TypedArray): void {
  core();
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  new Uint8Array(instance!.memory.buffer, address >>> 0, values.byteLength).set(bytes);
}
