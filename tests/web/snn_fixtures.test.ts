// The theory against integrals of its definitions in 20 digits; see tests/fixtures/generate_snn.py.

import * as snn from 'alphatorch/snn';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/snn.json' with { type: 'json' };

/** To 1e-9, relative; absolute where the value is 0 but for rounding. */
function same(got: readonly number[], want: readonly number[], what: string): void {
  expect(got.length, what).toBe(want.length);
  got.forEach((value, i) => {
    const gap = Math.abs(value - want[i]!);
    expect(gap, `${what}, ${i}: ${value} for ${want[i]}`).toBeLessThanOrEqual(1e-9 * Math.abs(want[i]!) + 1e-15);
  });
}

const four = ({ mean, variance, third, fourth }: snn.HigherMoments) => [mean, variance, third, fourth];
const two = ({ mean, variance }: snn.Moments) => [mean, variance];
const pair = ([mean, variance]: readonly number[]) => ({ mean: mean!, variance: variance! });

test('the constants of SELU', () => {
  same([snn.SELU.scale, snn.SELU.alpha, snn.ALPHA_PRIME], fixtures.constants, 'constants');
});

test('four moments of SELU, ReLU and tanh, from 0 to 1e6 and 7 deviations off', () => {
  for (const row of fixtures.moments) {
    const got = four(snn.activation_moments(row.f as snn.Activation, pair(row.in)));
    const scale = Math.sqrt(row.in[1]!);
    got.forEach((value, i) => {
      const gap = Math.abs(value - row.out[i]!);
      // A moment may be 0 but for the rounding of the mean it is taken about.
      const rounding = 1e-13 * scale ** (i + 1) + 1e-14 * Math.abs(row.in[0]!) * scale ** i;
      const allowed = 1e-9 * Math.abs(row.out[i]!) + rounding;
      expect(gap, `${row.f} ${row.in}, ${i}: ${value} for ${row.out[i]}`).toBeLessThanOrEqual(allowed);
    });
  }
});

test('the map g and its derivative', () => {
  for (const { in: input, omega, tau, out, jacobian } of fixtures.maps) {
    same(two(snn.selu_map(pair(input), omega, tau)), out, `g(${input}; ${omega}, ${tau})`);
    same(snn.selu_map_jacobian(pair(input), omega, tau).flat(), jacobian.flat(), `its derivative at ${input}`);
  }
});

test('fixed points, and the SELU that has a given one', () => {
  for (const { omega, tau, out } of fixtures.fixed_points) {
    const found = two(snn.selu_fixed_point(omega, tau)!);
    // The iteration ends where a step is below the rounding of doubles.
    found.forEach((value, i) => expect(Math.abs(value - out[i]!), `${omega}, ${tau}`).toBeLessThan(1e-12));
  }
  for (const { in: point, out } of fixtures.selus) {
    const { scale, alpha } = snn.selu_constants(pair(point));
    same([scale, alpha], out, `the SELU of ${point}`);
    same(two(snn.selu_map(pair(point), 0, 1, { scale, alpha })).slice(1), point.slice(1), 'its fixed point');
  }
});

test('masks, and four moments behind them', () => {
  for (const { kind, p, mask, f, in: input, out } of fixtures.masks) {
    const made = snn.dropout_mask(kind as snn.DropoutKind, p);
    same([made.a, made.b, made.dropped], mask, `${kind}(${p})`);
    const before = snn.activation_moments(f as snn.Activation, pair(input));
    const got = four(snn.masked_moments(made, before));
    got.forEach((value, i) => {
      const size = Math.max(Math.abs(out[i]!), out[1]! ** ((i + 1) / 2));
      expect(Math.abs(value - out[i]!), `${kind}(${p}) of ${f} ${input}, ${i}`).toBeLessThanOrEqual(1e-9 * size);
    });
  }
  for (const { p, target, floor, mask } of fixtures.targets) {
    const { a, b, dropped } = snn.dropout_mask('alpha', p, { target: pair(target), floor });
    same([a, b, dropped], mask, `AlphaDropout(${p}) of target ${target}`);
  }
});

test('equal noise, depth scale and gradient factor', () => {
  for (const { p, equal_noise, depth_scale, gradient } of fixtures.rates) {
    same([snn.equal_noise_rate(p), snn.depth_scale(p), snn.gradient_factor(p)], [equal_noise, depth_scale, gradient], `p = ${p}`);
    same([snn.noise_share(snn.dropout_mask('alpha', p))], [equal_noise], `noise at p = ${p}`);
  }
});

test('bands of a sample and of a fresh mask', () => {
  for (const { p, n, sample, mask } of fixtures.bands) {
    const made = snn.dropout_mask('alpha', p);
    const behind = snn.masked_moments(made, snn.normal_moments());
    same(two(snn.sampling_band(behind, n, 1)), sample, `sample, p = ${p}`);
    same(two(snn.mask_band(made, n, 1)), mask, `mask, p = ${p}`);
    same([snn.mask_band(made, n).mean], [1.959963984540054 * mask[0]!], 'of 95 %');
  }
});

test('the mean-field map, layer by layer, with the factor on the gradient', () => {
  for (const { layers, width, p, ...net } of fixtures.networks) {
    const { activation, init, dropout } = net as Pick<snn.Network, 'activation' | 'init' | 'dropout'>;
    const got = snn.mean_field({ activation, init, dropout, p, width, depth: layers.length }, { mean: 0.2, variance: 1.5 });
    got.forEach(({ z, out, gradient }, i) => {
      const [wantZ, mean, variance, factor] = layers[i] as [number, number, number, number];
      same([z, out.variance, gradient], [wantZ, variance, factor], `${activation} ${init} ${dropout}, layer ${i}`);
      expect(Math.abs(out.mean - mean)).toBeLessThanOrEqual(1e-9 * Math.sqrt(variance));
    });
  }
});
