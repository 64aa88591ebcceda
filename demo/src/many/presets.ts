// Networks worth a look: what is kept, what is shifted, what grows, what dies.

import type { State } from '../state.js';

export const presets: Record<string, Partial<State>> = {
  snn: { activation: 'selu', init: 'lecun', norm: 'none', dropout: 'alpha', p: 0.1, depth: 64 },
  plain: { activation: 'selu', init: 'lecun', norm: 'none', dropout: 'none', depth: 64 },
  shifted: { activation: 'selu', init: 'lecun', norm: 'none', dropout: 'dropout', p: 0.1, depth: 64 },
  explodes: { activation: 'selu', init: 'lecun', norm: 'none', dropout: 'dropout', p: 0.5, depth: 64 },
  relu: { activation: 'relu', init: 'he', norm: 'none', dropout: 'dropout', p: 0.1, depth: 64 },
  default: { activation: 'relu', init: 'default', norm: 'none', dropout: 'none', depth: 64 },
  batch: { activation: 'relu', init: 'he', norm: 'batch', dropout: 'none', depth: 64 },
  tanh: { activation: 'tanh', init: 'lecun', norm: 'none', dropout: 'none', depth: 64 },
};

export const matches = (state: State, preset: Partial<State>): boolean =>
  Object.entries(preset).every(([key, value]) => state[key as keyof State] === value);

const activations = { selu: 'SELU', relu: 'ReLU', tanh: 'tanh' };
const inits = { lecun: '', he: ' + He', default: ' + default init' };

/** A network in a few words. */
export function nameOf(state: State): string {
  const norm = state.norm === 'batch' ? ' + BatchNorm' : '';
  const { dropout, p } = state;
  const drop = dropout === 'none' || p === 0 ? '' : ` + ${dropout === 'alpha' ? 'Alpha' : ''}Dropout(${p})`;
  return `${activations[state.activation]}${inits[state.init]}${norm}${drop}`;
}
