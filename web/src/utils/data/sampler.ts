// In which order samples are drawn: indices, from PyTorch's streams.

import { describe } from '../../arguments.js';
import { TorchError } from '../../core.js';
import { empty, tensor } from '../../creation.js';
import { float64, int64 } from '../../dtype.js';
import { tidy } from '../../memory.js';
import {
  Generator,
  multinomial,
  randint,
  random_,
  randperm,
  type FromGenerator,
} from '../../random.js';
import { Tensor } from '../../tensor.js';
import { lengthOf } from './dataset.js';

type Sized = { readonly length?: number };

/**
 * An order of indices, drawn anew at each iteration. A subclass has `*[Symbol.iterator]()`, and a
 * `length` where it is known.
 */
export abstract class Sampler<T = number> implements Iterable<T> {
  abstract [Symbol.iterator](): Iterator<T>;
}

/** 0, 1, 2, … */
export class SequentialSampler extends Sampler {
  constructor(readonly data_source: Sized) {
    super();
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let i = 0; i < this.length; ++i) yield i;
  }

  get length(): number {
    return lengthOf(this.data_source);
  }
}

/** @internal What `torch.empty((), dtype=torch.int64).random_(generator=…).item()` draws. */
export const drawSeed = (options: FromGenerator): bigint =>
  tidy(() => random_(empty([], { dtype: int64 }), options).toArray<BigInt64Array>()[0]!);

interface RandomSamplerOptions extends FromGenerator {
  replacement?: boolean;
  /** How many to draw; default: the length of the data source. */
  num_samples?: number | null;
}

const positive = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;

function checkCount(num_samples: unknown): void {
  if (positive(num_samples)) return;
  const text = `num_samples should be a positive integer value, but got num_samples=${String(num_samples)}`;
  throw new TorchError(text, 'ValueError');
}

/** All indices in random order, or with `replacement` each drawn from all. */
export class RandomSampler extends Sampler {
  readonly replacement: boolean;
  readonly generator: Generator | null;
  readonly #num_samples: number | null;

  constructor(
    readonly data_source: Sized,
    { replacement = false, num_samples = null, generator = null }: RandomSamplerOptions = {},
  ) {
    super();
    this.replacement = replacement;
    this.generator = generator;
    this.#num_samples = num_samples;
    if (typeof replacement !== 'boolean') {
      const text = `replacement should be a boolean value, but got replacement=${describe(replacement)}`;
      throw new TorchError(text, 'TypeError');
    }
    checkCount(this.num_samples);
  }

  get num_samples(): number {
    return this.#num_samples ?? lengthOf(this.data_source);
  }

  get length(): number {
    return this.num_samples;
  }

  *[Symbol.iterator](): Iterator<number> {
    const { generator } = this;
    if (generator) return yield* this.#drawn(generator);
    const own = new Generator().manual_seed(drawSeed({}));
    try {
      yield* this.#drawn(own);
    } finally {
      own.dispose();
    }
  }

  *#drawn(generator: Generator): Iterable<number> {
    const n = lengthOf(this.data_source);
    const { num_samples } = this;
    const drawn = (draw: () => Tensor) => tidy(() => draw().tolist<number[]>());
    if (this.replacement) {
      const some = (count: number) => drawn(() => randint(n, [count], { generator }));
      for (let i = 0; i < Math.floor(num_samples / 32); ++i) yield* some(32);
      yield* some(num_samples % 32);
    } else {
      const all = () => drawn(() => randperm(n, { generator }));
      for (let i = 0; i < Math.floor(num_samples / n); ++i) yield* all();
      // PyTorch draws once more also where nothing is left to be drawn.
      yield* all().slice(0, num_samples % n);
    }
  }
}

/** The given indices in random order. */
export class SubsetRandomSampler extends Sampler {
  readonly generator: Generator | null;

  constructor(
    readonly indices: readonly number[],
    { generator = null }: FromGenerator = {},
  ) {
    super();
    this.generator = generator;
  }

  get length(): number {
    return this.indices.length;
  }

  *[Symbol.iterator](): Iterator<number> {
    const order = tidy(() => randperm(this.length, { generator: this.generator }).tolist<number[]>());
    for (const i of order) yield this.indices[i]!;
  }
}

interface WeightedOptions extends FromGenerator {
  /** Whether an index may come again; default true. */
  replacement?: boolean;
}

/** `num_samples` indices, each as probable as its weight says. */
export class WeightedRandomSampler extends Sampler {
  readonly weights: readonly number[];
  readonly replacement: boolean;
  readonly generator: Generator | null;

  constructor(
    weights: readonly number[] | Tensor,
    readonly num_samples: number,
    options: boolean | WeightedOptions = {},
  ) {
    super();
    checkCount(num_samples);
    const given = typeof options === 'object' ? options : { replacement: options };
    ({ replacement: this.replacement = true, generator: this.generator = null } = given as WeightedOptions);
    if (typeof this.replacement !== 'boolean') {
      const text = `replacement should be a boolean value, but got replacement=${describe(this.replacement)}`;
      throw new TorchError(text, 'ValueError');
    }
    const shape = weights instanceof Tensor ? weights.shape : tidy(() => tensor(weights).shape);
    if (shape.length !== 1) {
      const sizes = shape.length === 0 ? '()' : `(${shape.join(', ')})`;
      throw new TorchError(
        `weights should be a 1d sequence but given weights have shape ${sizes}`,
        'ValueError',
      );
    }
    this.weights = weights instanceof Tensor ? weights.tolist<number[]>() : [...weights];
  }

  get length(): number {
    return this.num_samples;
  }

  *[Symbol.iterator](): Iterator<number> {
    const { replacement, generator } = this;
    yield* tidy(() => {
      const weights = tensor(this.weights, { dtype: float64 });
      return multinomial(weights, this.num_samples, { replacement, generator }).tolist<number[]>();
    });
  }
}

/** Takes the indices of a sampler `batch_size` at a time. */
export class BatchSampler<T = number> extends Sampler<T[]> {
  constructor(
    readonly sampler: Iterable<T> & Sized,
    readonly batch_size: number,
    readonly drop_last: boolean,
  ) {
    super();
    const refuse = (kind: string, name: string, value: unknown) => {
      const text = `${name} should be a ${kind} value, but got ${name}=${String(value)}`;
      throw new TorchError(text, 'ValueError');
    };
    if (!positive(batch_size)) refuse('positive integer', 'batch_size', batch_size);
    if (typeof drop_last !== 'boolean') refuse('boolean', 'drop_last', drop_last);
  }

  get length(): number {
    const batches = lengthOf(this.sampler) / this.batch_size;
    return this.drop_last ? Math.floor(batches) : Math.ceil(batches);
  }

  *[Symbol.iterator](): Iterator<T[]> {
    let batch: T[] = [];
    for (const index of this.sampler) {
      if (batch.push(index) < this.batch_size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.drop_last) yield batch;
  }
}
