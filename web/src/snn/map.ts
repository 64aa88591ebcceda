// The map g of Klambauer et al. 2017, from the moments of one SELU layer's input to those of its
// output; its derivative, its fixed point, and the SELU that has a given one.

import {
  checkMoments,
  mean_variance,
  negativeExponential,
  SELU,
  type Moments,
  type SeluConstants,
} from './moments.js';
import { normal_cdf, normal_density } from './normal.js';

/**
 * g(μ, ν): mean and variance of selu(z), z ~ N(μ ω, ν τ), where ω is the sum of a unit's weights and
 * τ the sum of their squares.
 */
export function selu_map({ mean, variance }: Moments, omega = 0, tau = 1, constants = SELU): Moments {
  return mean_variance('selu', { mean: mean * omega, variance: variance * tau }, constants);
}

/** The derivative of {@link selu_map}: `[[∂μ'/∂μ, ∂μ'/∂ν], [∂ν'/∂μ, ∂ν'/∂ν]]`. */
export function selu_map_jacobian(
  input: Moments,
  omega = 0,
  tau = 1,
  constants: SeluConstants = SELU,
): [[number, number], [number, number]] {
  checkMoments('selu_map_jacobian', input);
  const { scale, alpha } = constants;
  const [m, s] = [input.mean * omega, Math.sqrt(input.variance * tau)];
  if (s === 0) throw new RangeError('selu_map_jacobian: variance * tau must be > 0, got 0');
  const above = normal_cdf(m / s);
  const density = normal_density(m / s);
  const [e1, e2] = [1, 2].map((j) => negativeExponential(j, m, s)) as [number, number];
  // For a normal z, d/dm E F(z) = E F'(z) and d/dv E F(z) = E F''(z) / 2 (Price's theorem); F is
  // selu, whose slope jumps at 0, and then selu².
  const mean = [scale * (above + alpha * e1), (scale * (alpha * e1 + (1 - alpha) * (density / s))) / 2];
  const square = [
    2 * scale ** 2 * (m * above + s * density + alpha ** 2 * (e2 - e1)),
    scale ** 2 * (above + alpha ** 2 * (2 * e2 - e1)),
  ];
  const { mean: out } = selu_map(input, omega, tau, constants);
  const row = (d: readonly number[]): [number, number] => [d[0]! * omega, d[1]! * tau];
  return [row(mean), row(square.map((d, i) => d - 2 * out * mean[i]!))];
}

/**
 * Where iterating {@link selu_map} from `start` comes to rest; undefined where it grows without end
 * or dies out.
 */
export function selu_fixed_point(
  omega = 0,
  tau = 1,
  constants: SeluConstants = SELU,
  start: Moments = { mean: 0, variance: 1 },
): Moments | undefined {
  let at = start;
  // It contracts by 0.78 a layer at (0, 1), and by less further off.
  for (let i = 0; i < 10_000; ++i) {
    const next = selu_map(at, omega, tau, constants);
    if (!(Math.abs(next.mean) < 1e6 && next.variance < 1e6 && next.variance > 1e-12)) return undefined;
    if (Math.abs(next.mean - at.mean) + Math.abs(next.variance - at.variance) < 1e-15) return next;
    at = next;
  }
  return at;
}

/** The SELU whose fixed point (for ω = 0, τ = 1) is `point`: at (0, 1), the usual one. */
export function selu_constants(point: Moments): SeluConstants {
  checkMoments('selu_constants', point);
  const { mean, variance } = point;
  const s = Math.sqrt(variance);
  // scale (I1 + alpha A) = mean and scale² (I2 + alpha² B) = variance + mean²: one quadratic in alpha.
  const [i1, i2] = [s / Math.sqrt(2 * Math.PI), variance / 2];
  const [e1, e2] = [1, 2].map((j) => negativeExponential(j, 0, s)) as [number, number];
  const [a, b] = [e1 - 0.5, e2 - 2 * e1 + 0.5];
  const second = variance + mean * mean;
  const root = mean * Math.sqrt(second * (a * a * i2 + b * i1 * i1) - mean * mean * b * i2);
  const alpha = (second * i1 * a + root) / (mean * mean * b - second * a * a);
  const scale = Math.sqrt(second / (i2 + alpha * alpha * b));
  if (alpha > 0 && scale > 0) return { scale, alpha };
  const text = `selu_constants: no SELU has the fixed point mean ${mean}, variance ${variance}`;
  throw new RangeError(text);
}
