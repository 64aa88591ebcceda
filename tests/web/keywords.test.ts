// Arguments by name, as Python has them: in one last object, the required ones too.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const { nn } = torch;
const F = nn.functional;

const x = torch.arange(12).to(torch.float32).reshape(3, 4).sin();
const image = torch.arange(32).to(torch.float32).cos().reshape(1, 2, 4, 4);
const kernel = torch.arange(24).to(torch.float32).reshape(3, 2, 2, 2);
const labels = torch.tensor([0n, 2n]);

const same: [name: string, named: () => torch.Tensor, placed: () => torch.Tensor][] = [
  ['softmax', () => torch.softmax(x, { dim: 1 }), () => torch.softmax(x, 1)],
  ['softmax of a dtype', () => x.softmax({ dim: 0, dtype: torch.float64 }), () => x.softmax(0, { dtype: torch.float64 })],
  ['log_softmax', () => F.log_softmax(x, { dim: -1 }), () => F.log_softmax(x, -1)],
  ['softmin', () => F.softmin(x, { dim: 1 }), () => F.softmin(x, 1)],
  ['softplus', () => F.softplus(x, { threshold: 0.2 }), () => F.softplus(x, 1, 0.2)],
  ['hardshrink', () => F.hardshrink(x, { lambd: 0.3 }), () => F.hardshrink(x, 0.3)],
  ['softshrink', () => F.softshrink(x, { lambd: 0.3 }), () => F.softshrink(x, 0.3)],
  ['one_hot', () => F.one_hot(labels, { num_classes: 4 }), () => F.one_hot(labels, 4)],
  ['glu', () => F.glu(x, { dim: 1 }), () => F.glu(x, 1)],
  ['layer_norm', () => F.layer_norm(x, [4], { weight: x.select(0, 1), bias: x.select(0, 2) }), () => F.layer_norm(x, [4], x.select(0, 1), x.select(0, 2))],
  ['batch_norm', () => F.batch_norm(x, null, null, { weight: x.select(0, 1), bias: x.select(0, 2), training: true }), () => F.batch_norm(x, null, null, x.select(0, 1), x.select(0, 2), true)],
  ['linear', () => F.linear(x, x, { bias: x.select(1, 0) }), () => F.linear(x, x, x.select(1, 0))],
  ['unsqueeze', () => x.unsqueeze({ dim: 1 }), () => x.unsqueeze(1)],
  ['squeeze', () => image.squeeze({ dim: 0 }), () => image.squeeze(0)],
  ['conv2d', () => F.conv2d(image, kernel, { padding: 1 }), () => F.conv2d(image, kernel, null, 1, 1)],
  ['max_pool2d', () => F.max_pool2d(image, { kernel_size: 2, stride: 1 }), () => F.max_pool2d(image, 2, 1)],
  ['avg_pool1d', () => F.avg_pool1d(x, { kernel_size: 2 }), () => F.avg_pool1d(x, 2)],
  ['avg_pool2d', () => F.avg_pool2d(image, { kernel_size: 2, padding: 1 }), () => F.avg_pool2d(image, 2, null, 1)],
];
test.each(same)('%s', (_name, named, placed) => {
  expect(named().dtype).toBe(placed().dtype);
  expect(named().tolist()).toEqual(placed().tolist());
});

const modules: [name: string, named: () => torch.nn.Module, placed: () => torch.nn.Module][] = [
  ['Linear', () => new nn.Linear({ in_features: 3, out_features: 2, bias: false }), () => new nn.Linear(3, 2, false)],
  ['Linear, half', () => new nn.Linear(3, { out_features: 2 }), () => new nn.Linear(3, 2)],
  ['Conv1d', () => new nn.Conv1d(2, 4, { kernel_size: 3, padding: 1 }), () => new nn.Conv1d(2, 4, 3, 1, 1)],
  ['Conv2d', () => new nn.Conv2d({ in_channels: 1, out_channels: 2, kernel_size: [3, 2] }), () => new nn.Conv2d(1, 2, [3, 2])],
  ['ConvTranspose2d', () => new nn.ConvTranspose2d(1, 2, { kernel_size: 3, stride: 2 }), () => new nn.ConvTranspose2d(1, 2, 3, 2)],
  ['MaxPool2d', () => new nn.MaxPool2d({ kernel_size: 2, ceil_mode: true }), () => new nn.MaxPool2d(2, { ceil_mode: true })],
  ['AvgPool1d', () => new nn.AvgPool1d({ kernel_size: 2, stride: 1 }), () => new nn.AvgPool1d(2, 1)],
  ['AvgPool2d', () => new nn.AvgPool2d({ kernel_size: 2 }), () => new nn.AvgPool2d(2)],
];
test.each(modules)('%s', (_name, named, placed) => {
  torch.manual_seed(1);
  const one = named();
  torch.manual_seed(1);
  const other = placed();
  expect(String(one)).toBe(String(other));
  const weights = (module: torch.nn.Module) => Object.fromEntries([...module.named_parameters()].map(([k, v]) => [k, v.tolist()]));
  expect(weights(one)).toEqual(weights(other));
});

test('clip_grad_norm_', () => {
  const w = torch.ones(4, { requires_grad: true });
  w.mul(3).sum().backward();
  expect(nn.utils.clip_grad_norm_([w], { max_norm: 1 }).item()).toBe(6);
  expect(w.grad!.norm().item()).toBeCloseTo(1, 5);
});

test('what is missing, or not known, is named', () => {
  const anything = (f: (...args: never[]) => unknown, ...args: unknown[]) => () => f(...(args as never[]));
  refuses(anything(F.softmax, x, { dtype: torch.float64 }), 'TypeError', "softmax(): argument 'dim' (position 2) must be number, not undefined");
  refuses(anything(F.softmax, x, { dim: 1, axis: 1 }), 'TypeError', "softmax() got an unexpected keyword argument 'axis'");
  const [Conv2d, Linear] = [nn.Conv2d, nn.Linear] as unknown as (new (...args: unknown[]) => unknown)[];
  refuses(() => new Conv2d!(1, 2, { padding: 1 }), 'TypeError', "Conv2d(): argument 'kernel_size' (position 2) must be number, not undefined");
  refuses(() => new Linear!({ in_features: 2 }), 'TypeError', "Linear(): argument 'out_features' (position 2) must be number, not undefined");
});

// What JavaScript would let pass: torch.add(x, y, { out }) must not look as if it had written there.
type Call = (word: object) => unknown;
const any = (f: unknown) => f as (...args: unknown[]) => unknown;
const square = x.matmul(x.t());
const unheard: Record<string, Call> = {
  exp: (word) => any(torch.exp)(x, word),
  relu: (word) => any(torch.relu)(x, word),
  add: (word) => torch.add(x, x, word),
  sub: (word) => x.sub(1, word),
  mul: (word) => any(torch.mul)(x, x, word),
  div: (word) => torch.div(x, 2, word),
  gt: (word) => any(torch.gt)(x, 0, word),
  matmul: (word) => any(torch.matmul)(x, x.t(), word),
  addmm: (word) => torch.addmm(square, x, x.t(), word),
  addcmul: (word) => torch.addcmul(x, x, x, word),
  round: (word) => torch.round(x, word),
  gelu: (word) => F.gelu(x, word),
  allclose: (word) => torch.allclose(x, x, word),
  nonzero: (word) => torch.nonzero(x, word),
  index_add: (word) => torch.index_add(x, 0, labels, x.narrow(0, 0, 2), word),
  isin: (word) => torch.isin(x, x, word),
  cov: (word) => torch.cov(x, word),
  sum: (word) => torch.sum(x, word),
  cat: (word) => torch.cat([x, x], word),
  stack: (word) => torch.stack([x, x], word),
  tril: (word) => torch.tril(x, word),
  roll: (word) => torch.roll(x, 1, word),
  flip: (word) => any(torch.flip)(x, [0], word),
  view: (word) => any(x.view.bind(x))(4, 3, word),
  'linalg.solve': (word) => torch.linalg.solve(torch.eye(3), x, word),
  'linalg.cholesky': (word) => torch.linalg.cholesky(torch.eye(3), word),
  tensor: (word) => torch.tensor([1], word),
  as_tensor: (word) => torch.as_tensor([1], word),
  zeros: (word) => torch.zeros(3, word),
  ones_like: (word) => torch.ones_like(x, word),
  full: (word) => torch.full([2], 1, word),
  eye: (word) => torch.eye(2, word),
  arange: (word) => torch.arange(3, word),
  linspace: (word) => torch.linspace(0, 1, 3, word),
  rand: (word) => torch.rand(3, word),
  randn: (word) => torch.randn([3], word),
  randint: (word) => torch.randint(3, [3], word),
  randperm: (word) => torch.randperm(3, word),
  normal: (word) => torch.normal(0, 1, [2], word),
  bernoulli: (word) => torch.bernoulli(x.abs(), word),
  multinomial: (word) => torch.multinomial(x.abs(), 2, true, word),
  uniform_: (word) => torch.zeros(2).uniform_(0, 1, word),
  backward: (word) => torch.ones(1, { requires_grad: true }).backward(word),
  grad: (word) => torch.autograd.grad(x, x, word),
};
test.each(Object.keys(unheard))('%s refuses a word that it does not know', (name) => {
  refuses(() => unheard[name]!({ out: x }), 'TypeError', `${name}() got an unexpected keyword argument 'out'`);
  torch.manual_seed(3);
  const state = torch.get_rng_state().tolist();
  expect(() => unheard[name]!({ require_grad: true })).toThrow('unexpected keyword');
  expect(torch.get_rng_state().tolist()).toEqual(state);
});

test('and an argument too many', () => {
  refuses(() => any(torch.mul)(x, x, x), 'TypeError', 'mul() takes fewer positional arguments, got Tensor as the last');
  refuses(() => any(F.mse_loss)(x, x, 'sum', 1), 'TypeError', 'mse_loss() takes at most 1 options, got 2');
  refuses(() => any(torch.exp)(x, 2), 'TypeError', 'exp() takes fewer positional arguments, got number as the last');
});
