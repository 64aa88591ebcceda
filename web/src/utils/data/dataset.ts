// Where samples come from.

import { describe, tensorOf } from '../../arguments.js';
import { list, TorchError } from '../../core.js';
import { tidy } from '../../memory.js';
import { op } from '../../op.js';
import { default_generator, randperm, type FromGenerator, type Generator } from '../../random.js';
import type { Tensor } from '../../tensor.js';
import { warn } from '../../warning.js';

/** What can be drawn from by index: a {@link Dataset}, an array, anything with these two. */
export interface Indexable<T> {
  readonly length: number;
  at(index: number): T | undefined;
}

/**
 * Samples by index. A subclass says how many there are, `get length()` (`__len__` in Python), and
 * makes one, `at(index)` (`__getitem__`). `at` may return a promise; then the data loader's
 * iteration is the asynchronous one.
 */
export abstract class Dataset<T = any> implements Indexable<T> {
  abstract get length(): number;
  abstract at(index: number): T;

  *[Symbol.iterator](): globalThis.Generator<T, void> {
    for (let i = 0; i < this.length; ++i) yield this.at(i);
  }
}

/**
 * Samples one after the other: a subclass has `*[Symbol.iterator]()`, or `async
 * *[Symbol.asyncIterator]()` for `for await`, and a `length` where it is known.
 */
export abstract class IterableDataset {
  // Else any object would be one, to TypeScript.
  declare private readonly kind: 'iterable';
}

/** @internal `dataset.length`, which must be there. */
export function lengthOf(dataset: object): number {
  const { length } = dataset as { length?: unknown };
  if (typeof length === 'number') return length;
  throw new TorchError(`object of type '${describe(dataset)}' has no length`, 'TypeError');
}

/**
 * @internal A dataset that makes a batch as a whole, as `default_collate` would of its samples;
 * undefined where it cannot.
 */
export interface Batching {
  batched(indices: readonly number[]): unknown;
}

/** @internal */
export const batched = (dataset: unknown, indices: readonly number[]): unknown =>
  (dataset as Partial<Batching>).batched?.(indices);

/** Rows of tensors: sample `i` is `[tensors[0][i], tensors[1][i], …]`. */
export class TensorDataset extends Dataset<Tensor[]> {
  readonly tensors: readonly Tensor[];

  constructor(...tensors: Tensor[]) {
    super();
    const [first] = tensors;
    const size = (tensor: Tensor, i: number) =>
      tensorOf(tensor, 'TensorDataset', 'tensors', i + 1).size(0);
    if (!tensors.every((tensor, i) => size(tensor, i) === first!.size(0))) {
      throw new TorchError('Size mismatch between tensors', 'AssertionError');
    }
    this.tensors = tensors;
  }

  get length(): number {
    return this.tensors[0]!.size(0);
  }

  at(index: number): Tensor[] {
    this.check(index);
    return this.tensors.map((tensor) => tensor.select(0, index));
  }

  private check(index: number): void {
    const n = this.length;
    if (Number.isInteger(index) && index >= -n && index < n) return;
    throw new TorchError(
      `index ${index} is out of bounds for dimension 0 with size ${n}`,
      'IndexError',
    );
  }

  /** @internal */
  batched(indices: readonly number[]): Tensor[] | undefined {
    // A subclass that changes the samples has its say.
    if (this.at !== TensorDataset.prototype.at) return undefined;
    indices.forEach((index) => this.check(index));
    return this.tensors.map((tensor) => rows(tensor, indices));
  }
}

function rows(tensor: Tensor, indices: readonly number[]): Tensor {
  const from = tensor.handle;
  return op((c) => {
    const parts = indices.map((index) => c.select(from, 0, index));
    const whole = c.stack(list(parts), 0);
    for (const part of parts) c.release(part);
    return whole;
  });
}

/** @internal A tensor as the dataset of its rows. */
export const rowsOf = (tensor: Tensor): Indexable<Tensor> & Batching => ({
  length: tensor.size(0),
  at: (index) => tensor.select(0, index),
  batched: (indices) => rows(tensor, indices),
});

/** The samples of `dataset` at `indices`. */
export class Subset<T = any> extends Dataset<T> {
  constructor(
    readonly dataset: Indexable<T>,
    readonly indices: readonly number[],
  ) {
    super();
  }

  get length(): number {
    return this.indices.length;
  }

  at(index: number): T {
    return this.dataset.at(this.original(index)) as T;
  }

  private original(index: number): number {
    const found = this.indices.at(index);
    if (found !== undefined) return found;
    throw new TorchError('list index out of range', 'IndexError');
  }

  /** @internal */
  batched(indices: readonly number[]): unknown {
    if (this.at !== Subset.prototype.at) return undefined;
    return batched(
      this.dataset,
      indices.map((index) => this.original(index)),
    );
  }
}

/** Datasets end to end. */
export class ConcatDataset<T = any> extends Dataset<T> {
  readonly datasets: readonly Indexable<T>[];
  readonly cumulative_sizes: readonly number[];

  constructor(datasets: Iterable<Indexable<T>>) {
    super();
    const refused = (text: string) => new TorchError(text, 'AssertionError');
    this.datasets = [...datasets];
    if (this.datasets.length === 0) throw refused('datasets should not be an empty iterable');
    if (this.datasets.some((dataset) => (dataset as unknown) instanceof IterableDataset)) {
      throw refused('ConcatDataset does not support IterableDataset');
    }
    let total = 0;
    this.cumulative_sizes = this.datasets.map((dataset) => (total += lengthOf(dataset)));
  }

  get length(): number {
    return this.cumulative_sizes.at(-1)!;
  }

  at(index: number): T {
    if (index < -this.length) {
      const text = 'absolute value of index should not exceed dataset length';
      throw new TorchError(text, 'ValueError');
    }
    const i = index < 0 ? index + this.length : index;
    const at = this.cumulative_sizes.findIndex((end) => i < end);
    if (at < 0) throw new TorchError('list index out of range', 'IndexError');
    return this.datasets[at]!.at(at === 0 ? i : i - this.cumulative_sizes[at - 1]!) as T;
  }
}

/**
 * Divides a dataset at random, without overlap, into parts of the given lengths, or of the given
 * fractions if they add up to 1: rounded down, what remains going to the first parts one by one.
 * PyTorch's parts for a seed.
 */
export function random_split<T>(
  dataset: Indexable<T>,
  lengths: readonly number[],
  generator: Generator | FromGenerator = default_generator,
): Subset<T>[] {
  const total = lengthOf(dataset);
  const sizes = isFractions(lengths) ? sizesOf(lengths, total) : lengths;
  if (sum(sizes) !== total) {
    const text = 'Sum of input lengths does not equal the length of the input dataset!';
    throw new TorchError(text, 'ValueError');
  }
  const from = 'generator' in generator ? generator : { generator: generator as Generator };
  const indices = tidy(() => randperm(total, from).tolist<number[]>());
  let end = 0;
  return sizes.map((size) => new Subset(dataset, indices.slice(end, (end += size))));
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

// Python's math.isclose.
const isFractions = (lengths: readonly number[]) =>
  Math.abs(sum(lengths) - 1) <= 1e-9 * Math.max(1, sum(lengths)) && sum(lengths) <= 1;

function sizesOf(fractions: readonly number[], total: number): number[] {
  const sizes = fractions.map((fraction, i) => {
    if (fraction >= 0 && fraction <= 1) return Math.floor(total * fraction);
    throw new TorchError(`Fraction at index ${i} is not between 0 and 1`, 'ValueError');
  });
  const remainder = total - sum(sizes);
  for (let i = 0; i < remainder; ++i) sizes[i % sizes.length]! += 1;
  sizes.forEach((size, i) => {
    if (size > 0) return;
    warn(`Length of split at index ${i} is 0. This might result in an empty dataset.`);
  });
  return sizes;
}
