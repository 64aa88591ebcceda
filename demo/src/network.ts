// The experiments, in the library's own words: what a visitor would write with the npm package.

import * as torch from 'alphatorch';
import type { OneLayer, Sample } from './messages.js';
import { sample } from './sample.js';
import type { State } from './state.js';

const { nn } = torch;

// One seed, independent streams: the input, each layer's weights, each draw of the masks. So a layer
// keeps its weights when the depth changes, and a fresh mask meets the same network.
const INPUT = 0;
const WEIGHTS = 1;
const MASKS = 100;
function seed(state: State, stream: number): void {
  torch.manual_seed(state.seed + 1_000_000 * stream);
}

/** Standardised normal values, and what Dropout(p) and AlphaDropout(p) make of them. */
export function oneLayer(state: State): OneLayer {
  return torch.tidy(() => {
    seed(state, INPUT);
    const drawn = torch.randn([state.samples]);
    const x = drawn.sub(drawn.mean()).div(drawn.std());
    const [dropout, alpha] = [nn.Dropout, nn.AlphaDropout].map((Kind) => {
      seed(state, MASKS + state.draw);
      return sample(new Kind(state.p).forward(x), 4);
    }) as [Sample, Sample];
    return { input: sample(x, 4), dropout, alpha };
  });
}

function linear(state: State, i: number): torch.nn.Linear {
  seed(state, WEIGHTS + i);
  const layer = new nn.Linear(state.width, state.width);
  if (state.init === 'default') return layer;
  const nonlinearity = state.init === 'he' ? 'relu' : 'linear';
  nn.init.kaiming_normal_(layer.weight, { mode: 'fan_in', nonlinearity });
  nn.init.zeros_(layer.bias!);
  return layer;
}

// The last network's weights: another p or another activation need not draw them again.
let built = { key: '', layers: [] as torch.nn.Linear[] };

function layersFor(state: State): torch.nn.Linear[] {
  const key = [state.seed, state.width, state.init].join();
  if (built.key !== key) {
    for (const layer of built.layers) for (const w of layer.parameters()) w.dispose();
    built = { key, layers: [] };
  }
  return built.layers;
}

const activations = { selu: torch.selu, relu: torch.relu, tanh: torch.tanh };
const dropouts = { none: nn.Identity, dropout: nn.Dropout, alpha: nn.AlphaDropout };

/**
 * The statistics behind every layer of a deep network, the input first. `goOn` is awaited between
 * layers; when it says no, newer work is waiting and the result is undefined.
 */
export async function deep(
  state: State,
  goOn: () => Promise<boolean>,
): Promise<Sample[] | undefined> {
  const layers = layersFor(state);
  for (let i = layers.length; i < state.depth; ++i) {
    if (!(await goOn())) return undefined;
    layers.push(linear(state, i));
  }

  const act = activations[state.activation];
  const drop = new dropouts[state.dropout](state.p);
  seed(state, INPUT);
  let x = torch.randn([state.batch, state.width]);
  const samples = [sample(x)];
  seed(state, MASKS + state.draw);
  try {
    for (const layer of layers.slice(0, state.depth)) {
      if (!(await goOn())) return undefined;
      const y = torch.tidy(() => drop.forward(act(layer.forward(x))));
      x.dispose();
      x = y;
      samples.push(sample(x));
    }
    return samples;
  } finally {
    x.dispose();
  }
}
