// What dropout and AlphaDropout do to moments, and what they cost: noise, depth, gradient.

import { ALPHA_PRIME, checkMoments, negativeExponential, SELU, type HigherMoments, type Moments } from './moments.js';

export type DropoutKind = 'none' | 'dropout' | 'alpha';

/** A dropout layer: with probability 1 - p, y = a x + b; otherwise the constant `dropped`. */
export interface Mask {
  readonly p: number;
  readonly a: number;
  readonly b: number;
  readonly dropped: number;
}

export interface MaskOptions {
  /** The mean and variance that AlphaDropout keeps; default (0, 1), as PyTorch. */
  target?: Moments;
  /** What AlphaDropout drops to before `a` and `b`; default {@link ALPHA_PRIME}, as PyTorch. */
  floor?: number;
}

function checkRate(p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new RangeError(`dropout probability has to be between 0 and 1, but got ${p}`);
}

/** The numbers of nn.Dropout(p) or nn.AlphaDropout(p) in training. At p = 1 both return zeros. */
export function dropout_mask(kind: DropoutKind, p: number, options: MaskOptions = {}): Mask {
  checkRate(p);
  const { target = { mean: 0, variance: 1 }, floor = ALPHA_PRIME } = options;
  const q = 1 - p;
  if (kind === 'none' || p === 0) return { p: 0, a: 1, b: 0, dropped: 0 };
  if (p === 1) return { p, a: 0, b: 0, dropped: 0 };
  if (kind === 'dropout') return { p, a: 1 / q, b: 0, dropped: 0 };
  const { mean, variance } = target;
  const a = Math.sqrt(variance / (q * (p * (floor - mean) ** 2 + variance)));
  const b = mean - a * (q * mean + p * floor);
  return { p, a, b, dropped: a * floor + b };
}

/** Moments behind a mask, for an input of any moments. */
export function masked_moments(mask: Mask, input: HigherMoments): HigherMoments;
export function masked_moments(mask: Mask, input: Moments): Moments;
export function masked_moments({ p, a, b, dropped }: Mask, input: Moments | HigherMoments): Moments {
  checkMoments('masked_moments', input);
  const q = 1 - p;
  // A mixture of what is kept and one constant, about the common mean.
  const gap = a * input.mean + b - dropped;
  const [kept, other] = [p * gap, -q * gap];
  const v = a * a * input.variance;
  const out = { mean: dropped + q * gap, variance: q * v + p * q * gap * gap };
  if (!('fourth' in input)) return out;
  const [third, fourth] = [a ** 3 * input.third, a ** 4 * input.fourth];
  return {
    ...out,
    third: q * (third + 3 * v * kept + kept ** 3) + p * other ** 3,
    fourth: q * (fourth + 4 * third * kept + 6 * v * kept * kept + kept ** 4) + p * other ** 4,
  } as HigherMoments;
}

/** The share of the output's variance that the mask alone makes, for a standardised input. */
export function noise_share(mask: Mask): number {
  const { variance } = masked_moments(mask, { mean: 0, variance: 1 });
  return variance === 0 ? 1 : 1 - ((1 - mask.p) * mask.a) ** 2 / variance;
}

/** The rate at which ordinary dropout is as noisy as AlphaDropout(p): `p (1 + α'²) / (1 + p α'²)`. */
export function equal_noise_rate(p: number): number {
  checkRate(p);
  return (p * (1 + ALPHA_PRIME ** 2)) / (1 + p * ALPHA_PRIME ** 2);
}

// E selu'(z) and E selu'(z)², z ~ N(0, 1).
const slope = (): number => SELU.scale * (0.5 + SELU.alpha * negativeExponential(1, 0, 1));
const slopeSquare = (): number => SELU.scale ** 2 * (0.5 + SELU.alpha ** 2 * negativeExponential(2, 0, 1));

/**
 * ξ(p): over how many layers an SNN with AlphaDropout(p) in every layer forgets its input by a factor
 * of e, `-1 / ln((a q)² (E selu')²)`. Networks of about 4 ξ(p) layers train (mean field as in
 * Schoenholz et al. 2017; the 4 was measured).
 */
export const depth_scale = (p: number): number =>
  -1 / Math.log((1 - equal_noise_rate(p)) * slope() ** 2);

/**
 * χ(p): the factor that the mean square of the gradient takes on its way back through one layer of
 * an SNN with AlphaDropout(p), `E selu'² / (1 + p α'²)`. It is 1 at p = 0.0232.
 */
export function gradient_factor(p: number): number {
  checkRate(p);
  return p === 1 ? 0 : slopeSquare() / (1 + p * ALPHA_PRIME ** 2);
}
