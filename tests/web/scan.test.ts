// Running results along a dimension.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/breadth.json';
import { asPyTorch } from './op_fixtures.js';
import { refuses } from './refuses.js';

asPyTorch(fixtures, 'scan');

test('methods, in place, and strided inputs', () => {
  const x = torch.tensor([[1, 2, 3], [4, 5, 6]]);
  expect(x.t().cumsum(0).tolist()).toEqual([[1, 4], [3, 9], [6, 15]]);
  expect(x.cumprod({ dim: 1 }).tolist()).toEqual([[1, 2, 6], [4, 20, 120]]);
  const { values, indices } = torch.tensor([2, 1, 2, 3, 0]).cummax(0);
  expect(values.tolist()).toEqual([2, 2, 2, 3, 3]);
  expect(indices.tolist()).toEqual([0, 0, 2, 3, 3]);
  expect(x.cumsum_(1)).toBe(x);
  expect(x.tolist()).toEqual([[1, 3, 6], [4, 9, 15]]);
});

test('a long float32 sum is exact to its last bit, as it is accumulated in double', () => {
  const x = torch.full([100000], 0.1);
  expect(x.cumsum(0).select(0, -1).item()).toBe(Math.fround(100000 * Math.fround(0.1)));
});

test('refusals', () => {
  refuses(
    () => torch.cumsum(torch.ones(2), 1),
    'IndexError',
    'Dimension out of range (expected to be in range of [-1, 0], but got 1)',
  );
  refuses(
    () => torch.logcumsumexp(torch.tensor([1], { dtype: torch.int64 }), 0),
    'NotImplementedError',
    `"logcumsumexp_out_cpu" not implemented for 'Long'`,
  );
});

test('lines that lie side by side are scanned as lines one by one, forwards and in the gradient', () => {
  torch.manual_seed(3);
  for (const inner of [2, 63, 64, 65, 130]) {
    const x = torch.randn([3, 7, inner]).requires_grad_();
    const g = torch.randn([3, 7, inner]);
    for (const f of [torch.cumsum, torch.cumprod, torch.logcumsumexp]) {
      const [beside, alone] = [f(x, 1), f(x.transpose(1, 2), 2).transpose(1, 2)];
      expect(torch.equal(beside, alone)).toBe(true);
      const [a] = torch.autograd.grad(beside, x, { grad_outputs: g });
      const [b] = torch.autograd.grad(alone, x, { grad_outputs: g });
      expect(torch.equal(a!, b!)).toBe(true);
    }
    const whole = torch.randint(-5, 5, [2, 9, inner]);
    expect(torch.equal(whole.cumsum(1), whole.transpose(1, 2).cumsum(2).transpose(1, 2))).toBe(true);
  }
});
