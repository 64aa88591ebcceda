import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

test('tensor takes numbers, booleans and bigints, nested', () => {
  const cases: [torch.Tensor, string, readonly number[]][] = [
    [torch.tensor(3), 'torch.float32', []],
    [torch.tensor([1, 2.5]), 'torch.float32', [2]],
    [torch.tensor([]), 'torch.float32', [0]],
    [torch.tensor([[], []]), 'torch.float32', [2, 0]],
    [torch.tensor([[[1], [2]]]), 'torch.float32', [1, 2, 1]],
    [torch.tensor([true, false]), 'torch.bool', [2]],
    [torch.tensor(7n), 'torch.int64', []],
    [torch.tensor([1n, 2n]), 'torch.int64', [2]],
    [torch.tensor([1n, 2]), 'torch.float32', [2]],
    [torch.tensor([true, 2]), 'torch.float32', [2]],
    [torch.tensor(Float32Array.of(1)), 'torch.float32', [1]],
    [torch.tensor(Float64Array.of(1)), 'torch.float64', [1]],
    [torch.tensor(Int32Array.of(1)), 'torch.int32', [1]],
    [torch.tensor(Int16Array.of(1)), 'torch.int32', [1]],
    [torch.tensor(Uint32Array.of(2 ** 32 - 1)), 'torch.int64', [1]],
    [torch.tensor(BigInt64Array.of(1n)), 'torch.int64', [1]],
    [torch.tensor(Uint8Array.of(1)), 'torch.uint8', [1]],
    [torch.tensor([1.9, -1.9], { dtype: torch.int64 }), 'torch.int64', [2]],
  ];
  for (const [x, dtype, shape] of cases) {
    expect(String(x.dtype)).toBe(dtype);
    expect(x.shape).toEqual(shape);
  }
  expect(torch.tensor([1.9, -1.9], { dtype: torch.int64 }).tolist()).toEqual([1, -1]);
  const late = torch.tensor([[1, true], [2n ** 60n, -3]], { dtype: torch.int64 });
  expect(late.tolist()).toEqual([[1, 1], [2n ** 60n, -3]]);
  expect(torch.tensor([true, 2n]).tolist()).toEqual([1, 2]);
  expect(torch.tensor([0.1, 2 ** 53 + 2], { dtype: torch.float64 }).tolist()).toEqual([0.1, 2 ** 53 + 2]);
  expect(torch.tensor([2 ** 32 + 5, -1], { dtype: torch.uint8 }).tolist()).toEqual([5, 255]);
  expect(torch.tensor([0, 2, NaN], { dtype: torch.bool }).tolist()).toEqual([false, true, true]);
  expect(torch.tensor(Uint32Array.of(2 ** 32 - 1)).item()).toBe(2 ** 32 - 1);
  expect(torch.tensor([1], { requires_grad: true }).requires_grad).toBe(true);
});

test('tensor of a tensor is a copy without history', () => {
  const x = torch.ones([2], { requires_grad: true });
  const y = torch.tensor(x.mul(2));
  x.data.zero_();
  expect([y.tolist(), y.requires_grad, y.is_leaf]).toEqual([[2, 2], false, true]);
});

test('data that is no array of numbers is refused', () => {
  refuses(
    () => torch.tensor([[1], [2, 3]]),
    'ValueError',
    'expected sequence of length 1 at dim 1 (got 2)',
  );
  refuses(() => torch.tensor([[1, 2], 3]), 'TypeError', 'not a sequence');
  refuses(() => torch.tensor([1, [2]]), 'TypeError', 'tensor: elements must be numbers, got Array');
  refuses(
    () => torch.tensor('1' as never),
    'TypeError',
    'tensor: elements must be numbers, got string',
  );
  refuses(
    () => torch.tensor([null] as never),
    'TypeError',
    'tensor: elements must be numbers, got null',
  );
  refuses(
    () => torch.tensor({} as never),
    'TypeError',
    'tensor: elements must be numbers, got Object',
  );
  refuses(
    () => torch.tensor([NaN], { dtype: torch.int64 }),
    'ValueError',
    'cannot convert float NaN to integer',
  );
  refuses(
    () => torch.tensor([1n], { requires_grad: true }),
    'RuntimeError',
    'only Tensors of floating point and complex dtype can require gradients',
  );
});

test('sizes are an array or separate numbers, options follow', () => {
  const options = { dtype: torch.float64 };
  for (const make of [torch.zeros, torch.ones, torch.empty, torch.rand, torch.randn]) {
    for (const x of [make([2, 3]), make(2, 3), make([2, 3], options), make(2, 3, options)]) {
      expect(x.shape).toEqual([2, 3]);
    }
    expect(make([2], options).dtype).toBe(torch.float64);
    expect(make([]).shape).toEqual([]);
    expect(make().shape).toEqual([]);
    expect(make(2, { requires_grad: true }).requires_grad).toBe(true);
  }
  refuses(
    () => torch.zeros(2, -3),
    'RuntimeError',
    'Trying to create tensor with negative dimension -3: [2, -3]',
  );
  refuses(
    () => torch.zeros(2.5),
    'TypeError',
    "zeros(): argument 'size' must be array of ints, but found 2.5 at pos 0",
  );
  refuses(
    () => torch.zeros([2, '3'] as never),
    'TypeError',
    "zeros(): argument 'size' must be array of ints, but found string at pos 1",
  );
});

test('full and the _like forms', () => {
  expect(torch.full([2], 3).dtype).toBe(torch.float32);
  expect(torch.full([2], true).dtype).toBe(torch.bool);
  expect(torch.full([2], 3n).tolist()).toEqual([3, 3]);
  expect(torch.full([2], 3n).dtype).toBe(torch.int64);
  const one: any = torch.tensor(3);
  expect(torch.full([2], one).tolist()).toEqual([3, 3]);
  expect(torch.full([2], one).dtype).toBe(torch.float32);
  const x = torch.tensor([[1n, 2n]]);
  expect(torch.zeros_like(x).tolist()).toEqual([[0, 0]]);
  expect(torch.ones_like(x).dtype).toBe(torch.int64);
  expect(torch.ones_like(x, { dtype: torch.float32 }).dtype).toBe(torch.float32);
  expect(torch.full_like(x, 9).tolist()).toEqual([[9, 9]]);
  expect(torch.empty_like(x).shape).toEqual([1, 2]);
  expect(torch.rand_like(torch.zeros(3)).shape).toEqual([3]);
});

test('arange, linspace, logspace and eye', () => {
  expect(torch.arange(5).tolist()).toEqual([0, 1, 2, 3, 4]);
  expect(torch.arange(5).dtype).toBe(torch.int64);
  expect(torch.arange(2, 5).tolist()).toEqual([2, 3, 4]);
  expect(torch.arange(1, 0, -0.25).tolist()).toEqual([1, 0.75, 0.5, 0.25]);
  expect(torch.arange(5, { dtype: torch.float32 }).dtype).toBe(torch.float32);
  expect(torch.arange(0).shape).toEqual([0]);
  expect(torch.linspace(-1, 1, 5).tolist()).toEqual([-1, -0.5, 0, 0.5, 1]);
  expect(torch.linspace(3, 4, 1).tolist()).toEqual([3]);
  expect(torch.logspace(0, 3, 4, { base: 2 }).tolist()).toEqual([1, 2, 4, 8]);
  expect(torch.eye(2, 3).tolist()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
  ]);
  expect(torch.eye(2, { dtype: torch.int64 }).dtype).toBe(torch.int64);
  refuses(() => torch.arange(0, 5, 0), 'RuntimeError', 'step must be nonzero');
  refuses(
    () => torch.arange(0, 5, -1),
    'RuntimeError',
    'upper bound and larger bound inconsistent with step sign',
  );
  refuses(() => torch.linspace(0, 1, -1), 'RuntimeError', 'number of steps must be non-negative');
  refuses(
    () => torch.arange('5' as never),
    'TypeError',
    "arange(): argument 'end' (position 2) must be number, not string",
  );
});

test('arrays may hold typed arrays, and tensors of one element', () => {
  const cases: [torch.TensorData, string, unknown][] = [
    [[new Float32Array([1, 2]), new Float32Array([3, 4])], 'torch.float32', [[1, 2], [3, 4]]],
    [[[new Uint8Array([1])], [new Uint8Array([2])]], 'torch.uint8', [[[1]], [[2]]]],
    [[new BigInt64Array(0)], 'torch.int64', [[]]],
    [[torch.tensor(1n), torch.tensor([[2n]])], 'torch.int64', [1, 2]],
    [[torch.tensor(1.5, { requires_grad: true }), 2], 'torch.float32', [1.5, 2]],
  ];
  for (const [data, dtype, values] of cases) {
    const before = torch.memory().live_tensors;
    const x = torch.tensor(data);
    expect([String(x.dtype), x.tolist(), x.requires_grad]).toEqual([dtype, values, false]);
    expect(torch.memory().live_tensors).toBe(before + 1);
  }
  expect(torch.tensor([new Uint8Array(2)], { dtype: torch.float64, requires_grad: true }).requires_grad).toBe(true);
  const many = 'only one element tensors can be converted to Python scalars';
  refuses(() => torch.tensor([torch.ones(2)]), 'ValueError', many);
  refuses(
    () => torch.tensor([new Float32Array(2), new Float32Array(3)]),
    'RuntimeError',
    'stack expects each tensor to be equal size, but got [2] at entry 0 and [3] at entry 1',
  );
});

test('a dtype is no string, a size is not undefined', () => {
  const dtype: never = 'float64' as never;
  const x = torch.ones(2);
  const made: [string, () => torch.Tensor][] = [
    ['zeros', () => torch.zeros(2, { dtype })],
    ['tensor', () => torch.tensor([1], { dtype })],
    ['arange', () => torch.arange(2, { dtype })],
    ['rand', () => torch.rand(2, { dtype })],
    ['randint', () => torch.randint(0, 2, [2], { dtype })],
    ['ones_like', () => torch.ones_like(x, { dtype })],
    ['sum', () => x.sum({ dtype })],
    ['cumsum', () => x.cumsum({ dim: 0, dtype })],
    ['softmax', () => x.softmax({ dim: 0, dtype })],
    ['nansum', () => torch.nansum(x, { dtype })],
  ];
  for (const [name, make] of made) {
    refuses(make, 'TypeError', `${name}(): argument 'dtype' must be torch.dtype, not string`);
  }
  refuses(
    () => torch.zeros(undefined as never),
    'TypeError',
    "zeros(): argument 'size' must be array of ints, but found undefined at pos 0",
  );
  expect(torch.zeros(2, undefined as never).shape).toEqual([2]);
  expect(torch.zeros(2, { dtype: null as never }).dtype).toBe(torch.float32);
});
