// The figures as PyTorch scripts: the same seeds in the same order, so the same numbers.

import type { State } from '../state.js';
import { formatHash } from '../state.js';

// The streams of network.ts: the input, each layer's weights from here on, each draw of the masks.
const WEIGHTS = 1;
const MASKS = 100;
const kStride = 1_000_000;

const seedOf = ({ seed }: State, stream: number): string => String(seed + kStride * stream);

const head = (state: State): string[] => [
  `# ${formatHash(state)}`,
  'import torch',
  'from torch import nn',
  '',
];

/** Prints mean and variance of the input, after Dropout and after AlphaDropout. */
export function oneLayerScript(state: State): string {
  return [
    ...head(state),
    `torch.manual_seed(${seedOf(state, 0)})`,
    `x = torch.randn(${state.samples})`,
    'x = (x - x.mean()) / x.std()',
    'print("input", x.mean().item(), x.var().item())',
    'for Kind in (nn.Dropout, nn.AlphaDropout):',
    `    torch.manual_seed(${seedOf(state, MASKS + state.draw)})`,
    `    y = Kind(${state.p})(x)`,
    '    print(Kind.__name__, y.mean().item(), y.var().item())',
    '',
  ].join('\n');
}

const inits: Record<State['init'], string[]> = {
  default: [],
  lecun: [
    '    nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="linear")  # LeCun',
    '    nn.init.zeros_(layer.bias)',
  ],
  he: ['    nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="relu")', '    nn.init.zeros_(layer.bias)'],
};
const dropouts = { none: 'nn.Identity()', dropout: 'nn.Dropout', alpha: 'nn.AlphaDropout' };

/** Prints mean and variance of the input and behind each layer. */
export function networkScript(state: State): string {
  const { depth, width, batch, activation, init, dropout, p } = state;
  const drop = dropout === 'none' ? dropouts.none : `${dropouts[dropout]}(${p})`;
  return [
    ...head(state),
    'torch.set_grad_enabled(False)',
    'layers = []',
    `for i in range(${depth}):`,
    `    torch.manual_seed(${state.seed} + ${kStride} * (${WEIGHTS} + i))`,
    `    layer = nn.Linear(${width}, ${width})`,
    ...inits[init],
    '    layers.append(layer)',
    '',
    `drop = ${drop}`,
    `torch.manual_seed(${seedOf(state, 0)})`,
    `x = torch.randn(${batch}, ${width})`,
    'print("input", x.mean().item(), x.var().item())',
    `torch.manual_seed(${seedOf(state, MASKS + state.draw)})`,
    'for i, layer in enumerate(layers, 1):',
    `    x = drop(torch.${activation}(layer(x)))`,
    '    print(i, x.mean().item(), x.var().item())',
    '',
  ].join('\n');
}
