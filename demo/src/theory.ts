// What the numbers should be: closed forms for one layer, the mean-field map for many, and how far
// a finite sample strays. No library and no DOM in here.

export const SELU_SCALE = 1.0507009873554805;
export const SELU_ALPHA = 1.6732632423543772;
/** Where SELU ends on the left: the value AlphaDropout drops to. */
export const ALPHA_PRIME = -SELU_SCALE * SELU_ALPHA;

export type Activation = 'selu' | 'relu' | 'tanh';
export type Dropout = 'none' | 'dropout' | 'alpha';
export type Init = 'lecun' | 'default' | 'he';

export interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** A dropout layer: with probability 1 - p, y = a x + b; otherwise the constant `dropped`. */
export interface Mask {
  readonly p: number;
  readonly a: number;
  readonly b: number;
  readonly dropped: number;
}

export function mask(kind: Dropout, p: number): Mask {
  const q = 1 - p;
  if (kind === 'none' || p === 0) return { p: 0, a: 1, b: 0, dropped: 0 };
  if (kind === 'dropout') return { p, a: 1 / q, b: 0, dropped: 0 };
  const a = 1 / Math.sqrt(q * (1 + p * ALPHA_PRIME ** 2));
  const b = -a * p * ALPHA_PRIME;
  return { p, a, b, dropped: a * ALPHA_PRIME + b };
}

/** Mean and variance behind a mask, for an input of any mean and variance. */
export function afterMask({ p, a, b, dropped }: Mask, { mean, variance }: Moments): Moments {
  const kept = a * mean + b;
  return {
    mean: (1 - p) * kept + p * dropped,
    variance: (1 - p) * a * a * variance + p * (1 - p) * (kept - dropped) ** 2,
  };
}

/** The share of the output's variance that the mask alone makes, for a standardised input. */
export function noiseShare(m: Mask): number {
  const { variance } = afterMask(m, { mean: 0, variance: 1 });
  return 1 - ((1 - m.p) * m.a) ** 2 / variance;
}

/** The rate at which ordinary dropout is as noisy as AlphaDropout(p). */
export const equalNoiseRate = (p: number): number => noiseShare(mask('alpha', p));

/**
 * Layers over which AlphaDropout(p) in every layer of an SNN forgets its input by a factor of e.
 * 0.970680 is (E selu'(z))^2, the slope of SELU's correlation map at 0.
 */
export const depthScale = (p: number): number =>
  -1 / Math.log((1 - noiseShare(mask('alpha', p))) * 0.97068);

/**
 * Half-widths of the 95 % bands when a standardised normal sample of n values gets a fresh mask:
 * the input stays, so only the mask's noise counts.
 */
export function maskBand({ p, a, b, dropped }: Mask, n: number): Moments {
  const spread = p * (1 - p);
  const mean = spread * (a * a + (b - dropped) ** 2);
  // E[((a x + b)^2 - dropped^2)^2] for x ~ N(0, 1), whose moments are 0, 1, 0, 3.
  const c0 = b * b - dropped * dropped;
  const c1 = 2 * a * b;
  const c2 = a * a;
  const square = spread * (c0 * c0 + c1 * c1 + 2 * c0 * c2 + 3 * c2 * c2);
  return { mean: 1.96 * Math.sqrt(mean / n), variance: 1.96 * Math.sqrt(square / n) };
}

/** Moments of f(z) for z ~ N(mean, variance). */
export function activated(f: Activation, { mean, variance }: Moments): Moments {
  if (variance <= 0) {
    const y = apply(f, mean);
    return { mean: y, variance: 0 };
  }
  const s = Math.sqrt(variance);
  if (f === 'tanh') return tanhMoments(mean, s);
  const tail = cdf(mean / s);
  const first = mean * tail + s * density(mean / s);
  const second = (mean * mean + variance) * tail + mean * s * density(mean / s);
  if (f === 'relu') return { mean: first, variance: second - first * first };
  const e = [0, 1, 2].map((j) => truncatedExp(j, mean, s)) as [number, number, number];
  const m1 = SELU_SCALE * (first + SELU_ALPHA * (e[1] - e[0]));
  const m2 = SELU_SCALE ** 2 * (second + SELU_ALPHA ** 2 * (e[2] - 2 * e[1] + e[0]));
  return { mean: m1, variance: m2 - m1 * m1 };
}

function apply(f: Activation, z: number): number {
  if (f === 'tanh') return Math.tanh(z);
  if (f === 'relu') return Math.max(z, 0);
  return SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z));
}

// E[e^(jz); z < 0]. Far out the product overflows times underflows, and erfc's asymptote takes over.
function truncatedExp(j: number, mean: number, s: number): number {
  const t = mean / s + j * s;
  if (t < 25) return Math.exp(j * mean + (j * s) ** 2 / 2) * cdf(-t);
  return (density(mean / s) / t) * (1 - 1 / t ** 2 + 3 / t ** 4 - 15 / t ** 6);
}

// Trapezoid over z: it converges faster than any power for a smooth function under a Gaussian.
function tanhMoments(mean: number, s: number): Moments {
  const steps = 400;
  const h = 16 / steps;
  let m1 = 0;
  let m2 = 0;
  for (let i = 0; i <= steps; ++i) {
    const t = -8 + i * h;
    const weight = h * density(t);
    const y = Math.tanh(mean + s * t);
    m1 += weight * y;
    m2 += weight * y * y;
  }
  return { mean: m1, variance: m2 - m1 * m1 };
}

/** What the initialisation draws, times fan-in: the gain of the weights and the bias's variance. */
export function initGain(init: Init, width: number): { weight: number; bias: number } {
  if (init === 'lecun') return { weight: 1, bias: 0 };
  if (init === 'he') return { weight: 2, bias: 0 };
  return { weight: 1 / 3, bias: 1 / (3 * width) };
}

export interface Network {
  readonly depth: number;
  readonly width: number;
  readonly activation: Activation;
  readonly dropout: Dropout;
  readonly p: number;
  readonly init: Init;
}

export interface Layer {
  /** What the layer puts out, behind its dropout. */
  readonly out: Moments;
  /** Variance of what goes into the activation; its mean is 0. */
  readonly z: number;
}

/**
 * The mean-field map, layer by layer, from a standardised input: the network as if it were
 * infinitely wide, its statistics pooled over units, samples, masks and weights.
 */
export function meanField(net: Network): Layer[] {
  const gain = initGain(net.init, net.width);
  const m = mask(net.dropout, net.p);
  let out: Moments = { mean: 0, variance: 1 };
  return Array.from({ length: net.depth }, () => {
    const z = gain.weight * (out.variance + out.mean ** 2) + gain.bias;
    out = afterMask(m, activated(net.activation, { mean: 0, variance: z }));
    return { out, z };
  });
}

/** P(y <= t) of a layer's output: the activation of N(0, z) behind a mask. */
export function outputCdf(f: Activation, z: number, m: Mask, t: number): number {
  const kept = activatedCdf(f, Math.sqrt(z), (t - m.b) / m.a);
  return (1 - m.p) * kept + (t >= m.dropped ? m.p : 0);
}

function activatedCdf(f: Activation, s: number, y: number): number {
  if (f === 'relu') return y < 0 ? 0 : cdf(y / s);
  if (f === 'tanh') return y <= -1 ? 0 : y >= 1 ? 1 : cdf(Math.atanh(y) / s);
  if (y > 0) return cdf(y / SELU_SCALE / s);
  return y <= ALPHA_PRIME ? 0 : cdf(Math.log1p(-y / ALPHA_PRIME) / s);
}

/** The standard normal density. */
export const density = (t: number): number => Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI);

/** The standard normal distribution function. */
export const cdf = (t: number): number => 0.5 * erfc(-t * Math.SQRT1_2);

// Series near zero, continued fraction beyond: relative error below 1e-12.
function erfc(x: number): number {
  const t = Math.abs(x);
  const upper = t < 2 ? 1 - erfSeries(t) : erfcFraction(t);
  return x < 0 ? 2 - upper : upper;
}

// All terms are positive in this form, so nothing cancels.
function erfSeries(t: number): number {
  let term = t;
  let sum = t;
  for (let n = 1; term > 1e-18 * sum; ++n) {
    term *= (2 * t * t) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-t * t) * sum;
}

function erfcFraction(t: number): number {
  let tail = 0;
  for (let k = 100; k >= 1; --k) tail = k / 2 / (t + tail);
  return Math.exp(-t * t) / Math.sqrt(Math.PI) / (t + tail);
}
