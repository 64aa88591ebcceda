import { expect, test } from 'vitest';
import * as snn from 'alphatorch/snn';
import type { Network } from 'alphatorch/snn';
import { refuses } from './refuses.js';

const near = (got: number, want: number, rel: number): void => {
  expect(Math.abs(got - want), `${got} for ${want}`).toBeLessThanOrEqual(rel * Math.abs(want));
};

test('selu keeps N(0, 1): the fixed point of Klambauer et al.', () => {
  const { mean, variance } = snn.activation_moments('selu', { mean: 0, variance: 1 });
  expect(Math.abs(mean)).toBeLessThan(1e-12);
  expect(Math.abs(variance - 1)).toBeLessThan(1e-12);
});

test('one selu layer heals a wrong variance only a little', () => {
  near(snn.activation_moments('selu', { mean: 0, variance: 100 }).variance, 45.1, 2e-3);
  near(snn.activation_moments('selu', { mean: 0, variance: 0.02 }).variance, 0.035, 2e-2);
});

// Layers until |variance - 1| < 0.01 by the map with mean 0 weights; the mean feeds back into z.
test.each([
  [0.02, 27],
  [0.25, 21],
  [2, 18],
  [4, 20],
  [100, 26],
])('a variance of %d is back at 1 after %d layers', (start, layers) => {
  let at = { mean: 0, variance: start };
  let count = 0;
  while (Math.abs(at.variance - 1) >= 0.01) {
    at = snn.activation_moments('selu', { mean: 0, variance: at.variance });
    count += 1;
  }
  expect(count).toBe(layers);
});

test('far ends of the selu moments are finite and in order', () => {
  for (const variance of [0, 1e-300, 1e-12, 1e-3, 1e4, 1e8, 1e20]) {
    const got = snn.activation_moments('selu', { mean: 0, variance });
    expect(Number.isFinite(got.mean), `mean at ${variance}`).toBe(true);
    expect(got.variance).toBeGreaterThanOrEqual(0);
  }
  // Positive half only, once the negative half has shrunk to a constant beside it.
  const wide = snn.activation_moments('selu', { mean: 0, variance: 1e8 });
  near(wide.variance / 1e8, snn.SELU.scale ** 2 * (0.5 - 0.5 / Math.PI), 1e-3);
});

test('relu and tanh of N(0, 1)', () => {
  const relu = snn.activation_moments('relu', { mean: 0, variance: 1 });
  near(relu.mean, 1 / Math.sqrt(2 * Math.PI), 1e-12);
  near(relu.variance, 0.5 - 0.5 / Math.PI, 1e-12);
  const tanh = snn.activation_moments('tanh', { mean: 0, variance: 1 });
  expect(Math.abs(tanh.mean)).toBeLessThan(1e-12);
  near(tanh.variance, 0.394294, 1e-5);
});

test.each([
  [0.05, 0.954844476, 0.083935572, -1.594775872, 0.177],
  [0.1, 0.921284516, 0.16197097, -1.457738731, 0.3125],
  [0.2, 0.878903583, 0.309039962, -1.236159849, 0.506],
  [0.5, 0.886404895, 0.779193931, -0.779193931, 0.804],
])('AlphaDropout(%d): a, b, the dropped value, its noise', (p, a, b, dropped, rate) => {
  const m = snn.dropout_mask('alpha', p);
  near(m.a, a, 1e-8);
  near(m.b, b, 1e-8);
  near(m.dropped, dropped, 1e-8);
  near(snn.equal_noise_rate(p), rate, 3e-3);
});

test('behind a mask: kept for a standardised input, and not for others', () => {
  for (const p of [0, 0.05, 0.5, 0.95]) {
    const out = snn.masked_moments(snn.dropout_mask('alpha', p), { mean: 0, variance: 1 });
    expect(Math.abs(out.mean)).toBeLessThan(1e-14);
    near(out.variance, 1, 1e-14);
  }
  const half = snn.dropout_mask('alpha', 0.5);
  near(snn.masked_moments(half, { mean: 1, variance: 1 }).mean, 0.443, 1e-3);
  near(snn.masked_moments(half, { mean: 1, variance: 1 }).variance, 1.887, 1e-3);
  near(snn.masked_moments(half, { mean: 5, variance: 4 }).variance, 10.54, 1e-3);
  const { variance } = snn.masked_moments(snn.dropout_mask('dropout', 0.2), { mean: 3, variance: 1 });
  near(variance, (1 + 0.2 * 9) / 0.8, 1e-14);
});

test('the band of a fresh mask', () => {
  for (const [p, constant] of [
    [0.05, 0.2055],
    [0.1, 0.2783],
    [0.2, 0.3079],
    [0.5, 0.9401],
  ] as const) {
    const band = snn.mask_band(snn.dropout_mask('alpha', p), 4096);
    near((band.variance / 1.959963984540054) ** 2 * 4096, constant, 5e-4);
    near((band.mean / 1.959963984540054) ** 2 * 4096, snn.equal_noise_rate(p), 1e-12);
  }
  expect(snn.mask_band(snn.dropout_mask('none', 0), 10)).toEqual({ mean: 0, variance: 0 });
});

const network: Network = {
  depth: 64,
  width: 512,
  activation: 'selu',
  dropout: 'none',
  p: 0.1,
  init: 'lecun',
};
const last = (net: Network) => snn.mean_field(net).at(-1)!.out;

test('mean field: an SNN stays at (0, 1), with AlphaDropout at any rate', () => {
  for (const net of [network, ...[0.05, 0.5, 0.95].map((p) => ({ ...network, dropout: 'alpha' as const, p }))]) {
    for (const { out } of snn.mean_field(net)) {
      expect(Math.abs(out.mean)).toBeLessThan(1e-11);
      expect(Math.abs(out.variance - 1)).toBeLessThan(1e-11);
    }
  }
});

test.each([
  ['selu', 'lecun', 0.1, 0.05628, 1.622],
  ['selu', 'lecun', 0.2, 0.1644, 2.846],
  ['selu', 'lecun', 0.5, 42.4, 9968],
  ['relu', 'he', 0.1, 15.59, 605.2],
  ['relu', 'he', 0.5, 1.713e9, 1.551e19],
] as const)('mean field: %s, %s, Dropout(%d) behind 64 layers', (activation, init, p, mean, variance) => {
  const out = last({ ...network, activation, init, dropout: 'dropout', p });
  near(out.mean, mean, 2e-3);
  near(out.variance, variance, 2e-3);
});

test('mean field: what dies, and what stands', () => {
  // 0.0075 was measured at width 512.
  near(last({ ...network, activation: 'tanh' }).variance, 0.0075, 0.1);
  near(last({ ...network, activation: 'relu', init: 'he' }).variance, 0.6817, 1e-4);
  expect(last({ ...network, init: 'default' }).variance).toBeLessThan(1e-2);
});

test('the depth scale', () => {
  near(snn.depth_scale(0), 33.6, 1e-3);
  near(snn.depth_scale(0.1), 2.47, 2e-3);
  near(snn.depth_scale(0.5), 0.6, 2e-2);
});

test('the distribution of a layer is one, and has the moments that the map says', () => {
  for (const activation of ['selu', 'relu', 'tanh'] as const) {
    for (const kind of ['none', 'dropout', 'alpha'] as const) {
      const m = snn.dropout_mask(kind, 0.2);
      const z = 1.3;
      const at = (t: number) => snn.output_cdf(activation, z, m, t);
      expect(at(-50)).toBe(0);
      expect(at(50)).toBeCloseTo(1, 12);
      let [mean, square, before] = [0, 0, 0];
      const h = 0.01;
      for (let t = -8; t < 12; t += h) {
        const mass = at(t + h) - before;
        expect(mass).toBeGreaterThanOrEqual(0);
        before += mass;
        mean += mass * (t + h / 2);
        square += mass * (t + h / 2) ** 2;
      }
      const want = snn.masked_moments(m, snn.activation_moments(activation, { mean: 0, variance: z }));
      expect(Math.abs(mean - want.mean), activation + kind).toBeLessThan(h / 2);
      expect(Math.abs(square - mean ** 2 - want.variance), activation + kind).toBeLessThan(h);
    }
  }
});

test('far ends: what is no distribution is refused, and p = 1 returns zeros', () => {
  for (const input of [{ mean: NaN, variance: 1 }, { mean: 0, variance: -1 }, { mean: 0, variance: Infinity }]) {
    refuses(
      () => snn.selu_moments(input),
      'RangeError',
      `activation_moments: mean must be finite and variance finite and >= 0, got ${input.mean} and ${input.variance}`,
    );
  }
  for (const p of [-0.1, 1.1, NaN]) {
    const message = `dropout probability has to be between 0 and 1, but got ${p}`;
    refuses(() => snn.dropout_mask('alpha', p), 'RangeError', message);
    refuses(() => snn.depth_scale(p), 'RangeError', message);
    refuses(() => snn.gradient_factor(p), 'RangeError', message);
  }
  refuses(() => snn.sampling_band(snn.normal_moments(), 1), 'RangeError', 'a band needs n >= 2 values, got 1');
  refuses(
    () => snn.selu_constants({ mean: 5, variance: 1 }),
    'RangeError',
    'selu_constants: no SELU has the fixed point mean 5, variance 1',
  );
  refuses(
    () => snn.selu_map_jacobian({ mean: 0, variance: 0 }),
    'RangeError',
    'selu_map_jacobian: variance * tau must be > 0, got 0',
  );
  for (const kind of ['dropout', 'alpha'] as const) {
    const all = snn.dropout_mask(kind, 1);
    expect(snn.masked_moments(all, snn.normal_moments(3, 2))).toEqual({ mean: 0, variance: 0, third: 0, fourth: 0 });
    expect([snn.output_cdf('selu', 1, all, -0.1), snn.output_cdf('selu', 1, all, 0)]).toEqual([0, 1]);
  }
  expect([snn.equal_noise_rate(1), snn.depth_scale(1), snn.gradient_factor(1)]).toEqual([1, 0, 0]);
  expect(snn.selu_fixed_point(1, 0.8)).toBeUndefined();
  expect(snn.selu_moments({ mean: -1, variance: 0 }).variance).toBe(0);
});

test('the normal distribution, far out', () => {
  expect([snn.normal_cdf(-Infinity), snn.normal_cdf(0), snn.normal_cdf(Infinity)]).toEqual([0, 0.5, 1]);
  expect(snn.normal_cdf(NaN)).toBeNaN();
  // By the series of the complementary error function (Abramowitz & Stegun, table 26.2).
  near(snn.normal_cdf(-5), 2.866515718791939e-7, 1e-13);
  near(snn.normal_cdf(-20), 2.753624118606233e-89, 1e-12);
});
