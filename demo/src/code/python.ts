// The figures as PyTorch scripts: the same seeds in the same order, so the same numbers.

import { equal_noise_rate } from 'alphatorch/snn';
import { INPUT, LAYER, MASKS, STRIDE, WEIGHTS } from '../experiments/streams.js';
import { formatHash, type State } from '../state.js';

const seedOf = ({ seed }: State, stream: number): string => `torch.manual_seed(${seed + STRIDE * stream})`;

const script = (state: State, lines: readonly string[]): string =>
  [`# ${formatHash(state)}`, 'import torch', 'from torch import nn', '', ...lines, ''].join('\n');

/** Prints mean and variance of the one layer's input and output. */
export function oneLayerScript(state: State): string {
  const { op, p, mu, nu, samples, selu, draw } = state;
  const operations = {
    none: 'nn.Identity()',
    dropout: `nn.Dropout(${p})`,
    alpha: `nn.AlphaDropout(${p})`,
    equal: `nn.Dropout(${equal_noise_rate(p)})  # as noisy as AlphaDropout(${p})`,
  };
  return script(state, [
    seedOf(state, LAYER + draw),
    `x = torch.randn(${samples}) * ${Math.sqrt(nu)} + ${mu}`,
    'print("input", x.mean().item(), x.var().item())',
    `operation = ${operations[op]}`,
    `y = operation(${selu ? 'torch.selu(x)' : 'x'})`,
    'print("output", y.mean().item(), y.var().item())',
  ]);
}

const inits: Record<State['init'], string[]> = {
  default: [],
  lecun: [
    '    nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="linear")  # LeCun',
    '    nn.init.zeros_(layer.bias)',
  ],
  he: ['    nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="relu")', '    nn.init.zeros_(layer.bias)'],
};

/** Prints mean and variance of the deep network's input and behind each layer. */
export function networkScript(state: State): string {
  const { depth, width, batch, activation, init, norm, dropout, p } = state;
  const drop = { none: 'nn.Identity()', dropout: `nn.Dropout(${p})`, alpha: `nn.AlphaDropout(${p})` }[dropout];
  const z = norm === 'batch' ? 'nn.functional.batch_norm(layer(x), None, None, training=True)' : 'layer(x)';
  return script(state, [
    'torch.set_grad_enabled(False)',
    'layers = []',
    `for i in range(${depth}):`,
    `    torch.manual_seed(${state.seed} + ${STRIDE} * (${WEIGHTS} + i))`,
    `    layer = nn.Linear(${width}, ${width})`,
    ...inits[init],
    '    layers.append(layer)',
    '',
    `drop = ${drop}`,
    seedOf(state, INPUT),
    `x = torch.randn(${batch}, ${width})`,
    'print("input", x.mean().item(), x.var().item())',
    seedOf(state, MASKS),
    'for i, layer in enumerate(layers, 1):',
    `    x = drop(torch.${activation}(${z}))`,
    '    print(i, x.mean().item(), x.var().item())',
  ]);
}
