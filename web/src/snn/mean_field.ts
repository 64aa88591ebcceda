// Deep networks as if they were infinitely wide: statistics pooled over units, samples, masks and
// weights, layer by layer.

import { dropout_mask, masked_moments, type DropoutKind, type Mask } from './dropout.js';
import {
  activation_moments,
  ALPHA_PRIME,
  negativeExponential,
  SELU,
  type Activation,
  type Moments,
} from './moments.js';
import { expectation, normal_cdf } from './normal.js';

/** LeCun's normal, He's normal, or what PyTorch's Linear draws: uniform, variance 1 / (3 fan_in). */
export type Init = 'lecun' | 'he' | 'default';

/** What an initialisation draws: the weights' variance times fan_in, and the biases' variance. */
export interface Gain {
  readonly weight: number;
  readonly bias: number;
}

export function init_gain(init: Init, fan_in: number): Gain {
  if (init === 'lecun') return { weight: 1, bias: 0 };
  if (init === 'he') return { weight: 2, bias: 0 };
  return { weight: 1 / 3, bias: 1 / (3 * fan_in) };
}

/** `depth` layers of linear, activation, dropout. */
export interface Network {
  readonly depth: number;
  readonly width: number;
  readonly activation: Activation;
  readonly dropout: DropoutKind;
  readonly p: number;
  readonly init: Init;
}

export interface Layer {
  /** What the layer puts out, behind its dropout. */
  readonly out: Moments;
  /** Variance of what goes into the activation; its mean is 0. */
  readonly z: number;
  /** The factor on the mean square of the gradient, from behind the layer to before it. */
  readonly gradient: number;
}

/** The variance of w·x + b over random weights, whose mean is 0. */
export const linear_variance = (gain: Gain, { mean, variance }: Moments): number =>
  gain.weight * (variance + mean * mean) + gain.bias;

/** The mean-field map, layer by layer, from an input of the given moments. */
export function mean_field(
  net: Network,
  input: Moments = { mean: 0, variance: 1 },
): Layer[] {
  const gain = init_gain(net.init, net.width);
  const mask = dropout_mask(net.dropout, net.p);
  let out: Moments = input;
  return Array.from({ length: net.depth }, () => {
    const z = linear_variance(gain, out);
    const { mean, variance } = activation_moments(net.activation, { mean: 0, variance: z });
    out = masked_moments(mask, { mean, variance });
    const kept = (1 - mask.p) * mask.a ** 2;
    return { out, z, gradient: gain.weight * kept * slope_square(net.activation, z) };
  });
}

/** E f'(z)², z ~ N(0, variance). */
export function slope_square(f: Activation, variance: number): number {
  if (f === 'relu') return 0.5;
  const s = Math.sqrt(variance);
  if (f === 'tanh') return s === 0 ? 1 : expectation((z) => (1 - Math.tanh(z) ** 2) ** 2, 0, s);
  const below = s === 0 ? 0.5 : negativeExponential(2, 0, s);
  return SELU.scale ** 2 * (0.5 + SELU.alpha ** 2 * below);
}

/** P(y <= t) of a layer's output: the activation of N(0, z) behind a mask. */
export function output_cdf(f: Activation, z: number, mask: Mask, t: number): number {
  const dropped = t >= mask.dropped ? mask.p : 0;
  if (mask.p === 1) return dropped;
  return dropped + (1 - mask.p) * activatedCdf(f, Math.sqrt(z), (t - mask.b) / mask.a);
}

function activatedCdf(f: Activation, s: number, y: number): number {
  if (f === 'relu') return y < 0 ? 0 : normal_cdf(y / s);
  if (f === 'tanh') return y <= -1 ? 0 : y >= 1 ? 1 : normal_cdf(Math.atanh(y) / s);
  if (y > 0) return normal_cdf(y / SELU.scale / s);
  return y <= ALPHA_PRIME ? 0 : normal_cdf(Math.log1p(-y / ALPHA_PRIME) / s);
}
