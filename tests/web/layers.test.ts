// Convolution, pooling, embedding, normalization, padding and interpolation, and their layers.
import * as torch from 'alphatorch';
import { describe, expect, test } from 'vitest';
import fixtures from '../fixtures/layers.json';
import { asPyTorch } from './op_fixtures.js';
import { refuses } from './refuses.js';

const { nn } = torch;
const F = nn.functional;
const long = (values: torch.NestedArray) => torch.tensor(values, { dtype: torch.int64 });

for (const topic of ['conv', 'pool', 'embedding', 'norm', 'pad', 'resize']) asPyTorch(fixtures, topic);

describe('layers print and start as PyTorch’s', () => {
  type Kinds = Record<string, new (...args: unknown[]) => torch.nn.Module>;
  fixtures.layers.forEach(({ kind, args, options, text, state }) => {
    test(text, () => {
      torch.manual_seed(5);
      const Layer = (nn as unknown as Kinds)[kind]!;
      const layer = new Layer(...args, ...(Object.keys(options).length > 0 ? [options] : []));
      expect(String(layer)).toBe(text);
      const found = layer.state_dict();
      expect(Object.keys(found)).toEqual(Object.keys(state));
      for (const [name, { shape, values }] of Object.entries(
        state as unknown as Record<string, { shape: number[]; values: number[] }>,
      )) {
        expect(found[name]!.shape).toEqual(shape);
        // Nine digits give back every float32.
        expect(Array.from<number | bigint, number>(found[name]!.toArray(), Number)).toEqual(values.map(Math.fround));
      }
    });
  });
});

test('what PyTorch 1.13 prints otherwise, or does not have', () => {
  expect(String(new nn.Upsample({ scale_factor: 2 }))).toBe("Upsample(scale_factor=2.0, mode='nearest')");
  expect(String(new nn.Upsample([2, 3], { mode: 'bilinear' }))).toBe("Upsample(size=(2, 3), mode='bilinear')");
  expect(String(new nn.RMSNorm(3))).toBe('RMSNorm((3,), eps=None, elementwise_affine=True)');
  expect(String(new nn.CircularPad1d([1, 2]))).toBe('CircularPad1d((1, 2))');
  expect(String(new nn.Unflatten(1, [2, 3]))).toBe('Unflatten(dim=1, unflattened_size=(2, 3))');
  expect(new nn.RMSNorm(2, { elementwise_affine: false }).forward(torch.zeros(2)).tolist()).toEqual([0, 0]);
});

describe('layers compute what their functions do', () => {
  const x = torch.arange(1, 33, { dtype: torch.float32 }).reshape(1, 2, 4, 4);
  const line = x.flatten(2);
  type Pair = [torch.nn.Module, torch.Tensor, torch.Tensor];
  const conv = new nn.Conv2d(2, 3, 3, { padding: [1, 2], padding_mode: 'circular', bias: false });
  const up = new nn.ConvTranspose2d(2, 1, 2, 2);
  const same1d = new nn.Conv1d(2, 2, 4, { padding: 'same', padding_mode: 'reflect' });
  const table = new nn.Embedding(5, 2, { padding_idx: 1 });
  const pairs: Record<string, Pair> = {
    'Conv2d, circular': [conv, x, F.conv2d(F.pad(x, [2, 2, 1, 1], 'circular'), conv.weight)],
    'Conv1d, same and reflect': [same1d, line, F.conv1d(F.pad(line, [1, 2], 'reflect'), same1d.weight, same1d.bias)],
    ConvTranspose2d: [up, x, F.conv_transpose2d(x, up.weight, up.bias, 2)],
    MaxPool1d: [new nn.MaxPool1d(3, 2, 1), line, F.max_pool1d(line, 3, 2, 1)],
    MaxPool2d: [new nn.MaxPool2d(2, { ceil_mode: true }), x, F.max_pool2d(x, 2, { ceil_mode: true })],
    AvgPool1d: [new nn.AvgPool1d(2, { ceil_mode: true }), line, F.avg_pool1d(line, 2, { ceil_mode: true })],
    AvgPool2d: [new nn.AvgPool2d(2, 1, 1, false, false), x, F.avg_pool2d(x, 2, 1, 1, false, false)],
    AdaptiveAvgPool1d: [new nn.AdaptiveAvgPool1d(5), line, F.adaptive_avg_pool1d(line, 5)],
    AdaptiveAvgPool2d: [new nn.AdaptiveAvgPool2d([1, null]), x, F.adaptive_avg_pool2d(x, [1, 4])],
    AdaptiveMaxPool1d: [new nn.AdaptiveMaxPool1d(2), line, F.adaptive_max_pool1d(line, 2)],
    AdaptiveMaxPool2d: [new nn.AdaptiveMaxPool2d(3), x, F.adaptive_max_pool2d(x, 3)],
    Upsample: [new nn.Upsample(null, 2, 'bilinear', true), x, F.interpolate(x, null, 2, 'bilinear', true)],
    Unfold: [new nn.Unfold(2, 1, 1), x, F.unfold(x, 2, 1, 1)],
    Fold: [new nn.Fold([5, 5], 2), line.repeat(1, 2, 1), F.fold(line.repeat(1, 2, 1), 5, 2)],
    ZeroPad2d: [new nn.ZeroPad2d([1, 0, 2, 0]), x, F.pad(x, [1, 0, 2, 0])],
    ConstantPad1d: [new nn.ConstantPad1d(1, 5), line, F.pad(line, [1, 1], 'constant', 5)],
    ConstantPad2d: [new nn.ConstantPad2d(1, 5), x, F.pad(x, [1, 1, 1, 1], { value: 5 })],
    ReflectionPad1d: [new nn.ReflectionPad1d(2), line, F.pad(line, [2, 2], 'reflect')],
    ReflectionPad2d: [new nn.ReflectionPad2d(2), x, F.pad(x, [2, 2, 2, 2], 'reflect')],
    ReplicationPad1d: [new nn.ReplicationPad1d(2), line, F.pad(line, [2, 2], 'replicate')],
    ReplicationPad2d: [new nn.ReplicationPad2d(2), x, F.pad(x, [2, 2, 2, 2], 'replicate')],
    CircularPad1d: [new nn.CircularPad1d(2), line, F.pad(line, [2, 2], 'circular')],
    CircularPad2d: [new nn.CircularPad2d([1, 2, 0, 3]), x, F.pad(x, [1, 2, 0, 3], 'circular')],
    ZeroPad1d: [new nn.ZeroPad1d(1), line, F.pad(line, [1, 1])],
    GroupNorm: [new nn.GroupNorm(1, 2, 1e-3), x, F.group_norm(x, 1, { eps: 1e-3 })],
    RMSNorm: [new nn.RMSNorm([4, 4], 1e-3), x, F.rms_norm(x, [4, 4], { eps: 1e-3 })],
    Embedding: [table, long([[0, 1], [4, 4]]), F.embedding(long([[0, 1], [4, 4]]), table.weight)],
    Softmax2d: [new nn.Softmax2d(), x, F.softmax(x, 1)],
    Unflatten: [new nn.Unflatten(1, [2, 1]), x, x.unsqueeze(2)],
  };
  test.each(Object.entries(pairs))('%s', (_, [layer, input, due]) => {
    const y = layer.forward(input) as torch.Tensor;
    expect(y.shape).toEqual(due.shape);
    expect(y.tolist()).toEqual(due.tolist());
  });
});

describe('a strided input gives the bits of its copy, forward and backward', () => {
  const w = torch.randn(3, 4, 2, 3);
  const calls: Record<string, (x: torch.Tensor) => torch.Tensor> = {
    conv2d: (x) => F.conv2d(x, w, null, 2, 1),
    conv_transpose2d: (x) => F.conv_transpose2d(x, w.transpose(0, 1), null, 2),
    unfold: (x) => F.unfold(x, 2),
    fold: (x) => F.fold(x.flatten(2).narrow(2, 0, 12), [4, 5], 2),
    max_pool2d: (x) => F.max_pool2d(x, 2, 1),
    avg_pool2d: (x) => F.avg_pool2d(x, 2, 1),
    adaptive_avg_pool2d: (x) => F.adaptive_avg_pool2d(x, 3),
    interpolate: (x) => F.interpolate(x, 7, { mode: 'bilinear' }),
    pad: (x) => F.pad(x, [1, 2, -1, 3]),
    reflect: (x) => F.pad(x, [1, 2, 0, 3], 'reflect'),
    group_norm: (x) => F.group_norm(x, 2),
    rms_norm: (x) => F.rms_norm(x, [5, 6]),
    embedding: (x) => F.embedding(long([0, 2]), x.select(0, 0).select(0, 1)),
  };
  test.each(Object.entries(calls))('%s', (_, f) => {
    torch.manual_seed(1);
    const x = torch.randn(2, 6, 5, 4);
    const [a, b] = [0, 1].map(() => x.clone().requires_grad_());
    const [y, z] = [f(a!.transpose(1, 3)), f(b!.transpose(1, 3).contiguous())];
    expect(y.equal(z)).toBe(true);
    for (const result of [y, z]) result.square().sum().backward();
    expect(a!.grad!.equal(b!.grad!)).toBe(true);
  });
});

describe('pooling with positions', () => {
  test('a layer gives both, and the values have the gradient', () => {
    const x = torch.tensor([[[1, 5, 2, 4]]], { requires_grad: true });
    const [y, at] = new nn.MaxPool1d(2, { return_indices: true }).forward(x) as unknown as torch.Tensor[];
    expect([y!.tolist(), at!.tolist()]).toEqual([[[[5, 4]]], [[[1, 3]]]]);
    y!.sum().backward();
    expect(x.grad!.tolist()).toEqual([[[0, 1, 0, 1]]]);
  });
});

describe('Embedding', () => {
  test('padding_idx starts at zero and learns nothing', () => {
    const table = new nn.Embedding(4, 2, { padding_idx: -2 });
    expect(table.padding_idx).toBe(2);
    expect(table.weight.index(2).tolist()).toEqual([0, 0]);
    table.forward(long([2, 1, 2, 1])).sum().backward();
    expect(table.weight.grad!.tolist()).toEqual([[0, 0], [2, 2], [0, 0], [0, 0]]);
  });

  test('from_pretrained takes a matrix as it is, frozen unless told', () => {
    const layer = nn.Embedding.from_pretrained(torch.tensor([[1, 2], [3, 4]]));
    expect([String(layer), layer.weight.requires_grad]).toEqual(['Embedding(2, 2)', false]);
    expect(layer.forward(long([1])).tolist()).toEqual([[3, 4]]);
    expect(nn.Embedding.from_pretrained(torch.ones(2, 2), false).weight.requires_grad).toBe(true);
  });

  test('refusals', () => {
    const within = 'Padding_idx must be within num_embeddings';
    refuses(() => new nn.Embedding(3, 2, 3), 'AssertionError', within);
    refuses(() => F.embedding(long([1]), torch.ones(3, 2), -4), 'AssertionError', within);
    refuses(() => new nn.Embedding(3, 2, { max_norm: 1 }), 'NotImplementedError', 'Embedding: max_norm is not supported');
  });
});

test('FeatureAlphaDropout drops whole channels of a convolution’s output', () => {
  torch.manual_seed(0);
  const y = F.feature_alpha_dropout(new nn.Conv2d(1, 32, 3).forward(torch.randn(4, 1, 8, 8)), 0.5, true);
  const flat = y.flatten(2);
  const floor = -0.7791939377784729;
  const dropped = flat.eq(floor).all(2);
  expect(flat.eq(floor).any(2).equal(dropped)).toBe(true);
  const share = dropped.float().mean().item();
  // 128 draws at 0.5: four standard deviations are 0.18.
  expect(Math.abs(share - 0.5)).toBeLessThan(0.18);
});

describe('refusals', () => {
  test('Conv2d', () => {
    refuses(() => new nn.Conv2d(3, 4, 3, { groups: 2 }), 'ValueError', 'in_channels must be divisible by groups');
    refuses(() => new nn.Conv2d(4, 3, 3, { groups: 2 }), 'ValueError', 'out_channels must be divisible by groups');
    refuses(() => new nn.Conv2d(4, 3, 3, { groups: 0 }), 'ValueError', 'groups must be a positive integer');
    const padding = "Invalid padding string 'full', should be one of {'valid', 'same'}";
    refuses(() => new nn.Conv2d(3, 4, 3, { padding: 'full' as 'same' }), 'ValueError', padding);
    const strided = "padding='same' is not supported for strided convolutions";
    refuses(() => new nn.Conv2d(3, 4, 3, { padding: 'same', stride: 2 }), 'ValueError', strided);
    const modes = "padding_mode must be one of {'zeros', 'reflect', 'replicate', 'circular'}, but got padding_mode='x'";
    refuses(() => new nn.Conv2d(3, 4, 3, { padding_mode: 'x' as 'zeros' }), 'ValueError', modes);
    const rank = 'Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [2, 3]';
    refuses(() => new nn.Conv2d(3, 4, 3).forward(torch.zeros(2, 3)), 'RuntimeError', rank);
  });

  test('pools, norms, padding and interpolation', () => {
    const x = torch.zeros(1, 2, 3, 3);
    const left = 'pad: nothing is left of dimension 3 of input [1, 2, 3, 3]';
    refuses(() => F.pad(x, [-3, 2, 0, 0], 'circular'), 'RuntimeError', left);
    const pad = 'pad should be at most half of effective kernel size, but got pad=2, kernel_size=2 and dilation=1';
    refuses(() => F.max_pool2d(x, 2, { padding: 2 }), 'RuntimeError', pad);
    refuses(() => new nn.GroupNorm(3, 4), 'ValueError', 'num_channels must be divisible by num_groups');
    refuses(() => F.group_norm(torch.zeros(3), 3), 'RuntimeError', 'Expected at least 2 dimensions for input tensor but received 1');
    refuses(() => F.interpolate(x, 2, { mode: 'linear' }), 'NotImplementedError', 'Got 4D input, but linear mode needs 3D input');
    const sizes = 'Input and output sizes should be greater than 0, but got input [1, 2, 3, 3] output [0, 0]';
    refuses(() => F.interpolate(x, 0), 'RuntimeError', sizes);
    refuses(() => F.pad(x, [1, 1], 'reflect', 2), 'ValueError', `Padding mode "reflect" doesn't take in value argument`);
    const modes = 'Unrecognised padding mode mirror';
    refuses(() => F.pad(x, [1, 1], 'mirror' as 'reflect'), 'NotImplementedError', modes);
    const dims = 'Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now';
    refuses(() => F.pad(x, [1, 1], 'reflect'), 'NotImplementedError', dims);
    const input =
      'Input Error: Only 3D, 4D and 5D input Tensors supported (got 2D) for the modes: nearest | linear | bilinear | ' +
      'bicubic | trilinear | area | nearest-exact (got nearest)';
    refuses(() => F.interpolate(torch.zeros(2, 3), 2), 'NotImplementedError', input);
    const integers = `"max_pool2d" not implemented for 'Long'`;
    refuses(() => F.max_pool2d(x.long(), 2), 'NotImplementedError', integers);
    refuses(() => F.conv2d(x, null as unknown as torch.Tensor), 'TypeError', "conv2d(): argument 'weight' (position 2) must be Tensor, not null");
  });
});

describe('InstanceNorm', () => {
  const x = torch.arange(24).to(torch.float32).sin().reshape(2, 3, 4);

  test('keeps running statistics, and uses them in evaluation', () => {
    const norm = new nn.InstanceNorm1d(3, { affine: true, track_running_stats: true });
    const y = norm.forward(x);
    expect(torch.allclose(y, F.instance_norm(x))).toBe(true);
    const mean = x.mean(2).mean(0).mul(0.1);
    const variance = x.var(2).mean(0).mul(0.1).add(0.9);
    expect(torch.allclose(norm.running_mean!, mean)).toBe(true);
    expect(torch.allclose(norm.running_var!, variance)).toBe(true);
    norm.eval();
    const expected = x.sub(mean.view(3, 1)).div(variance.add(1e-5).sqrt().view(3, 1));
    expect(torch.allclose(norm.forward(x), expected, { atol: 1e-6 })).toBe(true);
    // As in PyTorch, nobody counts.
    expect(norm.num_batches_tracked!.item()).toBe(0);
  });

  test('takes one example without its batch', () => {
    const norm = new nn.InstanceNorm2d(2);
    const one = x.reshape(2, 3, 4);
    expect(norm.forward(one).tolist()).toEqual(norm.forward(one.unsqueeze(0)).squeeze(0).tolist());
    refuses(() => norm.forward(x.view(-1)), 'ValueError', 'expected 3D or 4D input (got 1D input)');
    refuses(
      () => new nn.InstanceNorm1d(4, { affine: true }).forward(x),
      'ValueError',
      "expected input's size at dim=1 to match num_features (4), but got: 3.",
    );
  });
});

test('RReLU draws a slope for each element that is not positive, as PyTorch does', () => {
  // torch.manual_seed(3); F.rrelu(torch.tensor([-1., 2, -3, 0, nan, -inf]), 0.1, 0.5, True).tolist(), then torch.rand(1)
  torch.manual_seed(3);
  const x = torch.tensor([-1, 2, -3, 0, NaN, -Infinity]);
  expect(F.rrelu(x, 0.1, 0.5, true).tolist()).toEqual([-0.11364328116178513, 2.0, -0.6440882682800293, 0.0, NaN, -Infinity]);
  expect(torch.rand(1).item()).toBe(0.5944212079048157);
  const layer = new nn.RReLU(0.25, 0.5);
  expect(layer.eval().forward(torch.tensor([-2, 4])).tolist()).toEqual([-0.75, 4]);
  const w = torch.tensor([-1, 1], { requires_grad: true });
  const y = layer.train().forward(w);
  y.sum().backward();
  expect(w.grad!.tolist()).toEqual([-y.index(0).item(), 1]);
  const written = torch.tensor([-4]);
  expect(F.rrelu(written, { inplace: true })).toBe(written);
  expect(written.item()).toBeCloseTo(-4 * (11 / 48), 6);
});
