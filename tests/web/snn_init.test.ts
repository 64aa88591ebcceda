import * as torch from 'alphatorch';
import * as snn from 'alphatorch/snn';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const { nn } = torch;

test('lecun_normal_ draws what kaiming_normal_ draws for linear, and returns its argument', () => {
  const [a, b] = [torch.empty(30, 50), torch.empty(30, 50)];
  torch.manual_seed(1);
  expect(snn.lecun_normal_(a)).toBe(a);
  torch.manual_seed(1);
  nn.init.kaiming_normal_(b, { nonlinearity: 'linear' });
  expect(torch.equal(a, b)).toBe(true);
  expect(Math.abs((a.var().item() as number) * 50 - 1)).toBeLessThan(0.2);
});

test('of a layer: weight and bias; with a generator', () => {
  const layer = new nn.Linear(8, 4);
  const generator = () => new torch.Generator().manual_seed(2);
  expect(snn.lecun_normal_(layer, { generator: generator() })).toBe(layer);
  const alone = snn.lecun_normal_(torch.empty(4, 8), { generator: generator() });
  expect(torch.equal(layer.weight, alone)).toBe(true);
  expect(layer.bias!.tolist()).toEqual([0, 0, 0, 0]);
  expect(layer.weight.requires_grad).toBe(true);
  snn.lecun_normal_(new nn.Linear(3, 2, { bias: false }));
});

test('what has no weight to draw is refused', () => {
  const needed = 'lecun_normal_: a tensor, or a layer with a weight of 2 or more dimensions, is needed, got';
  refuses(() => snn.lecun_normal_(new nn.SELU()), 'TypeError', `${needed} SELU`);
  refuses(() => snn.lecun_normal_(new nn.BatchNorm1d(3)), 'TypeError', `${needed} BatchNorm1d`);
  refuses(() => snn.lecun_normal_(3 as never), 'TypeError', `${needed} number`);
  refuses(
    () => snn.lecun_normal_(torch.empty(3)),
    'ValueError',
    'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions',
  );
});

test('make_self_normalizing: every layer once, and what it cannot mend comes back', () => {
  torch.manual_seed(3);
  const shared = new nn.Linear(16, 16);
  const twin = new nn.Linear(16, 16);
  twin.weight = shared.weight;
  const model = new nn.Sequential(new nn.Linear(4, 16), new nn.SELU(), shared, new nn.SELU(), new nn.Dropout(0.3), twin, new nn.SELU(), new nn.Linear(16, 1));
  const found = snn.make_self_normalizing(model);
  expect(found.map(({ rule, module }) => `${rule} ${module}`)).toEqual(['dropout 4']);
  expect((model.get_submodule('4') as torch.nn.Dropout).p).toBe(0.3);

  torch.manual_seed(3);
  for (const of of [nn.Linear, nn.Linear]) new of(16, 16);
  for (const [inputs, outputs] of [[4, 16], [16, 1]]) new nn.Linear(inputs!, outputs!);
  const expected = [[16, 4], [16, 16], [1, 16]].map((shape) => snn.lecun_normal_(torch.empty(shape)));
  const weights = ['0', '2', '7'].map((path) => (model.get_submodule(path) as torch.nn.Linear).weight);
  weights.forEach((weight, i) => expect(torch.equal(weight, expected[i]!), `layer ${i}`).toBe(true));
});
