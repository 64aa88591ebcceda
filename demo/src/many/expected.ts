// What a deep network should measure at its initialisation, layer by layer: the library's mean field, and
// beyond it batch norm, and the correlation of one input under two masks.

import { activate, dropout_mask, init_gain, mean_field, normal_cdf, normal_density, SELU } from 'alphatorch/snn';
import type { Activation, Gain, Mask, Moments } from 'alphatorch/snn';
import type { State } from '../state.js';

export type Network = Pick<State, 'depth' | 'width' | 'activation' | 'init' | 'norm' | 'dropout' | 'p'>;

export interface Layer {
  /** What the layer puts out, behind its dropout. */
  readonly out: Moments;
  /** Variance of what goes into the activation; its mean is 0. */
  readonly z: number;
  /** Mean square of the gradient, that of the last layer's output being 1. */
  readonly gradient: number;
  /** Correlation of the outputs under two masks; null where there is no theory for it. */
  readonly correlation: number | null;
}

let last: { key: string; layers: Layer[] } | undefined;

/** The input first, standardised. The last answer is kept: a figure is drawn more often than it changes. */
export function expectedNetwork(net: Network): Layer[] {
  const key = [net.depth, net.width, net.activation, net.init, net.norm, net.dropout, net.p].join();
  if (last?.key !== key) last = { key, layers: computed(net) };
  return last.layers;
}

function computed(net: Network): Layer[] {
  const field = net.norm === 'batch' ? normalised(net) : mean_field(net);
  const layers = [{ out: { mean: 0, variance: 1 }, z: 1, gradient: 1 }, ...field];
  const correlation = correlations(net, layers);
  let gradient = 1;
  const squares = [gradient];
  for (const layer of [...field].reverse()) squares.unshift((gradient *= layer.gradient));
  return layers.map(({ out, z }, i) => ({
    out,
    z,
    gradient: squares[i]!,
    correlation: correlation[i]!,
  }));
}

type Step = Omit<Layer, 'correlation'>;

/**
 * With batch norm before the activation z is N(0, 1) whatever comes in. It divides the gradient by the
 * deviation that it took off: of a unit over the batch, in which the mean of the inputs has no part.
 */
function normalised(net: Network): Step[] {
  const [unit] = mean_field({ ...net, depth: 1, init: 'lecun' });
  return Array.from({ length: net.depth }, (_, i) => ({
    ...unit!,
    gradient: unit!.gradient / (i === 0 ? 1 : unit!.out.variance),
  }));
}

function correlations(net: Network, layers: readonly Step[]): (number | null)[] {
  if (net.norm === 'batch') return layers.map(() => null);
  const mask = dropout_mask(net.dropout, net.p);
  if (mask.p === 0) return layers.map(() => 1);
  const gain = init_gain(net.init, net.width);
  let c = 1;
  return layers.map((layer, i) => (i === 0 ? c : (c = carried(net.activation, mask, gain, layers[i - 1]!, layer, c))));
}

/** One layer of the correlation: two masks on what one input has become under two others. */
function carried(f: Activation, mask: Mask, gain: Gain, before: Step, { z, out }: Step, c: number): number {
  const shared = gain.weight * (c * before.out.variance + before.out.mean ** 2) + gain.bias;
  const product = activatedProduct(f, z, Math.min(1, shared / z));
  // A mask is, in expectation, an affine map.
  const [slope, offset] = [(1 - mask.p) * mask.a, (1 - mask.p) * mask.b + mask.p * mask.dropped];
  const mean = (out.mean - offset) / slope;
  const both = slope ** 2 * product + 2 * slope * offset * mean + offset ** 2;
  return (both - out.mean ** 2) / out.variance;
}

/** E[f(z₁) f(z₂)] of two normal values of this variance and correlation. */
export function activatedProduct(f: Activation, variance: number, correlation: number): number {
  const s = Math.sqrt(variance);
  const rest = s * Math.sqrt(Math.max(0, 1 - correlation ** 2));
  return integral((t) => meanOf(f, s * t, 0) * meanOf(f, correlation * s * t, rest));
}

// E f(z), z ~ N(m, s²).
function meanOf(f: Activation, m: number, s: number): number {
  if (s === 0) return activate(f, m);
  if (f === 'tanh') return integral((t) => Math.tanh(m + s * t));
  const above = m * normal_cdf(m / s) + s * normal_density(m / s);
  if (f === 'relu') return above;
  const t = m / s + s;
  // Far out the product overflows times underflows; its asymptote is what is left.
  const e1 = t < 25 ? Math.exp(m + (s * s) / 2) * normal_cdf(-t) : normal_density(m / s) / t;
  return SELU.scale * (above + SELU.alpha * (e1 - normal_cdf(-m / s)));
}

// E[g(t)] of a standard normal t: Simpson's rule either side of 0, where activations have their kink.
function integral(g: (t: number) => number): number {
  const steps = 60;
  const h = 8 / steps;
  let sum = 0;
  for (let i = 0; i <= steps; ++i) {
    const weight = (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * (h / 3) * normal_density(i * h);
    sum += weight * (g(i * h) + g(-i * h));
  }
  return sum;
}
