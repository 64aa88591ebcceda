// What is measured of a layer's values, in double.

import type { Tensor } from '../index.js';
import { ALPHA_PRIME, type Activation, type Moments } from './moments.js';

export type Values = Float32Array | Float64Array;

/** The elements of a tensor of floating point. */
export const valuesOf = (x: Tensor): Values => x.detach().toArray() as Values;

export interface TraceHistogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  /** How many values lie below `low` and above `high`. */
  readonly below: number;
  readonly above: number;
}

export interface Measure {
  readonly bins: number;
  readonly range: readonly [low: number, high: number] | undefined;
}

/** The mean of the squares; 0 for none. */
export function meanSquare(x: Tensor): number {
  const values = valuesOf(x);
  let sum = 0;
  for (let i = 0; i < values.length; ++i) sum += values[i]! * values[i]!;
  return values.length === 0 ? 0 : sum / values.length;
}

export function momentsOf(values: Values): Moments {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; ++i) sum += values[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; ++i) squares += (values[i]! - mean) ** 2;
  // NaN for fewer than two values, as torch.var.
  return { mean, variance: n > 1 ? squares / (n - 1) : NaN };
}

export function spreadOf(
  values: Values,
  { bins, range }: Measure,
): { histogram: TraceHistogram; nonfinite: number } {
  let nonfinite = 0;
  let [low, high] = range ?? [Infinity, -Infinity];
  for (let i = 0; i < values.length; ++i) {
    const v = values[i]!;
    if (!Number.isFinite(v)) ++nonfinite;
    else if (!range) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  }
  if (low > high) [low, high] = [0, 0];
  const counts = new Array<number>(bins).fill(0);
  let [below, above] = [0, 0];
  const scale = high > low ? bins / (high - low) : 0;
  for (let i = 0; i < values.length; ++i) {
    const v = values[i]!;
    if (!Number.isFinite(v)) continue;
    if (v < low) ++below;
    else if (v > high) ++above;
    else ++counts[Math.min(bins - 1, Math.floor((v - low) * scale))]!;
  }
  return { histogram: { low, high, counts, below, above }, nonfinite };
}

/** Below this slope a unit hardly learns from the example. */
const kFlat = 0.05;

// The slope, from the output.
const slopes: { readonly [F in Activation]: (y: number) => number } = {
  selu: (y) => (y > 0 ? 1 : y - ALPHA_PRIME),
  relu: (y) => (y > 0 ? 1 : 0),
  tanh: (y) => 1 - y * y,
};

export function saturation(kind: string | undefined, values: Values): number | undefined {
  if (kind !== 'selu' && kind !== 'relu' && kind !== 'tanh') return undefined;
  let flat = 0;
  for (let i = 0; i < values.length; ++i) if (slopes[kind](values[i]!) < kFlat) ++flat;
  return flat / values.length;
}
