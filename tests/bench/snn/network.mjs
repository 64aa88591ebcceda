// Rectangular networks of any depth, and their training: what all experiments here vary.

import * as torch from 'alphatorch';
import * as snn from 'alphatorch/snn';

const { nn } = torch;
const F = nn.functional;

const activations = { selu: nn.SELU, relu: nn.ReLU };
const dropouts = { alpha: nn.AlphaDropout, dropout: nn.Dropout };

/** Fills a layer as `init` says; PyTorch's default is what it has. */
function initialise(linear, init) {
  if (init === 'lecun') snn.lecun_normal_(linear);
  if (init !== 'he') return;
  nn.init.kaiming_normal_(linear.weight, { nonlinearity: 'relu' });
  nn.init.zeros_(linear.bias);
}

/**
 * `depth` hidden layers of linear, normalization, activation, dropout, and a linear one: the last with
 * LeCun's weights, unless all have PyTorch's. `dropped` of the layers have the dropout.
 */
export function build({ depth, width, features, classes = 10, activation, init, norm, dropout, p = 0, dropped = depth }) {
  const layers = [];
  for (let i = 0; i < depth; ++i) {
    const linear = new nn.Linear(i === 0 ? features : width, width);
    initialise(linear, init);
    layers.push(linear);
    if (norm) layers.push(new nn.BatchNorm1d(width));
    layers.push(new activations[activation]());
    if (dropout && p > 0 && i < dropped) layers.push(new dropouts[dropout](p));
  }
  const last = new nn.Linear(width, classes);
  initialise(last, init === 'default' ? 'default' : 'lecun');
  return new nn.Sequential(...layers, last);
}

/** The SNN and what it is measured against. */
export const networks = {
  'SNN': { activation: 'selu', init: 'lecun' },
  'SNN, AlphaDropout(0.1) behind the first layer': { activation: 'selu', init: 'lecun', dropout: 'alpha', p: 0.1, dropped: 1 },
  'SNN, AlphaDropout(0.1) behind every layer': { activation: 'selu', init: 'lecun', dropout: 'alpha', p: 0.1 },
  'ReLU, He': { activation: 'relu', init: 'he' },
  'ReLU, He, BatchNorm': { activation: 'relu', init: 'he', norm: true },
  'ReLU, He, Dropout(0.1) behind every layer': { activation: 'relu', init: 'he', dropout: 'dropout', p: 0.1 },
  "ReLU, PyTorch's default init": { activation: 'relu', init: 'default' },
};

/** Accuracy in per cent and mean loss, in eval mode. */
export function evaluate(model, { x, y }) {
  model.eval();
  return torch.tidy(() =>
    torch.no_grad(() => {
      const logits = model.forward(x);
      return {
        accuracy: (100 * logits.argmax(1).eq(y).sum().item()) / y.shape[0],
        loss: F.cross_entropy(logits, y).item(),
      };
    }),
  );
}

const optimizers = {
  SGD: (parameters, lr) => new torch.optim.SGD(parameters, { lr }),
  Adam: (parameters, lr) => new torch.optim.Adam(parameters, { lr }),
};

/**
 * Trains on `data.train`; calls `each(epoch, train, test)` after the epochs in `looks`, by default the last.
 * One seed makes weights, order and masks. A training that leaves the finite numbers stops there.
 */
export function train(network, data, { seed = 1, lr = 0.01, epochs = 20, batch = 32, optimizer = 'SGD', looks = [epochs] }) {
  torch.manual_seed(seed);
  const model = build({ features: data.train.x.shape[1], ...network });
  const steps = optimizers[optimizer]([...model.parameters()], lr);
  const n = data.train.y.shape[0];
  const results = [];
  for (let epoch = 1; epoch <= epochs; ++epoch) {
    model.train();
    const order = torch.randperm(n);
    let last = 0;
    for (let at = 0; at < n; at += batch) {
      last = torch.tidy(() => {
        const rows = order.narrow(0, at, Math.min(batch, n - at));
        const loss = F.cross_entropy(model.forward(data.train.x.index_select(0, rows)), data.train.y.index_select(0, rows));
        steps.zero_grad();
        loss.backward();
        steps.step();
        return at + batch >= n ? loss.item() : 0;
      });
    }
    order.dispose();
    const broken = !Number.isFinite(last);
    if (looks.includes(epoch) || broken) {
      results.push({ epoch, train: evaluate(model, data.train), test: evaluate(model, data.test) });
    }
    if (broken) break;
  }
  for (const tensor of [...model.parameters(), ...model.buffers()]) tensor.dispose();
  return results;
}
