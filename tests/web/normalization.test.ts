// BatchNorm and LayerNorm: rules and messages. Their values are in nn_fixtures.test.ts.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const { nn } = torch;

test('print as PyTorch prints them', () => {
  const affine = 'affine=True, track_running_stats=True';
  expect(`${new nn.BatchNorm1d(3)}`).toBe(`BatchNorm1d(3, eps=1e-05, momentum=0.1, ${affine})`);
  expect(`${new nn.BatchNorm2d(3, { momentum: null })}`).toBe(
    `BatchNorm2d(3, eps=1e-05, momentum=None, ${affine})`,
  );
  expect(`${new nn.LayerNorm(3)}`).toBe('LayerNorm((3,), eps=1e-05, elementwise_affine=True)');
  expect(`${new nn.LayerNorm([3, 4])}`).toBe(
    'LayerNorm((3, 4), eps=1e-05, elementwise_affine=True)',
  );
});

test('the state is PyTorch’s', () => {
  expect(Object.keys(new nn.BatchNorm1d(3).state_dict())).toEqual([
    'weight',
    'bias',
    'running_mean',
    'running_var',
    'num_batches_tracked',
  ]);
  expect(Object.keys(new nn.BatchNorm1d(3, { affine: false }).state_dict())).toEqual([
    'running_mean',
    'running_var',
    'num_batches_tracked',
  ]);
  expect(Object.keys(new nn.LayerNorm(3, { bias: false }).state_dict())).toEqual(['weight']);
  const layer = new nn.BatchNorm1d(2);
  layer.forward(torch.randn(5, 2));
  expect(layer.num_batches_tracked!.item()).toBe(1);
  layer.reset_running_stats();
  expect(layer.num_batches_tracked!.item()).toBe(0);
  expect(layer.running_var!.tolist()).toEqual([1, 1]);
});

test('without running statistics evaluation uses the batch', () => {
  const layer = new nn.BatchNorm1d(2, { track_running_stats: false, affine: false }).eval();
  const y = layer.forward(torch.randn(1000, 2).mul(3).add(7));
  expect(Math.abs(y.mean().item())).toBeLessThan(1e-5);
  expect(y.var({ correction: 0 }).item()).toBeCloseTo(1, 4);
});

test('refusals', () => {
  refuses(
    () => new nn.BatchNorm1d(3).forward(torch.zeros(3)),
    'ValueError',
    'expected 2D or 3D input (got 1D input)',
  );
  refuses(
    () => new nn.BatchNorm2d(3).forward(torch.zeros(2, 3)),
    'ValueError',
    'expected 4D input (got 2D input)',
  );
  refuses(
    () => new nn.BatchNorm1d(3).forward(torch.zeros(1, 3)),
    'ValueError',
    'Expected more than 1 value per channel when training, got input size torch.Size([1, 3])',
  );
  refuses(
    () => new nn.BatchNorm1d(3).forward(torch.zeros(2, 4)),
    'RuntimeError',
    'running_mean should contain 4 elements not 3',
  );
  refuses(
    () => new nn.LayerNorm(3).forward(torch.zeros(2, 4)),
    'RuntimeError',
    'Given normalized_shape=[3], expected input with shape [*, 3], but got input of size[2, 4]',
  );
});

test('a refused batch changes no statistics but the count, as in PyTorch', () => {
  const layer = new nn.BatchNorm1d(3);
  expect(() => layer.forward(torch.ones(1, 3))).toThrow();
  expect(layer.running_mean!.tolist()).toEqual([0, 0, 0]);
  expect(layer.running_var!.tolist()).toEqual([1, 1, 1]);
});

test('far ends: constant channels, NaN, huge values', () => {
  const constant = new nn.BatchNorm1d(1).forward(torch.full([4, 1], 5));
  expect(constant.tolist()).toEqual([[0], [0], [0], [0]]);
  expect(new nn.LayerNorm(2).forward(torch.tensor([NaN, 1])).tolist()).toEqual([NaN, NaN]);
  const huge = new nn.LayerNorm(2).forward(torch.tensor([1e15, -1e15]));
  expect(huge.tolist()).toEqual([1, -1]);
});

test('batch_norm without running statistics, and with what is none', () => {
  const x = torch.randn(4, 3);
  const batch = nn.functional.batch_norm(x, null, null, { training: true });
  const none = undefined as never;
  expect(torch.equal(nn.functional.batch_norm(x, none, none, { training: true }), batch)).toBe(true);
  refuses(
    () => nn.functional.batch_norm(x, null, 1 as never),
    'TypeError',
    "batch_norm(): argument 'running_var' (position 3) must be Tensor, not number",
  );
});
