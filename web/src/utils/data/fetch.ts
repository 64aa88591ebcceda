// What a data loader draws before it is a batch.

import { TorchError } from '../../core.js';
import { default_collate } from './collate.js';
import { batched, IterableDataset, type Indexable } from './dataset.js';

/** A batch already, one sample where there are no batches, or the samples of a batch. */
export type Fetched = { whole: unknown } | { sample: unknown } | { samples: readonly unknown[] };

/** Where it comes from; undefined at the end. */
interface Source<T> {
  next(): T;
  /** Ends the iteration underneath. */
  close?: () => unknown;
}

interface Settings {
  readonly dataset: Indexable<any> | IterableDataset;
  readonly batch_size: number | null;
  readonly drop_last: boolean;
  readonly sampler: Iterable<any> | null;
  readonly batch_sampler: Iterable<readonly any[]> | null;
  readonly collate_fn: unknown;
}

export const isPromise = (value: unknown): boolean => value instanceof Promise;

export const isAsynchronous = (): TorchError =>
  new TorchError('DataLoader: the dataset is asynchronous; use `for await`', 'TypeError');

export async function settled(fetched: Fetched | undefined): Promise<Fetched | undefined> {
  if (fetched === undefined || 'whole' in fetched) return fetched;
  if ('sample' in fetched) return { sample: await fetched.sample };
  return { samples: await Promise.all(fetched.samples) };
}

export function sourceOf(settings: Settings): Source<Fetched | undefined> {
  const { dataset } = settings;
  if (!(dataset instanceof IterableDataset)) return indexed(dataset, settings);
  const iterator = (dataset as Partial<Iterable<unknown>>)[Symbol.iterator]?.();
  if (!iterator) throw isAsynchronous();
  const next = grouping(settings);
  return {
    next() {
      for (;;) {
        const group = next(iterator.next());
        if (group !== 'more') return group;
      }
    },
    close: () => iterator.return?.(),
  };
}

export function laterSourceOf(
  settings: Settings,
): Source<Fetched | undefined | Promise<Fetched | undefined>> {
  const { dataset } = settings;
  const iterator =
    dataset instanceof IterableDataset
      ? (dataset as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator]?.()
      : undefined;
  if (!iterator) return sourceOf(settings);
  const next = grouping(settings);
  return {
    async next() {
      for (;;) {
        const group = next(await iterator.next());
        if (group !== 'more') return group;
      }
    },
    close: () => iterator.return?.(),
  };
}

/** Takes samples one by one, and says what has become complete. */
function grouping({ batch_size, drop_last }: Settings) {
  let samples: unknown[] = [];
  let ended = false;
  return ({ value, done }: IteratorResult<unknown>): Fetched | undefined | 'more' => {
    if (ended) return undefined;
    if (done) {
      ended = true;
      return samples.length > 0 && !drop_last ? { samples } : undefined;
    }
    if (batch_size === null) return { sample: value };
    if (samples.push(value) < batch_size) return 'more';
    const full = samples;
    samples = [];
    return { samples: full };
  };
}

function indexed(dataset: Indexable<unknown>, settings: Settings): Source<Fetched | undefined> {
  const { sampler, batch_sampler, collate_fn } = settings;
  const drawn = (batch_sampler ?? sampler!)[Symbol.iterator]();
  return {
    next() {
      const { value, done } = drawn.next() as IteratorResult<unknown>;
      if (done) return undefined;
      if (!batch_sampler) return { sample: dataset.at(value as number) };
      const indices = [...(value as Iterable<number>)];
      const whole = collate_fn === default_collate && batched(dataset, indices);
      return whole ? { whole } : { samples: indices.map((index) => dataset.at(index)) };
    },
    close: () => drawn.return?.(),
  };
}
