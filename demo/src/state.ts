// What the page shows, as one flat record, and its form in the address: #v=1&p=0.1&depth=64&…
// The same address draws the same picture, since every random number comes from the seed.

import type { Activation, DropoutKind, Init } from 'alphatorch/snn';

export interface State {
  readonly p: number;
  readonly samples: number;
  readonly seed: number;
  /** How many times the mask has been drawn anew. */
  readonly draw: number;
  readonly depth: number;
  readonly width: number;
  readonly batch: number;
  readonly activation: Activation;
  readonly init: Init;
  readonly dropout: DropoutKind;
  /** The layer whose histogram is shown; 0 is the input. Never beyond depth. */
  readonly layer: number;
}

export const defaults: State = {
  p: 0.1,
  samples: 65536,
  seed: 42,
  draw: 0,
  depth: 64,
  width: 256,
  batch: 128,
  activation: 'selu',
  init: 'lecun',
  dropout: 'alpha',
  layer: 64,
};

/** The values a control offers. */
export const choices = {
  samples: [320, 4096, 65536, 1048576],
  width: [16, 32, 64, 128, 256, 512],
  batch: [16, 32, 64, 128, 256, 512],
  activation: ['selu', 'relu', 'tanh'],
  init: ['lecun', 'default', 'he'],
  dropout: ['none', 'dropout', 'alpha'],
} as const;

/** The range a control covers: least, most, step. */
export const ranges = {
  p: [0, 0.95, 0.01],
  seed: [0, 999999, 1],
  draw: [0, 999, 1],
  depth: [1, 64, 1],
  layer: [0, 64, 1],
} as const;

export type Key = keyof State;
export const keys = Object.keys(defaults) as Key[];

const isRange = (key: Key): key is keyof typeof ranges => Object.hasOwn(ranges, key);

/** The value that `text` stands for, or undefined when the control could not have made it. */
function parsed(key: Key, text: string): number | string | undefined {
  if (isRange(key)) {
    const [least, most, step] = ranges[key];
    const value = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
    if (!(value >= least && value <= most)) return undefined;
    // Through a decimal text, so that 29 steps of 0.01 are 0.29.
    return Number((Math.round(value / step) * step).toFixed(6));
  }
  return (choices[key] as readonly (number | string)[]).find((choice) => String(choice) === text);
}

/** The state in an address's hash. What is missing, unknown or out of range is the default. */
export function parseHash(hash: string): { state: State; rejected: string[] } {
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
  return { state: settled({ ...defaults, ...found } as State, 'layer' in found), rejected };
}

/** The hash of a state: every value in it, so that a link survives other defaults. */
export function formatHash(state: State): string {
  const pairs = keys.map((key) => [key, String(state[key])]);
  return `#${new URLSearchParams([['v', '1'], ...pairs])}`;
}

/** `state` with a change; the shown layer follows the depth. */
export function changed(state: State, change: Partial<State>): State {
  return settled({ ...state, ...change }, change.layer !== undefined || state.layer < state.depth);
}

function settled(state: State, chosen: boolean): State {
  const layer = chosen ? Math.min(state.layer, state.depth) : state.depth;
  return { ...state, layer };
}
