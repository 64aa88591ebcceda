// Moments of an activation of a normal variable (Klambauer et al. 2017, equations 4 and 5).

import { expectation, mills, normal_cdf, normal_density } from './normal.js';

/** Where SELU ends on the left, `-scale * alpha`: the value that AlphaDropout drops to. */
export const ALPHA_PRIME = -1.7580993408473766;

/** SELU's two numbers. */
export interface SeluConstants {
  readonly scale: number;
  readonly alpha: number;
}

/** Those of `torch.selu`, which have (0, 1) for their fixed point; see {@link selu_constants}. */
export const SELU: SeluConstants = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

export type Activation = 'selu' | 'relu' | 'tanh';

export interface Moments {
  readonly mean: number;
  readonly variance: number;
}

export interface HigherMoments extends Moments {
  /** The third central moment: skewness times variance^1.5. */
  readonly third: number;
  /** The fourth central moment: kurtosis times variance². */
  readonly fourth: number;
}

/** The moments of N(mean, variance). */
export const normal_moments = (mean = 0, variance = 1): HigherMoments => ({
  mean,
  variance,
  third: 0,
  fourth: 3 * variance * variance,
});

export function checkMoments(name: string, { mean, variance }: Moments): void {
  if (Number.isFinite(mean) && variance >= 0 && variance < Infinity) return;
  const text = `${name}: mean must be finite and variance finite and >= 0, got ${mean} and ${variance}`;
  throw new RangeError(text);
}

/** The activation as a function of a number. */
export function activate(f: Activation, z: number, { scale, alpha }: SeluConstants = SELU): number {
  if (f === 'tanh') return Math.tanh(z);
  if (f === 'relu') return Math.max(z, 0);
  return scale * (z > 0 ? z : alpha * Math.expm1(z));
}

/**
 * Mean, variance, third and fourth central moment of f(z), z ~ N(mean, variance).
 *
 * @param constants SELU's, where they are not the usual ones
 */
export function activation_moments(
  f: Activation,
  input: Moments,
  constants: SeluConstants = SELU,
): HigherMoments {
  const { mean, moment } = aboutMean(f, input, constants);
  return { mean, variance: moment(2), third: moment(3), fourth: moment(4) };
}

/** The first two of {@link activation_moments}, for half of the work. */
export function mean_variance(f: Activation, input: Moments, constants: SeluConstants = SELU): Moments {
  const { mean, moment } = aboutMean(f, input, constants);
  return { mean, variance: moment(2) };
}

interface AboutMean {
  readonly mean: number;
  /** A central moment. */
  moment(k: 2 | 3 | 4): number;
}

function aboutMean(f: Activation, input: Moments, constants: SeluConstants): AboutMean {
  checkMoments('activation_moments', input);
  const { mean: m, variance } = input;
  const s = Math.sqrt(variance);
  if (s === 0) return { mean: activate(f, m, constants), moment: () => 0 };
  // Elsewhere the closed forms are small differences of large numbers.
  if (f !== 'tanh' && s >= 0.5 && s <= 1e6 && Math.abs(m) <= 3 * s) {
    return central(f === 'relu' ? positive(m, s) : seluMoments(m, s, constants));
  }
  const mean = expectation((z) => activate(f, z, constants), m, s);
  return { mean, moment: (k) => expectation((z) => (activate(f, z, constants) - mean) ** k, m, s) };
}

/** See {@link activation_moments}. */
export const selu_moments = (input: Moments, constants: SeluConstants = SELU): HigherMoments =>
  activation_moments('selu', input, constants);

type Four = [number, number, number, number];

// Integration by parts: E[z^k; z > 0] = m E[z^(k-1); z > 0] + (k - 1) s² E[z^(k-2); z > 0].
function positive(m: number, s: number): Four {
  const none = normal_cdf(m / s);
  const one = m * none + s * normal_density(m / s);
  const two = m * one + s * s * none;
  const three = m * two + 2 * s * s * one;
  return [one, two, three, m * three + 3 * s * s * two];
}

/** E[e^(jz); z < 0], z ~ N(m, s²). */
export function negativeExponential(j: number, m: number, s: number): number {
  const t = m / s + j * s;
  // The exponential of a large number times the tail far out is, exactly, this product.
  return t > 0
    ? normal_density(m / s) * mills(t)
    : Math.exp(j * m + (j * s) ** 2 / 2) * normal_cdf(-t);
}

// (alpha (e^z - 1))^k by the binomial theorem, and the positive half.
function seluMoments(m: number, s: number, { scale, alpha }: SeluConstants): Four {
  const [e0, e1, e2, e3, e4] = [0, 1, 2, 3, 4].map((j) => negativeExponential(j, m, s)) as [
    number, number, number, number, number,
  ];
  const negative = [e1 - e0, e2 - 2 * e1 + e0, e3 - 3 * e2 + 3 * e1 - e0, e4 - 4 * e3 + 6 * e2 - 4 * e1 + e0];
  return positive(m, s).map((p, i) => scale ** (i + 1) * (p + alpha ** (i + 1) * negative[i]!)) as Four;
}

function central([r1, r2, r3, r4]: Four): AboutMean {
  const central = {
    2: r2 - r1 * r1,
    3: r3 - 3 * r1 * r2 + 2 * r1 ** 3,
    4: r4 - 4 * r1 * r3 + 6 * r1 * r1 * r2 - 3 * r1 ** 4,
  };
  return { mean: r1, moment: (k) => central[k] };
}
