// Every op as JavaScript reaches it: the table's name, its arguments in order, its result. The
// numbers themselves are the business of tests/ops.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

type Unary = (x: torch.Tensor) => torch.Tensor;

/** The error function, by its series: fit for small arguments. */
function erf(x: number): number {
  let term = x;
  let sum = 0;
  for (let n = 0; n < 60; ++n) {
    sum += term / (2 * n + 1);
    term *= (-x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
const even = (x: number) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const unary: Record<string, [Unary, (x: number) => number]> = {
  neg: [torch.neg, (x) => -x],
  abs: [torch.abs, Math.abs],
  sign: [torch.sign, Math.sign],
  square: [torch.square, (x) => x * x],
  reciprocal: [torch.reciprocal, (x) => 1 / x],
  sqrt: [torch.sqrt, Math.sqrt],
  rsqrt: [torch.rsqrt, (x) => 1 / Math.sqrt(x)],
  floor: [torch.floor, Math.floor],
  ceil: [torch.ceil, Math.ceil],
  trunc: [torch.trunc, Math.trunc],
  round: [torch.round, even],
  frac: [torch.frac, (x) => x - Math.trunc(x)],
  exp: [torch.exp, Math.exp],
  exp2: [torch.exp2, (x) => 2 ** x],
  expm1: [torch.expm1, Math.expm1],
  log: [torch.log, Math.log],
  log2: [torch.log2, Math.log2],
  log10: [torch.log10, Math.log10],
  log1p: [torch.log1p, Math.log1p],
  sin: [torch.sin, Math.sin],
  cos: [torch.cos, Math.cos],
  tan: [torch.tan, Math.tan],
  asin: [torch.asin, Math.asin],
  acos: [torch.acos, Math.acos],
  atan: [torch.atan, Math.atan],
  sinh: [torch.sinh, Math.sinh],
  cosh: [torch.cosh, Math.cosh],
  erf: [torch.erf, erf],
  erfc: [torch.erfc, (x) => 1 - erf(x)],
  relu: [torch.relu, (x) => Math.max(x, 0)],
  relu6: [torch.relu6, (x) => Math.min(Math.max(x, 0), 6)],
  selu: [torch.selu, (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))],
  sigmoid: [torch.sigmoid, sigmoid],
  tanh: [torch.tanh, Math.tanh],
  silu: [torch.silu, (x) => x * sigmoid(x)],
  mish: [torch.mish, (x) => x * Math.tanh(Math.log1p(Math.exp(x)))],
  logsigmoid: [torch.logsigmoid, (x) => Math.log(sigmoid(x))],
  hardsigmoid: [torch.hardsigmoid, (x) => Math.min(Math.max(x + 3, 0), 6) / 6],
  hardswish: [torch.hardswish, (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6],
  hardtanh: [torch.hardtanh, (x) => Math.min(Math.max(x, -1), 1)],
  leaky_relu: [torch.leaky_relu, (x) => (x > 0 ? x : 0.01 * x)],
  elu: [torch.elu, (x) => (x > 0 ? x : Math.expm1(x))],
  celu: [(x) => torch.celu(x, 2), (x) => (x > 0 ? x : 2 * Math.expm1(x / 2))],
  gelu: [torch.gelu, (x) => (x * (1 + erf(x / Math.SQRT2))) / 2],
  softplus: [torch.softplus, (x) => Math.log1p(Math.exp(x))],
  hardshrink: [torch.hardshrink, (x) => (Math.abs(x) > 0.5 ? x : 0)],
  softshrink: [torch.softshrink, (x) => Math.sign(x) * Math.max(Math.abs(x) - 0.5, 0)],
  threshold: [(x) => torch.threshold(x, 0.5, 9), (x) => (x > 0.5 ? x : 9)],
};

test('unary ops and activations', () => {
  const points = [-2.5, -1, -0.75, -0.25, 0.25, 0.5, 1, 1.5, 2];
  for (const [name, [f, reference]] of Object.entries(unary)) {
    torch.tidy(() => {
      const x = torch.tensor(points, { dtype: torch.float64 });
      const found = f(x).tolist<number[]>();
      points.forEach((point, i) => {
        const due = reference(point);
        if (!Number.isFinite(due)) expect(found[i], `${name}(${point})`).toBe(due);
        else expect(Math.abs(found[i]! - due), `${name}(${point})`).toBeLessThan(1e-9);
      });
      const method = (x as unknown as Record<string, (() => torch.Tensor) | undefined>)[name];
      if (method) expect(method.call(x).tolist(), name).toEqual(found);
    });
  }
  expect(torch.erfinv(torch.erf(torch.tensor(0.3))).item()).toBeCloseTo(0.3, 6);
  expect(torch.isnan(torch.tensor([NaN, 1])).tolist()).toEqual([true, false]);
  expect(torch.isinf(torch.tensor([-Infinity, 1])).tolist()).toEqual([true, false]);
  expect(torch.isfinite(torch.tensor([NaN, 1])).tolist()).toEqual([false, true]);
  expect(torch.logical_not(torch.tensor([0, 2])).tolist()).toEqual([true, false]);
  expect(torch.bitwise_not(torch.tensor([true, false])).tolist()).toEqual([false, true]);
});

test('arithmetic takes tensors and numbers on either side', () => {
  const x = torch.tensor([7, -7]);
  const cases: [torch.Tensor, number[]][] = [
    [torch.add(x, 2), [9, -5]],
    [torch.add(2, x), [9, -5]],
    [x.add(x, { alpha: 0.5 }), [10.5, -10.5]],
    [x.add(1, { alpha: 3 }), [10, -4]],
    [x.sub(1), [6, -8]],
    [torch.sub(1, x), [-6, 8]],
    [torch.sub(x, x, { alpha: 2 }), [-7, 7]],
    [x.mul(2), [14, -14]],
    [x.div(2), [3.5, -3.5]],
    [x.div(2, { rounding_mode: 'floor' }), [3, -4]],
    [x.div(2, { rounding_mode: 'trunc' }), [3, -3]],
    [x.floor_divide(2), [3, -4]],
    [x.remainder(4), [3, 1]],
    [x.fmod(4), [3, -3]],
    [x.pow(2), [49, 49]],
    [torch.pow(2, torch.tensor([3, -1])), [8, 0.5]],
    [x.maximum(torch.tensor(0)), [7, 0]],
    [torch.minimum(x, torch.tensor(0)), [0, -7]],
    [torch.atan2(torch.tensor([1, 0]), torch.tensor([0, 1])), [Math.fround(Math.PI / 2), 0]],
    [torch.lerp(x, torch.zeros(2), 0.5), [3.5, -3.5]],
    [torch.addcmul(x, x, x, { value: 2 }), [105, 91]],
    [torch.addcdiv(x, x, x, { value: 2 }), [9, -5]],
    [x.clamp(-1, 1), [1, -1]],
    [x.clamp({ max: 1 }), [1, -7]],
    [x.clamp(0), [7, 0]],
    [torch.clip(x, { min: torch.tensor([8, -9]) }), [8, -7]],
    [x.add(true), [8, -6]],
    [x.add(2n), [9, -5]],
  ];
  cases.forEach(([found, due], i) => expect(found.tolist(), `case ${i}`).toEqual(due));
});

test('numbers take part in promotion as numbers', () => {
  const integers = torch.tensor([1n, 2n]);
  expect(integers.add(1).dtype).toBe(torch.int64);
  expect(integers.add(1.5).dtype).toBe(torch.float32);
  expect(integers.div(2).dtype).toBe(torch.float32);
  expect(torch.ones(2).add(torch.tensor(1, { dtype: torch.float64 })).dtype).toBe(torch.float32);
  expect(torch.result_type(integers, torch.ones(1))).toBe(torch.float32);
  expect(torch.result_type(integers, integers.int())).toBe(torch.int64);
});

test('comparison, logic and choice', () => {
  const x = torch.tensor([1, 2, 3]);
  expect(x.eq(2).tolist()).toEqual([false, true, false]);
  expect(x.ne(2).tolist()).toEqual([true, false, true]);
  expect(x.lt(2).tolist()).toEqual([true, false, false]);
  expect(x.le(2).tolist()).toEqual([true, true, false]);
  expect(x.gt(2).tolist()).toEqual([false, false, true]);
  expect(x.ge(2).tolist()).toEqual([false, true, true]);
  const [a, b] = [torch.tensor([true, true]), torch.tensor([true, false])];
  expect(a.logical_and(b).tolist()).toEqual([true, false]);
  expect(a.logical_or(b).tolist()).toEqual([true, true]);
  expect(a.logical_xor(b).tolist()).toEqual([false, true]);
  expect(a.bitwise_and(b).tolist()).toEqual([true, false]);
  expect(torch.tensor([6n]).bitwise_or(1).tolist()).toEqual([7]);
  expect(torch.tensor([6n]).bitwise_xor(3).tolist()).toEqual([5]);
  expect(torch.where(x.gt(1), x, 0).tolist()).toEqual([0, 2, 3]);
  expect(x.where(x.gt(1), torch.zeros(3)).tolist()).toEqual([0, 2, 3]);
  expect(x.masked_fill(x.eq(2), 9).tolist()).toEqual([1, 9, 3]);
  expect(torch.equal(x, x.clone())).toBe(true);
  expect(torch.equal(x, torch.ones(2))).toBe(false);
  expect(torch.allclose(x, x.add(1e-6))).toBe(true);
  expect(torch.allclose(x, x.add(1e-3))).toBe(false);
  expect(torch.allclose(x, x.add(1e-3), { atol: 0.01 })).toBe(true);
  expect(x.isclose(torch.tensor([1, 2.1, NaN])).tolist()).toEqual([true, false, false]);
  const nan = torch.tensor(NaN);
  expect([torch.allclose(nan, nan), torch.allclose(nan, nan, { equal_nan: true })]).toEqual([
    false,
    true,
  ]);
});

test('reductions: all, one or several dimensions, by position and by name', () => {
  const x = torch.arange(6, { dtype: torch.float32 }).reshape(2, 3);
  const cases: [torch.Tensor, unknown][] = [
    [x.sum(), 15],
    [x.sum(0), [3, 5, 7]],
    [x.sum(-1, true), [[3], [12]]],
    [x.sum({ dim: 1 }), [3, 12]],
    [x.sum([0, 1], { keepdim: true }), [[15]]],
    [x.sum(null), 15],
    [x.mean(), 2.5],
    [x.mean(1), [1, 4]],
    [x.prod(), 0],
    [x.add(1).prod(1), [6, 120]],
    [x.var(), 3.5],
    [x.var(1), [1, 1]],
    [x.var({ correction: 0, dim: 1 }).mul(3), [2, 2]],
    [x.var(1, { unbiased: false }).mul(3), [2, 2]],
    [x.var(false).mul(6), 17.5],
    [x.std(1), [1, 1]],
    [x.amax(0), [3, 4, 5]],
    [x.amin([0, 1]), 0],
    [x.max(), 5],
    [x.min(), 0],
    [
      x.max(torch.tensor(3)),
      [
        [3, 3, 3],
        [3, 4, 5],
      ],
    ],
    [
      x.min(torch.tensor(3)),
      [
        [0, 1, 2],
        [3, 3, 3],
      ],
    ],
    [x.argmax(), 5],
    [x.argmax(0), [1, 1, 1]],
    [x.argmin(1, true), [[0], [0]]],
    [x.all(), false],
    [x.any(1), [true, true]],
    [x.gt(0).all(0), [false, true, true]],
    [x.count_nonzero(), 5],
    [x.count_nonzero(0), [1, 2, 2]],
    [torch.tensor([3, 4]).norm(), 5],
    [torch.tensor([3, 4]).norm(1), 7],
    [torch.tensor([3, -4]).norm(Infinity), 4],
    [torch.tensor([[3, 4]]).norm({ dim: 1 }), [5]],
    [torch.tensor([0, 0]).logsumexp(0).exp().round(), 2],
  ];
  cases.forEach(([found, due], i) => expect(found.tolist(), `case ${i}`).toEqual(due));
  expect(torch.tensor([true, true]).sum().dtype).toBe(torch.int64);
  expect(torch.tensor([1n]).mean({ dtype: torch.float64 }).dtype).toBe(torch.float64);
  expect(torch.zeros(0).sum().item()).toBe(0);
  expect(torch.zeros(0).mean().item()).toBeNaN();
});

test('max and min along a dimension give values and indices', () => {
  const x = torch.tensor([
    [1, 5, 2],
    [9, 0, 9],
  ]);
  const [values, indices] = x.max(1);
  expect([values.tolist(), indices.tolist()]).toEqual([
    [5, 9],
    [1, 0],
  ]);
  const smallest = torch.min(x, { dim: 0, keepdim: true });
  expect([smallest.values.tolist(), smallest.indices.tolist()]).toEqual([[[1, 0, 2]], [[0, 1, 0]]]);
});

test('softmax and its logarithm', () => {
  const x = torch.tensor([[0, Math.log(3)]]);
  expect(torch.allclose(x.softmax(1), torch.tensor([[0.25, 0.75]]))).toBe(true);
  expect(torch.allclose(torch.log_softmax(x, -1).exp(), x.softmax(-1))).toBe(true);
  expect(torch.allclose(new torch.nn.Softmax(1).forward(x), x.softmax(1))).toBe(true);
  expect(torch.allclose(new torch.nn.LogSoftmax({ dim: 1 }).forward(x), x.log_softmax(1))).toBe(
    true,
  );
  expect(torch.softmax(torch.tensor([1n, 2n]), 0, { dtype: torch.float64 }).dtype).toBe(
    torch.float64,
  );
  expect(String(new torch.nn.Softmax(1))).toBe('Softmax(dim=1)');
});

test('views and joins', () => {
  const x = torch.arange(24).reshape(2, 3, 4);
  const shapes: [torch.Tensor, number[]][] = [
    [x.view(6, 4), [6, 4]],
    [x.view([-1]), [24]],
    [x.reshape(4, -1), [4, 6]],
    [x.flatten(), [24]],
    [x.flatten(1), [2, 12]],
    [x.flatten({ end_dim: 1 }), [6, 4]],
    [x.unflatten(2, [2, -1]), [2, 3, 2, 2]],
    [x.transpose(0, -1), [4, 3, 2]],
    [x.swapaxes(0, 1), [3, 2, 4]],
    [x.permute(2, 0, 1), [4, 2, 3]],
    [x.permute([1, 2, 0]), [3, 4, 2]],
    [x.movedim(0, -1), [3, 4, 2]],
    [x.movedim([0, 1], [1, 2]), [4, 2, 3]],
    [x.unsqueeze(-1), [2, 3, 4, 1]],
    [torch.zeros(1, 2, 1).squeeze(), [2]],
    [torch.zeros(1, 2, 1).squeeze(0), [2, 1]],
    [torch.zeros(1, 2, 1).squeeze([0, 1]), [2, 1]],
    [torch.zeros(2, 1).expand(-1, 3), [2, 3]],
    [torch.zeros(1).expand_as(x), [2, 3, 4]],
    [torch.broadcast_to(torch.zeros(4), [3, 4]), [3, 4]],
    [x.select(1, 0), [2, 4]],
    [x.narrow(2, 1, 2), [2, 3, 2]],
    [x.slice(2, 1, -1), [2, 3, 2]],
    [x.slice(1, 0, 3, 2), [2, 2, 4]],
    [x.diagonal({ dim1: 1, dim2: 2 }), [2, 3]],
    [x.as_strided([2, 2], [1, 2]), [2, 2]],
    [torch.zeros(2, 3).t(), [3, 2]],
    [torch.cat([x, x]), [4, 3, 4]],
    [torch.cat([x, x], -1), [2, 3, 8]],
    [torch.concat([x, x], { dim: 1 }), [2, 6, 4]],
    [torch.stack([x, x]), [2, 2, 3, 4]],
    [torch.stack([x, x], { dim: 3 }), [2, 3, 4, 2]],
  ];
  shapes.forEach(([found, due], i) => expect(found.shape, `case ${i}`).toEqual(due));
  expect(x.slice(2, 1, 3).tolist()).toEqual(x.narrow(2, 1, 2).tolist());
  const parts = (all: torch.Tensor[], dim: number) => all.map((part) => part.size(dim));
  expect(parts(x.split(2, 1), 1)).toEqual([2, 1]);
  expect(parts(x.split([1, 3], 2), 2)).toEqual([1, 3]);
  expect(parts(x.chunk(3, 2), 2)).toEqual([2, 2]);
  expect(parts(torch.chunk(torch.zeros(7), 3), 0)).toEqual([3, 3, 1]);
  expect(x.unbind(1).map((part) => part.shape)).toEqual([
    [2, 4],
    [2, 4],
    [2, 4],
  ]);
  expect(parts(torch.zeros(0).split(2), 0)).toEqual([0]);
  expect(x.contiguous() === x).toBe(true);
  expect(x.permute(2, 1, 0).contiguous().is_contiguous()).toBe(true);
});

test('matrix products', () => {
  const a = torch.tensor([
    [1, 2],
    [3, 4],
  ]);
  const v = torch.tensor([1, 10]);
  expect(a.matmul(a).tolist()).toEqual([
    [7, 10],
    [15, 22],
  ]);
  expect(a.mm(a).tolist()).toEqual([
    [7, 10],
    [15, 22],
  ]);
  expect(a.matmul(v).tolist()).toEqual([21, 43]);
  expect(a.mv(v).tolist()).toEqual([21, 43]);
  expect(v.dot(v).item()).toBe(101);
  expect(v.outer(v).tolist()).toEqual([
    [1, 10],
    [10, 100],
  ]);
  expect(a.unsqueeze(0).bmm(a.unsqueeze(0)).tolist()).toEqual([
    [
      [7, 10],
      [15, 22],
    ],
  ]);
  expect(torch.addmm(v, a, a, { beta: 2, alpha: 10 }).tolist()).toEqual([
    [72, 120],
    [152, 240],
  ]);
  expect(torch.nn.functional.linear(v, a, v).tolist()).toEqual([22, 53]);
});

test('in-place forms write into their tensor and return it', () => {
  const x = torch.tensor([4, 9]);
  expect(x.sqrt_() === x).toBe(true);
  expect(x.tolist()).toEqual([2, 3]);
  expect(x.add_(1, { alpha: 2 }).mul_(2).sub_(1).div_(7).tolist()).toEqual([1, Math.fround(9 / 7)]);
  expect(x.fill_(-3).clamp_({ min: -1 }).tolist()).toEqual([-1, -1]);
  expect(x.zero_().tolist()).toEqual([0, 0]);
  expect(x.copy_(torch.tensor([5n, 6n])).tolist()).toEqual([5, 6]);
  expect(x.masked_fill_(x.gt(5), 0).tolist()).toEqual([5, 0]);
  refuses(
    () => torch.tensor([1n]).add_(1.5),
    'RuntimeError',
    "result type Float can't be cast to the desired output type Long",
  );
  const leaf = torch.ones([2], { requires_grad: true });
  refuses(
    () => leaf.mul_(2),
    'RuntimeError',
    'a leaf Variable that requires grad is being used in an in-place operation.',
  );
  const y = leaf.mul(3);
  y.exp_().sum().backward();
  expect(
    leaf
      .grad!.div(3 * Math.exp(3))
      .round()
      .tolist(),
  ).toEqual([1, 1]);
});

test('copy_ reads all before it writes, also where both are views of one memory', () => {
  const x = torch.arange(100).reshape(10, 10).clone();
  const before = x.clone();
  expect(torch.equal(x.copy_(x.t()), before.t())).toBe(true);
  x.copy_(before);
  x.narrow(0, 1, 9).copy_(x.narrow(0, 0, 9));
  expect(torch.equal(x.narrow(0, 1, 9), before.narrow(0, 0, 9))).toBe(true);
  expect(torch.equal(x.select(0, 0), before.select(0, 0))).toBe(true);
});

test('copy_ leaves in the graph what was in it, and counts as a write even of a tensor onto itself', () => {
  const leaf = torch.ones([2, 2], { requires_grad: true });
  const y = leaf.mul(2);
  y.zero_();
  expect([y.requires_grad, y.grad_fn!.name()]).toEqual([true, 'CopyBackwards']);
  y.sum().backward();
  expect(leaf.grad!.tolist()).toEqual([[0, 0], [0, 0]]);
  refuses(
    () => leaf.copy_(leaf),
    'RuntimeError',
    'a leaf Variable that requires grad is being used in an in-place operation.',
  );
  const x = torch.zeros([3]);
  const version = x._version;
  x.copy_(x);
  expect(x._version).toBe(version + 1);
  const rows = torch.zeros([1, 3]).expand(2, 3);
  expect(rows.copy_(rows)).toBe(rows);
});

test('ops keep PyTorch’s dtype for integers, bytes and booleans', () => {
  const whole = torch.tensor([-3n, 2n, 9n]);
  const F = torch.nn.functional;
  for (const f of [torch.relu, F.relu6, (x: torch.Tensor) => F.hardtanh(x)]) expect(f(whole).dtype).toBe(torch.int64);
  expect(torch.relu(whole).tolist()).toEqual([0, 2, 9]);
  expect(F.relu6(whole).tolist()).toEqual([0, 2, 6]);
  expect(F.hardtanh(whole, -2, 5).tolist()).toEqual([-2, 2, 5]);
  expect(() => F.hardtanh(whole.to(torch.uint8))).toThrow('cannot do hardtanh on an unsigned type with negative limits');

  const bytes = torch.tensor([[0, 3], [2, 3]], { dtype: torch.uint8 });
  expect(bytes.all({ dim: 1 }).dtype).toBe(torch.uint8);
  expect(bytes.all({ dim: 1 }).tolist()).toEqual([0, 1]);
  expect(bytes.any().dtype).toBe(torch.uint8);
  expect(whole.any().dtype).toBe(torch.bool);

  const flags = torch.tensor([true, false]);
  expect(torch.isclose(flags, torch.tensor([true, true])).tolist()).toEqual([true, false]);
  expect(torch.allclose(flags, flags)).toBe(true);
  expect(flags.logsumexp(0).item()).toBeCloseTo(Math.log(Math.E + 1), 6);
  expect(bytes.logit().tolist()).toEqual([[-Infinity, NaN], [NaN, NaN]]);
  expect(flags.logit().tolist()).toEqual([Infinity, -Infinity]);
  expect(flags.logit(0.25).tolist()).toEqual([Math.log(3), -Math.log(3)].map(Math.fround));

  const row = torch.tensor([1, 3, 5]);
  expect(torch.searchsorted(row, torch.tensor(4)).shape).toEqual([]);
  expect(torch.searchsorted(row, torch.tensor(4)).item()).toBe(2);
});

test('searchsorted and bucketize take a million values, NaN at the end, and refuse what does not match', () => {
  const row = torch.tensor([-Infinity, -0, 2, 2, NaN]);
  const values = torch.tensor([-Infinity, 0, 2, Infinity, NaN, -3]);
  expect(torch.searchsorted(row, values).tolist()).toEqual([0, 1, 2, 4, 5, 1]);
  expect(torch.searchsorted(row, values, { right: true }).tolist()).toEqual([1, 2, 4, 4, 5, 1]);
  expect(torch.searchsorted(torch.zeros(2, 0), torch.ones(2, 3)).tolist()).toEqual([[0, 0, 0], [0, 0, 0]]);
  expect(torch.searchsorted(torch.ones(2, 3), torch.zeros(2, 0)).shape).toEqual([2, 0]);
  expect(torch.searchsorted(torch.tensor([1, 2, 3]).int(), 1.5).item()).toBe(1);
  const largest = torch.tensor([2n ** 63n - 1n]);
  expect(torch.searchsorted(largest, largest).item()).toBe(0);

  const many = torch.arange(1_000_000);
  const edges = torch.arange(0, 1_000_000, 100);
  expect(torch.bucketize(many, edges, { right: true }).equal(many.div(100).floor().long().add(1))).toBe(true);

  expect(() => torch.searchsorted(torch.ones(2, 3), torch.ones(3))).toThrow(
    'torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of ' +
      'boundaries tensor and input value tensor must match, but we got boundaries tensor [2, 3] and ' +
      'input value tensor [3]',
  );
  expect(() => torch.searchsorted(torch.ones(2, 3), 1)).toThrow('input value can be a scalar only when');
  expect(() => torch.searchsorted(torch.tensor(1), torch.ones(3))).toThrow('should have positive dimension');
  expect(() => torch.bucketize(row, torch.ones(2, 3))).toThrow('must be 1 dimension, but got dim(2)');
});

test('true and false beside a tensor are bools, as in Python', () => {
  const flags = torch.tensor([true, false]);
  const whole = torch.tensor([1n, 2n]);
  const outcomes: [got: torch.Tensor, dtype: torch.dtype, values: unknown[]][] = [
    [torch.where(flags, true, false), torch.bool, [true, false]],
    [flags.bitwise_or(true), torch.bool, [true, true]],
    [flags.mul(false), torch.bool, [false, false]],
    [flags.eq(true), torch.bool, [true, false]],
    [whole.add(true), torch.int64, [2, 3]],
    [torch.tensor([1.5]).add(true), torch.float32, [2.5]],
  ];
  for (const [got, dtype, values] of outcomes) {
    expect(got.dtype).toBe(dtype);
    expect(got.tolist()).toEqual(values);
  }
  expect(() => whole.sub(true)).toThrow('with a bool tensor is not supported');
});
