// Batches of samples, in PyTorch's order for a seed.

import { keywords, type Keywords } from '../../arguments.js';
import { TorchError } from '../../core.js';
import { leased, type Lease } from '../../memory.js';
import type { Generator } from '../../random.js';
import { Tensor } from '../../tensor.js';
import { pause } from '../pause.js';
import { default_collate, default_convert } from './collate.js';
import { IterableDataset, lengthOf, rowsOf, type Indexable } from './dataset.js';
import { isAsynchronous, isPromise, laterSourceOf, settled, sourceOf, type Fetched } from './fetch.js';
import { BatchSampler, drawSeed, RandomSampler, SequentialSampler } from './sampler.js';

type Collate = (batch: any) => any;

export interface DataLoaderOptions {
  /** Samples in a batch, default 1; null gives the samples as they are, one by one. */
  batch_size: number | null;
  /** Draw the samples in random order, anew each time. */
  shuffle: boolean | null;
  /** The order of the samples. */
  sampler: Iterable<any> | null;
  /** The samples of each batch. */
  batch_sampler: Iterable<readonly any[]> | null;
  /** Has no effect, as `pin_memory`: they are taken so that PyTorch's scripts run. */
  num_workers: number;
  /** Makes a batch of an array of samples; default {@link default_collate}. */
  collate_fn: Collate | null;
  pin_memory: boolean;
  /** Leave out a last batch that is smaller than the others. */
  drop_last: boolean;
  /** Where the random order comes from; default `torch.default_generator`. */
  generator: Generator | null;
}

type Positional = [batch_size: number | null, shuffle: boolean | null];

/**
 * Batches of a dataset: `for (const [x, y] of loader)`, or, so that the page stays alive,
 * `for await (const [x, y] of loader)`, which lets the event loop have its turn every 8 ms. Of a
 * tensor the samples are its rows.
 *
 * A batch is released when the loop asks for the next one, and so are the samples that the dataset
 * made for it and returned: what is to stay needs `torch.keep(x)`. The batch at which a loop is left
 * stays.
 */
export class DataLoader<Batch = any> {
  readonly dataset: Indexable<any> | IterableDataset;
  readonly batch_size: number | null;
  readonly drop_last: boolean;
  readonly sampler: Iterable<any> | null;
  readonly batch_sampler: Iterable<readonly any[]> | null;
  readonly generator: Generator | null;
  readonly collate_fn: Collate;

  constructor(
    data: Indexable<any> | IterableDataset | Tensor,
    ...args: Keywords<Positional, DataLoaderOptions>
  ) {
    const dataset = data instanceof Tensor ? rowsOf(data) : data;
    const given = keywords<DataLoaderOptions>('DataLoader', { ...kDefaults }, args);
    const { batch_size, drop_last, generator } = given;
    check(given, dataset instanceof IterableDataset);
    this.dataset = dataset;
    this.generator = generator;
    this.drop_last = drop_last;
    this.batch_size = given.batch_sampler ? null : batch_size;
    this.sampler = given.sampler;
    if (dataset instanceof IterableDataset) {
      this.batch_sampler = null;
      // Only for its checks.
      if (batch_size !== null) new BatchSampler([], batch_size, drop_last);
    } else {
      if (!given.batch_sampler) {
        this.sampler ??= given.shuffle
          ? new RandomSampler(dataset, { generator })
          : new SequentialSampler(dataset);
      }
      this.batch_sampler =
        given.batch_sampler ??
        (batch_size === null ? null : new BatchSampler(this.sampler!, batch_size, drop_last));
    }
    const batches = this.batch_size !== null || this.batch_sampler !== null;
    this.collate_fn = given.collate_fn ?? (batches ? default_collate : default_convert);
  }

  /** How many batches an iteration gives. */
  get length(): number {
    if (!(this.dataset instanceof IterableDataset)) {
      return lengthOf((this.batch_sampler ?? this.sampler) as { length?: number });
    }
    const samples = lengthOf(this.dataset);
    if (this.batch_size === null) return samples;
    const batches = samples / this.batch_size;
    return this.drop_last ? Math.floor(batches) : Math.ceil(batches);
  }

  [Symbol.iterator](): globalThis.Generator<Batch, void> {
    this.#draw();
    return this.#turns();
  }

  [Symbol.asyncIterator](): AsyncGenerator<Batch, void> {
    this.#draw();
    return this.#laterTurns();
  }

  // PyTorch draws a seed for its worker processes, needed or not, and so must we.
  #draw(): void {
    drawSeed({ generator: this.generator });
  }

  *#turns(): globalThis.Generator<Batch, void> {
    const source = sourceOf(this);
    try {
      for (;;) {
        const fetched = leased(() => source.next());
        if (fetched.result === undefined) return;
        const batch = leased(() => this.#collated(fetched.result!) as Batch);
        yield* turn(batch.result, fetched, batch);
      }
    } finally {
      source.close?.();
    }
  }

  async *#laterTurns(): AsyncGenerator<Batch, void> {
    const source = laterSourceOf(this);
    try {
      for (;;) {
        await pause();
        const fetched = leased(() => source.next());
        const samples = await settled(await fetched.result);
        if (samples === undefined) return;
        const batch = leased(() => this.#collated(samples));
        yield* turn((await batch.result) as Batch, fetched, batch);
      }
    } finally {
      await source.close?.();
    }
  }

  #collated(fetched: Fetched): unknown {
    if ('whole' in fetched) return fetched.whole;
    const given = 'sample' in fetched ? fetched.sample : fetched.samples;
    if (isPromise(given) || (Array.isArray(given) && given.some(isPromise))) throw isAsynchronous();
    return this.collate_fn(given);
  }
}

// A batch's turn ends when the next is asked for. Where the loop is left instead, its code may well
// go on with the batch.
function* turn<T>(batch: T, ...leases: Lease<unknown>[]): globalThis.Generator<T, void> {
  let over = false;
  try {
    yield batch;
    over = true;
  } finally {
    for (const lease of leases) {
      if (over) lease.release();
      else lease.settle();
    }
  }
}

const kDefaults: DataLoaderOptions = {
  batch_size: 1,
  shuffle: null,
  sampler: null,
  batch_sampler: null,
  num_workers: 0,
  collate_fn: null,
  pin_memory: false,
  drop_last: false,
  generator: null,
};

function check(given: DataLoaderOptions, iterable: boolean): void {
  const refuse = (text: string) => {
    throw new TorchError(text, 'ValueError');
  };
  const { batch_size, shuffle, sampler, batch_sampler, num_workers, drop_last } = given;
  if (num_workers < 0) {
    refuse(
      'num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.',
    );
  }
  if (iterable) {
    const unexpected = (name: string, value: unknown) =>
      refuse(
        `DataLoader with IterableDataset: expected unspecified ${name} option, but got ${name}=${value === true ? 'True' : String(value)}`,
      );
    if (shuffle) unexpected('shuffle', shuffle);
    if (sampler) unexpected('sampler', sampler);
    if (batch_sampler) unexpected('batch_sampler', batch_sampler);
  }
  if (sampler && shuffle) refuse('sampler option is mutually exclusive with shuffle');
  if (batch_sampler && (batch_size !== 1 || shuffle || sampler || drop_last)) {
    refuse(
      'batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last',
    );
  }
  if (batch_size === null && drop_last) {
    refuse(
      'batch_size=None option disables auto-batching and is mutually exclusive with drop_last',
    );
  }
}
