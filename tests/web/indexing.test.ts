// Indexing, gathering, scattering; and what puts elements in another order.
import * as torch from 'alphatorch';
import { describe, expect, test } from 'vitest';
import fixtures from '../fixtures/indexing.json';
import { asPyTorch } from './op_fixtures.js';
import { refuses } from './refuses.js';

const long = (values: torch.NestedArray) => torch.tensor(values, { dtype: torch.int64 });

for (const topic of ['index', 'assign', 'gather', 'order', 'parts', 'refusals']) {
  asPyTorch(fixtures, topic);
}

describe('views', () => {
  test('numbers, ranges and new dimensions look at the same elements', () => {
    const x = torch.arange(12).reshape(3, 4);
    x.index(1, '1:3').fill_(0);
    x.index(null, '...', -1).zero_();
    x.index('...').index(0, 0).fill_(7);
    expect(x.tolist()).toEqual([[7, 1, 2, 0], [4, 0, 0, 0], [8, 9, 10, 0]]);
  });

  test('tensors, arrays and booleans make copies', () => {
    const x = torch.zeros(2, 2);
    x.index([0]).fill_(1);
    x.index(x.eq(0)).fill_(1);
    x.index(true).fill_(1);
    expect(x.sum().item()).toBe(0);
  });

  test('a gradient passes through a write to a part', () => {
    const x = torch.ones(3, { requires_grad: true });
    const v = torch.tensor([10], { requires_grad: true, dtype: torch.float32 });
    const y = x.mul(2);
    y.index('1:').index_put_([[0]], v);
    expect(y.tolist()).toEqual([2, 10, 2]);
    y.mul(torch.tensor([1, 2, 3])).sum().backward();
    expect(x.grad!.tolist()).toEqual([2, 0, 6]);
    expect(v.grad!.tolist()).toEqual([2]);
  });

  test('unfold() and its windows', () => {
    const x = torch.arange(5);
    const windows = x.unfold(0, 3, 2);
    windows.index(0, 2).fill_(9);
    expect(windows.tolist()).toEqual([[0, 1, 9], [9, 3, 4]]);
    expect(x.tolist()).toEqual([0, 1, 9, 3, 4]);
  });
});

describe('writes', () => {
  test('go to the memory that is there, when no graph looks on', () => {
    const x = torch.zeros(4, 2);
    const view = x.view(8);
    const before = x._version;
    x.index_add_(0, long([1, 1]), torch.ones(2, 2));
    x.index_put_([[3]], 5);
    x.scatter_(1, long([[1]]), 4);
    expect(x._version).toBe(before + 3);
    expect(view.tolist()).toEqual([0, 4, 2, 2, 0, 0, 5, 5]);
  });

  test('of a tensor into itself read it first', () => {
    const x = torch.arange(4, { dtype: torch.float32 });
    x.index_copy_(0, long([3, 2, 1, 0]), x);
    expect(x.tolist()).toEqual([3, 2, 1, 0]);
    x.index_put_(['1:'], x.index(':-1'));
    expect(x.tolist()).toEqual([3, 3, 2, 1]);
  });

  test('reach strided tensors', () => {
    const x = torch.zeros(2, 3);
    x.t().index_put_([[2, 0], 1], torch.tensor([1, 2]).float());
    x.t().index_add_(0, long([1]), torch.ones(1, 2));
    expect(x.tolist()).toEqual([[0, 1, 0], [2, 1, 1]]);
  });

  test('to a leaf that requires grad, and to shared elements, are refused with nothing written', () => {
    const leaf = torch.zeros(2, { requires_grad: true });
    const text = 'a leaf Variable that requires grad is being used in an in-place operation.';
    refuses(() => leaf.index_put_([[0]], 1), 'RuntimeError', text);
    refuses(() => leaf.scatter_(0, long([0]), 1), 'RuntimeError', text);
    expect(leaf.tolist()).toEqual([0, 0]);
    const shared = torch.zeros(1).expand(3);
    expect(() => shared.index_fill_(0, long([0]), 1)).toThrow(/more than one element/);
    expect(shared.tolist()).toEqual([0, 0, 0]);
  });

  test('of what is saved for backward are found out', () => {
    const x = torch.ones(3, { requires_grad: true });
    const y = x.mul(1);
    const z = y.square();
    y.index_put_([[0]], 5);
    expect(() => z.sum().backward()).toThrow(/modified by an inplace operation/);
  });
});

describe('far ends', () => {
  test('NaN, signed zeros and all of int64 pass as they are', () => {
    const x = torch.tensor([NaN, -0, Infinity]);
    const y = x.index([1, 0, 2]).tolist<number[]>();
    expect(Object.is(y[0], -0) && Number.isNaN(y[1]) && y[2] === Infinity).toBe(true);
    const big = torch.tensor([2n ** 62n + 1n, 5n]);
    expect(big.index([0]).tolist()).toEqual([2n ** 62n + 1n]);
    big.index_add_(0, long([0]), long([-1n]));
    expect(big.tolist()).toEqual([2n ** 62n, 5]);
  });

  test('empty tensors, no dimensions, no selectors', () => {
    expect(torch.empty(0, 3).index(torch.empty(0, { dtype: torch.int64 })).shape).toEqual([0, 3]);
    expect(torch.empty(0).nonzero().shape).toEqual([0, 1]);
    expect(torch.tensor(1).nonzero().shape).toEqual([1, 0]);
    expect(torch.tensor(3).index().item()).toBe(3);
    expect(torch.zeros(2, 0).index([[1]]).shape).toEqual([1, 1, 0].slice(0, 3));
    expect(torch.zeros(2).index([]).shape).toEqual([0]);
    expect([...torch.arange(3)].map((t) => t.item())).toEqual([0, 1, 2]);
  });

  test('sixteen dimensions', () => {
    const x = torch.arange(2).reshape(new Array<number>(15).fill(1).concat(2));
    expect(x.index('...', [1, 0]).reshape(-1).tolist()).toEqual([1, 0]);
    expect(() => x.index(null)).toThrow(/at most 16 dimensions/);
  });

  test('nothing stays behind', () => {
    const x = torch.randn(5, 4);
    const { live_tensors } = torch.memory();
    torch.tidy(() => {
      x.index(':', [0, 1], null);
      x.index(x.gt(0));
      x.index_put([[0, 1]], 3);
      expect(() => x.index([9])).toThrow();
      expect(() => x.index(0, 'a:b' as never)).toThrow();
      x.scatter_reduce(0, long([[0, 1]]), torch.ones(1, 2), 'mean');
    });
    expect(torch.memory().live_tensors).toBe(live_tensors);
  });
});

describe('bad selectors', () => {
  const x = torch.zeros(3, 3);
  const words = (got: string) => `index: a selector in words is 'start:stop:step' or '...', got '${got}'`;
  test.each(['1', 'a:b', '1:2:3:4', '', '1.5:'])('%s', (text) => {
    refuses(() => x.index(text as never), 'IndexError', words(text));
  });
  test('steps that do not go forward', () => {
    refuses(() => x.index('::0'), 'ValueError', 'slice step cannot be zero');
    refuses(() => x.index('::-1'), 'ValueError', 'step must be greater than zero');
  });
  test('fractions, objects, floats, two ellipses', () => {
    const only = (got: string) =>
      `only integers, slices (\`:\`), ellipsis (\`...\`), None and long or byte Variables are valid indices (got ${got})`;
    refuses(() => x.index(1.5), 'IndexError', only('1.5'));
    refuses(() => x.index({} as never), 'IndexError', only('Object'));
    refuses(() => x.index('...', '...'), 'IndexError', "index: at most one '...' is possible");
    refuses(
      () => x.index(torch.zeros(2)),
      'IndexError',
      'tensors used as indices must be long, byte or bool tensors',
    );
  });
  test('values that do not fit leave x as it was', () => {
    expect(() => x.index_put_([[0, 1]], torch.ones(4))).toThrow(/shape mismatch/);
    expect(() => x.index_put_([[0, 7]], 1)).toThrow(/out of bounds/);
    expect(x.sum().item()).toBe(0);
  });
});

test('index_put_ takes its indices in an array', () => {
  refuses(
    () => torch.zeros(2).index_put_(0 as never, 1),
    'TypeError',
    "index_put_(): argument 'indices' (position 2) must be array of indices, not number",
  );
});
