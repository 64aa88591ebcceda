// Generators and sampling: PyTorch's streams, bit for bit.

import { handle, int, nothing, number, operand, sized, tensorOf, type Sizes } from './arguments.js';
import { call, list, TorchError } from './core.js';
import { empty, empty_like, known, made, type TensorOptions } from './creation.js';
import { get_default_dtype, int64 } from './dtype.js';
import { inplace, op } from './op.js';
import { Tensor } from './tensor.js';

const collected = new FinalizationRegistry<number>((id) => call((c) => c.release_generator(id)));

/** A stream of random numbers: mt19937, seeded and consumed as PyTorch's CPU generator is. */
export class Generator {
  #id: number | undefined;
  #released = false;

  /** A generator with PyTorch's default seed, 67280421310721. */
  constructor() {}

  /** @internal The number that stands for it in C++. */
  get id(): number {
    if (this.#released) throw new TorchError('the generator was released');
    if (this.#id === undefined) {
      this.#id = call((c) => c.new_generator());
      collected.register(this, this.#id, this);
    }
    return this.#id;
  }

  /** Gives its 5 KB back now; without it the garbage collector does, between two jobs. */
  dispose(): void {
    if (this.#id !== undefined) {
      collected.unregister(this);
      call((c) => c.release_generator(this.#id!));
    }
    this.#id = undefined;
    this.#released = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Starts the stream of `seed`, a whole number of up to 64 bits. */
  manual_seed(seed: number | bigint): this {
    const given =
      typeof seed === 'number' && Number.isFinite(seed) ? BigInt(Math.trunc(seed)) : seed;
    if (typeof given !== 'bigint') {
      throw new TorchError(
        `manual_seed: the seed must be an integer, got ${String(seed)}`,
        'TypeError',
      );
    }
    if (given < -(2n ** 63n) || given >= 2n ** 64n) {
      throw new TorchError('Overflow when unpacking long');
    }
    const bits = BigInt.asUintN(64, given);
    call((c) => c.manual_seed(this.id, Number(bits >> 32n), Number(bits & 0xffffffffn)));
    return this;
  }

  /** Seeds from the operating system; returns the seed. */
  seed(): number {
    return call((c) => c.reseed(this.id));
  }

  /** The seed the stream began with; a bigint where it is no safe integer. */
  initial_seed(): number | bigint {
    const [high, low] = call((c) => [c.initial_seed_high(this.id), c.initial_seed_low(this.id)]);
    const seed = (BigInt(high! >>> 0) << 32n) | BigInt(low! >>> 0);
    return seed <= Number.MAX_SAFE_INTEGER ? Number(seed) : seed;
  }

  /** All of its state: 5056 bytes, those of PyTorch. */
  get_state(): Tensor {
    return op((c) => c.get_rng_state(this.id));
  }

  set_state(state: Tensor): this {
    const from = handle(state, 'set_state', 'state');
    call((c) => c.set_rng_state(this.id, from));
    return this;
  }

  get device(): 'cpu' {
    return 'cpu';
  }
}

/** The generator of all sampling that names no other. */
export const default_generator: Generator = new (class extends Generator {
  override get id(): number {
    return 0;
  }
})();

/** Seeds the default generator, and returns it. */
export const manual_seed = (seed: number | bigint): Generator =>
  default_generator.manual_seed(seed);
/** Seeds the default generator from the operating system; returns the seed. */
export const seed = (): number => default_generator.seed();
/** The seed of the default generator. */
export const initial_seed = (): number | bigint => default_generator.initial_seed();
/** The state of the default generator, as a ByteTensor. */
export const get_rng_state = (): Tensor => default_generator.get_state();
/** Sets the state of the default generator. */
export const set_rng_state = (state: Tensor): void => void default_generator.set_state(state);

export interface FromGenerator {
  generator?: Generator | null;
}
export type RandomOptions = TensorOptions & FromGenerator;

/** @internal */
export function idOf({ generator, ...more }: FromGenerator, name: string): number {
  nothing(name, more);
  return streamOf(generator, name);
}

function streamOf(generator: FromGenerator['generator'], name: string): number {
  if (generator === null || generator === undefined) return 0;
  if (generator instanceof Generator) return generator.id;
  throw new TorchError(`${name}(): argument 'generator' must be torch.Generator`, 'TypeError');
}

const sampled =
  (name: 'rand' | 'randn') =>
  (...args: Sizes<RandomOptions>): Tensor => {
    const [size, options] = sized(args, name);
    const { code } = known(name, options, true).dtype ?? get_default_dtype();
    return made(
      call((c) => c[name](list(size), code, streamOf(options.generator, name))),
      options,
    );
  };

/** Uniform on [0, 1); size as an array or as numbers. */
export const rand = sampled('rand');
/** Normal with mean 0 and variance 1; size as an array or as numbers. */
export const randn = sampled('randn');

const sampledLike =
  (f: typeof rand, name: string) =>
  (input: Tensor, options: RandomOptions = {}): Tensor =>
    f(tensorOf(input, name).shape, { ...options, dtype: options.dtype ?? input.dtype });

/** {@link rand} with the size and dtype of `input`. */
export const rand_like = sampledLike(rand, 'rand_like');
/** {@link randn} with the size and dtype of `input`. */
export const randn_like = sampledLike(randn, 'randn_like');

type Size = readonly number[];

/** Integers in `[low, high)`, int64: `randint(high, size)` or `randint(low, high, size)`. */
export function randint(high: number, size: Size, options?: RandomOptions): Tensor;
export function randint(low: number, high: number, size: Size, options?: RandomOptions): Tensor;
export function randint(...args: unknown[]): Tensor {
  const [low, high, given, settings] = (Array.isArray(args[1]) ? [0, ...args] : args) as [
    number,
    number,
    Size,
    RandomOptions?,
  ];
  const options = settings ?? {};
  const [from, to] = [int(low, 'randint', 'low', 1), int(high, 'randint', 'high')];
  const [size] = sized([given], 'randint');
  const { code } = known('randint', options, true).dtype ?? int64;
  return made(
    call((c) => c.randint(from, to, list(size), code, streamOf(options.generator, 'randint'))),
    options,
  );
}

/** {@link randint} with the size and dtype of `input`. */
export function randint_like(
  input: Tensor,
  low: number,
  high?: number,
  options: RandomOptions = {},
): Tensor {
  handle(input, 'randint_like');
  const [from, to] = high === undefined ? [0, low] : [low, high];
  return randint(from, to, input.shape, { ...options, dtype: options.dtype ?? input.dtype });
}

/** The integers below `n` in random order, int64. */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const count = int(n, 'randperm', 'n', 1);
  const { code } = known('randperm', options, true).dtype ?? int64;
  return made(
    call((c) => c.randperm(count, code, streamOf(options.generator, 'randperm'))),
    options,
  );
}

/** Normal with the given mean and standard deviation, tensors or numbers; two numbers need `size`. */
export function normal(
  mean: Tensor | number,
  std: Tensor | number = 1,
  size: Size | RandomOptions = [],
  options: RandomOptions = {},
): Tensor {
  const { generator, ...settings } = known('normal', Array.isArray(size) ? options : (size as RandomOptions), true);
  if (typeof mean === 'number' && typeof std === 'number') {
    const result = empty(Array.isArray(size) ? (size as number[]) : [], settings);
    return inplace(result, (c) => c.normal_(result.handle, mean, std, streamOf(generator, 'normal')));
  }
  const [m, s] = [operand(mean, 'normal', 'mean', 1), operand(std, 'normal', 'std')];
  return op((c) => c.normal(m, s, streamOf(generator, 'normal')));
}

/** 1 with the probability that each element of `input` says, or with `p` for all; else 0. */
export function bernoulli(
  input: Tensor,
  p?: number | FromGenerator,
  options: FromGenerator = {},
): Tensor {
  const probs = handle(input, 'bernoulli');
  if (typeof p !== 'number') return op((c) => c.bernoulli(probs, idOf(p ?? options, 'bernoulli')));
  const result = empty_like(input);
  return bernoulli_(result, p, options);
}

/** `num_samples` indices, drawn with the probabilities (or weights) in each row of `input`. */
export function multinomial(
  input: Tensor,
  num_samples: number,
  replacement: boolean | (FromGenerator & { replacement?: boolean }) = false,
  options: FromGenerator = {},
): Tensor {
  const probs = handle(input, 'multinomial');
  const { replacement: again = false, ...from } =
    typeof replacement === 'object' ? replacement : { replacement, ...options };
  const count = int(num_samples, 'multinomial', 'num_samples');
  return op((c) =>
    c.multinomial(probs, count, again, idOf(from, 'multinomial')),
  );
}

// In place. The samples do not depend on what was there, and no gradient flows through them.

const drawn =
  <Name extends 'uniform_' | 'normal_' | 'log_normal_' | 'cauchy_'>(
    name: Name,
    first: number,
    second: number,
  ) =>
  <T extends Tensor>(input: T, a = first, b = second, options: FromGenerator = {}): T => {
    const x = handle(input, name);
    const [p, q] = [number(a, name, 'a'), number(b, name, 'b', 3)];
    return inplace(input, (c) => c[name](x, p, q, idOf(options, name)));
  };

/** Fills with uniform values on `[from, to)`, default [0, 1). */
export const uniform_ = drawn('uniform_', 0, 1);
/** Fills with normal values of the given mean and standard deviation, default 0 and 1. */
export const normal_ = drawn('normal_', 0, 1);
/** Fills with e to the power of normal values, default mean 1 and standard deviation 2. */
export const log_normal_ = drawn('log_normal_', 1, 2);
/** Fills with Cauchy values of the given median and scale, default 0 and 1. */
export const cauchy_ = drawn('cauchy_', 0, 1);

/** Fills with exponential values of rate `lambd`. */
export function exponential_<T extends Tensor>(
  input: T,
  lambd = 1,
  options: FromGenerator = {},
): T {
  const x = handle(input, 'exponential_');
  return inplace(input, (c) =>
    c.exponential_(x, number(lambd, 'exponential_', 'lambd'), idOf(options, 'exponential_')),
  );
}

/** Fills with the number of trials up to the first success of probability `p`. */
export function geometric_<T extends Tensor>(input: T, p: number, options: FromGenerator = {}): T {
  const x = handle(input, 'geometric_');
  return inplace(input, (c) =>
    c.geometric_(x, number(p, 'geometric_', 'p'), idOf(options, 'geometric_')),
  );
}

/** Fills with 1 at probability `p`, a number or one for each element; else 0. */
export function bernoulli_<T extends Tensor>(
  input: T,
  p: number | Tensor = 0.5,
  options: FromGenerator = {},
): T {
  const x = handle(input, 'bernoulli_');
  const id = idOf(options, 'bernoulli_');
  if (p instanceof Tensor) return inplace(input, (c) => c.bernoulli_tensor_(x, p.handle, id));
  return inplace(input, (c) => c.bernoulli_(x, number(p, 'bernoulli_', 'p'), id));
}

/** Fills with integers: `[0, to)`, `[from, to)`, or as many as the dtype holds exactly. */
export function random_<T extends Tensor>(
  input: T,
  from?: number | FromGenerator,
  to?: number | FromGenerator,
  options: FromGenerator = {},
): T {
  const x = handle(input, 'random_');
  const named = [from, to].find((v) => typeof v === 'object') ?? options;
  const id = idOf(named as FromGenerator, 'random_');
  if (typeof from !== 'number') return inplace(input, (c) => c.random_(x, id));
  const [low, high] = typeof to === 'number' ? [from, to] : [0, from];
  const [a, b] = [int(low, 'random_', 'from'), int(high, 'random_', 'to', 3)];
  return inplace(input, (c) => c.random_from_to_(x, a, b, id));
}
