// Networks worth a look: what is kept, what is shifted, what grows, what dies.

import type { State } from './state.js';

export const presets: Record<string, Partial<State>> = {
  snn: { activation: 'selu', init: 'lecun', dropout: 'alpha', p: 0.1, depth: 64 },
  plain: { activation: 'selu', init: 'lecun', dropout: 'none', depth: 64 },
  shifted: { activation: 'selu', init: 'lecun', dropout: 'dropout', p: 0.1, depth: 64 },
  relu: { activation: 'relu', init: 'he', dropout: 'dropout', p: 0.1, depth: 64 },
  default: { activation: 'relu', init: 'default', dropout: 'none', depth: 64 },
  tanh: { activation: 'tanh', init: 'lecun', dropout: 'none', depth: 64 },
};

export const matches = (state: State, preset: Partial<State>): boolean =>
  Object.entries(preset).every(([key, value]) => state[key as keyof State] === value);
