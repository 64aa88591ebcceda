// How far a finite sample, or a network of finite width, strays from its expectation.

import type { Mask } from './dropout.js';
import type { Network } from './mean_field.js';
import type { HigherMoments, Moments } from './moments.js';

/** The normal distribution's 97.5 % point: bands are of 95 %. */
const kTwoSided95 = 1.959963984540054;

function checkCount(n: number): void {
  if (n >= 2) return;
  throw new RangeError(`a band needs n >= 2 values, got ${n}`);
}

/**
 * Half-widths of the bands around mean and (unbiased) variance of `n` independent values of these
 * moments: `z √(ν / n)` and `z √((m₄ - ν² (n - 3) / (n - 1)) / n)`. The layers of a network are no such
 * sample: see {@link network_band}.
 */
export function sampling_band(
  { variance, fourth }: HigherMoments,
  n: number,
  z: number = kTwoSided95,
): Moments {
  checkCount(n);
  const spread = fourth - variance * variance * ((n - 3) / (n - 1));
  return { mean: z * Math.sqrt(variance / n), variance: z * Math.sqrt(spread / n) };
}

/**
 * Half-widths of the bands when one standardised normal sample of `n` values gets a fresh mask: the
 * input stays, so only the mask's noise counts.
 */
export function mask_band({ p, a, b, dropped }: Mask, n: number, z: number = kTwoSided95): Moments {
  checkCount(n);
  const spread = p * (1 - p);
  const mean = spread * (a * a + (b - dropped) ** 2);
  // E[((a x + b)² - dropped²)²] for x ~ N(0, 1), whose moments are 0, 1, 0, 3.
  const [c0, c1, c2] = [b * b - dropped * dropped, 2 * a * b, a * a];
  const square = spread * (c0 * c0 + c1 * c1 + 2 * c0 * c2 + 3 * c2 * c2);
  return { mean: z * Math.sqrt(mean / n), variance: z * Math.sqrt(square / n) };
}

/**
 * Half-widths of the 95 % band around (0, 1) for a layer of an SNN, or undefined where the fixed
 * point is not (0, 1). Units of a layer share their inputs, so they are no independent sample and
 * the central limit theorem does not give these: they were measured over random networks of 64
 * layers at batch 128, whose standard deviations fall with the width.
 */
export function network_band({
  width,
  activation,
  dropout,
  p,
  init,
}: Omit<Network, 'depth'>): Moments | undefined {
  if (activation !== 'selu' || init !== 'lecun') return undefined;
  if (dropout === 'dropout' && p > 0) return undefined;
  const masked = dropout === 'alpha' && p > 0;
  const variance = masked ? 1.7 / width + 0.003 : 9 / width;
  const mean = (masked ? 0.16 : 0.2) / Math.sqrt(width);
  return { mean: kTwoSided95 * mean, variance: kTwoSided95 * variance };
}
