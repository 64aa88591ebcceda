// In-place writes through views of a graph: the values are PyTorch 1.13's for the same lines.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

type Tensor = torch.Tensor;

// sum(out * [1, 2, …]) differentiated with respect to x = [1, …, 6].
function run(f: (x: Tensor) => Tensor): [values: number[], grad: number[]] {
  const x = torch.arange(1, 7, { dtype: torch.float64 }).requires_grad_();
  const out = f(x);
  const weights = torch.arange(1, out.numel() + 1, { dtype: torch.float64 }).reshape(out.shape);
  out.mul(weights).sum().backward();
  return [out.flatten().tolist<number[]>(), x.grad!.tolist<number[]>()];
}

const cases: [string, (x: Tensor) => Tensor, values: number[], grad: number[]][] = [
  [
    'a factor that is itself a view',
    (x) => {
      const b = x.mul(1);
      b.view(2, 3).select(0, 0).mul_(b.slice(0, 3, 6).mul(0).add(2));
      return b;
    },
    [2, 4, 6, 4, 5, 6],
    [2, 4, 6, 4, 5, 6],
  ],
  [
    'another view of the same base sees the write',
    (x) => {
      const b = x.mul(1);
      const v = b.view(2, 3);
      const w = b.slice(0, 1, 3);
      v.select(0, 0).mul_(3);
      return w.mul(w);
    },
    [36, 81],
    [0, 36, 108, 0, 0, 0],
  ],
  [
    'a view sees a write to its base',
    (x) => {
      const b = x.mul(1);
      const v = b.view(2, 3);
      b.mul_(x);
      return v.t().select(0, 1);
    },
    [4, 25],
    [0, 4, 0, 0, 20, 0],
  ],
  [
    'a slice of a tensor without history',
    (x) => {
      const b = torch.zeros(6, { dtype: torch.float64 });
      b.slice(0, 1, 4).copy_(x.slice(0, 0, 3).mul(x.slice(0, 3, 6)));
      return b;
    },
    [0, 4, 10, 18, 0, 0],
    [8, 15, 24, 2, 6, 12],
  ],
  [
    'two writes through views of views',
    (x) => {
      const b = x.mul(1);
      const v = b.view(2, 3);
      v.t().select(0, 1).mul_(5);
      v.select(0, 1).add_(x.slice(0, 0, 3));
      return b.mul(x);
    },
    [1, 20, 9, 20, 135, 54],
    [18, 65, 54, 36, 260, 90],
  ],
  ['overlapping as_strided', (x) => x.as_strided([3, 3], [1, 1], 1), [2, 3, 4, 3, 4, 5, 4, 5, 6], [0, 1, 6, 15, 14, 9]],
  [
    'as_strided of a transposed result',
    (x) => x.mul(x).view(2, 3).t().as_strided([2, 2], [2, 3], 0),
    [1, 16, 9, 36],
    [2, 0, 18, 16, 0, 48],
  ],
];

test.each(cases)('%s', (_, f, values, grad) => {
  expect(run(f)).toEqual([values, grad]);
});

test('a stale view takes its grad_fn from the base', () => {
  const x = torch.ones(4, { requires_grad: true });
  const b = x.mul(1);
  const v = b.view(2, 2);
  expect(v.grad_fn!.name()).toBe('ViewBackward0');
  b.mul_(2);
  expect([v.grad_fn!.name(), b.grad_fn!.name()]).toEqual(['AsStridedBackward0', 'MulBackward0']);
  v.mul_(2);
  expect([v.grad_fn!.name(), b.grad_fn!.name()]).toEqual(['AsStridedBackward0', 'CopySlices']);
});

test('elements that share memory share the gradient of as_strided', () => {
  const x = torch.ones(2, { requires_grad: true });
  x.expand(3, 2).as_strided([3, 2], [0, 1], 0).sum().backward();
  expect(x.grad!.tolist()).toEqual([3, 3]);
});

test('the second derivative goes through CopySlices', () => {
  const x = torch.tensor([2, 3], { requires_grad: true });
  const b = x.mul(x);
  b.select(0, 0).mul_(x.select(0, 0)); // [x0³, x1²]
  const [g] = torch.autograd.grad(b.sum(), x, { create_graph: true });
  expect(g!.tolist()).toEqual([12, 6]);
  expect(torch.autograd.grad(g!.sum(), x)[0]!.tolist()).toEqual([12, 2]);
});

test('a gradient that is infinite does not leak past an overwritten part', () => {
  const x = torch.tensor([0, 1], { requires_grad: true });
  const b = x.mul(1);
  b.select(0, 0).fill_(0);
  b.sqrt().sum().backward(); // infinite at b[0], which no longer comes from x
  expect(x.grad!.tolist()).toEqual([0, 0.5]);
});

test('a saved tensor that was written to is noticed, and named by its grad_fn', () => {
  const x = torch.ones(2, { requires_grad: true });
  const b = x.mul(2);
  const y = b.mul(b);
  b.select(0, 0).add_(1);
  refuses(
    () => y.sum().backward(),
    'RuntimeError',
    'one of the variables needed for gradient computation has been modified by an inplace operation: ' +
      '[torch.FloatTensor [2]], which is output 0 of CopySlices, is at version 1; expected version 0 instead. ' +
      'Hint: enable anomaly detection to find the operation that failed to compute its gradient, with ' +
      'torch.autograd.set_detect_anomaly(True).',
  );
});

test('writes that cannot be understood are refused, and nothing is written', () => {
  const shared = torch.zeros(1).expand(3);
  refuses(
    () => shared.add_(1),
    'RuntimeError',
    'unsupported operation: more than one element of the written-to tensor refers to a single memory location. ' +
      'Please clone() the tensor before performing the operation.',
  );
  expect(shared.tolist()).toEqual([0, 0, 0]);
  const b = torch.ones(2, { requires_grad: true }).mul(1);
  const v = torch.no_grad(() => b.select(0, 0));
  expect(() => v.mul_(2)).toThrow(/^A view was created in no_grad mode and is being modified inplace/);
  expect(b.tolist()).toEqual([1, 1]);
  torch.no_grad(() => v.mul_(2));
  expect(b.tolist()).toEqual([2, 1]);
});
