import { backward, type BackwardOptions } from './autograd/grad.js';
import { GradFn } from './autograd/grad_fn.js';
import { registerHook, type Hook, type RemovableHandle } from './autograd/hooks.js';
import { describe, dimensions, handle, int, isOptions } from './arguments.js';
import { call, list, listAt, read, TorchError, type Handle, type TypedArray } from './core.js';
import type { MainModule } from './core.mjs';
import { bool, DType, dtypes, float32, float64, int32, int64, scalarType, uint8 } from './dtype.js';
import { track, untrack, type Scope } from './memory.js';
import { repr } from './printing.js';

// Where the engine has no `using` yet, compilers lower it to this symbol.
(Symbol as { dispose?: symbol }).dispose ??= Symbol.for('Symbol.dispose');

/** Sizes, frozen. PyTorch: `torch.Size`. */
export type Size = readonly number[];

/** Numbers in arrays, as deep as a tensor has dimensions. */
export type NestedArray = number | boolean | bigint | NestedArray[];

export type { BackwardOptions };

/** The only device there is. */
export type Device = 'cpu';

/** `type`, which must be 'cpu'. PyTorch: `torch.device`. */
export function device(type: Device): Device {
  if (type === 'cpu') return type;
  const text = typeof type === 'string' ? `'${String(type)}'` : describe(type);
  throw new TorchError(`the only device is 'cpu', got ${text}`);
}

export interface Conversion {
  dtype?: DType;
  device?: Device;
  /** Copy also where nothing is to be converted. */
  copy?: boolean;
  /** Accepted: nothing here blocks. */
  non_blocking?: boolean;
}

const release = (core: MainModule, handle: Handle): void => core.release(handle);

/**
 * An n-dimensional array that remembers how it was made. Made by {@link tensor}, {@link zeros},
 * {@link randn}, … and by ops. The memory behind it is counted in C++: releasing this object never
 * breaks a view or a graph that still needs it.
 */
export class Tensor {
  /** @internal */
  scope: Scope | undefined = undefined;
  /** @internal Whether the collector will release it. */
  netted = false;
  #handle: Handle;
  #shape: Size | undefined;
  #grad: Tensor | null = null;

  /** @internal Tensors are made by functions, from a handle of the C++ table. */
  constructor(handle: Handle) {
    if (typeof handle !== 'number') {
      throw new TorchError(`Tensor: use torch.tensor(data), got ${describe(handle)}`, 'TypeError');
    }
    this.#handle = handle;
    track(this);
  }

  /** @internal The number that stands for this tensor in C++. */
  get handle(): Handle {
    if (this.#handle !== 0) return this.#handle;
    throw new TorchError(
      'the tensor was released (by dispose() or using, or at the end of the scope it was made in: a forward, ' +
        'a loss, a tidy(), a turn of a data loader); torch.keep(x) keeps x beyond its scope',
    );
  }

  /** Whether it was released, by dispose() or by a scope. */
  get is_disposed(): boolean {
    return this.#handle === 0;
  }

  /** Gives the tensor back; using it afterwards is an error, disposing it again is not. */
  dispose(): void {
    if (this.#handle === 0) return;
    const handle = this.#handle;
    untrack(this);
    this.#handle = 0;
    this.#grad = null;
    call(release, handle);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  // Layout

  get shape(): Size {
    const handle = this.handle;
    return (this.#shape ??= Object.freeze(listAt(call((c) => c.sizes(handle)))));
  }

  /** All sizes, or that of one dimension. */
  size(): Size;
  size(dim: number): number;
  size(dim?: number): Size | number {
    if (dim === undefined) return this.shape;
    return this.shape[this.wrapped(dim, 'size')]!;
  }

  /** Steps between neighbours, in elements. */
  stride(): readonly number[];
  stride(dim: number): number;
  stride(dim?: number): readonly number[] | number {
    const strides = listAt(call((c) => c.strides(this.handle)));
    return dim === undefined ? strides : strides[this.wrapped(dim, 'stride')]!;
  }

  private wrapped(dim: number, op: string): number {
    const n = this.ndim;
    const at = int(dim, op, 'dim', 1);
    const limit = Math.max(n, 1);
    if (n > 0 && at >= -n && at < n) return at < 0 ? at + n : at;
    throw new TorchError(
      n === 0
        ? `Dimension specified as ${at} but tensor has no dimensions`
        : `Dimension out of range (expected to be in range of [${-limit}, ${limit - 1}], but got ${at})`,
      'IndexError',
    );
  }

  storage_offset(): number {
    return call((c) => c.storage_offset(this.handle));
  }

  is_contiguous(): boolean {
    return call((c) => c.is_contiguous(this.handle));
  }

  get ndim(): number {
    return this.shape.length;
  }

  dim(): number {
    return this.shape.length;
  }

  ndimension(): number {
    return this.shape.length;
  }

  numel(): number {
    return call((c) => c.numel(this.handle));
  }

  nelement(): number {
    return this.numel();
  }

  get dtype(): DType {
    return dtypes[call((c) => c.dtype(this.handle))]!;
  }

  /** Bytes an element takes. */
  element_size(): number {
    return this.dtype.itemsize;
  }

  /** Bytes an element takes. */
  get itemsize(): number {
    return this.dtype.itemsize;
  }

  /** Bytes all elements take. */
  get nbytes(): number {
    return this.numel() * this.itemsize;
  }

  get device(): Device {
    return 'cpu';
  }

  /** Counts the in-place writes to this storage. */
  get _version(): number {
    return call((c) => c.version(this.handle));
  }

  /** Whether both are the same tensor, not merely equal ones. */
  is_same(other: Tensor): boolean {
    return call((c) => c.same(this.handle, handle(other, 'is_same', 'other')));
  }

  // Values

  /** The one element as a number or boolean; a bigint where an int64 is no safe integer. */
  item<T extends number | boolean | bigint = number>(): T {
    const value = call((c) => c.item(this.handle));
    const { dtype } = this;
    if (dtype === int64 && !Number.isSafeInteger(value))
      return this.toArray<BigInt64Array>()[0] as T;
    return (dtype === bool ? value !== 0 : value) as T;
  }

  /** A copy of the elements in row-major order; bool is a Uint8Array, int64 a BigInt64Array. */
  toArray<A extends TypedArray = Float32Array>(): A {
    return call((c) => {
      const whole = c.contiguous(this.handle);
      const copy = read(this.dtype.array, c.data_ptr(whole), c.numel(whole));
      c.release(whole);
      return copy as A;
    });
  }

  /** {@link toArray}, for a tensor that does not require grad. */
  numpy<A extends TypedArray = Float32Array>(): A {
    if (!this.requires_grad) return this.toArray<A>();
    throw new TorchError(
      "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
    );
  }

  /** The elements as nested arrays; a number for a 0-dim tensor. */
  tolist<T = NestedArray>(): T {
    const { dtype, shape } = this;
    const flat = this.toArray<TypedArray>();
    const values: (number | boolean | bigint)[] = new Array(flat.length);
    if (flat instanceof BigInt64Array) {
      // Two halves are read much faster than a bigint is made a number.
      const halves = new Int32Array(flat.buffer);
      for (let i = 0; i < flat.length; ++i) {
        const whole = halves[2 * i + 1]! * 2 ** 32 + (halves[2 * i]! >>> 0);
        values[i] = Number.isSafeInteger(whole) ? whole : flat[i]!;
      }
    } else if (dtype === bool) {
      for (let i = 0; i < flat.length; ++i) values[i] = flat[i] !== 0;
    } else {
      for (let i = 0; i < flat.length; ++i) values[i] = flat[i]!;
    }
    // From the innermost dimension out, each array holds as many of the ones before as its size says.
    let lists: NestedArray[] = values;
    for (let dim = shape.length - 1; dim > 0; --dim) {
      const size = shape[dim]!, many = shape.slice(0, dim).reduce((a, b) => a * b, 1);
      const inner = lists;
      lists = Array.from({ length: many }, (_, i) => inner.slice(i * size, (i + 1) * size));
    }
    return (shape.length === 0 ? lists[0] : lists) as T;
  }

  /** {@link tolist}, for `JSON.stringify`; NaN and the infinities are null there. */
  toJSON(): NestedArray {
    return this.tolist();
  }

  /** The slices along the first dimension. */
  *[Symbol.iterator](): Generator<Tensor> {
    if (this.ndim === 0) throw new TorchError('iteration over a 0-d tensor', 'TypeError');
    for (let i = 0; i < this.shape[0]!; ++i) yield this.select(0, i);
  }

  // Autograd

  get requires_grad(): boolean {
    return call((c) => c.requires_grad(this.handle));
  }
  set requires_grad(value: boolean) {
    call((c) => c.set_requires_grad(this.handle, value));
  }

  requires_grad_(requires_grad = true): this {
    if (requires_grad && !this.dtype.is_floating_point) {
      throw new TorchError('only Tensors of floating point dtype can require gradients');
    }
    this.requires_grad = requires_grad;
    return this;
  }

  /** Whether it was made in {@link inference_mode}. */
  is_inference(): boolean {
    return call((c) => c.is_inference(this.handle));
  }

  /** Takes this tensor out of the graph: a leaf that does not require grad. Not for views. */
  detach_(): this {
    call((c) => c.detach_(this.handle));
    return this;
  }

  get is_leaf(): boolean {
    return call((c) => c.is_leaf(this.handle));
  }

  /** What backward() has added up here, the same object each time; null before. */
  get grad(): Tensor | null {
    const found = call((c) => c.get_grad(this.handle));
    if (found === 0) return (this.#grad = null);
    const known = this.#grad;
    if (known && !known.is_disposed && call((c) => c.same(found, known.handle))) {
      call((c) => c.release(found));
      return known;
    }
    return (this.#grad = new Tensor(found));
  }
  set grad(grad: Tensor | null) {
    if (grad !== null) this.checkGrad(grad);
    call((c) => c.set_grad(this.handle, grad === null ? 0 : grad.handle));
    this.#grad = grad;
  }

  private checkGrad(grad: Tensor): void {
    if (!(grad instanceof Tensor)) {
      const text = `assigned grad expected to be a Tensor or None but got grad of type ${describe(grad)}`;
      throw new TorchError(text, 'TypeError');
    }
    if (this.is_same(grad)) throw new TorchError("can't assign Variable as its own grad");
    if (String(grad.shape) !== String(this.shape)) {
      throw new TorchError('assigned grad has data of a different size');
    }
    if (grad.dtype !== this.dtype) {
      throw new TorchError('assigned grad has data of a different type');
    }
  }

  get grad_fn(): GradFn | null {
    const name = call((c) => c.grad_fn_name(this.handle)) as string;
    return name === '' ? null : new GradFn(name);
  }

  /**
   * Calls `hook` with the gradient of this tensor in every backward() from now on, once a pass and
   * with the whole gradient; a tensor that it returns takes the gradient's place. Several hooks run
   * in the order of their registration, those of leaves when all else has run. What `hook` throws
   * comes out of backward(). The gradient it is given is an ordinary tensor, free to be kept.
   */
  register_hook(hook: Hook): RemovableHandle {
    return registerHook(this, hook);
  }

  /** Makes backward() fill `grad` though this tensor is not a leaf. */
  retain_grad(): void {
    call((c) => c.retain_grad(this.handle));
  }

  /** Whether {@link retain_grad} was called and this is no leaf. */
  get retains_grad(): boolean {
    return call((c) => c.retains_grad(this.handle));
  }

  /**
   * Adds the derivative of this tensor to the `grad` of every leaf it was made from. Needs
   * `gradient`, of the same shape, unless there is a single element.
   */
  backward(gradient?: Tensor | BackwardOptions | null, options: BackwardOptions = {}): void {
    const given =
      gradient instanceof Tensor ? { ...options, gradient } : { ...gradient, ...options };
    const { gradient: weight = null, ...rest } = given;
    backward(this, weight, rest);
  }

  /** The same elements without history. Assigning points this tensor at another's elements. */
  get data(): Tensor {
    return this.detach();
  }
  set data(source: Tensor) {
    call((c) => c.set_data(this.handle, handle(source, 'data', 'source')));
    this.#shape = undefined;
  }

  // Dtype

  /** This tensor in the dtype that is named, or that of another tensor; itself where it has it. */
  to(target: DType | Tensor | Device, options?: Conversion): Tensor;
  to(device: Device, dtype: DType, options?: Conversion): Tensor;
  to(options: Conversion): Tensor;
  to(...args: readonly unknown[]): Tensor {
    let target = this.dtype;
    let copy = false;
    const read = (given: unknown): void => {
      if (given instanceof DType) target = given;
      else if (given instanceof Tensor) target = given.dtype;
      else if (isOptions(given)) {
        const { device, dtype, copy: copied } = given as Conversion;
        [device, dtype].forEach(read);
        copy ||= Boolean(copied);
      } else if (given !== undefined) {
        device(given as Device);
      }
    };
    if (args[0] === undefined) throw new TorchError('to(): a dtype, tensor or device is missing', 'TypeError');
    args.forEach(read);
    if (target === this.dtype && !copy) return this;
    return new Tensor(call((c) => c.to(this.handle, target.code, copy)));
  }

  /** PyTorch's name for this kind of tensor, `torch.FloatTensor`; with `dtype`, {@link to}. */
  type(): string;
  type(dtype: DType): Tensor;
  type(dtype?: DType): string | Tensor {
    return dtype === undefined ? `torch.${scalarType(this.dtype)}Tensor` : this.to(dtype);
  }

  float(): Tensor {
    return this.to(float32);
  }
  double(): Tensor {
    return this.to(float64);
  }
  int(): Tensor {
    return this.to(int32);
  }
  long(): Tensor {
    return this.to(int64);
  }
  byte(): Tensor {
    return this.to(uint8);
  }
  bool(): Tensor {
    return this.to(bool);
  }
  cpu(): Tensor {
    return this;
  }
  half(): never {
    throw new TorchError('half(): float16 is not a dtype here; use float32', 'NotImplementedError');
  }
  bfloat16(): never {
    throw new TorchError(
      'bfloat16(): bfloat16 is not a dtype here; use float32',
      'NotImplementedError',
    );
  }
  is_floating_point(): boolean {
    return this.dtype.is_floating_point;
  }
  type_as(other: Tensor): Tensor {
    return this.to(other);
  }

  /** All dimensions reversed. */
  get T(): Tensor {
    const dims = list(dimensions([...this.shape.keys()].reverse(), 'T'));
    return new Tensor(call((c) => c.permute(this.handle, dims)));
  }

  /** The last two dimensions swapped. */
  get mT(): Tensor {
    if (this.ndim < 2) {
      throw new TorchError(
        `tensor.mT is only supported on matrices or batches of matrices. Got ${this.ndim}-D tensor.`,
      );
    }
    return new Tensor(call((c) => c.transpose(this.handle, -2, -1)));
  }

  /** A matrix transposed. */
  get H(): Tensor {
    if (this.ndim === 0 || this.ndim === 2) return this.T;
    throw new TorchError(
      `tensor.H is only supported on matrices (2-D tensors). Got ${this.ndim}-D tensor.`,
    );
  }

  /** {@link mT}, of real elements. */
  get mH(): Tensor {
    return this.mT;
  }

  /** @internal Turns into a view of itself, which it releases. */
  become(view: Tensor): this {
    try {
      call((c) => c.release(c.become_(this.handle, view.handle)));
    } finally {
      if (view !== this) view.dispose();
    }
    this.#shape = undefined;
    return this;
  }

  /**
   * What JavaScript's operators see: in `total += loss` and `loss < best` the one element, as Python's
   * `float(loss)`. Of more elements `x < y` is an error, and `x + y` text: `x.lt(y)`, `x.add(y)`.
   */
  [Symbol.toPrimitive](hint: string): string | number | boolean | bigint {
    const one = hint === 'number' || (hint === 'default' && !this.is_disposed && this.numel() === 1);
    return one ? this.item<number | boolean | bigint>() : this.toString();
  }

  /** As PyTorch prints it. */
  toString(): string {
    return this.is_disposed ? 'tensor(released)' : repr(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
