// E1: one dropout of a million standard normal values. E2: 64 layers at initialisation.

import * as torch from 'alphatorch';
import * as snn from 'alphatorch/snn';
import { build } from './network.mjs';

/** Standard deviations that chance does not reach: 1e-6. */
const kSure = 4.9;

/** Mean and unbiased variance. */
const momentsOf = (x) => [x.mean().item(), x.var().item()];
const f32 = Math.fround;
/** Distance in units of the last place of a float32 as large as the second. */
const ulps = (a, b) => Math.abs(a - b) / 2 ** (Math.floor(Math.log2(Math.abs(b))) - 23);

export function e1({ hold }) {
  const n = 2 ** 20;
  torch.manual_seed(1);
  const x = torch.randn(n);
  const values = x.toArray();
  for (const p of [0.05, 0.1, 0.2, 0.5]) {
    const mask = snn.dropout_mask('alpha', p);
    const behind = snn.masked_moments(mask, snn.normal_moments());
    const band = snn.sampling_band(behind, n, kSure);
    const layer = new torch.nn.AlphaDropout(p);
    torch.tidy(() => {
      const y = layer.forward(x);
      const [mean, variance] = momentsOf(y);
      hold(`p = ${p}: |mean|`, Math.abs(mean), '<=', band.mean);
      hold(`p = ${p}: |variance - 1|`, Math.abs(variance - 1), '<=', band.variance);
      const out = y.toArray();
      const [a, b, dropped] = [f32(mask.a), f32(mask.b), f32(mask.dropped)];
      let [count, keptOff, droppedOff, xy] = [0, 0, 0, 0];
      const constants = new Set();
      for (let i = 0; i < n; ++i) {
        xy += out[i] * values[i];
        // A kept value comes as near to the constant as any other; which of the two it was, x says.
        const kept = f32(a * values[i] + b);
        if (Math.abs(out[i] - dropped) < Math.abs(out[i] - kept)) {
          ++count;
          constants.add(out[i]);
          droppedOff = Math.max(droppedOff, ulps(out[i], dropped));
        } else if (Math.abs(kept) > 1e-3) {
          keptOff = Math.max(keptOff, Math.abs(out[i] - kept) / (Math.abs(a * values[i]) + Math.abs(b)) / 2 ** -23);
        }
      }
      hold(`p = ${p}: |share dropped - p|`, Math.abs(count / n - p), '<=', kSure * Math.sqrt((p * (1 - p)) / n));
      hold(`p = ${p}: values dropped to`, constants.size, '<=', 1);
      hold(`p = ${p}: the dropped value, ulp from a q α'`, droppedOff, '<=', 1);
      hold(`p = ${p}: kept values, ulp from a x + b`, keptOff, '<=', 2);
      const slope = xy / values.reduce((sum, v) => sum + v * v, 0);
      hold(`p = ${p}: |slope of y on x - a q|`, Math.abs(slope - mask.a * (1 - p)), '<=', 0.005);
      hold(`p = ${p}: elements that eval changes`, layer.eval().forward(x).ne(x).sum().item(), '<=', 0);
      const ordinary = new torch.nn.Dropout(p).forward(x);
      const control = snn.masked_moments(snn.dropout_mask('dropout', p), snn.normal_moments());
      hold(`p = ${p}: control, |variance of Dropout - 1 / q|`, Math.abs(momentsOf(ordinary)[1] - control.variance), '<=', snn.sampling_band(control, n, kSure).variance);
    });
  }
  torch.tidy(() => {
    const [mean, variance] = momentsOf(new torch.nn.AlphaDropout(0.5).forward(x.add(1)));
    hold('N(1, 1), p = 0.5: |mean - 0.443|', Math.abs(mean - 0.443), '<=', 0.007);
    hold('N(1, 1), p = 0.5: |variance - 1.887|', Math.abs(variance - 1.887), '<=', 0.012);
  });
  x.dispose();
}

const lecun = { activation: 'selu', init: 'lecun' };
const relu = { activation: 'relu', init: 'he' };

/** The outputs of the 64 layers: [mean, variance] each, and the gradient's mean square behind each. */
function layersOf(network, width, { backward = false } = {}) {
  torch.manual_seed(1);
  const model = build({ depth: 64, width, features: width, classes: width, ...network });
  // What a layer puts out, behind its dropout: the last module before the next linear one.
  const x = torch.randn(128, width);
  const { layers } = snn.trace(model, x, { backward, bins: 1 });
  const ends = layers.filter((_, i) => layers[i + 1]?.type === 'Linear');
  for (const tensor of [...model.parameters(), ...model.buffers(), x]) tensor.dispose();
  return ends;
}

export function e2({ hold }) {
  const worst = (layers, f) => Math.max(...layers.map((layer) => (Number.isNaN(f(layer)) ? Infinity : f(layer))));
  const kept = (label, network, width, mean, [low, high]) => {
    const layers = layersOf(network, width);
    hold(`${label}, W = ${width}: greatest |mean|`, worst(layers, (l) => Math.abs(l.mean)), '<=', mean);
    hold(`${label}, W = ${width}: least variance`, -worst(layers, (l) => -l.variance), '>=', low);
    hold(`${label}, W = ${width}: greatest variance`, worst(layers, (l) => l.variance), '<=', high);
  };
  const alpha = (p) => ({ ...lecun, dropout: 'alpha', p });
  for (const p of [0.05, 0.1, 0.2, 0.5]) kept(`AlphaDropout(${p})`, alpha(p), 512, 0.03, [0.94, 1.06]);
  kept('SELU', lecun, 512, 0.04, [0.9, 1.1]);
  kept('AlphaDropout(0.1)', alpha(0.1), 256, 0.05, [0.92, 1.08]);
  kept('SELU', lecun, 256, 0.07, [0.82, 1.18]);
  kept('AlphaDropout(0.1)', alpha(0.1), 64, 0.08, [0.82, 1.18]);
  kept('SELU', lecun, 64, 0.25, [0.55, 1.7]);

  const controls = (label, network, check) => check(layersOf(network, 512), label);
  controls('SELU, Dropout(0.1)', { ...lecun, dropout: 'dropout', p: 0.1 }, (layers, label) => {
    const late = layers.slice(31);
    hold(`${label}: from layer 32, greatest |variance - 1.62|`, worst(late, (l) => Math.abs(l.variance - 1.62)), '<=', 0.1);
    hold(`${label}: from layer 32, greatest |mean - 0.056|`, worst(late, (l) => Math.abs(l.mean - 0.056)), '<=', 0.04);
  });
  controls('SELU, Dropout(0.2)', { ...lecun, dropout: 'dropout', p: 0.2 }, (layers, label) =>
    hold(`${label}: from layer 32, greatest |variance - 2.84|`, worst(layers.slice(31), (l) => Math.abs(l.variance - 2.84)), '<=', 0.2),
  );
  controls('SELU, Dropout(0.5)', { ...lecun, dropout: 'dropout', p: 0.5 }, (layers, label) =>
    hold(`${label}: variance at layer 64`, layers.at(-1).variance, '>=', 1000),
  );
  controls('ReLU, He, Dropout(0.1)', { ...relu, dropout: 'dropout', p: 0.1 }, (layers, label) =>
    hold(`${label}: variance at layer 64`, layers.at(-1).variance, '>=', 50),
  );
  controls("ReLU, PyTorch's init", { ...relu, init: 'default' }, (layers, label) =>
    hold(`${label}: greatest variance from layer 8`, worst(layers.slice(7), (l) => l.variance), '<=', 1e-3),
  );

  const perLayer = (layers) => (layers[0].gradient / layers.at(-1).gradient) ** (1 / (layers.length - 1));
  for (const p of [0, 0.05, 0.1, 0.2]) {
    const got = perLayer(layersOf(alpha(p), 512, { backward: true }));
    hold(`gradient, p = ${p}: |factor per layer / χ - 1|`, Math.abs(got / snn.gradient_factor(p) - 1), '<=', 0.05);
  }
  const batchNorm = perLayer(layersOf({ ...relu, norm: true }, 512, { backward: true }));
  hold('gradient, BatchNorm: |factor per layer - 1.467|', Math.abs(batchNorm - 1.467), '<=', 0.03);

  // What two masks leave in common of one input.
  torch.tidy(() => {
    torch.manual_seed(1);
    const model = build({ depth: 4, width: 512, features: 512, ...alpha(0.1) });
    let [u, v] = [0, 0].map(() => torch.randn(128, 512, { generator: new torch.Generator().manual_seed(2) }));
    const parts = [...model.children()].slice(0, -1);
    parts.forEach((part, i) => {
      [u, v] = [part.forward(u), part.forward(v)];
      const expected = { 1: 0.687, 2: 0.466, 4: 0.211 }[(i + 1) / 3];
      if (expected === undefined) return;
      const [a, b] = [u, v].map((t) => t.sub(t.mean()));
      const correlation = a.mul(b).mean().item() / Math.sqrt(a.square().mean().item() * b.square().mean().item());
      hold(`two masks, layer ${(i + 1) / 3}: |correlation - ${expected}|`, Math.abs(correlation - expected), '<=', 0.02);
    });
    for (const tensor of model.parameters()) tensor.dispose();
  });
}
