// torch.nn.init and nn.Linear against values that PyTorch printed (tests/fixtures/generate_random.py).
import * as torch from 'alphatorch';
import { describe, expect, test } from 'vitest';
import fixtures from '../fixtures/random.json';
import { crc } from './crc.js';
import { refuses } from './refuses.js';

const { init } = torch.nn;
type Initialiser = (tensor: torch.Tensor, ...args: unknown[]) => torch.Tensor;
const initialiser = (name: string) => init[name as 'uniform_'] as unknown as Initialiser;
const bits = (values: number[]) => values.map(Math.fround);

describe('as PyTorch', () => {
  for (const { name, sizes, seed, options, crc: due, values, close } of fixtures.init) {
    test(`${name} of ${JSON.stringify(sizes)} ${JSON.stringify(options)}`, () => {
      torch.tidy(() => {
        torch.manual_seed(seed);
        const x = torch.empty(sizes);
        const { sparsity, ...rest } = options as Record<string, unknown>;
        const given = sparsity === undefined ? [rest] : [sparsity, rest];
        expect(initialiser(name)(x, ...given)).toBe(x);
        const found = x.toArray();
        if (close) {
          values.forEach((v, i) => expect(Math.abs(found[i]! - v)).toBeLessThan(1e-6));
        } else {
          expect([...found.slice(0, values.length)]).toEqual(bits(values));
          expect(crc(found)).toBe(due);
        }
      });
    });
  }
});

test('nn.Linear draws weight, then bias, as PyTorch', () => {
  for (const { seed, in: fan_in, out, weight_crc, weight, bias } of fixtures.linear) {
    torch.manual_seed(seed);
    const m = new torch.nn.Linear(fan_in, out, bias !== null);
    expect(crc(m.weight.toArray())).toBe(weight_crc);
    expect([...m.weight.toArray().slice(0, weight.length)]).toEqual(bits(weight));
    if (bias === null) expect(m.bias).toBeNull();
    else expect([...m.bias!.toArray().slice(0, bias.length)]).toEqual(bits(bias));
  }
});

test("LeCun's normal is kaiming_normal_ with gain 1", () => {
  torch.manual_seed(0);
  const w = init.kaiming_normal_(torch.empty(256, 400), { mode: 'fan_in', nonlinearity: 'linear' });
  expect(Math.abs(w.var().item() * 400 - 1)).toBeLessThan(4 * Math.sqrt(2 / w.numel()));
});

test('initialisers fill parameters without being recorded', () => {
  const p = new torch.nn.Parameter(torch.empty(3, 4));
  for (const name of [
    'uniform_',
    'normal_',
    'xavier_normal_',
    'kaiming_uniform_',
    'trunc_normal_',
    'orthogonal_',
    'eye_',
    'ones_',
    'zeros_',
  ]) {
    expect(initialiser(name)(p), name).toBe(p);
    expect(p.grad_fn, name).toBeNull();
    expect(p.requires_grad, name).toBe(true);
  }
  init.constant_(p, 0.25);
  expect(p.tolist()).toEqual(Array(3).fill(Array(4).fill(0.25)));
});

test('positional and named arguments mean the same', () => {
  const drawn = (make: (x: torch.Tensor) => torch.Tensor) => {
    torch.manual_seed(1);
    return make(torch.empty(4, 6)).tolist();
  };
  expect(drawn((x) => init.kaiming_normal_(x, 0, 'fan_out', 'relu'))).toEqual(
    drawn((x) => init.kaiming_normal_(x, { nonlinearity: 'relu', mode: 'fan_out' })),
  );
  expect(drawn((x) => init.uniform_(x, -1, 2))).toEqual(
    drawn((x) => init.uniform_(x, { a: -1, b: 2 })),
  );
  const g = new torch.Generator().manual_seed(1);
  expect(init.normal_(torch.empty(4, 6), { generator: g }).tolist()).toEqual(
    drawn((x) => init.normal_(x)),
  );
});

test('orthogonal_ makes orthonormal rows or columns', () => {
  for (const [rows, columns] of [
    [5, 9],
    [9, 5],
    [6, 6],
    [1, 4],
    [4, 1],
  ] as const) {
    const w = init.orthogonal_(torch.empty(rows, columns), 2).double();
    const product = rows < columns ? w.mm(w.t()) : w.t().mm(w);
    const due = torch.eye(Math.min(rows, columns), { dtype: torch.float64 }).mul(4);
    expect(torch.allclose(product, due, { atol: 1e-5 }), `${rows}x${columns}`).toBe(true);
  }
});

test('trunc_normal_ stays inside its bounds', () => {
  const x = init.trunc_normal_(torch.empty(2000), { mean: 1, std: 2, a: 0, b: 1.5 });
  expect(x.min().item()).toBeGreaterThanOrEqual(0);
  expect(x.max().item()).toBeLessThanOrEqual(1.5);
});

test('the gains of calculate_gain', () => {
  const gains = [
    ['linear', 1],
    ['conv2d', 1],
    ['conv_transpose3d', 1],
    ['sigmoid', 1],
    ['tanh', 5 / 3],
    ['relu', Math.SQRT2],
    ['selu', 0.75],
    ['leaky_relu', Math.sqrt(2 / (1 + 0.01 ** 2))],
  ] as const;
  for (const [nonlinearity, gain] of gains) expect(init.calculate_gain(nonlinearity)).toBe(gain);
  expect(init.calculate_gain('leaky_relu', 1)).toBe(1);
});

test('calculate_fan_in_and_fan_out counts the receptive field', () => {
  expect(init.calculate_fan_in_and_fan_out(torch.empty(3, 5))).toEqual([5, 3]);
  expect(init.calculate_fan_in_and_fan_out(torch.empty(8, 4, 3, 2))).toEqual([24, 48]);
  expect(init.calculate_fan_in_and_fan_out(torch.empty(0, 2))).toEqual([2, 0]);
});

test("refusals are PyTorch's", () => {
  const flat = torch.empty(3);
  refuses(
    () => init.calculate_gain('swish' as never),
    'ValueError',
    'Unsupported nonlinearity swish',
  );
  refuses(
    () => init.calculate_gain('leaky_relu', true as never),
    'ValueError',
    'negative_slope true not a valid number',
  );
  refuses(
    () => init.kaiming_uniform_(flat),
    'ValueError',
    'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions',
  );
  refuses(
    () => init.kaiming_normal_(torch.empty(2, 2), { mode: 'fan' as never }),
    'ValueError',
    "Mode fan not supported, please use one of ['fan_in', 'fan_out']",
  );
  refuses(() => init.eye_(flat), 'ValueError', 'Only tensors with 2 dimensions are supported');
  refuses(
    () => init.dirac_(flat),
    'ValueError',
    'Only tensors with 3, 4, or 5 dimensions are supported',
  );
  refuses(
    () => init.dirac_(torch.empty(3, 1, 1), 2),
    'ValueError',
    'dim 0 must be divisible by groups',
  );
  refuses(
    () => init.orthogonal_(flat),
    'ValueError',
    'Only tensors with 2 or more dimensions are supported',
  );
  refuses(
    () => init.uniform_(flat, { from: 1 } as never),
    'TypeError',
    "uniform_() got an unexpected keyword argument 'from'",
  );
});
