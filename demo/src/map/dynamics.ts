// The map g: one SELU layer's mean and variance in, its mean and variance out (Klambauer et al. 2017).

import { selu_fixed_point, selu_map } from 'alphatorch/snn';
import type { Moments } from 'alphatorch/snn';

/** A unit's weights: their sum ω and sum of squares τ. */
export interface Weights {
  readonly omega: number;
  readonly tau: number;
}

/** Where one layer takes these moments. */
export const step = (from: Moments, { omega, tau }: Weights): Moments => selu_map(from, omega, tau);

/** `from` and what becomes of it, layer by layer. */
export function orbit(from: Moments, weights: Weights, steps: number): Moments[] {
  const path = [from];
  for (let i = 0; i < steps; ++i) path.push(step(path[i]!, weights));
  return path;
}

/** Where orbits end; undefined where they do not. */
export const fixedPoint = ({ omega, tau }: Weights): Moments | undefined => selu_fixed_point(omega, tau);

/** Layers until the variance is within 0.01 of `target`; undefined if never within `path`. */
export function settledAfter(path: readonly Moments[], target: number): number | undefined {
  const found = path.findIndex(({ variance }) => Math.abs(variance - target) < 0.01);
  return found < 0 ? undefined : found;
}

/**
 * The theorems' domains. In Ω (Theorem 1) orbits stay and end in one attracting fixed point; in Ω⁺
 * (Theorem 2) the variance falls, in Ω⁻ (Theorem 3) it rises.
 */
export const boxes = [
  { name: 'Ω', mean: 0.1, least: 0.8, most: 1.5 },
  { name: 'Ω⁺', mean: 1, least: 3, most: 16 },
  { name: 'Ω⁻', mean: 1, least: 0.02, most: 0.16 },
] as const;

/** What Theorem 1 asks of a unit's weights. */
export const holds = ({ omega, tau }: Weights): boolean =>
  Math.abs(omega) <= 0.1 && tau >= 0.95 && tau <= 1.1;
