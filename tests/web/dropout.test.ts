// The dropout family: forms, defaults, edge cases and moments. Its masks and values are compared
// with PyTorch's in random.test.ts.
import * as torch from 'alphatorch';
import { describe, expect, test } from 'vitest';
import { refuses } from './refuses.js';

const { nn } = torch;
const { functional: F } = nn;

const elementwise = ['dropout', 'alpha_dropout'] as const;
const all = [
  ...elementwise,
  'feature_alpha_dropout',
  'dropout1d',
  'dropout2d',
  'dropout3d',
] as const;
const Modules = [
  nn.Dropout,
  nn.Dropout1d,
  nn.Dropout2d,
  nn.Dropout3d,
  nn.AlphaDropout,
  nn.FeatureAlphaDropout,
];
/** An input of a rank that the kind takes. */
const ones = (kind: string) =>
  /1d/i.test(kind) ? torch.ones(4, 9, 20) : torch.ones(2, 3, 4, 5, 6);

test('constructors take p and inplace by position and by name', () => {
  for (const Module of Modules) {
    const forms = [
      new Module(),
      new Module(0.1),
      new Module(0.1, true),
      new Module({ p: 0.1, inplace: true }),
      new Module(0.2, { inplace: true }),
    ];
    expect(forms.map(({ p, inplace }) => [p, inplace])).toEqual([
      [0.5, false],
      [0.1, false],
      [0.1, true],
      [0.1, true],
      [0.2, true],
    ]);
    expect([...forms[0]!.parameters(), ...forms[0]!.buffers()]).toEqual([]);
    expect(forms[0]!.state_dict()).toEqual({});
  }
});

test('p outside [0, 1] is refused by constructors and functions; NaN by forward', () => {
  for (const p of [-0.1, 1.5, 2, Infinity, -Infinity]) {
    const text = `dropout probability has to be between 0 and 1, but got ${p}`;
    for (const Module of Modules) refuses(() => new Module(p), 'ValueError', text);
    for (const name of all) refuses(() => F[name](ones(name), p), 'ValueError', text);
  }
  const text = 'dropout probability has to be between 0 and 1, but got ';
  for (const Module of Modules) {
    const module = new Module(NaN);
    expect(() => module.forward(ones(Module.name))).toThrow(text);
    expect(() => module.eval().forward(ones(Module.name))).toThrow(text);
  }
});

test('wrong arguments are refused by name', () => {
  refuses(
    () => new nn.Dropout({ q: 1 } as never),
    'TypeError',
    "Dropout() got an unexpected keyword argument 'q'",
  );
  refuses(
    () => F.dropout(3 as never),
    'TypeError',
    "dropout(): argument 'input' (position 1) must be Tensor, not number",
  );
  refuses(
    () => new nn.Dropout('0.5' as never),
    'TypeError',
    "dropout(): argument 'p' (position 2) must be number, not string",
  );
});

test('functions train by default, but for the alpha forms', () => {
  for (const name of all) {
    const x = ones(name);
    const changes = !torch.equal(F[name](x), x);
    expect(changes, name).toBe(!name.includes('alpha'));
  }
});

test('nothing to drop: the input itself, and no draw', () => {
  const empty = torch.zeros(0, 3);
  const before = torch.get_rng_state();
  for (const name of all) {
    const x = ones(name);
    expect(F[name](x, 0.5, false), name).toBe(x);
    expect(F[name](x, { p: 0, training: true }), name).toBe(x);
  }
  for (const name of elementwise) expect(F[name](empty, 0.5, true), name).toBe(empty);
  for (const Module of Modules) {
    const x = ones(Module.name);
    expect(new Module(0.5).eval().forward(x)).toBe(x);
  }
  expect(torch.equal(torch.get_rng_state(), before)).toBe(true);
});

test('p = 1 gives zeros, keeps signs and NaN, and draws nothing', () => {
  const x = torch.tensor([1, -1, 0, -0, Infinity, NaN], { requires_grad: true });
  const before = torch.get_rng_state();
  for (const name of elementwise) {
    const y = F[name](x, 1, true);
    expect([...y.toArray()], name).toEqual([0, -0, 0, -0, NaN, NaN]);
    x.grad = null;
    y.sum().backward();
    expect(x.grad!.tolist(), name).toEqual([0, 0, 0, 0, 0, 0]);
  }
  expect(torch.equal(torch.get_rng_state(), before)).toBe(true);
});

test('0-dim, integer and double inputs', () => {
  for (const name of elementwise) {
    expect(F[name](torch.tensor(1), 0.5, true).shape).toEqual([]);
    const integers = torch.ones(3, { dtype: torch.int64 });
    refuses(
      () => F[name](integers, 0.5, true),
      'RuntimeError',
      "result type Float can't be cast to the desired output type Long",
    );
    expect(F[name](integers, 0.5, false)).toBe(integers);
    expect(F[name](integers, 1, true).tolist()).toEqual([0, 0, 0]);
    expect(F[name](torch.ones(3, { dtype: torch.float64 }), 0.5, true).dtype).toBe(torch.float64);
  }
});

test('gradients follow the mask', () => {
  torch.manual_seed(0);
  const x = torch.ones([1000], { requires_grad: true });
  const y = F.dropout(x, 0.25, true);
  y.sum().backward();
  expect(torch.equal(x.grad!, y)).toBe(true);

  x.grad = null;
  const { a } = new nn.AlphaDropout(0.25);
  const z = F.alpha_dropout(x, 0.25, true);
  z.sum().backward();
  const kept = z.gt(0);
  const due = torch.where(kept, torch.tensor(Math.fround(a)), torch.tensor(0));
  expect(torch.equal(x.grad!, due)).toBe(true);
});

test('in place overwrites and returns the input; not nn.AlphaDropout', () => {
  for (const name of all) {
    torch.manual_seed(2);
    const due = F[name](ones(name), { training: true });
    torch.manual_seed(2);
    const x = ones(name);
    expect(F[name](x, 0.5, true, true), name).toBe(x);
    expect(torch.equal(x, due), name).toBe(true);
  }
  for (const Module of [nn.AlphaDropout, nn.FeatureAlphaDropout]) {
    const x = ones('');
    expect(new Module(0.5, true).forward(x) === x).toBe(false);
    expect(torch.equal(x, ones(''))).toBe(true);
  }
  const leaf = torch.ones([4], { requires_grad: true });
  const text = 'a leaf Variable that requires grad is being used in an in-place operation.';
  refuses(() => F.dropout(leaf, 0.5, true, true), 'RuntimeError', text);
  expect(F.dropout(leaf, 0.5, false, true)).toBe(leaf);
});

test('feature forms drop whole channels', () => {
  for (const [name, sizes] of [
    ['dropout1d', [3, 40, 5]],
    ['dropout1d', [40, 5]],
    ['dropout2d', [3, 40, 5, 2]],
    ['dropout3d', [3, 40, 2, 2, 2]],
    ['dropout3d', [40, 2, 2, 2]],
    ['feature_alpha_dropout', [3, 40, 5]],
  ] as const) {
    const y = F[name](torch.ones(sizes), { p: 0.5, training: true });
    expect(y.shape).toEqual(sizes);
    const batched =
      sizes.length === 2 || (name === 'dropout3d' && sizes.length === 4) ? y.unsqueeze(0) : y;
    const channels = batched.reshape(batched.size(0) * 40, -1);
    expect(torch.equal(channels.amax(1), channels.amin(1)), `${name} ${sizes}`).toBe(true);
    const values = new Set(channels.amax(1).tolist<number[]>());
    expect(values.size, `${name} ${sizes}: some kept, some dropped`).toBe(2);
  }
});

test('feature forms say which ranks they take', () => {
  refuses(
    () => F.dropout1d(torch.ones(2)),
    'RuntimeError',
    'dropout1d: Expected 2D or 3D input, but received a 1D input. Note that dropout1d exists to provide channel-wise ' +
      'dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch dimension (i.e. 2D or 3D ' +
      'inputs).',
  );
  refuses(
    () => F.feature_alpha_dropout(torch.ones(2), 0.5, true),
    'RuntimeError',
    'Feature dropout requires at least 2 dimensions in the input',
  );
  const heard: string[] = [];
  torch.onwarning((message) => heard.push(message));
  F.dropout2d(torch.ones(2, 3));
  F.dropout3d(torch.ones(2, 3));
  F.dropout2d(torch.ones(2, 3, 4));
  F.dropout2d(torch.ones(2, 3, 4, 5));
  torch.onwarning(null);
  F.dropout2d(torch.ones(2, 3));
  expect(heard.map((message) => message.slice(0, 52))).toEqual([
    'dropout2d: Received a 2-D input to dropout2d, which ',
    'dropout3d: Received a 2-D input to dropout3d, which ',
    'dropout2d: Received a 3D input to dropout2d and assu',
  ]);
});

test("AlphaDropout's constants", () => {
  const dropout = new nn.AlphaDropout(0.1);
  expect(dropout.alpha_prime).toBe(-1.7580993408473766);
  expect(Math.fround(dropout.a)).toBe(0.9212844967842102);
  expect(Math.fround(dropout.b)).toBe(0.16197097301483154);
  expect(() => Object.assign(dropout, { a: 1 })).toThrow(TypeError);
  const y = dropout.forward(torch.zeros(100)).tolist<number[]>();
  expect(new Set(y)).toEqual(new Set([0.16197097301483154, -1.4577387571334839]));
});

describe('2^20 standard normal values keep mean 0 and variance 1', () => {
  for (const p of [0.05, 0.1, 0.2, 0.5, 0.8]) {
    test(`p = ${p}`, () => {
      torch.tidy(() => {
        torch.manual_seed(20);
        const n = 2 ** 20;
        const y = F.alpha_dropout(torch.randn(n, { dtype: torch.float64 }), p, true);
        const mean = y.mean().item();
        const variance = y.var().item();
        const fourth = y.sub(mean).pow(4).mean().item();
        expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
        expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt((fourth - variance ** 2) / n));
      });
    });
  }
});
