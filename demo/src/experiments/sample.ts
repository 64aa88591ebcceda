// From a tensor to the few numbers that the page draws.

import type * as torch from 'alphatorch';
import type { Bins, Sample } from './messages.js';

export const BINS = 100;

/**
 * The half-width of a histogram that shows `mean` ± 3.5 standard deviations: 5 when all is well,
 * else 5 times a power of two, so that the axis changes only when it has to.
 */
export function reach(mean: number, variance: number): number {
  const need = Math.abs(mean) + 3.5 * Math.sqrt(variance);
  if (!(need > 0) || !Number.isFinite(need)) return 5;
  return 5 * 2 ** Math.ceil(Math.log2(need / 5));
}

export function bin(values: ArrayLike<number>, least: number, most: number, n = BINS): Bins {
  const counts = new Uint32Array(n);
  const scale = n / (most - least);
  for (let i = 0; i < values.length; ++i) {
    const at = Math.floor((values[i]! - least) * scale);
    if (at >= 0 && at < n) counts[at]! += 1;
  }
  return { least, most, counts, total: values.length };
}

/** Statistics of `x`; its histogram over [-width, width], by default as wide as `x` needs. */
export function sample(x: torch.Tensor, width?: number, bins = BINS): Sample {
  const mean = read(x.mean());
  const variance = read(x.var());
  const half = width ?? reach(mean, variance);
  return { mean, variance, bins: bin(x.toArray() as Float32Array, -half, half, bins) };
}

export function read(scalar: torch.Tensor): number {
  const value = Number(scalar.item());
  scalar.dispose();
  return value;
}
