// What the figures show, in a sentence. Written from the measured numbers, never from the settings.

import { depth_scale, equal_noise_rate } from 'alphatorch/snn';
import type { Moments } from 'alphatorch/snn';
import { number, percent, signed } from './format.js';
import type { OneLayer } from './messages.js';
import type { State } from './state.js';

const two = (value: number): string => number(value, 2);

export function oneLayerFinding(state: State, { dropout, alpha }: OneLayer): string {
  if (state.p === 0) return 'At p = 0 nothing is dropped, and both return their input.';
  const kept = Math.abs(alpha.variance - 1) < Math.abs(dropout.variance - 1);
  const verb = dropout.variance > 1 ? 'stretches' : 'shrinks';
  const rest = kept
    ? `AlphaDropout leaves it at ${two(alpha.variance)}.`
    : `AlphaDropout, by the luck of this mask, takes it to ${two(alpha.variance)}.`;
  return `Dropout ${verb} the variance to ${two(dropout.variance)}; ${rest}`;
}

/** `layers` without the input. */
export function deepFinding(layers: readonly Moments[]): string {
  const over = layers.length === 1 ? 'behind one layer' : `over ${layers.length} layers`;
  const broken = layers.findIndex((l) => !Number.isFinite(l.variance) || !Number.isFinite(l.mean));
  if (broken >= 0) return `Variance leaves float32’s range at layer ${broken + 1}.`;
  const variances = layers.map((l) => l.variance);
  const means = layers.map((l) => l.mean);
  const [low, high] = [Math.min(...variances), Math.max(...variances)];
  const last = variances.at(-1)!;
  const where = layers.length === 1 ? '' : ` at layer ${layers.length}`;
  if (low >= 0.8 && high <= 1.25) {
    const range = `Variance stays between ${two(low)} and ${two(high)} ${over}`;
    return `${range}, the mean between ${signed(Math.min(...means), 3)} and ${signed(Math.max(...means), 3)}.`;
  }
  if (last > 50) return `Variance explodes: ${number(last, 3)}${where}.`;
  if (last < 0.05) return `Variance dies out: ${number(last, 3)}${where}.`;
  const mean = `the mean ${signed(means.at(-1)!, 3)}`;
  return `Variance is not kept: ${number(last, 3)}${where} and ${mean}, between ${two(low)} and ${two(high)} ${over}.`;
}

export function rateNote(p: number): string {
  if (p === 0) return 'no dropout';
  return `AlphaDropout is as noisy as Dropout(${equal_noise_rate(p).toFixed(2)})`;
}

/** What the network's dashed line and band are. */
export function theoryText(state: State, banded: boolean): string {
  const line =
    'Dashed: mean-field theory, the network as if infinitely wide, in expectation for standardised input.';
  const band = banded
    ? ` Shaded: the 95 % band of random networks of width ${state.width}, as measured at batch 128.`
    : ' No band: where (0, 1) is not the fixed point, one network’s wander has not been measured.';
  return line + band;
}

export function priceText(p: number): string {
  if (p === 0) return 'Without dropout nothing is lost to masks; raise p to see the price.';
  const share = 1 - equal_noise_rate(p);
  const depth = 4 * depth_scale(p);
  const layers = depth < 10 ? depth.toFixed(1) : depth.toFixed(0);
  return (
    `At p = ${p} only ${percent(share)} of a layer’s variance is still signal, and that multiplies with ` +
    `depth. With AlphaDropout in every layer, training was seen to work down to about ${layers} layers ` +
    'at this rate (MNIST, 1 000 digits, width 64); in the first layer alone it does no such harm.'
  );
}
