// What one layer should measure: the moments of its output, and how far a sample of N values strays.

import type { Op, State } from '../state.js';
import * as theory from '../theory.js';
import type { Mask, Moments } from '../theory.js';

/** E[x], E[x²], E[x³], E[x⁴]. */
export type Raw = readonly [number, number, number, number];

/** Of z ~ N(mean, variance). */
export function normalRaw({ mean: m, variance: v }: Moments): Raw {
  return [m, m * m + v, m ** 3 + 3 * m * v, m ** 4 + 6 * m * m * v + 3 * v * v];
}

/** Of selu(z). Simpson's rule either side of 0, where SELU has its kink. */
export function seluRaw({ mean, variance }: Moments): Raw {
  const s = Math.sqrt(variance);
  const sums: [number, number, number, number] = [0, 0, 0, 0];
  const over = (from: number, to: number): void => {
    const steps = 2000;
    const h = (to - from) / steps;
    for (let i = 0; i <= steps; ++i) {
      const z = from + i * h;
      const weight = (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * (h / 3) * (theory.density((z - mean) / s) / s);
      // At the kink both sides are 0.
      const y = theory.SELU_SCALE * (z > 0 ? z : theory.SELU_ALPHA * Math.expm1(z));
      for (let k = 0; k < 4; ++k) sums[k]! += weight * y ** (k + 1);
    }
  };
  const [low, high] = [mean - 12 * s, mean + 12 * s];
  if (low < 0) over(low, Math.min(0, high));
  if (high > 0) over(Math.max(0, low), high);
  return sums;
}

const binomial = [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1]] as const;

/** Behind a mask: the kept share is a x + b, the rest one constant. */
export function maskedRaw({ p, a, b, dropped }: Mask, raw: Raw): Raw {
  const of = [1, ...raw];
  return [1, 2, 3, 4].map((k) => {
    const kept = binomial[k]!.reduce((sum, n, j) => sum + n * a ** j * of[j]! * b ** (k - j), 0);
    return (1 - p) * kept + p * dropped ** k;
  }) as unknown as Raw;
}

export function moments([m1, m2]: Raw): Moments {
  return { mean: m1, variance: m2 - m1 * m1 };
}

/** Half-widths of the 95 % bands of the mean and of the unbiased variance of n independent values. */
export function sampleBand([m1, m2, m3, m4]: Raw, n: number): Moments {
  const variance = m2 - m1 * m1;
  const fourth = m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 ** 4;
  return {
    mean: 1.96 * Math.sqrt(variance / n),
    variance: 1.96 * Math.sqrt((fourth - (variance * variance * (n - 3)) / (n - 1)) / n),
  };
}

export function maskOf(op: Op, p: number): Mask {
  if (op === 'equal') return theory.mask('dropout', theory.equalNoiseRate(p));
  return theory.mask(op, p);
}

export interface Expected {
  readonly input: Raw;
  readonly output: Raw;
  readonly mask: Mask;
}

export function expected(state: State): Expected {
  const given = { mean: state.mu, variance: state.nu };
  const input = normalRaw(given);
  const mask = maskOf(state.op, state.p);
  return { input, output: maskedRaw(mask, state.selu ? seluRaw(given) : input), mask };
}
