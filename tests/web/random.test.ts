// Every sampler against values that PyTorch printed (tests/fixtures/generate_random.py).
import * as torch from 'alphatorch';
import type { TypedArray } from 'alphatorch';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/random.json';
import { crc } from './crc.js';
import { refuses } from './refuses.js';

const { functional: F } = torch.nn;
const dtypes = {
  f32: torch.float32,
  f64: torch.float64,
  i64: torch.int64,
  i32: torch.int32,
  u8: torch.uint8,
  bool: torch.bool,
};

type Step = [op: string, sizes: number[], a: number, b: number, dtype: keyof typeof dtypes];

function run([op, sizes, a, b, name]: Step): torch.Tensor {
  const dtype = dtypes[name];
  const empty = () => torch.empty(sizes, { dtype });
  const count = sizes.reduce((x, y) => x * y, 1);
  const ramp = () =>
    torch
      .arange(count)
      .sub(Math.floor(count / 2))
      .div(8)
      .to(dtype)
      .reshape(sizes);
  const weights = () => torch.arange(count).add(1).to(dtype).reshape(sizes);
  const transposed = () => torch.empty([...sizes].reverse(), { dtype }).t();
  const everyOther = () => torch.zeros(sizes, { dtype }).slice(0, 0, sizes[0], 2);
  const sliced = () => everyOther().slice(1, 0, sizes[1], 3);
  const steps: Record<string, () => torch.Tensor> = {
    rand: () => torch.rand(sizes, { dtype }),
    randn: () => torch.randn(sizes, { dtype }),
    uniform_: () => empty().uniform_(a, b),
    normal_: () => empty().normal_(a, b),
    'normal mean': () => torch.normal(ramp(), b),
    'normal std': () => torch.normal(a, weights()),
    'normal both': () => torch.normal(ramp(), weights()),
    'uniform transposed': () => transposed().uniform_(a, b),
    'normal transposed': () => transposed().normal_(a, b),
    'normal sliced': () => sliced().normal_(a, b),
    log_normal_: () => empty().log_normal_(a, b),
    cauchy_: () => empty().cauchy_(a, b),
    exponential_: () => empty().exponential_(a),
    geometric_: () => empty().geometric_(a),
    randint: () => torch.randint(a, b, sizes, { dtype }),
    random_: () => empty().random_(),
    random_to_: () => empty().random_(a, b),
    randperm: () => torch.randperm(sizes[0]!, { dtype }),
    bernoulli_: () => empty().bernoulli_(a),
    bernoulli: () => torch.bernoulli(torch.full(sizes, a, { dtype })),
    multinomial: () => torch.multinomial(weights(), a, Boolean(b)),
    dropout: () => F.dropout(ramp(), a, true),
    alpha_dropout: () => F.alpha_dropout(ramp(), a, true),
    feature_dropout: () => torch.feature_dropout(ramp(), a, true),
    feature_alpha_dropout: () => F.feature_alpha_dropout(ramp(), a, true),
  };
  const step = steps[op];
  if (!step) throw new Error(`the fixtures have a step '${op}' that this test does not know`);
  return step();
}

// The fixtures have float32 as the shortest decimal, which is not the number itself.
const first = (t: torch.Tensor) =>
  [...t.toArray<TypedArray>()].slice(0, 10).map((v) => ({ v: Number(v), dtype: t.dtype }));

// A double that came through sin, cos or log has the last bit of the C library that computed it.
const throughLibm = ([op, , , , dtype]: Step) =>
  dtype === 'f64' && /normal|randn|cauchy|exponential/.test(op);

test(`${fixtures.programs.length} programs of draws give PyTorch's bits`, () => {
  for (const { seed, steps, crc: bits, values, state } of fixtures.programs) {
    torch.tidy(() => {
      torch.manual_seed(BigInt(seed));
      const results = (steps as unknown as Step[]).map(run);
      const message = `seed ${seed}: ${JSON.stringify(steps)}`;
      const drawn = results.flatMap(first).slice(0, values.length);
      const due = drawn.map(({ dtype }, i) =>
        dtype === torch.float32 ? Math.fround(values[i]!) : values[i],
      );
      if ((steps as unknown as Step[]).some(throughLibm)) {
        drawn.forEach(({ v }, i) => expect(Math.abs(v / due[i]! - 1), message).toBeLessThan(1e-15));
        return;
      }
      // The checksum tells 0 from -0, which some JSON readers do not.
      expect(
        drawn.map(({ v }) => v + 0),
        message,
      ).toEqual(due.map((v) => v! + 0));
      expect(crc(...results.map((t) => t.toArray<TypedArray>())), message).toBe(bits);
      const words = torch.get_rng_state().toArray<Uint8Array>().slice(0, 5016);
      expect(crc(words), `${message}: state`).toBe(state);
    });
  }
});

test("a generator's state is PyTorch's, byte for byte", () => {
  const { seed, size, head, tail, words_crc } = fixtures.state;
  torch.manual_seed(BigInt(seed));
  torch.randn(5);
  const state = torch.get_rng_state();
  const bytes = state.toArray<Uint8Array>();
  expect(bytes.length).toBe(size);
  expect([...bytes.slice(0, 64)]).toEqual(head);
  expect([...bytes.slice(5016)]).toEqual(tail);
  expect(crc(bytes.slice(24, 5016))).toBe(words_crc);
  const first = torch.randn(7).tolist();
  torch.rand(100);
  torch.set_rng_state(state);
  expect(torch.randn(7).tolist()).toEqual(first);
});

test('a new generator starts at the default seed, and has a stream of its own', () => {
  const g = new torch.Generator();
  expect(g.initial_seed()).toBe(67280421310721);
  torch.manual_seed(1);
  const before = torch.get_rng_state().tolist();
  expect(torch.rand(3, { generator: g }).toArray()).toEqual(
    Float32Array.of(0.267295241355896, 0.8725283145904541, 0.3352888226509094),
  );
  expect(torch.get_rng_state().tolist()).toEqual(before);
});

test('seeds wrap as in PyTorch', () => {
  const draw = (seed: number | bigint) => {
    torch.manual_seed(seed);
    return torch.rand(4).tolist();
  };
  expect(draw(3.9)).toEqual(draw(3));
  expect(draw(2 ** 32)).toEqual(draw(0));
  expect(draw(-1)).toEqual(draw(2n ** 64n - 1n));
  expect(torch.initial_seed()).toBe(2n ** 64n - 1n);
  expect(torch.manual_seed(5)).toBe(torch.default_generator);
  expect(torch.initial_seed()).toBe(5);
  refuses(() => torch.manual_seed(2n ** 64n), 'RuntimeError', 'Overflow when unpacking long');
  refuses(
    () => torch.manual_seed(-(2n ** 63n) - 1n),
    'RuntimeError',
    'Overflow when unpacking long',
  );
  refuses(
    () => torch.manual_seed(NaN),
    'TypeError',
    'manual_seed: the seed must be an integer, got NaN',
  );
  expect(torch.initial_seed(), 'a refused seed changes nothing').toBe(5);
});

test('seed() takes a new one from the system', () => {
  const a = torch.seed();
  expect(torch.initial_seed()).toBe(a);
  expect(torch.seed()).not.toBe(a);
});

test('bad states are refused and change nothing', () => {
  torch.manual_seed(9);
  const before = torch.get_rng_state();
  const bytes = torch.zeros(5056, { dtype: torch.uint8 });
  refuses(
    () => torch.set_rng_state(torch.zeros(5056)),
    'TypeError',
    'RNG state must be a torch.ByteTensor',
  );
  refuses(() => torch.set_rng_state(bytes), 'RuntimeError', 'Invalid mt19937 state');
  refuses(
    () => torch.set_rng_state(bytes.narrow(0, 0, 10)),
    'RuntimeError',
    'Expected either a CPUGeneratorImplStateLegacy of size 5048 or a CPUGeneratorImplState of size 5056 ' +
      'but found the input RNG state size to be 10',
  );
  expect(torch.equal(torch.get_rng_state(), before)).toBe(true);
});

test('every form of sampling takes a generator', () => {
  const g = new torch.Generator();
  const p = torch.full([4], 0.5);
  const draws: (() => torch.Tensor)[] = [
    () => torch.rand([4], { generator: g }),
    () => torch.randn(4, { generator: g }),
    () => torch.randint(10, [4], { generator: g }),
    () => torch.randint(5, 10, [4], { generator: g }),
    () => torch.randperm(4, { generator: g }),
    () => torch.rand_like(p, { generator: g }),
    () => torch.randn_like(p, { generator: g }),
    () => torch.randint_like(p, 10, undefined, { generator: g }),
    () => torch.normal(0, 1, [4], { generator: g }),
    () => torch.normal(p, 2, { generator: g }),
    () => torch.bernoulli(p, { generator: g }),
    () => torch.bernoulli(p, 0.3, { generator: g }),
    () => torch.multinomial(p, 2, { generator: g }),
    () => torch.zeros(4).uniform_(0, 1, { generator: g }),
    () => torch.zeros(4).random_({ generator: g }),
    () => torch.zeros(4).random_(9, { generator: g }),
    () => torch.zeros(4).exponential_(1, { generator: g }),
  ];
  for (const draw of draws) {
    g.manual_seed(3);
    const global = torch.get_rng_state();
    const first = draw().tolist();
    expect(torch.equal(torch.get_rng_state(), global), String(draw)).toBe(true);
    g.manual_seed(3);
    expect(draw().tolist(), String(draw)).toEqual(first);
  }
});

test("what cannot be sampled is refused in PyTorch's words", () => {
  const x = torch.zeros(3);
  refuses(() => x.normal_(0, -1), 'RuntimeError', 'normal expects std >= 0.0, but found std -1');
  refuses(
    () => x.uniform_(2, 1),
    'RuntimeError',
    'uniform_ expects to return a [from, to) range, but found from=2 > to=1',
  );
  refuses(
    () => x.bernoulli_(2),
    'RuntimeError',
    'bernoulli_ expects p to be in [0, 1], but got p=2',
  );
  refuses(
    () => torch.randint(5, 5, [2]),
    'RuntimeError',
    "random_ expects 'from' to be less than 'to', but got from=5 >= to=5",
  );
  refuses(
    () => torch.rand(-1),
    'RuntimeError',
    'Trying to create tensor with negative dimension -1: [-1]',
  );
  refuses(
    () => torch.rand(2, { generator: 3 as never }),
    'TypeError',
    "rand(): argument 'generator' must be torch.Generator",
  );
});
