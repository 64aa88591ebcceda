// Tensors and modules print as PyTorch prints them (tests/fixtures/generate_printing.py).
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/printing.json';
import { refuses } from './refuses';

const { nn } = torch;
const dtypes = {
  float32: torch.float32,
  float64: torch.float64,
  int64: torch.int64,
  int32: torch.int32,
  uint8: torch.uint8,
  bool: torch.bool,
};

interface Printed {
  dtype: string;
  sizes: number[];
  values?: (number | boolean | string)[];
  ramp?: number[];
  text: string;
}

/** The text of an int64 that JSON.parse would round. */
const beyond = new Map([
  [-4611686018427387904, -(2n ** 62n)],
  [9007199254740992, 2n ** 53n + 1n],
]);

function remade({ dtype, sizes, values, ramp }: Printed): torch.Tensor {
  const count = sizes.reduce((a, b) => a * b, 1);
  const elements = values
    ? values.map((v) => (typeof v === 'string' ? Number(v.replace('inf', 'Infinity')) : v))
    : Array.from({ length: count }, (_, i) => ramp![0]! * i + ramp![1]!);
  const exact = elements.map((v) => beyond.get(v as number) ?? v);
  const flat = torch.tensor(exact, { dtype: dtypes[dtype as keyof typeof dtypes] });
  return flat.reshape(sizes);
}

test(`${fixtures.tensors.length} tensors print as in PyTorch`, () => {
  for (const printed of fixtures.tensors as Printed[]) {
    expect(torch.tidy(() => String(remade(printed)))).toBe(printed.text);
  }
});

test('the fixtures have every kind of text', () => {
  const texts = new Set([...fixtures.tensors.map(({ text }) => text), ...Object.values(fixtures.graphs)]);
  expect(texts.size).toBeGreaterThan(100);
  const kinds: Record<string, RegExp> = {
    'no dimensions': /^tensor\([^[]/,
    empty: /^tensor\(\[\]/,
    'empty with sizes': /size=\(/,
    nested: /\[\[\[/,
    integers: /^tensor\(\[-?\d+, /,
    'truth values': /True|False/,
    'NaN and infinity': /nan,.*inf/,
    scientific: /\de[-+]\d\d/,
    summarised: /\.\.\./,
    'a dtype': /dtype=torch\.float64/,
    requires_grad: /requires_grad=True/,
    grad_fn: /grad_fn=<\w+>/,
    parameter: /^Parameter containing:/,
  };
  for (const [kind, pattern] of Object.entries(kinds)) {
    expect([...texts].some((text) => pattern.test(text)), kind).toBe(true);
  }
});

test('what a graph made says so', () => {
  torch.tidy(() => {
    const x = torch.tensor([1, -2, 0.5], { requires_grad: true });
    const w = torch.arange(24, { dtype: torch.float32 }).reshape([2, 12]).detach().requires_grad_();
    const printed = {
      leaf: x,
      selu: torch.selu(x),
      sum: x.sum(),
      mul: x.mul(x),
      parameter: new nn.Parameter(torch.zeros(1)),
      wide: w,
      wide_exp: w.div(100).exp(),
      wide_double: w.double(),
    };
    for (const [name, tensor] of Object.entries(printed)) {
      expect(String(tensor), name).toBe(fixtures.graphs[name as keyof typeof printed]);
    }
  });
});

const options = fixtures.options as [object, Record<string, string>][];

test.each(options)('set_printoptions %j', (given, texts) => {
  torch.set_printoptions({ profile: 'default' });
  torch.set_printoptions(given);
  try {
    torch.tidy(() => {
      const mixed = torch.tensor([[1.5, -2.25, 100.125], [0, 3, 0.0625]]);
      const made: Record<string, torch.Tensor> = {
        mixed,
        ends: torch.tensor([1e-7, 2.5, -1e22, NaN, Infinity, -0], { dtype: torch.float64 }),
        whole: torch.tensor([1, -20, 0, Infinity]),
        large: torch.arange(24, { dtype: torch.float32 }).mul(0.25).sub(3).reshape(2, 3, 4),
        counts: torch.arange(12).reshape(3, 4),
        line: torch.arange(30),
        truth: torch.tensor(Array(6).fill([true, false])),
        scalar: torch.tensor(2.5),
        gone: torch.tensor([NaN, Infinity]),
        halves: torch.tensor([0.5, 1.5, 2.5, -0.5]),
        graph: mixed.clone().requires_grad_(),
      };
      expect(Object.keys(texts)).toEqual(Object.keys(made));
      for (const [name, tensor] of Object.entries(made)) {
        expect(String(tensor), name).toBe(texts[name]);
      }
    });
  } finally {
    torch.set_printoptions({ profile: 'default' });
  }
});

test('set_printoptions keeps what is not given, and refuses what cannot be', () => {
  const x = torch.tensor([1.23456789]);
  torch.set_printoptions(2);
  torch.set_printoptions({ linewidth: 60 });
  expect(String(x)).toBe('tensor([1.23])');
  torch.set_printoptions({ sci_mode: true });
  torch.set_printoptions({ precision: null });
  expect(String(x)).toBe('tensor([1.23])');
  const bad = (given: object, text: string) =>
    refuses(() => torch.set_printoptions(given), 'ValueError', `set_printoptions: ${text}`);
  bad({ profile: 'long' }, "profile must be 'default', 'short' or 'full', got long");
  bad({ precision: -1 }, 'precision must be a number in [0, 100], got -1');
  bad({ precision: 0.5 }, 'precision must be a number in [0, 100], got 0.5');
  bad({ profile: 'short', edgeitems: 0 }, 'edgeitems must be a number in [1, Infinity], got 0');
  expect(String(x)).toBe('tensor([1.23])');
  torch.set_printoptions({ profile: 'default' });
  expect(String(x)).toBe('tensor([1.2346])');
});

test('a strided tensor prints as its copy', () => {
  const x = torch.arange(6).reshape(2, 3).t();
  expect(String(x)).toBe('tensor([[0, 3],\n        [1, 4],\n        [2, 5]])');
});

test('a released tensor can still be printed, by debuggers for one', () => {
  const x = torch.zeros(1);
  x.dispose();
  expect(String(x)).toBe('tensor(released)');
});

test('inspecting shows the same text', () => {
  const inspect = Symbol.for('nodejs.util.inspect.custom');
  const { grad_fn } = torch.ones(2).requires_grad_().add(1);
  expect(String(grad_fn)).toBe('<AddBackward0>');
  for (const value of [torch.ones(2), new nn.Linear(2, 3), torch.float32, grad_fn]) {
    expect((value as unknown as Record<symbol, () => string>)[inspect]!()).toBe(String(value));
  }
});

test('modules print as in PyTorch', () => {
  const made = [
    new nn.Linear(2, 3),
    new nn.SELU(),
    new nn.SELU(true),
    new nn.ReLU(),
    new nn.ReLU({ inplace: true }),
    new nn.ReLU6(),
    new nn.ELU(),
    new nn.ELU(0.5, true),
    new nn.CELU(),
    new nn.Tanh(),
    new nn.Sigmoid(),
    new nn.GELU(),
    new nn.GELU('tanh'),
    new nn.LeakyReLU(),
    new nn.LeakyReLU(0.2, true),
    new nn.SiLU(),
    new nn.Mish(),
    new nn.LogSigmoid(),
    new nn.Hardtanh(),
    new nn.Hardtanh(-2.5, 2.5),
    new nn.Hardsigmoid(),
    new nn.Hardswish(),
    new nn.Hardshrink(),
    new nn.Softshrink(0.25),
    new nn.Threshold(0.1, 20),
    new nn.Dropout(),
    new nn.Dropout(0.25, true),
    new nn.Dropout1d(0.2),
    new nn.Dropout2d(0.3),
    new nn.Dropout3d(0.4),
    new nn.AlphaDropout(),
    new nn.AlphaDropout(0.1, true),
    new nn.FeatureAlphaDropout(1e-5),
    new nn.Identity(),
    new nn.Flatten(),
    new nn.Flatten(0, 2),
    new nn.Sequential(
      new nn.Linear(2, 3),
      new nn.SELU(),
      new nn.Sequential(new nn.AlphaDropout(0.1), new nn.Linear(3, 1, { bias: false })),
    ),
  ];
  expect(made.map(String)).toEqual(fixtures.modules);
});

test('a module with fields of its own and children prints both', () => {
  class Block extends nn.Module {
    fc = new nn.Linear(1, 1);
    override extra_repr(): string {
      return 'depth=3';
    }
  }
  expect(String(new Block())).toBe(
    'Block(\n  depth=3\n  (fc): Linear(in_features=1, out_features=1, bias=True)\n)',
  );
});

test('of a large tensor only what is shown is copied', () => {
  const large = torch.tensor([[1.5]]).expand(100_000, 100_000);
  const { live_tensors } = torch.memory();
  expect(String(large)).toBe(
    'tensor([' +
      [1, 1, 1, 0, 1, 1, 1]
        .map((row) => (row ? '[1.5000, 1.5000, 1.5000,  ..., 1.5000, 1.5000, 1.5000]' : '...'))
        .join(',\n        ') +
      '])',
  );
  expect(torch.memory().live_tensors).toBe(live_tensors);
});
