// What the figures show, in a sentence. Written from the measured numbers, never from the settings.

import type { Moments } from 'alphatorch/snn';
import type { Signals } from '../experiments/messages.js';
import { number, short, signed } from '../format.js';
import type { State } from '../state.js';

const two = (value: number): string => number(value, 2);

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

/** What the network's dashed line and band are. */
export function theoryText(state: State, banded: boolean): string {
  const line =
    'Dashed: mean-field theory, the network as if infinitely wide, in expectation for standardised input.';
  const band = banded
    ? ` Shaded: the 95 % band of random networks of width ${state.width}, as measured at batch 128.`
    : ' No band: where (0, 1) is not the fixed point, one network’s wander has not been measured.';
  return line + band;
}

/** What reaches the bottom of the network, or what is left at its top. */
export function signalFinding(signals: Signals, stat: 'gradient' | 'correlation'): string {
  const depth = signals.gradient.length - 1;
  if (stat === 'gradient') {
    const bottom = signals.gradient[0]!;
    if (!Number.isFinite(bottom)) return 'The gradient leaves float32’s range on its way down.';
    const each = bottom ** (1 / depth);
    return `Over ${depth} layers the gradient’s mean square becomes ${number(bottom, 2)} times as large: × ${number(each, 4)} a layer.`;
  }
  const { correlation } = signals;
  const lost = correlation.findIndex((c) => c < 0.1);
  if (lost < 0) return `Under two masks the outputs of one input are still correlated by ${short(correlation.at(-1)!)} at layer ${depth}.`;
  return `Under two masks the outputs of one input have hardly anything in common from layer ${lost} on: correlation ${short(correlation[lost]!, 2)}.`;
}
