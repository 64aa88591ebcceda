// Sorting, and what is found by it.
import * as torch from 'alphatorch';
import { describe, expect, test } from 'vitest';
import fixtures from '../fixtures/breadth.json';
import { asPyTorch } from './op_fixtures.js';
import { refuses } from './refuses.js';

asPyTorch(fixtures, 'sort');

test('equal elements keep their order, in both directions and at every length', () => {
  for (const n of [1, 15, 16, 17, 33, 100, 1000]) {
    const keys = Array.from({ length: n }, (_, i) => (i * 7919) % 5);
    const x = torch.tensor(keys);
    for (const descending of [false, true]) {
      const sign = descending ? -1 : 1;
      const due = keys.map((_, i) => i).sort((a, b) => sign * (keys[a]! - keys[b]!) || a - b);
      expect(torch.argsort(x, { descending }).tolist()).toEqual(due);
    }
  }
});

test('int64 is sorted as such, beyond what a double holds', () => {
  const x = torch.tensor([2n ** 60n + 1n, 2n ** 60n, -(2n ** 62n)]);
  expect(x.sort().indices.tolist()).toEqual([2, 1, 0]);
});

test('NaN is the largest, whatever its sign; zeros are equal', () => {
  const x = torch.tensor([NaN, 1, -NaN, -0, 0, -Infinity, Infinity]);
  expect(x.sort().indices.tolist()).toEqual([5, 3, 4, 1, 6, 0, 2]);
  expect(Object.is(x.sort().values.tolist<number[]>()[1], -0)).toBe(true);
  expect(x.topk(3).indices.tolist()).toEqual([0, 2, 6]);
});

test('strided inputs, methods and names of the pairs', () => {
  const x = torch.tensor([[3, 1, 2], [0, 5, 4]]);
  expect(x.t().sort(0).values.tolist()).toEqual([[1, 0], [2, 4], [3, 5]]);
  expect(x.t().median(1).values.tolist()).toEqual([0, 1, 2]);
  const [values, indices] = x.topk({ k: 1, dim: 0 });
  expect([values.tolist(), indices.tolist()]).toEqual([[[3, 5, 4]], [[0, 1, 1]]]);
  expect(x.median().item()).toBe(2);
  expect(torch.tensor([]).median().item()).toBeNaN();
  expect(torch.zeros([0], { dtype: torch.int32 }).median().item()).toBe(-(2 ** 31));
  expect(x.unique().tolist()).toEqual([0, 1, 2, 3, 4, 5]);
  const [output, counts] = torch.unique(torch.tensor([2, 2, 1]), { return_counts: true });
  expect([output.tolist(), counts.tolist()]).toEqual([[1, 2], [1, 2]]);
});

test('refusals', () => {
  refuses(() => torch.topk(torch.ones(3), 4), 'RuntimeError', 'selected index k out of range');
  refuses(
    () => torch.kthvalue(torch.ones(3), 4),
    'RuntimeError',
    'kthvalue(): selected number k out of range for dimension 0',
  );
  refuses(
    () => torch.median(torch.ones(2, 0), 1),
    'IndexError',
    'median(): Expected reduction dim 1 to have non-zero size.',
  );
  refuses(
    () => torch.unique(torch.ones(2), { dim: 0 as unknown as null }),
    'NotImplementedError',
    'unique: slices along a dim are not supported, only elements',
  );
});

test('isin: few are compared, many are sorted, with one outcome', () => {
  const far = [NaN, Infinity, -Infinity, 0, -0, 1, 1, 2.5, -3, 7];
  for (const count of [0, 1, 3, 40]) {
    const values = Array.from({ length: count }, (_, i) => far[(i * 3) % far.length]! + (i > 9 ? i : 0));
    for (const dtype of [torch.float32, torch.float64, torch.int64]) {
      const given = dtype === torch.int64 ? values.map((v) => (Number.isFinite(v) ? v : 9)) : values;
      const elements = torch.tensor([...far, 12, 40, 100]);
      const among = torch.tensor(given, { dtype });
      const held: number[] = among.tolist();
      const want = elements.tolist<number[]>().map((v) => held.some((w) => w === v));
      expect(torch.isin(elements, among).tolist(), `${count} ${String(dtype)}`).toEqual(want);
      expect(torch.isin(elements, among, { invert: true }).tolist()).toEqual(want.map((is) => !is));
    }
  }
  expect(torch.isin(torch.zeros(0), torch.arange(50)).shape).toEqual([0]);
  expect(torch.isin(torch.tensor(3n), torch.arange(50).view(5, 10)).item()).toBe(true);
  const flags = torch.tensor([true, false]);
  expect(torch.isin(flags, flags.logical_not().narrow(0, 0, 1).expand(30)).tolist()).toEqual([false, true]);
});

test('isin takes memory for what it is given, not for their product', () => {
  const before = torch.memory().heap_bytes;
  const found = torch.isin(torch.arange(60_000), torch.arange(30_000).mul(2));
  expect(found.sum().item()).toBe(30_000);
  expect(torch.memory().heap_bytes - before).toBeLessThan(100e6);
});

describe('a part of the order is the part of the whole order', () => {
  for (const [dtype, values] of [
    [torch.float32, () => torch.randn([3, 41, 5])],
    [torch.float32, () => torch.randint(0, 6, [3, 41, 5]).to(torch.float32)],
    [torch.int64, () => torch.randint(-3, 3, [3, 41, 5])],
    [
      torch.float32,
      () => {
        const x = torch.randn([3, 41, 5]);
        return torch.where(x.gt(1), NaN, x);
      },
    ],
  ] as [torch.dtype, () => torch.Tensor][]) {
    test(`topk, kthvalue, median and nanmedian of ${dtype}`, () => {
      torch.manual_seed(7);
      const x = values();
      const { indices: up } = torch.sort(x, 1);
      const { indices: down } = torch.sort(x, 1, { descending: true });
      for (const k of [0, 1, 2, 17, 40, 41]) {
        const most = torch.topk(x, k, 1), least = torch.topk(x, k, { dim: 1, largest: false });
        expect(most.indices.tolist()).toEqual(down.narrow(1, 0, k).tolist());
        expect(least.indices.tolist()).toEqual(up.narrow(1, 0, k).tolist());
        if (k > 0) expect(torch.kthvalue(x, k, 1).indices.tolist()).toEqual(up.select(1, k - 1).tolist());
      }
      const numbers = torch.isnan(x).logical_not().sum(1, true);
      const middle = torch.div(numbers.sub(1), 2, { rounding_mode: 'floor' });
      const rank = torch.where(numbers.lt(41), numbers, middle);
      expect(torch.median(x, 1, { keepdim: true }).indices.tolist()).toEqual(up.gather(1, rank).tolist());
      expect(torch.nanmedian(x, 1, { keepdim: true }).indices.tolist()).toEqual(up.gather(1, middle).tolist());
    });
  }
});
