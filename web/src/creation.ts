// Tensors made from data, sizes and numbers.

import { codeOf, describe, handle, int, number, only, sized, type Sizes } from './arguments.js';
import { call, list, TorchError, write, type Handle, type TypedArray } from './core.js';
import {
  bool,
  float32,
  float64,
  get_default_dtype,
  int32,
  int64,
  uint8,
  type DType,
} from './dtype.js';
import { tidy } from './memory.js';
import { clone, stack } from './ops/join.js';
import { reshape } from './ops/view.js';
import { device, Tensor, type Device, type NestedArray } from './tensor.js';

export interface TensorOptions {
  dtype?: DType | null;
  device?: Device;
  /** Record what is done with the tensor, for backward(). */
  requires_grad?: boolean;
}

/** What {@link tensor} takes: numbers, booleans or bigints, alone or in arrays of equal lengths. */
export type TensorData = NestedArray | readonly TensorData[] | ArrayBufferView | Tensor;

const kTensorOptions = ['dtype', 'device', 'requires_grad'];
const kRandomOptions = [...kTensorOptions, 'generator'];

/** @internal The options of a tensor that `op` makes, which must have no others; `drawn`: at random. */
export function known<Options extends TensorOptions>(op: string, options: Options, drawn = false): Options {
  only(op, options, drawn ? kRandomOptions : kTensorOptions);
  codeOf(options.dtype, op);
  return options;
}

/** @internal */
export function made(handle: Handle, { requires_grad = false, device: on }: TensorOptions): Tensor {
  const result = new Tensor(handle);
  if (!requires_grad && on === undefined) return result;
  try {
    if (on !== undefined) device(on);
    if (requires_grad) result.requires_grad = true;
    return result;
  } catch (error) {
    result.dispose();
    throw error;
  }
}

/**
 * A tensor with a copy of `data`. Numbers give float32, booleans bool, bigints int64, typed arrays
 * what they hold.
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  known('tensor', options);
  const source = assembled(data, options.dtype);
  if (source) {
    const result = made(
      call((c) => c.detach(source.handle)),
      options,
    );
    source.dispose();
    return result;
  }
  const [values, sizes, natural] = flat(data);
  const dtype = options.dtype ?? natural;
  const elements = converted(values, dtype);
  return made(
    call((c) => {
      const x = c.empty(list(sizes), dtype.code);
      write(c.data_ptr(x), elements);
      return x;
    }),
    options,
  );
}

/** A copy of a tensor, or one of an array of tensors or typed arrays; undefined for other data. */
function assembled(data: TensorData, dtype: DType | null | undefined): Tensor | undefined {
  if (data instanceof Tensor) return dtype ? data.to(dtype, { copy: true }) : clone(data);
  if (!Array.isArray(data) || !isWhole(firstOf(data))) return undefined;
  return tidy(() => {
    const whole = stack(data.map(row));
    return dtype ? whole.to(dtype) : whole;
  });
}

const isWhole = (data: unknown): boolean => ArrayBuffer.isView(data) || data instanceof Tensor;
const firstOf = (data: unknown): unknown => (Array.isArray(data) ? firstOf(data[0]) : data);

/** What one entry of an array is; a tensor stands for its one element. */
function row(data: TensorData): Tensor {
  if (!(data instanceof Tensor)) return tensor(data);
  if (data.numel() === 1) return reshape(data.detach(), []);
  throw new TorchError('only one element tensors can be converted to Python scalars', 'ValueError');
}

type Values = ArrayLike<number | bigint>;

/** The elements in row-major order, the sizes, and the dtype they have unless another is asked for. */
function flat(data: TensorData): [values: Values, sizes: readonly number[], dtype: DType] {
  if (ArrayBuffer.isView(data)) {
    const array = data as TypedArray;
    return [array as Values, [array.length], typed(array)];
  }
  const sizes: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) sizes.push(level.length);
  let values: Float64Array | (number | bigint)[] = new Float64Array(sizes.reduce((a, b) => a * b, 1));
  let at = 0, booleans = 0, bigints = 0;
  const take = (part: unknown): void => {
    if (typeof part === 'number') {
      values[at++] = part;
    } else if (typeof part === 'boolean') {
      values[at++] = Number(part);
      ++booleans;
    } else if (typeof part === 'bigint') {
      if (bigints++ === 0) values = Array.from(values as Float64Array);
      (values as bigint[])[at++] = part;
    } else {
      throw new TorchError(`tensor: elements must be numbers, got ${describe(part)}`, 'TypeError');
    }
  };
  const visit = (part: unknown, dim: number): void => {
    if (dim === sizes.length) return take(part);
    if (!Array.isArray(part)) throw new TorchError('not a sequence', 'TypeError');
    if (part.length !== sizes[dim]) {
      throw new TorchError(
        `expected sequence of length ${sizes[dim]} at dim ${dim} (got ${part.length})`,
        'ValueError',
      );
    }
    if (dim + 1 < sizes.length) {
      for (const inner of part) visit(inner, dim + 1);
    } else {
      for (const inner of part) take(inner);
    }
  };
  visit(data, 0);
  const all = (count: number) => count > 0 && count === values.length;
  return [values, sizes, all(booleans) ? bool : all(bigints) ? int64 : get_default_dtype()];
}

function typed(values: TypedArray): DType {
  if (values instanceof Float64Array) return float64;
  if (values instanceof Uint8Array || values instanceof Uint8ClampedArray) return uint8;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return int64;
  if (values instanceof Uint32Array) return int64;
  const isIntArray = [Int32Array, Int16Array, Uint16Array, Int8Array].some(
    (A) => values instanceof A,
  );
  return isIntArray ? int32 : float32;
}

function converted(values: Values, dtype: DType): TypedArray {
  if (values instanceof dtype.array && dtype !== bool) return values;
  const elements = new dtype.array(values.length);
  if (values instanceof Float64Array && dtype !== bool && dtype !== int64) {
    elements.set(values as never);
  } else {
    for (let i = 0; i < values.length; ++i) elements[i] = element(values[i]!, dtype);
  }
  return elements;
}

function element(value: number | bigint, dtype: DType): number | bigint {
  if (dtype === bool) return Number(value) === 0 ? 0 : 1;
  if (dtype !== int64) return Number(value);
  if (typeof value === 'bigint') return value;
  const whole = Math.trunc(Number(value));
  if (Number.isFinite(whole)) return BigInt(whole);
  throw new TorchError(`cannot convert float ${value} to integer`, 'ValueError');
}

const filled =
  (name: 'empty' | 'zeros' | 'ones') =>
  (...args: Sizes<TensorOptions>): Tensor => {
    const [size, options] = sized(args, name);
    known(name, options);
    return made(
      call((c) => c[name](list(size), (options.dtype ?? get_default_dtype()).code)),
      options,
    );
  };

/** A tensor with whatever was in memory; size as an array or as numbers. */
export const empty = filled('empty');
/** A tensor of zeros; size as an array or as numbers. */
export const zeros = filled('zeros');
/** A tensor of ones; size as an array or as numbers. */
export const ones = filled('ones');

/** A tensor of `fill_value`: float32, of a boolean bool, of a bigint int64. */
export function full(
  size: readonly number[],
  fill_value: number | boolean | bigint,
  options: TensorOptions = {},
): Tensor {
  const natural =
    typeof fill_value === 'boolean' ? bool : typeof fill_value === 'bigint' ? int64 : get_default_dtype();
  const dtype = known('full', options).dtype ?? natural;
  const value = number(Number(fill_value), 'full', 'fill_value');
  return made(
    call((c) => c.full(list(sized([size], 'full')[0]), value, dtype.code)),
    options,
  );
}

const like =
  (name: 'empty' | 'zeros' | 'ones') =>
  (input: Tensor, options: TensorOptions = {}): Tensor => {
    handle(input, `${name}_like`);
    const dtype = known(`${name}_like`, options).dtype ?? input.dtype;
    return made(
      call((c) => c[name](list(input.shape), dtype.code)),
      options,
    );
  };

/** {@link empty} with the size and dtype of `input`. */
export const empty_like = like('empty');
/** {@link zeros} with the size and dtype of `input`. */
export const zeros_like = like('zeros');
/** {@link ones} with the size and dtype of `input`. */
export const ones_like = like('ones');

/** {@link full} with the size and dtype of `input`. */
export function full_like(
  input: Tensor,
  fill_value: number | boolean | bigint,
  options: TensorOptions = {},
): Tensor {
  handle(input, 'full_like');
  return full(input.shape, fill_value, { ...options, dtype: options.dtype ?? input.dtype });
}

/** The identity matrix, or its first `m` columns. */
export function eye(n: number, m: number | TensorOptions = n, options: TensorOptions = {}): Tensor {
  const settings = typeof m === 'object' ? m : options;
  const columns = int(typeof m === 'object' ? n : m, 'eye', 'm');
  const dtype = known('eye', settings).dtype ?? get_default_dtype();
  return made(
    call((c) => c.eye(int(n, 'eye', 'n', 1), columns, dtype.code)),
    settings,
  );
}

type Range = [
  ...range:
    [end: number] | [start: number, end: number] | [start: number, end: number, step: number],
  options?: TensorOptions,
];

/** `start`, `start + step`, … before `end`; int64 where all three are whole, else float32. */
export function arange(...args: Range): Tensor {
  const [range, options] = numbersAndOptions(args);
  const [start, end, step = 1] = range.length === 1 ? [0, range[0]] : range;
  const [a, b, s] = [start, end, step].map((v, i) =>
    number(v!, 'arange', ['start', 'end', 'step'][i]!),
  );
  const dtype = known('arange', options).dtype ?? (range.every(Number.isInteger) ? int64 : get_default_dtype());
  return made(
    call((c) => c.arange(a!, b!, s!, dtype.code)),
    options,
  );
}

function numbersAndOptions(args: readonly unknown[]): [number[], TensorOptions] {
  const last = args.at(-1);
  const hasOptions = typeof last === 'object' && last !== null;
  return [
    (hasOptions ? args.slice(0, -1) : args) as number[],
    (hasOptions ? last : {}) as TensorOptions,
  ];
}

/** `steps` evenly spaced values from `start` to `end`, both included. */
export function linspace(
  start: number,
  end: number,
  steps: number,
  options: TensorOptions = {},
): Tensor {
  const dtype = known('linspace', options).dtype ?? get_default_dtype();
  const [a, b] = [number(start, 'linspace', 'start', 1), number(end, 'linspace', 'end')];
  return made(
    call((c) => c.linspace(a, b, int(steps, 'linspace', 'steps', 3), dtype.code)),
    options,
  );
}

/** `base` to the power of {@link linspace}. */
export function logspace(
  start: number,
  end: number,
  steps: number,
  { base = 10, ...options }: TensorOptions & { base?: number } = {},
): Tensor {
  const dtype = known('logspace', options).dtype ?? get_default_dtype();
  const [a, b] = [number(start, 'logspace', 'start', 1), number(end, 'logspace', 'end')];
  return made(
    call((c) => c.logspace(a, b, int(steps, 'logspace', 'steps', 3), base, dtype.code)),
    options,
  );
}
