import * as torch from 'alphatorch';
import * as snn from 'alphatorch/snn';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const { nn } = torch;

/** Linear and SELU, `depth` times, with what `between` makes behind each; LeCun's weights. */
function network(depth: number, between: (i: number) => torch.nn.Module[] = () => [], width = 32): torch.nn.Sequential {
  const layers: torch.nn.Module[] = [];
  for (let i = 0; i < depth; ++i) layers.push(new nn.Linear(i === 0 ? 20 : width, width), new nn.SELU(), ...between(i));
  const model = new nn.Sequential(...layers, new nn.Linear(width, 3));
  for (const module of model.modules()) if (module instanceof nn.Linear) snn.lecun_normal_(module);
  return model;
}

const rules = (findings: snn.Finding[]): string[] => findings.map(({ rule, module }) => (module ? `${rule} ${module}` : rule));
const input = () => torch.randn(64, 20);

test('no false alarm on a right network: 100 seeds, with and without an input, training and evaluating', () => {
  for (let seed = 0; seed < 100; ++seed) {
    torch.manual_seed(seed);
    const model = network(1 + (seed % 8), () => [new nn.AlphaDropout(0.02)], 8 + seed);
    const x = torch.randn(1 + (seed % 7) * 20, 20);
    expect(rules(snn.check(model)), `seed ${seed}`).toEqual([]);
    expect(rules(snn.check(model, x)), `seed ${seed}, training`).toEqual([]);
    model.eval();
    expect(rules(torch.no_grad(() => snn.check(model, x))), `seed ${seed}, evaluating`).toEqual([]);
    for (const tensor of [...model.parameters(), x]) tensor.dispose();
  }
});

test('no false alarm after training, on a head of its own, or for normalization in front', () => {
  torch.manual_seed(0);
  const model = network(4);
  const x = input();
  const optimizer = new torch.optim.SGD(model.parameters(), { lr: 0.05 });
  for (let step = 0; step < 100; ++step) {
    optimizer.zero_grad();
    model.forward(x).square().mean().backward();
    optimizer.step();
  }
  expect(rules(snn.check(model, x))).toEqual([]);
  const head = network(2);
  nn.init.zeros_((head.get_submodule('4') as torch.nn.Linear).weight);
  expect(rules(snn.check(head, x))).toEqual([]);
  expect(rules(snn.check(new nn.Sequential(new nn.BatchNorm1d(20), network(2)), x))).toEqual([]);
});

test.each([
  ["PyTorch's default for Linear", (w: torch.Tensor) => nn.init.kaiming_uniform_(w, { a: Math.sqrt(5) })],
  ["He's, for ReLU", (w: torch.Tensor) => nn.init.kaiming_normal_(w, { nonlinearity: 'relu' })],
  ["nonlinearity 'selu'", (w: torch.Tensor) => nn.init.kaiming_normal_(w, { nonlinearity: 'selu' })],
  ['not LeCun', (w: torch.Tensor) => nn.init.ones_(w)],
  ['sum to', (w: torch.Tensor) => torch.no_grad(() => w.add_(0.05))],
])('init: %s', (text, fill) => {
  torch.manual_seed(1);
  const model = network(3);
  fill((model.get_submodule('2') as torch.nn.Linear).weight);
  const [finding, ...rest] = snn.check(model);
  expect(rest).toEqual([]);
  expect([finding!.rule, finding!.module]).toEqual(['init', '2']);
  expect(finding!.message).toContain(text);
  expect(finding!.fix).toContain("snn.lecun_normal_(model.get_submodule('2'))");
  // The fix is one.
  snn.lecun_normal_(model.get_submodule('2'));
  expect(snn.check(model)).toEqual([]);
});

test('init: every hidden layer of a network as it comes, biases that are large, weights that are NaN', () => {
  torch.manual_seed(2);
  const plain = new nn.Sequential(new nn.Linear(20, 32), new nn.SELU(), new nn.Linear(32, 32), new nn.SELU(), new nn.Linear(32, 3));
  expect(rules(snn.check(plain))).toEqual(['init 0', 'init 2']);
  const model = network(2);
  nn.init.constant_((model.get_submodule('0') as torch.nn.Linear).bias!, 2);
  expect(rules(snn.check(model))).toEqual(['init 0']);
  nn.init.constant_((model.get_submodule('2') as torch.nn.Linear).weight, NaN);
  expect(rules(snn.check(model))).toEqual(['init 0', 'init 2']);
});

test('dropout: ordinary in a SELU network, with what it does there and the rate that is as noisy', () => {
  const found = snn.check(network(2, () => [new nn.Dropout(0.1)]));
  expect(rules(found)).toEqual(['dropout 2', 'dropout 5']);
  expect(found[0]!.message).toBe(
    'Dropout(0.1) in a SELU network: in every layer it moves the fixed point from (0, 1) to mean 0.0563, variance 1.62',
  );
  const rate = Number(/AlphaDropout\((.*?)\)/.exec(found[0]!.fix)![1]);
  expect(Math.abs(snn.equal_noise_rate(rate) - 0.1)).toBeLessThan(1e-3);
  expect(snn.check(network(1, () => [new nn.Dropout(0.5)]))[0]!.message).toContain('without bound');
  expect(snn.check(network(1, () => [new nn.Dropout(0)]))).toEqual([]);
});

test('alpha_dropout: behind ReLU', () => {
  torch.manual_seed(3);
  const relu = new nn.Sequential(new nn.Linear(20, 8), new nn.ReLU(), new nn.AlphaDropout(0.1), new nn.Linear(8, 2));
  for (const found of [snn.check(relu), snn.check(relu, input())]) {
    expect(rules(found)).toEqual(['alpha_dropout 2']);
    expect(found[0]!.fix).toContain('nn.Dropout(0.313)');
  }
});

test('depth: more noise than it bears, and what fits', () => {
  const noisy = network(16, () => [new nn.AlphaDropout(0.1)]);
  const [finding, ...rest] = snn.check(noisy);
  expect(rest).toEqual([]);
  expect(finding!.rule).toBe('depth');
  expect(finding!.message).toContain('AlphaDropout(0.1) in 16 of 16 layers');
  expect(finding!.message).toContain('about 9 layers train');
  const rate = Number(/nn\.AlphaDropout\(([\d.]+)\) where they are/.exec(finding!.fix)![1]);
  expect(rate).toBeGreaterThan(0.03);
  expect(snn.check(network(16, () => [new nn.AlphaDropout(rate)]))).toEqual([]);
  expect(snn.check(network(16, (i) => (i === 0 ? [new nn.AlphaDropout(0.1)] : [])))).toEqual([]);
  expect(rules(snn.check(network(9, () => [new nn.AlphaDropout(0.1)])))).toEqual([]);
  expect(rules(snn.check(network(10, () => [new nn.AlphaDropout(0.1)])))).toEqual(['depth']);
  expect(rules(snn.check(network(1, () => [new nn.AlphaDropout(1)])))).toEqual(['depth']);
  expect(rules(snn.check(network(140, () => [], 4)))).toEqual(['depth']);
});

test('batch_norm: inside, not in front', () => {
  expect(rules(snn.check(network(2, () => [new nn.BatchNorm1d(32)])))).toEqual(['batch_norm 2', 'batch_norm 5']);
});

test('input: not standardised', () => {
  torch.manual_seed(4);
  const model = network(2);
  for (const x of [torch.rand(64, 20), torch.rand(64, 20).mul(255), input().add(2), input().mul(3), torch.zeros(64, 20)]) {
    expect(rules(snn.check(model, x))).toEqual(['input']);
  }
  expect(rules(snn.check(model, input().mul(NaN)))).toEqual(['input']);
  expect(rules(snn.check(model, torch.empty(0, 20)))).toEqual([]);
});

test('training: only where gradients are not recorded, or where it is said', () => {
  const model = network(2, () => [new nn.AlphaDropout(0.05)]);
  const x = input();
  expect(rules(snn.check(model, x))).toEqual([]);
  expect(rules(torch.no_grad(() => snn.check(model, x)))).toEqual(['training 2']);
  expect(rules(torch.inference_mode(() => snn.check(model, x)))).toEqual(['training 2']);
  expect(rules(snn.check(model, x, { evaluation: true }))).toEqual(['training 2']);
  expect(rules(torch.no_grad(() => snn.check(network(2), x)))).toEqual([]);
  expect(rules(snn.check(model.eval(), x, { evaluation: true }))).toEqual([]);
});

test('activation: none is SELU', () => {
  const tanh = new nn.Sequential(new nn.Linear(20, 4), new nn.Tanh(), new nn.Linear(4, 2));
  expect(rules(snn.check(tanh))).toEqual(['activation']);
  expect(rules(snn.check(new nn.Linear(20, 4), input()))).toEqual(['activation']);
  expect(rules(snn.check(new nn.Linear(20, 4)))).toEqual([]);
});

class Functional extends nn.Module {
  fc1 = new nn.Linear(20, 32);
  fc2 = new nn.Linear(32, 3);
  constructor(private readonly dropped: (x: torch.Tensor, training: boolean) => torch.Tensor) {
    super();
  }
  override forward(x: torch.Tensor): torch.Tensor {
    return this.fc2.forward(this.dropped(torch.selu(this.fc1.forward(x)), this.training));
  }
}

test('what a forward calls by functions is seen with an input', () => {
  torch.manual_seed(5);
  const F = nn.functional;
  const right = new Functional((x, training) => F.alpha_dropout(x, 0.05, training));
  expect(snn.make_self_normalizing(right)).toEqual([]);
  expect(rules(snn.check(right, input()))).toEqual([]);
  const wrong = new Functional((x, training) => F.dropout(x, 0.2, training));
  expect(rules(snn.check(wrong, input()))).toEqual(['init fc1', 'dropout']);
});

test('changes nothing and keeps nothing', () => {
  const model = network(2, () => [new nn.AlphaDropout(0.05)]);
  const x = input();
  model.get_submodule('2').eval();
  const state = torch.get_rng_state().tolist();
  const before = torch.memory().live_tensors;
  snn.check(model);
  snn.check(model, x);
  expect(torch.memory().live_tensors).toBe(before);
  expect(torch.get_rng_state().tolist()).toEqual(state);
  expect([...model.modules()].map(({ training }) => training)).toEqual([true, true, true, false, true, true, true, true]);
  refuses(() => snn.check({} as never), 'TypeError', 'check: model must be an nn.Module');
  refuses(() => snn.check(model, [] as never), 'TypeError', 'check: x must be a Tensor or an array of Tensors');
  class Later extends nn.Module {
    override async forward(y: torch.Tensor): Promise<torch.Tensor> {
      return y;
    }
  }
  refuses(() => snn.check(new Later(), x), 'NotImplementedError', 'an asynchronous forward cannot be watched');
});
