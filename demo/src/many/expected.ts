// What a deep network should measure at its initialisation, layer by layer: the mean-field map of its
// moments, of its gradients, and of the correlation of one input under two masks.

import type { State } from '../state.js';
import * as theory from '../theory.js';
import type { Activation, Mask, Moments } from '../theory.js';

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
  const gain = theory.initGain(net.init, net.width);
  const mask = theory.mask(net.dropout, net.p);
  const batch = net.norm === 'batch';
  let layer: Layer = { out: { mean: 0, variance: 1 }, z: 1, gradient: 1, correlation: 1 };
  const layers = [layer];
  const factors: number[] = [];
  for (let i = 0; i < net.depth; ++i) {
    const before = layer.out;
    const drawn = gain.weight * (before.variance + before.mean ** 2) + gain.bias;
    const z = batch ? 1 : drawn;
    const out = theory.afterMask(mask, theory.activated(net.activation, { mean: 0, variance: z }));
    // Batch norm divides by the deviation that the batch had in front of it: that of a unit over the
    // samples, in which the mean of the inputs has no part.
    const scale = batch ? 1 / before.variance : gain.weight;
    factors.push(scale * slopeSquare(net.activation, z) * (1 - mask.p) * mask.a ** 2);
    const correlation = batch ? null : carried(net, mask, layer, gain, z, out);
    layer = { out, z, gradient: 1, correlation };
    layers.push(layer);
  }
  let gradient = 1;
  const squares = [gradient];
  for (const factor of factors.reverse()) squares.unshift((gradient *= factor));
  return layers.map((each, i) => ({ ...each, gradient: squares[i]! }));
}

/** E[f′(z)²] of z ~ N(0, variance): what a layer multiplies the gradient's mean square by. */
export function slopeSquare(f: Activation, variance: number): number {
  if (f === 'relu') return 0.5;
  const s = Math.sqrt(variance);
  if (f === 'tanh') return integral((t) => (1 - Math.tanh(s * t) ** 2) ** 2);
  const left = theory.SELU_ALPHA ** 2 * Math.exp(2 * variance) * theory.cdf(-2 * s);
  // Far out the product overflows times underflows; its asymptote is what is left.
  const tail = 2 * s < 25 ? left : theory.SELU_ALPHA ** 2 / (2 * s * Math.sqrt(2 * Math.PI));
  return theory.SELU_SCALE ** 2 * (0.5 + tail);
}

/** One layer of the correlation: two masks on what one input has become under two others. */
function carried(
  { activation, p }: Network,
  mask: Mask,
  { out, correlation }: Layer,
  gain: { weight: number; bias: number },
  z: number,
  next: Moments,
): number {
  if (mask.p === 0 || p === 0 || correlation === null) return 1;
  const shared = gain.weight * (correlation * out.variance + out.mean ** 2) + gain.bias;
  const product = activatedProduct(activation, z, Math.min(1, shared / z));
  // A mask is, in expectation, an affine map.
  const [slope, offset] = [(1 - mask.p) * mask.a, (1 - mask.p) * mask.b + mask.p * mask.dropped];
  const { mean } = theory.activated(activation, { mean: 0, variance: z });
  const both = slope ** 2 * product + 2 * slope * offset * mean + offset ** 2;
  return (both - next.mean ** 2) / next.variance;
}

/** E[f(z₁) f(z₂)] of two normal values of this variance and correlation. */
export function activatedProduct(f: Activation, variance: number, correlation: number): number {
  const s = Math.sqrt(variance);
  const rest = Math.max(0, variance * (1 - correlation ** 2));
  return integral((t) => {
    const z = s * t;
    const other = theory.activated(f, { mean: correlation * z, variance: rest }).mean;
    return theory.activated(f, { mean: z, variance: 0 }).mean * other;
  });
}

// E[g(t)] of a standard normal t: Simpson's rule either side of 0, where activations have their kink.
function integral(g: (t: number) => number): number {
  const steps = 60;
  const h = 8 / steps;
  let sum = 0;
  for (let i = 0; i <= steps; ++i) {
    const weight = (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * (h / 3) * theory.density(i * h);
    sum += weight * (g(i * h) + g(-i * h));
  }
  return sum;
}
