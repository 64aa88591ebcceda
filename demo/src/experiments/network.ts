// A deep network at its initialisation, in the library's own words.

import * as torch from 'alphatorch';
import type { State } from '../state.js';
import type { Sample, Signals } from './messages.js';
import { read, sample } from './sample.js';
import { INPUT, MASKS, OTHER_MASKS, seed, WEIGHTS } from './seeds.js';

const { nn } = torch;

/** Is awaited between layers; when it says no, newer work is waiting. */
export type GoOn = () => Promise<boolean>;

function linear(state: State, i: number): torch.nn.Linear {
  seed(state, WEIGHTS + i);
  const layer = new nn.Linear(state.width, state.width);
  if (state.init !== 'default') {
    const nonlinearity = state.init === 'he' ? 'relu' : 'linear';
    nn.init.kaiming_normal_(layer.weight, { mode: 'fan_in', nonlinearity });
    nn.init.zeros_(layer.bias!);
  }
  // Only activations get gradients here.
  layer.requires_grad_(false);
  return layer;
}

// The last network's weights: another p or another activation need not draw them again.
let built = { key: '', layers: [] as torch.nn.Linear[] };

async function layersFor(state: State, goOn: GoOn): Promise<torch.nn.Linear[] | undefined> {
  const key = [state.seed, state.width, state.init].join();
  if (built.key !== key) {
    for (const layer of built.layers) for (const w of layer.parameters()) w.dispose();
    built = { key, layers: [] };
  }
  const { layers } = built;
  for (let i = layers.length; i < state.depth; ++i) {
    if (!(await goOn())) return undefined;
    layers.push(linear(state, i));
  }
  return layers.slice(0, state.depth);
}

const activations = { selu: torch.selu, relu: torch.relu, tanh: torch.tanh };
const dropouts = { none: nn.Identity, dropout: nn.Dropout, alpha: nn.AlphaDropout };

/** What each layer does to its input: linear, normalisation, activation, dropout. */
function block(state: State): (layer: torch.nn.Linear, x: torch.Tensor) => torch.Tensor {
  const act = activations[state.activation];
  const drop = new dropouts[state.dropout](state.p);
  const norm = (z: torch.Tensor): torch.Tensor =>
    state.norm === 'batch' ? nn.functional.batch_norm(z, null, null, { training: true }) : z;
  return (layer, x) => drop.forward(act(norm(layer.forward(x))));
}

/** The statistics behind every layer, the input first. */
export async function network(state: State, goOn: GoOn): Promise<Sample[] | undefined> {
  const layers = await layersFor(state, goOn);
  if (!layers) return undefined;
  const step = block(state);
  seed(state, INPUT);
  let x = torch.randn([state.batch, state.width]);
  const samples = [sample(x)];
  seed(state, MASKS);
  try {
    for (const layer of layers) {
      if (!(await goOn())) return undefined;
      const y = torch.tidy(() => step(layer, x));
      x.dispose();
      x = y;
      samples.push(sample(x));
    }
    return samples;
  } finally {
    x.dispose();
  }
}

/**
 * Gradients and information. Each layer is a graph of its own, so that newer work need not wait for
 * one long backward: the gradient is carried from layer to layer by hand.
 */
export async function signals(state: State, goOn: GoOn): Promise<Signals | undefined> {
  const layers = await layersFor(state, goOn);
  if (!layers) return undefined;
  const inputs: torch.Tensor[] = [];
  const outputs: torch.Tensor[] = [];
  let carried: torch.Tensor | undefined;
  try {
    const step = block(state);
    seed(state, INPUT);
    let x = torch.randn([state.batch, state.width]);
    seed(state, MASKS);
    for (const layer of layers) {
      if (!(await goOn())) return undefined;
      inputs.push(x.requires_grad_());
      const y = torch.enable_grad(() => torch.tidy(() => step(layer, x)));
      outputs.push(y);
      x = y.detach();
    }
    const correlation = await correlations(state, layers, inputs, x, goOn);
    x.dispose();
    if (!correlation) return undefined;

    seed(state, INPUT);
    let g = torch.randn([state.batch, state.width]);
    carried = g;
    const squares = [read(torch.tidy(() => g.square().mean()))];
    for (let i = layers.length - 1; i >= 0; --i) {
      if (!(await goOn())) return undefined;
      outputs[i]!.backward(g);
      g.dispose();
      carried = g = inputs[i]!.grad!;
      squares.unshift(read(torch.tidy(() => g.square().mean())));
    }
    const top = squares.at(-1)!;
    return { gradient: squares.map((s) => s / top), correlation };
  } finally {
    carried?.dispose();
    for (const t of [...inputs, ...outputs]) t.dispose();
  }
}

// The same input again, under other masks, against what the first masks left of it.
async function correlations(
  state: State,
  layers: readonly torch.nn.Linear[],
  inputs: readonly torch.Tensor[],
  last: torch.Tensor,
  goOn: GoOn,
): Promise<number[] | undefined> {
  const step = block(state);
  const first = [...inputs.slice(1), last];
  seed(state, OTHER_MASKS);
  let x = inputs[0]!.detach();
  const found = [1];
  try {
    for (const [i, layer] of layers.entries()) {
      if (!(await goOn())) return undefined;
      const y = torch.tidy(() => step(layer, x));
      x.dispose();
      x = y;
      found.push(read(torch.tidy(() => correlation(first[i]!.detach(), x))));
    }
    return found;
  } finally {
    x.dispose();
  }
}

function correlation(x: torch.Tensor, y: torch.Tensor): torch.Tensor {
  const [u, v] = [x.sub(x.mean()), y.sub(y.mean())];
  return u.mul(v).mean().div(u.square().mean().mul(v.square().mean()).sqrt());
}
