// The less common elementwise ops, dtypes and what is made from what is at hand.
import * as torch from 'alphatorch';
import { afterEach, expect, test } from 'vitest';
import fixtures from '../fixtures/breadth.json';
import { asPyTorch } from './op_fixtures.js';
import { refuses } from './refuses.js';

asPyTorch(fixtures, 'special');

afterEach(() => torch.set_default_dtype(torch.float32));

test('in place', () => {
  const x = torch.tensor([1.26, NaN]);
  expect(x.nan_to_num_()).toBe(x);
  expect(x.clamp_max_(1.2).clamp_min_(0.5).tolist()).toEqual([Math.fround(1.2), 0.5]);
  expect(torch.tensor([1.26], { dtype: torch.float64 }).round_({ decimals: 1 }).tolist()).toEqual([1.3]);
  expect(torch.tensor([3, 4]).hypot_(torch.tensor([4, 3])).tolist()).toEqual([5, 5]);
});

test('positive is the input itself; booleans have no sign', () => {
  const x = torch.ones(2);
  expect(torch.positive(x)).toBe(x);
  refuses(() => x.bool().positive(), 'RuntimeError', 'The `+` operator, on a bool tensor is not supported.');
});

test('shifts by all bits leave nothing, or the sign', () => {
  const x = torch.tensor([1n, -8n]);
  expect(x.bitwise_left_shift(64).tolist()).toEqual([0, 0]);
  expect(x.bitwise_right_shift(64).tolist()).toEqual([0, -1]);
  refuses(
    () => torch.bitwise_left_shift(torch.ones(1), 1),
    'NotImplementedError',
    `"lshift_cpu" not implemented for 'Float'`,
  );
});

test('limits of the dtypes', () => {
  expect(torch.finfo(torch.float32).eps).toBe(2 ** -23);
  expect(torch.finfo().max).toBe(Math.fround(3.4028234663852886e38));
  expect(torch.finfo(torch.float64).tiny).toBe(2 ** -1022);
  expect(torch.iinfo(torch.int64).min).toBe(-(2n ** 63n));
  expect(torch.iinfo(torch.uint8)).toEqual({ bits: 8, max: 255, min: 0, dtype: 'uint8' });
  refuses(() => torch.iinfo(torch.bool), 'TypeError', 'torch.bool is not supported by torch.iinfo');
  refuses(
    () => torch.finfo(torch.int32),
    'TypeError',
    "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'",
  );
});

test('the default dtype is that of new tensors, of random ones, of modules, and of divided integers', () => {
  const whole = torch.tensor([1n]);
  torch.set_default_dtype(torch.float64);
  expect(torch.get_default_dtype()).toBe(torch.float64);
  const made = [
    torch.zeros(1), torch.tensor([1.5]), torch.full([1], 2), torch.randn(1), torch.linspace(0, 1, 2), torch.eye(1),
    torch.arange(0, 1, 0.5), whole.div(2), whole.add(0.5), whole.exp(), new torch.nn.Linear(1, 1).weight,
  ];
  expect(new Set(made.map((x) => String(x.dtype)))).toEqual(new Set(['torch.float64']));
  expect(torch.tensor(new Float32Array(1)).dtype).toBe(torch.float32);
  expect(String(torch.tensor([1.5]))).toBe('tensor([1.5000])');
  refuses(
    () => torch.set_default_dtype(torch.int64),
    'TypeError',
    'only floating-point types are supported as the default type',
  );
});

test('made from what is at hand', () => {
  const x = torch.tensor([1, 2], { dtype: torch.float64 });
  expect(torch.as_tensor(x)).toBe(x);
  expect(torch.as_tensor([1, 2], { dtype: torch.int32 }).dtype).toBe(torch.int32);
  expect(torch.from_numpy(new Int32Array([1])).dtype).toBe(torch.int32);
  expect(x.new_zeros(2, 3).shape).toEqual([2, 3]);
  expect(x.new_ones([2]).dtype).toBe(torch.float64);
  expect(x.new_full([1], 7).tolist()).toEqual([7]);
  expect(x.new_tensor([1, 2]).dtype).toBe(torch.float64);
  expect(x.new_empty(2, { dtype: torch.bool }).dtype).toBe(torch.bool);
  expect([torch.is_tensor(x), torch.is_tensor([1]), torch.is_floating_point(x.long())]).toEqual([true, false, false]);
  expect([x.nbytes, x.itemsize, x.element_size(), x.is_floating_point()]).toEqual([16, 8, 8, true]);
  refuses(() => x.half(), 'NotImplementedError', 'half(): float16 is not a dtype here; use float32');
});

test('polygamma of any order ends, as in PyTorch', () => {
  const x = torch.tensor([0.5, 2, 12, -0.5], { dtype: torch.float64 });
  // python3 -c "import torch; print(torch.polygamma(170, torch.tensor([.5, 2, 12, -.5]).double()).tolist())"
  const of170 = [-Infinity, -2.4246705428834264e+255, -2.093097285097005e+122, -5.612762894906341e+276];
  const found = torch.polygamma(170, x).tolist<number[]>();
  expect(found[0]).toBe(-Infinity);
  for (const i of [1, 2, 3]) expect(found[i]! / of170[i]!).toBeCloseTo(1, 11);
  expect(torch.polygamma(171, x).tolist()).toEqual([Infinity, Infinity, Infinity, Infinity]);
  expect(torch.polygamma(1e18, x.narrow(0, 0, 1)).tolist()).toEqual([-Infinity]);
});
