// How far a real network of finite width strays from the mean-field theory.

import type { Moments } from '../theory.js';
import type { Network } from './expected.js';

/**
 * Half-widths of the 95 % band around (0, 1) for a layer of an SNN, or undefined where the fixed
 * point is not (0, 1). Units of a layer share their inputs, so they are no independent sample and
 * the central limit theorem does not give these: they were measured over random networks at batch
 * 128, whose standard deviations fall as 1 / width.
 */
export function networkBand(net: Network): Moments | undefined {
  if (net.activation !== 'selu' || net.init !== 'lecun' || net.norm !== 'none') return undefined;
  if (net.dropout === 'dropout' && net.p > 0) return undefined;
  const masked = net.dropout === 'alpha' && net.p > 0;
  const variance = masked ? 1.7 / net.width + 0.003 : 9 / net.width;
  const mean = masked ? 0.16 / Math.sqrt(net.width) : 0.2 / Math.sqrt(net.width);
  return { mean: 1.96 * mean, variance: 1.96 * variance };
}
