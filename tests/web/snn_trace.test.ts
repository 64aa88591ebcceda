import * as torch from 'alphatorch';
import * as snn from 'alphatorch/snn';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const { nn } = torch;

function network(depth: number, width: number, between: () => torch.nn.Module[] = () => []): torch.nn.Sequential {
  const layers: torch.nn.Module[] = [];
  for (let i = 0; i < depth; ++i) layers.push(new nn.Linear(width, width), new nn.SELU(), ...between());
  const model = new nn.Sequential(...layers);
  snn.make_self_normalizing(model);
  return model;
}

test('the layers by name, in the order they run, with what torch says of them', () => {
  torch.manual_seed(0);
  class Net extends nn.Module {
    second = new nn.Sequential(new nn.SELU(), new nn.Linear(5, 3));
    first = new nn.Linear(4, 5);
    override forward(x: torch.Tensor): torch.Tensor {
      return this.second.forward(this.first.forward(x)) as torch.Tensor;
    }
  }
  const [model, x] = [new Net(), torch.randn(6, 4).add(2)];
  const { input, layers } = snn.trace(model, x, { bins: 10 });
  expect(layers.map(({ name, type, shape }) => [name, type, shape])).toEqual([
    ['first', 'Linear', [6, 5]],
    ['second.0', 'SELU', [6, 5]],
    ['second.1', 'Linear', [6, 3]],
  ]);
  expect([input.name, input.type, input.shape]).toEqual(['', 'input', [6, 4]]);
  const z = model.first.forward(x);
  for (const [got, y] of [[input, x], [layers[0]!, z], [layers[1]!, torch.selu(z)]] as const) {
    expect(Math.abs(got.mean - (y.mean().item() as number))).toBeLessThan(1e-6);
    expect(Math.abs(got.variance - (y.var().item() as number))).toBeLessThan(1e-5);
    const { low, high, counts, below, above } = got.histogram;
    expect([low, high]).toEqual([y.min().item(), y.max().item()]);
    expect([counts.length, counts.reduce((a, b) => a + b, 0), below, above]).toEqual([10, y.numel(), 0, 0]);
  }
});

test('histograms of a given range, values that are not finite, and what is saturated', () => {
  const x = torch.tensor([[-10, -1, 0, 0.5, 1, 9, NaN, Infinity]]);
  const { input, layers } = snn.trace(new nn.Sequential(new nn.ReLU()), x, { bins: 2, range: [-1, 1], backward: false });
  expect(input.histogram).toEqual({ low: -1, high: 1, counts: [1, 3], below: 1, above: 1 });
  expect([input.nonfinite, input.mean]).toEqual([2, NaN]);
  expect(layers[0]!.theory).toBeUndefined();
  const share = (f: torch.nn.Module, values: number[]) =>
    snn.trace(new nn.Sequential(f), torch.tensor([values])).layers[0]!.saturated;
  expect(share(new nn.ReLU(), [-1, 0, 1, 2])).toBe(0.5);
  expect(share(new nn.Tanh(), [-9, 0, 1, 9])).toBe(0.5);
  // selu' = 0.05 at ln(0.05 / 1.7581) = -3.56.
  expect(share(new nn.SELU(), [-9, -3.6, -3.5, 1])).toBe(0.5);
  expect(share(new nn.Sigmoid(), [0, 1])).toBeUndefined();
  expect(snn.trace(new nn.Sequential(new nn.SELU()), torch.empty(0, 3)).layers[0]!.mean).toBeNaN();
  expect(snn.trace(new nn.Sequential(new nn.SELU()), torch.tensor(1)).layers[0]!.shape).toEqual([]);
});

test.each([
  ['no dropout', () => []],
  ['AlphaDropout(0.1)', () => [new nn.AlphaDropout(0.1)]],
] as [string, () => torch.nn.Module[]][])('an SNN stays in its bands and follows its theory: %s', (_, between) => {
  torch.manual_seed(1);
  let [inside, all] = [0, 0];
  for (const layer of snn.trace(network(24, 64, between), torch.randn(128, 64), { backward: false }).layers) {
    expect(layer.theory, layer.name).toBeDefined();
    if (!layer.band) continue;
    for (const key of ['mean', 'variance'] as const) {
      const off = Math.abs(layer[key] - layer.theory![key]) / layer.band[key];
      expect(off, `${key} of ${layer.name}`).toBeLessThan(2.5);
      inside += Number(off < 1);
      all += 1;
    }
  }
  expect(all).toBeGreaterThan(40);
  expect(inside / all).toBeGreaterThan(0.85);
});

test('theory of what is no SNN: Dropout, ReLU and tanh; behind an unknown layer it starts again', () => {
  torch.manual_seed(2);
  const of = (width: number, ...rest: torch.nn.Module[]) => {
    const model = new nn.Sequential(new nn.Linear(width, width), ...rest);
    return snn.trace(model, torch.randn(64, width), { backward: false }).layers.at(-1)!;
  };
  for (const rest of [[new nn.ReLU(), new nn.Dropout(0.3)], [new nn.Tanh()], [new nn.Sigmoid(), new nn.Linear(400, 400)]]) {
    const { mean, variance, theory } = of(400, ...rest);
    expect(Math.abs(mean - theory!.mean)).toBeLessThan(0.03);
    expect(Math.abs(variance / theory!.variance - 1)).toBeLessThan(0.1);
  }
  expect(of(8, new nn.Sigmoid()).theory).toBeUndefined();
  const evaluated = new nn.Sequential(new nn.SELU(), new nn.Dropout(0.5)).eval();
  const [selu, dropped] = snn.trace(evaluated, torch.randn(4, 8)).layers;
  expect(dropped!.theory).toEqual(selu!.theory);
});

test('gradients: those of backward, and by theory χ(p) a layer', () => {
  torch.manual_seed(3);
  const model = network(2, 5);
  const x = torch.randn(4, 5);
  const { layers, input } = snn.trace(model, x, { loss: (y: torch.Tensor) => y.square().sum() });
  const z = model.get_submodule('0').forward(x) as torch.Tensor;
  z.retain_grad();
  let y = z;
  for (const path of ['1', '2', '3']) y = model.get_submodule(path).forward(y) as torch.Tensor;
  y.square().sum().backward();
  const expected = z.grad!.square().mean().item() as number;
  expect(Math.abs(layers[0]!.gradient! / expected - 1)).toBeLessThan(1e-5);
  expect(input.gradient).toBeUndefined();

  const deep = snn.trace(network(20, 128, () => [new nn.AlphaDropout(0.05)]), torch.randn(64, 128)).layers;
  const ends = [deep[2]!, deep.at(-1)!] as const;
  const perLayer = (key: 'gradient' | 'theory_gradient') => (ends[0][key]! / ends[1][key]!) ** (1 / 19);
  expect(Math.abs(perLayer('gradient') / snn.gradient_factor(0.05) - 1)).toBeLessThan(0.05);
  expect(Math.abs(perLayer('theory_gradient') / snn.gradient_factor(0.05) - 1)).toBeLessThan(0.05);
});

test('in place, shared, several inputs, no gradient to be had', () => {
  torch.manual_seed(4);
  const fresh = new nn.Sequential(new nn.Linear(3, 3), new nn.SELU());
  const inplace = new nn.Sequential(fresh.get_submodule('0'), new nn.SELU(true));
  const x = torch.randn(5, 3);
  const [a, b] = [snn.trace(fresh, x).layers, snn.trace(inplace, x).layers];
  expect(b.map(({ gradient, mean }) => [gradient, mean])).toEqual(a.map(({ gradient, mean }) => [gradient, mean]));

  class Twice extends nn.Module {
    fc = new nn.Linear(3, 3);
    override forward(u: torch.Tensor, v: torch.Tensor): torch.Tensor[] {
      return [this.fc.forward(u).add(this.fc.forward(v))];
    }
  }
  const twice = snn.trace(new Twice(), [x, x.mul(2)]);
  expect(twice.layers.map(({ name, gradient }) => [name, gradient! > 0])).toEqual([['fc', true], ['fc', true]]);
  const frozen = new nn.Sequential(new nn.Linear(3, 3)).requires_grad_(false);
  expect(snn.trace(frozen, x).layers[0]!.gradient).toBeGreaterThan(0);
  expect(torch.no_grad(() => snn.trace(fresh, x)).layers[0]!.gradient).toBeGreaterThan(0);
});

test('leaves the model, the generator and the memory as they were', () => {
  torch.manual_seed(5);
  const model = new nn.Sequential(new nn.Linear(4, 4), new nn.BatchNorm1d(4), new nn.SELU(), new nn.AlphaDropout(0.2), new nn.Linear(4, 2));
  const x = torch.randn(8, 4);
  model.get_submodule('3').eval();
  model.forward(x).sum().backward();
  const everything = () => ({
    state: Object.entries(model.state_dict()).map(([key, value]) => [key, value.tolist()]),
    grads: Array.from(model.parameters(), (parameter) => parameter.grad!.tolist()),
    modes: Array.from(model.modules(), ({ training }) => training),
    rng: torch.get_rng_state().tolist(),
    x: [x.tolist(), x.requires_grad],
  });
  const before = torch.tidy(everything);
  const { live_tensors } = torch.memory();
  snn.trace(model, x);
  expect(torch.memory().live_tensors).toBe(live_tensors);
  expect(torch.tidy(everything)).toEqual(before);

  let calls = 0;
  const handle = model.register_forward_hook(() => void ++calls);
  snn.trace(model, x);
  expect(calls).toBe(1);
  model.get_submodule('3').train();
  const masks = () => snn.trace(model, x, { restore_rng: false }).layers[3]!.mean;
  expect(masks()).not.toBe(masks());
  expect(snn.trace(model, x).layers[3]!.mean).toBe(snn.trace(model, x).layers[3]!.mean);
  handle.remove();

  const failing = new nn.Sequential(model, new nn.Linear(9, 1));
  const count = torch.memory().live_tensors;
  expect(() => snn.trace(failing, x)).toThrow('mat1 and mat2 shapes cannot be multiplied');
  expect(torch.memory().live_tensors).toBe(count);
  expect(torch.is_grad_enabled()).toBe(true);
});

test('what it refuses', () => {
  const [model, x] = [new nn.Sequential(new nn.SELU()), torch.ones(2, 2)];
  refuses(() => snn.trace(3 as never, x), 'TypeError', 'trace: model must be an nn.Module');
  refuses(() => snn.trace(model, [3] as never), 'TypeError', 'trace: x must be a Tensor or an array of Tensors');
  refuses(() => snn.trace(model, x, { bins: 0 }), 'ValueError', 'trace: bins must be an integer > 0, got 0');
  refuses(() => snn.trace(model, x, { range: [1, 1] }), 'ValueError', 'trace: range must be [low, high] with low < high, got [1,1]');
  class Odd extends nn.Module {
    override forward(): object {
      return { y: 1 };
    }
  }
  refuses(() => snn.trace(new Odd(), x), 'TypeError', 'trace: forward must return a Tensor, or loss must make one of what it returns');
});
