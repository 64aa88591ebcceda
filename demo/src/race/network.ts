// The networks of the race: a deep stack of equal hidden layers, in each lane's way.

import * as torch from 'alphatorch';
import type { Lane, Settings } from './messages.js';

const { nn } = torch;

const activations = { selu: nn.SELU, relu: nn.ReLU };
const dropouts = { alpha: nn.AlphaDropout, plain: nn.Dropout };

/** Whether hidden layer `i` has the lane's dropout. */
export function drops(lane: Lane, i: number, { depth, placement, places, same }: Settings): boolean {
  if (lane.dropout === 'none') return false;
  // ReLU's users put it everywhere; AlphaDropout is as noisy as a far larger Dropout, and has a choice.
  if (placement === 'all' || (lane.dropout === 'plain' && !same)) return true;
  return placement === 'first' ? i < places : i >= depth - places;
}

/** LeCun's variance 1 / n for SELU and the output, He's 2 / n for ReLU; no bias. */
function linear(inputs: number, outputs: number, nonlinearity: 'relu' | 'linear'): torch.nn.Linear {
  const layer = new nn.Linear(inputs, outputs);
  nn.init.kaiming_normal_(layer.weight, { mode: 'fan_in', nonlinearity });
  nn.init.zeros_(layer.bias!);
  return layer;
}

/** The hidden layers and the output of a lane. Draws from the default generator. */
export function build(lane: Lane, settings: Settings, features: number, classes: number): torch.nn.Sequential {
  const { depth, width, p } = settings;
  const hidden = Array.from({ length: depth }, (_, i) => {
    const layer = linear(i === 0 ? features : width, width, lane.activation === 'relu' ? 'relu' : 'linear');
    const norm = lane.norm ? [new nn.BatchNorm1d(width)] : [];
    const drop = lane.dropout !== 'none' && drops(lane, i, settings) ? [new dropouts[lane.dropout](p)] : [];
    return new nn.Sequential(layer, ...norm, new activations[lane.activation](), ...drop);
  });
  return new nn.Sequential(...hidden, linear(width, classes, 'linear'));
}
