// What the page shows, as one flat record, and its form in the address: #v=1&p=0.1&depth=64&…
// The same address draws the same picture, since every random number comes from the seed.

import type { Activation, DropoutKind, Init } from 'alphatorch/snn';
import type { Data, Placement } from './race/messages.js';

/** What the one layer does to its input; `equal` is DropoutKind at the rate as noisy as AlphaDropout(p). */
export type Op = 'none' | 'dropout' | 'alpha' | 'equal';
export type Norm = 'none' | 'batch';
export type Tab = 'gradient' | 'information';

export interface State {
  readonly p: number;
  readonly seed: number;
  /** How often the one layer's values and mask have been drawn anew. */
  readonly draw: number;

  readonly op: Op;
  /** Whether SELU stands before the one layer. */
  readonly selu: 0 | 1;
  /** Mean and variance of the one layer's input. */
  readonly mu: number;
  readonly nu: number;
  readonly samples: number;

  /** Of the map g: the weights' sum and sum of squares, and where the orbit starts. */
  readonly omega: number;
  readonly tau: number;
  readonly mu0: number;
  readonly nu0: number;

  readonly depth: number;
  readonly width: number;
  readonly batch: number;
  readonly activation: Activation;
  readonly init: Init;
  readonly norm: Norm;
  readonly dropout: DropoutKind;
  /** The layer whose histogram is shown; 0 is the input. Never beyond depth. */
  readonly layer: number;
  readonly tab: Tab;

  /** The race. A file is the visitor's own: a link to it asks for one. */
  readonly raceData: Data;
  readonly raceDepth: number;
  readonly raceWidth: number;
  readonly raceOptimizer: 'sgd' | 'adam';
  readonly raceP: number;
  readonly racePlacement: Placement;
  readonly racePlaces: number;
  readonly raceSame: 0 | 1;
  readonly raceBatch: number;
  readonly raceEpochs: number;
  readonly raceSeed: number;
  /** Of each lane, by its id: whether it takes part, and its learning rate. */
  readonly raceRuns_snn: 0 | 1;
  readonly raceRuns_relu: 0 | 1;
  readonly raceRuns_norm: 0 | 1;
  readonly raceRuns_drop: 0 | 1;
  readonly raceLr_snn: number;
  readonly raceLr_relu: number;
  readonly raceLr_norm: number;
  readonly raceLr_drop: number;
}

/** A learning rate that suits the optimizer at depth 32; see the note below the race. */
const usualRate = { sgd: 0.01, adam: 0.001 };
export function usualRates(optimizer: State['raceOptimizer']) {
  const rate = usualRate[optimizer];
  return { raceLr_snn: rate, raceLr_relu: rate, raceLr_norm: rate, raceLr_drop: rate };
}

export const defaults: State = {
  p: 0.1,
  seed: 42,
  draw: 0,
  op: 'alpha',
  selu: 0,
  mu: 0,
  nu: 1,
  samples: 65536,
  omega: 0,
  tau: 1,
  mu0: 0.6,
  nu0: 8,
  depth: 64,
  width: 256,
  batch: 128,
  activation: 'selu',
  init: 'lecun',
  norm: 'none',
  dropout: 'alpha',
  layer: 64,
  tab: 'gradient',
  raceData: 'digits14',
  raceDepth: 32,
  raceWidth: 64,
  raceOptimizer: 'sgd',
  raceP: 0.1,
  racePlacement: 'first',
  racePlaces: 1,
  raceSame: 0,
  raceBatch: 32,
  raceEpochs: 20,
  raceSeed: 1,
  raceRuns_snn: 1,
  raceRuns_relu: 1,
  raceRuns_norm: 1,
  raceRuns_drop: 1,
  ...usualRates('sgd'),
};
/** A phone runs two lanes, unless a link says otherwise. */
export const phoneDefaults: State = { ...defaults, raceRuns_norm: 0, raceRuns_drop: 0 };

/** The values a control offers. */
export const choices = {
  op: ['none', 'dropout', 'alpha', 'equal'],
  selu: [0, 1],
  samples: [320, 4096, 65536, 1048576],
  width: [16, 32, 64, 128, 256, 512, 1024],
  batch: [16, 32, 64, 128, 256, 512],
  activation: ['selu', 'relu', 'tanh'],
  init: ['lecun', 'default', 'he'],
  norm: ['none', 'batch'],
  dropout: ['none', 'dropout', 'alpha'],
  tab: ['gradient', 'information'],
  raceData: ['digits14', 'digits', 'spirals', 'file'],
  raceOptimizer: ['sgd', 'adam'],
  racePlacement: ['first', 'last', 'all'],
  raceSame: [0, 1],
  raceRuns_snn: [0, 1],
  raceRuns_relu: [0, 1],
  raceRuns_norm: [0, 1],
  raceRuns_drop: [0, 1],
} as const;

/** The range a control covers: least, most, step. */
export const ranges = {
  p: [0, 0.95, 0.01],
  seed: [0, 999999, 1],
  draw: [0, 999, 1],
  mu: [-3, 3, 0.05],
  nu: [0.05, 16, 0.001],
  omega: [-2, 2, 0.05],
  tau: [0.5, 1.5, 0.01],
  mu0: [-1, 1, 0.01],
  nu0: [0.02, 16, 0.0001],
  depth: [2, 128, 1],
  layer: [0, 128, 1],
  raceDepth: [1, 32, 1],
  raceWidth: [4, 512, 1],
  raceP: [0, 0.95, 0.01],
  racePlaces: [1, 32, 1],
  raceBatch: [2, 512, 1],
  raceEpochs: [1, 1000, 1],
  raceSeed: [0, 999999, 1],
  raceLr_snn: [1e-6, 10, 1e-6],
  raceLr_relu: [1e-6, 10, 1e-6],
  raceLr_norm: [1e-6, 10, 1e-6],
  raceLr_drop: [1e-6, 10, 1e-6],
} as const;

export type Key = keyof State;
export const keys = Object.keys(defaults) as Key[];

const isRange = (key: Key): key is keyof typeof ranges => Object.hasOwn(ranges, key);

/** The nearest value of the control that holds `key`. */
export function clamped(key: keyof typeof ranges, value: number): number {
  const [least, most, step] = ranges[key];
  const nearest = Math.round(Math.min(most, Math.max(least, value)) / step) * step;
  // Through a decimal text, so that 29 steps of 0.01 are 0.29.
  return Number(nearest.toFixed(6));
}

/** The value that `text` stands for; a number is clamped, what is none of the choices is undefined. */
export function parsed(key: Key, text: string): number | string | undefined {
  if (isRange(key)) {
    const value = /^-?\d{1,9}(\.\d{1,9})?(e-?\d{1,2})?$/i.test(text) ? Number(text) : NaN;
    return Number.isFinite(value) ? clamped(key, value) : undefined;
  }
  return (choices[key] as readonly (number | string)[]).find((choice) => String(choice) === text);
}

/**
 * The state in an address's hash. What is missing, unknown or no value is that of `base`; but a
 * learning rate that is missing is the optimizer's usual one.
 */
export function parseHash(hash: string, base = defaults): { state: State; rejected: string[] } {
  const rejected: string[] = [];
  const found: Record<string, number | string> = {};
  // No honest hash is longer; a hostile one is not worth reading.
  const text = hash.length > 2000 ? 'too long=' : hash.replace(/^#/, '');
  for (const [key, value] of new URLSearchParams(text)) {
    if (key === 'v') continue;
    const known = (keys as string[]).includes(key);
    const good = known ? parsed(key as Key, value) : undefined;
    if (good === undefined) rejected.push(key.slice(0, 20));
    else found[key] = good;
  }
  const rates = usualRates((found['raceOptimizer'] ?? base.raceOptimizer) as State['raceOptimizer']);
  return { state: settled({ ...base, ...rates, ...found } as State, 'layer' in found), rejected };
}

/** The hash of a state: every value in it, so that a link survives other defaults. */
export function formatHash(state: State): string {
  const pairs = keys.map((key) => [key, String(state[key])]);
  return `#${new URLSearchParams([['v', '1'], ...pairs])}`;
}

/** `state` with a change; the shown layer follows the depth, the learning rates the optimizer. */
export function changed(state: State, change: Partial<State>): State {
  const rates = change.raceOptimizer && usualRates(change.raceOptimizer);
  return settled({ ...state, ...rates, ...change }, change.layer !== undefined || state.layer < state.depth);
}

function settled(state: State, chosen: boolean): State {
  const layer = chosen ? Math.min(state.layer, state.depth) : state.depth;
  return { ...state, layer };
}
