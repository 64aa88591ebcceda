// The map g: one SELU layer's mean and variance in, its mean and variance out (Klambauer et al. 2017).

import { activated } from '../theory.js';
import type { Moments } from '../theory.js';

/** A unit's weights: their sum ω and sum of squares τ. */
export interface Weights {
  readonly omega: number;
  readonly tau: number;
}

/** g: the moments of selu(z), z ~ N(μω, ντ). */
export const step = ({ mean, variance }: Moments, { omega, tau }: Weights): Moments =>
  activated('selu', { mean: mean * omega, variance: variance * tau });

/** `from` and what becomes of it, layer by layer. */
export function orbit(from: Moments, weights: Weights, steps: number): Moments[] {
  const path = [from];
  for (let i = 0; i < steps; ++i) path.push(step(path[i]!, weights));
  return path;
}

/** Where orbits end; undefined where they do not within a thousand layers. */
export function fixedPoint(weights: Weights): Moments | undefined {
  let at: Moments = { mean: 0, variance: 1 };
  for (let i = 0; i < 1000; ++i) {
    const next = step(at, weights);
    if (!(next.variance < 1e6)) return undefined;
    const moved = Math.abs(next.mean - at.mean) + Math.abs(next.variance - at.variance);
    at = next;
    if (moved < 1e-12) return at;
  }
  return undefined;
}

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
