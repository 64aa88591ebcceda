// What one layer should measure: the moments of its output, to the fourth, of which the bands are made.

import { dropout_mask, equal_noise_rate, masked_moments, normal_moments, selu_moments } from 'alphatorch/snn';
import type { HigherMoments, Mask } from 'alphatorch/snn';
import type { Op, State } from '../state.js';

export interface Expected {
  readonly input: HigherMoments;
  readonly output: HigherMoments;
  readonly mask: Mask;
}

export function expected({ op, p, selu, mu, nu }: State): Expected {
  const input = normal_moments(mu, nu);
  const mask = maskOf(op, p);
  return { input, output: masked_moments(mask, selu ? selu_moments(input) : input), mask };
}

function maskOf(op: Op, p: number): Mask {
  return op === 'equal' ? dropout_mask('dropout', equal_noise_rate(p)) : dropout_mask(op, p);
}
