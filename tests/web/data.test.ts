// torch.utils.data: PyTorch's order for a seed, batches and their lives.
import * as torch from 'alphatorch';
import { describe, expect, test } from 'vitest';
import fixtures from '../fixtures/data.json';
import { refuses } from './refuses.js';

const { data } = torch.utils;
type Tensor = torch.Tensor;
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const own = (seed: number) => ({ generator: new torch.Generator().manual_seed(seed + 100) });

/** Runs `draw` as the fixture did, and looks whether as much was drawn. */
function drawn(fixture: { seed: number; then: number }, draw: () => unknown): unknown {
  torch.manual_seed(fixture.seed);
  const result = draw();
  expect(torch.rand(1).item()).toBe(fixture.then);
  return result;
}

describe("PyTorch's draws", () => {
  test.each(fixtures.splits.map((f) => [f]))('random_split', (f) => {
    const split = (options?: object) =>
      data.random_split(range(f.n), f.lengths, options as never).map(({ indices }) => indices);
    expect(drawn(f, split)).toEqual(f.drawn);
    expect(split(own(f.seed))).toEqual(f.own);
    expect(split(own(f.seed).generator)).toEqual(f.own);
  });

  test.each(fixtures.loaders.map((f) => [f]))('DataLoader', (f) => {
    const value = (b: unknown) => (b instanceof torch.Tensor ? b.tolist() : b);
    const epochs = (more: object = {}) => {
      const loader = new data.DataLoader(range(f.n), { ...f.options, ...more });
      return [[0, 1].map(() => Array.from(loader, value)), loader.length];
    };
    expect(drawn(f, epochs)).toEqual(f.drawn);
    expect(epochs(own(f.seed))[0]).toEqual(f.own);
  });

  test.each(fixtures.samplers.map((f) => [f]))('samplers', (f) => {
    const sampled = (more: object = {}): unknown => {
      switch (f.kind) {
        case 'random': {
          const sampler = new data.RandomSampler(range(f.n!), { ...f.options, ...more });
          return [[...sampler], [...sampler]];
        }
        case 'subset':
          return [[...new data.SubsetRandomSampler(f.indices!, more)]];
        case 'weighted': {
          const { replacement } = f;
          return [[...new data.WeightedRandomSampler(f.weights!, f.count!, { replacement, ...more })]];
        }
        default:
          return [...new data.BatchSampler(new data.RandomSampler(range(f.n!)), f.size!, false)];
      }
    };
    expect(drawn(f, sampled)).toEqual(f.drawn);
    if (f.own) expect(sampled(own(f.seed))).toEqual(f.own);
  });
});

const x = torch.arange(12, { dtype: torch.float32 }).reshape(6, 2);
const y = torch.arange(6, { dtype: torch.int64 });
const rows = new data.TensorDataset(x, y);
const lists = (batch: Tensor[]) => batch.map((t) => t.tolist());

test('a TensorDataset gives rows, and batches that equal its stacked rows', () => {
  expect(rows.length).toBe(6);
  expect(lists(rows.at(1))).toEqual([[2, 3], 1]);
  expect(lists(rows.at(-1))).toEqual([[10, 11], 5]);
  refuses(() => rows.at(6), 'IndexError', 'index 6 is out of bounds for dimension 0 with size 6');
  const arrays = "TensorDataset(): argument 'tensors' (position 1) must be Tensor, not Array";
  refuses(() => new data.TensorDataset([[1], [2]] as never), 'TypeError', arrays);
  refuses(() => new data.TensorDataset(x, torch.ones(2)), 'AssertionError', 'Size mismatch between tensors');
  class Same extends data.TensorDataset {
    override at(i: number) {
      return super.at(i);
    }
  }
  const batches = (dataset: torch.utils.data.TensorDataset) =>
    Array.from(new data.DataLoader<Tensor[]>(dataset, { batch_size: 4 }), (b) => [
      lists(b),
      b.map((t) => String(t.dtype)),
    ]);
  expect(batches(rows)).toEqual([
    [[[[0, 1], [2, 3], [4, 5], [6, 7]], [0, 1, 2, 3]], ['torch.float32', 'torch.int64']],
    [[[[8, 9], [10, 11]], [4, 5]], ['torch.float32', 'torch.int64']],
  ]);
  expect(batches(new Same(x, y))).toEqual(batches(rows));
});

test('Subset and ConcatDataset index as in Python', () => {
  const both = new data.ConcatDataset<Tensor[] | number>([new data.Subset(rows, [5, 0]), [7, 8, 9]]);
  expect(both.length).toBe(5);
  expect(lists(both.at(0) as Tensor[])).toEqual([[10, 11], 5]);
  expect([both.at(2), both.at(4), both.at(-1)]).toEqual([7, 9, 9]);
  expect(lists(both.at(-4) as Tensor[])).toEqual([[0, 1], 0]);
  refuses(() => both.at(5), 'IndexError', 'list index out of range');
  refuses(
    () => both.at(-6),
    'ValueError',
    'absolute value of index should not exceed dataset length',
  );
  refuses(
    () => new data.ConcatDataset([]),
    'AssertionError',
    'datasets should not be an empty iterable',
  );
  refuses(() => new data.Subset(rows, [1]).at(1), 'IndexError', 'list index out of range');
  const subset = new data.Subset(rows, [3, 1]);
  const [batch] = new data.DataLoader<Tensor[]>(subset, { batch_size: 2 });
  expect(lists(batch!)).toEqual([[[6, 7], [2, 3]], [3, 1]]);
});

test('samples of all kinds are put together part by part', () => {
  const sample = (i: number) => ({
    t: torch.full([2], i),
    n: i + 0.5,
    b: BigInt(i),
    flag: i > 0,
    name: `s${i}`,
    list: [new Float64Array([i, i]), i],
  });
  const batch = data.default_collate([sample(0), sample(1)]);
  expect(batch.t.tolist()).toEqual([[0, 0], [1, 1]]);
  expect([batch.n.tolist(), String(batch.n.dtype)]).toEqual([[0.5, 1.5], 'torch.float32']);
  expect([batch.b.tolist(), String(batch.b.dtype)]).toEqual([[0, 1], 'torch.int64']);
  expect(batch.flag.tolist()).toEqual([false, true]);
  expect(batch.name).toEqual(['s0', 's1']);
  expect([batch.list[0].tolist(), String(batch.list[0].dtype)]).toEqual([[[0, 0], [1, 1]], 'torch.float64']);
  expect(batch.list[1].tolist()).toEqual([0, 1]);
  refuses(
    () => data.default_collate([[1, 2], [1]]),
    'RuntimeError',
    'each element in list of batch should be of equal size',
  );
  refuses(() => data.default_collate([{ a: 1 }, { b: 1 }]), 'KeyError', "'a'");
  refuses(
    () => data.default_collate([null]),
    'TypeError',
    'default_collate: batch must contain tensors, typed arrays, numbers, objects or arrays; found null',
  );
});

test('a batch is released after its turn, unless kept; the one at which a loop is left stays', () => {
  const before = torch.memory().live_tensors;
  const seen: Tensor[][] = [];
  for (const batch of new data.DataLoader<Tensor[]>(rows, { batch_size: 2 })) {
    if (seen.length === 1) torch.keep(batch[0]!);
    for (const old of seen) expect(old[1]!.is_disposed).toBe(true);
    seen.push(batch);
  }
  expect(seen.map((b) => b.map((t) => t.is_disposed))).toEqual([
    [true, true],
    [false, true],
    [true, true],
  ]);
  expect(seen[1]![0]!.tolist()).toEqual([[4, 5], [6, 7]]);
  seen[1]![0]!.dispose();
  expect(torch.memory().live_tensors).toBe(before);

  const [first] = new data.DataLoader<Tensor[]>(rows, { batch_size: 2 });
  expect(lists(first!)).toEqual([[[0, 1], [2, 3]], [0, 1]]);
  for (const batch of new data.DataLoader<Tensor[]>(rows)) {
    seen.push(batch);
    break;
  }
  expect(lists(seen.at(-1)!)).toEqual([[[0, 1]], [0]]);
});

test('what a dataset has, and what it stores, is never released', () => {
  class Lazy extends data.Dataset<Tensor> {
    all: Tensor | undefined;
    readonly ready = [torch.ones(1), torch.zeros(1)];
    get length() {
      return 4;
    }
    at(i: number) {
      this.all ??= torch.arange(4).reshape(4, 1);
      return i < 2 ? this.ready[i]! : this.all.select(0, i);
    }
  }
  const lazy = new Lazy();
  const collate_fn = (samples: Tensor[]) => samples;
  const taken: Tensor[] = [];
  for (let epoch = 0; epoch < 2; ++epoch) {
    for (const [sample] of new data.DataLoader<Tensor[]>(lazy, { collate_fn })) taken.push(sample!);
  }
  expect(taken.map((t) => t.is_disposed)).toEqual([false, false, true, true, false, false, true, true]);
  expect(lazy.all!.tolist()).toEqual([[0], [1], [2], [3]]);
  // In a tidy too: the batch belongs to its turn.
  const inside = torch.tidy(() => Array.from(new data.DataLoader<Tensor>([1, 2, 3]), (t) => t.item()));
  expect(inside).toEqual([1, 2, 3]);
});

test('for await gives the same batches, of datasets that answer later too', async () => {
  const before = torch.memory().live_tensors;
  const collect = async (loader: AsyncIterable<any>) => {
    const all: unknown[] = [];
    for await (const batch of loader) all.push(batch.tolist());
    return all;
  };
  torch.manual_seed(3);
  const options = { batch_size: 4, shuffle: true };
  const sync = Array.from(new data.DataLoader(range(10), options), (b: Tensor) => b.tolist());
  torch.manual_seed(3);
  expect(await collect(new data.DataLoader(range(10), options))).toEqual(sync);
  const later = { length: 10, at: async (i: number) => i };
  torch.manual_seed(3);
  expect(await collect(new data.DataLoader(later, options))).toEqual(sync);
  refuses(
    () => [...new data.DataLoader(later)],
    'TypeError',
    'DataLoader: the dataset is asynchronous; use `for await`',
  );
  expect(torch.memory().live_tensors).toBe(before);
});

test('an IterableDataset is taken in order; its iteration is ended with the loop', async () => {
  let ended = 0;
  class Stream extends data.IterableDataset {
    *[Symbol.iterator]() {
      try {
        for (let i = 0; i < 5; ++i) yield torch.full([1], i);
      } finally {
        ++ended;
      }
    }
  }
  class Later extends data.IterableDataset {
    async *[Symbol.asyncIterator]() {
      yield* range(5);
    }
  }
  const take = (options: object) =>
    Array.from(new data.DataLoader<Tensor>(new Stream(), options), (b) => b.flatten().tolist());
  expect(take({ batch_size: 2 })).toEqual([[0, 1], [2, 3], [4]]);
  expect(take({ batch_size: 2, drop_last: true })).toEqual([[0, 1], [2, 3]]);
  expect(take({ batch_size: null })).toEqual([[0], [1], [2], [3], [4]]);
  for (const _ of new data.DataLoader(new Stream())) break;
  expect(ended).toBe(4);
  const all: unknown[] = [];
  for await (const b of new data.DataLoader(new Later(), { batch_size: 3 })) all.push(b.tolist());
  expect(all).toEqual([[0, 1, 2], [3, 4]]);
  refuses(
    () => [...new data.DataLoader(new Later())],
    'TypeError',
    'DataLoader: the dataset is asynchronous; use `for await`',
  );
});

test('a batch sampler gives whole batches', () => {
  const batch_sampler = [[5, 1], [0], [2, 2, 3]];
  const loader = new data.DataLoader<Tensor>(range(6), { batch_sampler });
  expect(Array.from(loader, (b) => b.tolist())).toEqual(batch_sampler);
  expect(loader.length).toBe(3);
});

test.each([
  [{ batch_size: 0 }, 'batch_size should be a positive integer value, but got batch_size=0'],
  [{ batch_size: 1.5 }, 'batch_size should be a positive integer value, but got batch_size=1.5'],
  [{ sampler: [0], shuffle: true }, 'sampler option is mutually exclusive with shuffle'],
  [
    { batch_sampler: [[0]], drop_last: true },
    'batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last',
  ],
  [
    { batch_size: null, drop_last: true },
    'batch_size=None option disables auto-batching and is mutually exclusive with drop_last',
  ],
  [
    { num_workers: -1 },
    'num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.',
  ],
] as const)('options that contradict each other are refused', (options, text) => {
  refuses(() => new data.DataLoader([1, 2], options as object), 'ValueError', text);
});

test('other bad input is refused', () => {
  class Stream extends data.IterableDataset {}
  refuses(
    () => new data.DataLoader(new Stream(), { shuffle: true }),
    'ValueError',
    'DataLoader with IterableDataset: expected unspecified shuffle option, but got shuffle=True',
  );
  refuses(
    () => new data.DataLoader([], { shuffle: true }),
    'ValueError',
    'num_samples should be a positive integer value, but got num_samples=0',
  );
  refuses(
    () => new data.DataLoader({ at: () => 1 } as never).length,
    'TypeError',
    "object of type 'Object' has no length",
  );
  refuses(
    () => data.random_split([1, 2, 3], [1, 1]),
    'ValueError',
    'Sum of input lengths does not equal the length of the input dataset!',
  );
  refuses(
    () => data.random_split([1], [1.5, -0.5]),
    'ValueError',
    'Fraction at index 0 is not between 0 and 1',
  );
  refuses(
    () => new data.WeightedRandomSampler([[1]] as never, 1),
    'ValueError',
    'weights should be a 1d sequence but given weights have shape (1, 1)',
  );
  expect([...new data.DataLoader([])]).toEqual([]);
});

test('a tensor is the dataset of its rows', () => {
  const x = torch.arange(10, { dtype: torch.float32 }).reshape(5, 2);
  const seen = (options: object) => {
    const found: unknown[] = [];
    for (const batch of new data.DataLoader<torch.Tensor>(x, options)) found.push(batch.tolist());
    return found;
  };
  const five = [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]];
  expect(seen({ batch_size: 2 })).toEqual([five.slice(0, 2), five.slice(2, 4), five.slice(4)]);
  expect(seen({ batch_size: null })).toEqual(five);
  // PyTorch's order for this seed.
  torch.manual_seed(0);
  expect(seen({ batch_size: 5, shuffle: true })).toEqual([[1, 4, 2, 3, 0].map((i) => five[i])]);
  expect(new data.DataLoader(x, { batch_size: 2, drop_last: true }).length).toBe(2);
  refuses(() => new data.DataLoader(torch.ones(1).sum()), 'IndexError', 'Dimension specified as 0 but tensor has no dimensions');
});
