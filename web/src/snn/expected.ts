// What theory says of one module: the moments it puts out, and what it does to the gradient.

import { nn, Tensor } from '../index.js';
import { network_band, sampling_band } from './bands.js';
import { dropout_mask, masked_moments } from './dropout.js';
import { linear_variance, slope_square } from './mean_field.js';
import { activation_moments, normal_moments, type Moments } from './moments.js';
import { meanSquare } from './statistics.js';
import { kindOf, mixingWeight, rateOf, type Kind } from './watch.js';

/** A dropout that is not training passes its input through. */
export function effectiveKind(module: nn.Module): Kind | undefined {
  const kind = kindOf(module);
  return (kind === 'dropout' || kind === 'alpha') && !module.training ? 'same' : kind;
}

/** Moments behind `module`, for an input of the given ones. */
export function theoryOf(kind: Kind | undefined, module: nn.Module, input: Moments): Moments | undefined {
  switch (kind) {
    case 'linear': {
      const { bias } = module as { bias?: unknown };
      const { fan_in, square } = weightOf(module);
      const gain = { weight: fan_in * square, bias: bias instanceof Tensor ? meanSquare(bias) : 0 };
      return { mean: 0, variance: linear_variance(gain, input) };
    }
    case 'selu':
    case 'relu':
    case 'tanh': {
      const { mean, variance } = activation_moments(kind, input);
      return { mean, variance };
    }
    case 'dropout':
    case 'alpha':
      return masked_moments(dropout_mask(kind, rateOf(module)), { mean: input.mean, variance: input.variance });
    case 'same':
      return { mean: input.mean, variance: input.variance };
  }
  return undefined;
}

/** The factor on the mean square of the gradient, from behind `module` to before it. */
export function factorOf(kind: Kind | undefined, module: nn.Module, input: Moments): number | undefined {
  switch (kind) {
    case 'linear': {
      const { fan_out, square } = weightOf(module);
      return fan_out * square;
    }
    case 'selu':
    case 'relu':
    case 'tanh':
      return slope_square(kind, input.variance + input.mean ** 2);
    case 'dropout':
    case 'alpha': {
      const { p, a } = dropout_mask(kind, rateOf(module));
      return (1 - p) * a * a;
    }
    case 'same':
      return 1;
  }
  return undefined;
}

function weightOf(module: nn.Module): { fan_in: number; fan_out: number; square: number } {
  const weight = mixingWeight(module)!;
  const [fan_in, fan_out] = nn.init.calculate_fan_in_and_fan_out(weight);
  return { fan_in, fan_out, square: meanSquare(weight) };
}

/** The band around the moments of a layer of an SNN; none away from (0, 1). */
export function bandOf(theory: Moments, shape: readonly number[], masked: boolean): Moments | undefined {
  const n = shape.reduce((a, b) => a * b, 1);
  const width = n / (shape[0] ?? 1);
  // The weights drawn are not exactly of variance 1 / fan_in; the fixed point moves with them.
  if (n < 2 || Math.abs(theory.mean) > 0.05 || Math.abs(theory.variance - 1) > 0.1) return undefined;
  const net = network_band({ width, activation: 'selu', dropout: masked ? 'alpha' : 'none', p: Number(masked), init: 'lecun' })!;
  const sample = sampling_band(normal_moments(), n);
  return { mean: Math.hypot(net.mean, sample.mean), variance: Math.hypot(net.variance, sample.variance) };
}
