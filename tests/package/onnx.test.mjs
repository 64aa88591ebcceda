// What onnx.export writes runs in onnxruntime with our outputs.
import * as torch from 'alphatorch';
import * as onnx from 'alphatorch/onnx';
import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';

const { nn } = torch;
const F = nn.functional;
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

const arrays = { float32: Float32Array, float64: Float64Array, int64: BigInt64Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };
const typeOf = (x) => String(x.dtype).slice(6);

/** What onnxruntime computes with a file, as flat arrays of numbers, with shapes. */
async function runs(file, inputs) {
  const session = await ort.InferenceSession.create(file);
  const feeds = {};
  session.inputNames.forEach((name, i) => {
    feeds[name] = new ort.Tensor(typeOf(inputs[i]), inputs[i].toArray(), [...inputs[i].shape]);
  });
  const results = await session.run(feeds);
  await session.release();
  return session.outputNames.map((name) => results[name]);
}

/** Exports, runs both, compares; the file too. */
async function same(model, inputs, options, others = [inputs]) {
  const file = onnx.export(model, inputs, options);
  model.eval();
  for (const given of others) {
    const found = await runs(file, given);
    const expected = [model.forward(...given.map((x) => x.clone()))].flat();
    expect(found.length).toBe(expected.length);
    expected.forEach((y, i) => {
      expect([found[i].type, found[i].dims]).toEqual([typeOf(y), [...y.shape]]);
      const values = new arrays[typeOf(y)](found[i].data);
      const ours = y.toArray();
      // A sum's rounding is of its terms' size, and so is that of coordinates between two of them.
      const greatest = ours.reduce((most, b) => (Number.isFinite(Number(b)) ? Math.max(most, Math.abs(Number(b))) : most), 1);
      for (let k = 0; k < ours.length; ++k) {
        const [a, b] = [Number(values[k]), Number(ours[k])];
        if (Object.is(a, b) || a === b) continue;
        expect(Math.abs(a - b), `element ${k}: ${a}, ours ${b}`).toBeLessThan(2e-6 * greatest + 2e-5 * Math.abs(b));
      }
    });
  }
  return file;
}

class Of extends nn.Module {
  constructor(f) {
    super();
    this.f = f;
  }
  forward(...inputs) {
    return this.f(...inputs);
  }
}

describe('networks', () => {
  const snn = () =>
    new nn.Sequential(
      new nn.Linear(5, 16),
      new nn.SELU(),
      new nn.AlphaDropout(0.1),
      new nn.Linear(16, 16, { bias: false }),
      new nn.BatchNorm1d(16),
      new nn.ReLU(true),
      new nn.LayerNorm(16),
      new nn.Dropout(0.5),
      new nn.Linear(16, 3),
      new nn.Softmax(1),
    );

  test('a self-normalizing network, trained a little, for batches of any size', async () => {
    torch.manual_seed(0);
    const net = snn();
    for (let i = 0; i < 5; ++i) net.forward(torch.randn(8, 5));
    const batches = [1, 2, 7].map((n) => [torch.randn(n, 5)]);
    const options = { input_names: ['x'], output_names: ['p'], dynamic_axes: { x: { 0: 'batch' }, p: { 0: 'batch' } } };
    await same(net, [torch.randn(2, 5)], options, batches);
  });

  test('a convolutional one, for batches of any size', async () => {
    torch.manual_seed(2);
    const net = new nn.Sequential(
      new nn.Conv2d(3, 8, 3, { padding: 'same' }),
      new nn.SELU(),
      new nn.FeatureAlphaDropout(0.1),
      new nn.MaxPool2d(2),
      new nn.Conv2d(8, 8, [3, 2], { stride: [2, 1], padding: [1, 0], dilation: [1, 2], groups: 4, padding_mode: 'reflect' }),
      new nn.GroupNorm(2, 8),
      new nn.BatchNorm2d(8),
      new nn.Upsample({ scale_factor: 2, mode: 'bilinear' }),
      new nn.ConvTranspose2d(8, 4, 3, { stride: 2, padding: 1, output_padding: 1 }),
      new nn.AvgPool2d(3, { stride: 2, padding: 1 }),
      new nn.AdaptiveAvgPool2d(1),
      new nn.Flatten(),
      new nn.RMSNorm(4),
      new nn.Linear(4, 2),
    );
    const options = { dynamic_axes: { input: { 0: 'batch' } } };
    await same(net, [torch.randn(2, 3, 8, 8)], options, [[torch.randn(1, 3, 8, 8)], [torch.randn(5, 3, 8, 8)]]);
  });

  test('words as vectors', async () => {
    const net = new nn.Sequential(new nn.Embedding(7, 4, { padding_idx: 0 }), new nn.Flatten(), new nn.Linear(12, 2));
    const words = (n) => [torch.randint(7, [n, 3])];
    await same(net, words(2), { dynamic_axes: { input: [0] } }, [words(2), words(5)]);
  });

  test('what overwrites its input, and what drops nothing in eval mode', async () => {
    const drops = [nn.Dropout, nn.Dropout1d, nn.AlphaDropout, nn.FeatureAlphaDropout].map((Drop) => new Drop(0.5, true));
    const net = new nn.Sequential(new nn.Linear(4, 4), new nn.SELU(true), ...drops, new nn.Flatten(), new nn.ELU(0.5, true));
    await same(net, [torch.randn(2, 3, 4)], { dynamic_axes: { input: [0] } }, [[torch.randn(5, 3, 4)]]);
  });

  test('the mode of each module is as it was', () => {
    const net = snn();
    net.get_submodule('3').eval();
    onnx.export(net, torch.randn(2, 5));
    expect([...net.modules()].map((m) => m.training)).toEqual([true, true, true, true, false, ...Array(6).fill(true)]);
  });

  test('without dynamic_axes the sizes are fixed', async () => {
    const file = onnx.export(snn(), torch.randn(2, 5));
    await expect(runs(file, [torch.randn(3, 5)])).rejects.toThrow();
  });

  test('parameters have their paths for names', () => {
    const text = new TextDecoder('latin1').decode(onnx.export(snn(), torch.randn(2, 5)));
    for (const name of ['0.weight', '0.bias', '4.running_mean']) expect(text).toContain(name);
  });

  test('attention over a sequence, with reshapes, for batches and lengths of any size', async () => {
    torch.manual_seed(1);
    class Attention extends nn.Module {
      query = new nn.Linear(8, 8);
      key = new nn.Linear(8, 8);
      value = new nn.Linear(8, 8);
      forward(x) {
        const [q, k, v] = [this.query, this.key, this.value].map((layer) =>
          layer.forward(x).unflatten(-1, [2, 4]).transpose(1, 2),
        );
        const weights = torch.softmax(q.matmul(k.mT).div(Math.sqrt(4)), -1);
        return weights.matmul(v).transpose(1, 2).flatten(2);
      }
    }
    const others = [[torch.randn(3, 5, 8)], [torch.randn(1, 5, 8)]];
    await same(new Attention(), [torch.randn(2, 5, 8)], { dynamic_axes: { input: [0] } }, others);
  });

  test('several inputs and outputs, written to in place', async () => {
    const model = new Of((x, mask) => {
      const y = x.mul(2);
      y.relu_();
      y.add_(1);
      return [y, y.masked_fill(mask, -1), y.sum(1), mask.logical_not()];
    });
    const options = { input_names: ['x', 'mask'], output_names: ['a', 'b', 'c', 'd'], dynamic_axes: { x: { 0: 'n' }, mask: { 0: 'n' } } };
    const inputs = (n) => [torch.randn(n, 3), torch.rand(n, 3).gt(0.5)];
    await same(model, inputs(2), options, [inputs(2), inputs(4)]);
  });

  test('double and integers', async () => {
    await same(new nn.Sequential(new nn.Linear(3, 2), new nn.Tanh()).double(), [torch.randn(2, 3, { dtype: torch.float64 })]);
    await same(new Of((x) => [x.add(1), x.div(2), x.float().mul(0.5), x.remainder(3), x.floor_divide(2)]), [torch.arange(-4, 5)]);
  });
});

const x = torch.tensor([[-2.5, -1, -0.25], [0, 0.25, 1], [1.5, 2.5, 3], [-3.5, 0.5, 7]]);
const positive = x.abs().add(0.1);
const unit = x.div(8);
const unary = {
  neg: x, abs: x, sign: x, square: x, reciprocal: positive, sqrt: positive, rsqrt: positive, floor: x, ceil: x, round: x,
  trunc: x, frac: x, exp: x, exp2: x, expm1: x, log: positive, log2: positive, log10: positive, log1p: positive, sin: x,
  cos: x, tan: x, asin: unit, acos: unit, atan: x, sinh: x, cosh: x, tanh: x, erf: x, erfc: x, relu: x, selu: x, sigmoid: x,
  isnan: x, isinf: x, logical_not: x, sum: x, mean: x, amax: x, amin: x, prod: x, max: x, min: x, argmax: x, argmin: x,
  all: x, any: x, count_nonzero: x, var: x, std: x, norm: x, logsumexp: x, t: x, clone: x, contiguous: x, detach: x,
  double: x, long: x, logit: positive.div(8),
};
const functional = {
  relu6: [], silu: [], mish: [], gelu: [], logsigmoid: [], hardsigmoid: [], hardswish: [], hardtanh: [-1, 2], leaky_relu: [0.2],
  elu: [0.7], celu: [0.7], softsign: [], tanhshrink: [], hardshrink: [0.6], softshrink: [0.6], softplus: [2, 3], threshold: [0.2, 9],
  softmax: [-1], log_softmax: [0], layer_norm: [[3]],
};
const y = torch.tensor([[2, -1, 0.5]]);
torch.manual_seed(3);
const line = torch.randn(2, 3, 7);
const plane = torch.randn(2, 4, 6, 6);
const w1 = torch.randn(3, 4, 3, 3);
const layers = {
  'conv1d of a batch and of one': [(a) => [F.conv1d(a, torch.ones(2, 3, 4), null, 2, 1), F.conv1d(a.select(0, 0), torch.ones(2, 3, 4), torch.ones(2))], line],
  conv2d: [(a) => [F.conv2d(a, w1), F.conv2d(a, w1, torch.ones(3), [2, 1], [1, 2], [1, 2]), F.conv2d(a.select(0, 0), w1), F.conv2d(a, torch.ones(8, 1, 2, 2), { groups: 4, padding: 'same' })], plane],
  conv_transpose: [(a, b) => [F.conv_transpose2d(a, w1.narrow(1, 0, 2).transpose(0, 1).repeat(2, 1, 1, 1), { stride: 2, padding: 1, output_padding: 1 }), F.conv_transpose1d(b, torch.ones(3, 2, 2), torch.ones(2), { dilation: 2 })], plane, line],
  'max pools': [(a, b) => [F.max_pool2d(a, 3, 2, 1), F.max_pool2d(a, 2, { stride: 1, dilation: 2 }), F.max_pool1d(b, 2, { ceil_mode: true }), F.max_pool2d(a.select(0, 0), 2)], plane, line],
  'average pools': [(a, b) => [F.avg_pool2d(a, 3, 2, 1), F.avg_pool2d(a, 3, 2, 1, false, false), F.avg_pool1d(b, 2), F.avg_pool2d(a.select(0, 0), 2)], plane, line],
  'adaptive pools': [(a, b) => [F.adaptive_avg_pool2d(a, 1), F.adaptive_avg_pool2d(a, [3, 2]), F.adaptive_avg_pool1d(b, 1), F.adaptive_avg_pool1d(b, 7)], plane, line],
  interpolate: [(a) => [F.interpolate(a, 9), F.interpolate(a, { scale_factor: [2, 1.5] }), F.interpolate(a, 4, { mode: 'nearest-exact' })], plane],
  'interpolate linearly': [(a, b) => [F.interpolate(a, { scale_factor: 2, mode: 'bilinear' }), F.interpolate(a, [5, 13], { mode: 'bilinear' }), F.interpolate(a, 8, { mode: 'bilinear', align_corners: true }), F.interpolate(b, 10, { mode: 'linear' })], plane, line],
  pad: [(a, b) => [F.pad(a, [1, 2]), F.pad(a, [0, 1, 2, 3], 'constant', 1.5), F.pad(a, [-1, 1]), F.pad(a, [1, 2, 0, 3], 'reflect'), F.pad(b, [1, 2], { mode: 'replicate' }), F.pad(a, [1, 2, 3, 0], 'circular'), F.pad(b, [2, -1], 'reflect')], plane, line],
  embedding: [(at) => F.embedding(at, w1.select(0, 0).select(0, 0)), torch.tensor([[0, 2], [1, 1]], { dtype: torch.int64 })],
  'group norm': [(a, b) => [F.group_norm(a, 2), F.group_norm(a, 4, torch.arange(4).float(), torch.ones(4), 1e-2), F.group_norm(b, 1, torch.ones(3), null)], plane, line],
  'instance norm': [(a, b) => [F.instance_norm(a), F.instance_norm(b, null, null, torch.arange(3).float(), torch.ones(3))], plane, line],
  'rms norm': [(a) => [F.rms_norm(a, [7], null, 1e-3), F.rms_norm(a, [3, 7], torch.ones(3, 7).mul(2))], line],
};
const made = {
  ...layers,
  ...Object.fromEntries(Object.entries(unary).map(([name, on]) => [name, [(a) => a[name](), on]])),
  ...Object.fromEntries(Object.entries(functional).map(([name, rest]) => [name, [(a) => F[name](a, ...rest), x]])),
  ...Object.fromEntries(
    ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'fmod', 'remainder', 'floor_divide', 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'logical_and', 'logical_or', 'logical_xor'].map((name) => [
      `${name} of tensors`,
      [(a, b) => torch[name](a, b), x, y],
    ]),
  ),
  ...Object.fromEntries(
    ['add', 'sub', 'mul', 'div', 'eq', 'lt', 'ge', 'remainder'].map((name) => [`${name} of a number`, [(a) => a[name](0.5), x]]),
  ),
  'a number minus a tensor': [(a) => torch.sub(1, a), x],
  'integers and numbers': [(a) => [a.gt(0.5), a.add(0.5), a.mul(a.float())], torch.arange(3)],
  pow: [(a) => a.pow(2.5), positive],
  'gelu, tanh': [(a) => F.gelu(a, { approximate: 'tanh' }), x],
  'clamp low': [(a) => a.clamp(0), x],
  'clamp both': [(a, b) => a.clamp({ min: -1, max: b }), x, y],
  where: [(a, b) => torch.where(a.gt(0), a, b), x, y],
  lerp: [(a, b) => a.lerp(b, 0.3), x, y],
  prelu: [(a) => F.prelu(a, torch.tensor([0.1, 0.2, 0.3])), x],
  'prelu of images': [(a) => F.prelu(a.reshape(2, 3, 1, 2), torch.tensor([0.1, 0.2, 0.3])), x],
  glu: [(a) => F.glu(a.t(), 1), x],
  'sum, 2 dims': [(a) => [a.sum([0, 1], true), a.sum(-1), a.sum(0, true)], x],
  'mean of a dim': [(a) => [a.mean(1), a.mean(-1, true)], x],
  'extremes along a dim': [(a) => [...a.max(1), ...a.min(0, true), a.argmax(1, true), a.argmin(0), a.prod(1)], x],
  var_mean: [(a) => torch.var_mean(a, 1), x],
  'var and std': [(a) => [a.var(1), a.std(0, { correction: 0, keepdim: true })], x],
  norms: [(a) => [a.norm(1), a.norm(2, 1), a.norm(Infinity, 0), a.norm(-Infinity)], x],
  'all and any': [(a) => [a.gt(0).all(1), a.gt(2).any(0)], x],
  views: [(a) => [a.view(3, 4), a.reshape([2, -1]), a.unsqueeze(0).squeeze(), a.unsqueeze(1).transpose(0, 2), a.expand(2, 4, 3), a.unsqueeze(1).permute(2, -2, 0), a.unsqueeze(2).movedim(0, -1), a.T, a.mT], x],
  slices: [(a) => [a.select(0, 1), a.select(-1, -1), a.narrow(0, 1, 2), a.slice(0, -2), a.slice(1, 0, 3, 2), a.slice(0, 1, -1), ...a.split(3), ...a.unbind(1)], x],
  'cat and stack': [(a, b) => [torch.cat([a, b]), torch.stack([a, a.neg()], -1), torch.cat([a, torch.ones(4, 2)], 1)], x, y],
  products: [(a, b) => [a.matmul(b.t()), a.mv(b.select(0, 0)), b.select(0, 0).dot(b.select(0, 0)), a.select(1, 0).outer(b.select(0, 0)), a.unsqueeze(0).bmm(b.t().unsqueeze(0)), a.mm(b.t()), b.select(0, 0).addmm(a, torch.eye(3), { beta: 2, alpha: 0.5 })], x, y],
  linear: [(a) => [F.linear(a, torch.eye(3).slice(0, 0, 2)), F.linear(a.unsqueeze(0), torch.eye(3), torch.ones(3))], x],
  'batch norm without weight': [(a) => F.batch_norm(a, torch.tensor([1, 2, 3]), torch.tensor([1, 4, 9])), x],
  'a constant written to': [(a) => { const c = torch.zeros(3, 3); c.copy_(a.narrow(0, 0, 3)); return c.add(1); }, x],
  'filled and overwritten': [(a) => { const b = a.mul(2); b.fill_(3); const c = a.mul(2); c.zero_(); return [b.add(a), c]; }, x],
};
const cases = Object.entries(made).map(([name, [f, ...inputs]]) => [name, f, inputs]);

test.each(cases)('the op %s', async (_, f, inputs) => {
  await same(new Of(f), inputs);
});

describe('refuses', () => {
  const refuses = (f, inputs, name, text, options) =>
    expect(() => onnx.export(new Of(f), inputs, options)).toThrow(expect.objectContaining({ name, message: `onnx.export: ${text}` }));

  test('an op that it has no rule for, by name', () => {
    refuses((a) => a.erfinv(), x, 'NotImplementedError', 'the op erfinv is not supported');
    refuses((a) => a.as_strided([2], [1]), x, 'NotImplementedError', 'the op as_strided is not supported');
    const divisor = 'avg_pool with divisor_override is not supported';
    refuses((a) => F.avg_pool2d(a, 2, { divisor_override: 3 }), plane, 'NotImplementedError', divisor);
    const uneven = 'adaptive pooling to sizes that do not divide the input’s is not supported';
    refuses((a) => F.adaptive_avg_pool2d(a, 4), plane, 'NotImplementedError', uneven);
    refuses((a) => F.max_pool2d(a, 2, { return_indices: true })[0], plane, 'NotImplementedError', 'the op max_pool_with_indices is not supported');
    refuses((a) => F.pad(a, [-1, 1], 'circular'), line, 'NotImplementedError', 'circular padding that crops is not supported');
    refuses((a) => a.norm(3), x, 'NotImplementedError', 'the op norm of order 3 is not supported');
  });
  test('what a graph cannot say', () => {
    const reads = 'the forward reads elements that depend on its inputs (item(), tolist(), toArray() or printing)';
    refuses((a) => a.mul(a.sum().item()), x, 'RuntimeError', reads);
    refuses((a) => a.add(a.tolist().length), x, 'RuntimeError', reads);
    refuses((a) => F.dropout(a, 0.5, true), x, 'RuntimeError', 'dropout in training mode; call model.eval()');
    refuses(() => torch.ones(2), x, 'RuntimeError', 'an output does not depend on the inputs');
    const views = 'a view of a tensor that was then written to in place is not supported';
    refuses((a) => { const b = a.mul(1); const v = b.view(-1); b.relu_(); return v; }, x, 'RuntimeError', views);
    refuses((a) => { const b = a.mul(1); b.select(0, 0).relu_(); return b; }, x, 'RuntimeError', views);
    refuses((a) => { const c = torch.zeros(4, 3); c.select(0, 0).copy_(a.select(0, 1)); return a.add(c); }, x, 'RuntimeError', views);
    const varies = 'the forward computes with a size that dynamic_axes lets vary';
    const dynamic_axes = { input: [0] };
    refuses((a) => a.mul(a.shape[0]), x, 'RuntimeError', varies, { dynamic_axes });
    refuses((a) => a.add(torch.ones(a.shape[0], 1)), x, 'RuntimeError', varies, { dynamic_axes });
    refuses((a) => { for (let i = 0; i < a.shape[0]; ++i) a = a.add(1); return a; }, x, 'RuntimeError', varies, { dynamic_axes });
  });
  test('what are no inputs and no names', () => {
    refuses((a) => a, [1], 'TypeError', 'args must be a Tensor or an array of Tensors');
    refuses(() => ({}), x, 'TypeError', 'forward must return a Tensor or an array of Tensors');
    refuses((a) => a, x, 'ValueError', '1 different input_names are needed, got [a,b]', { input_names: ['a', 'b'] });
    refuses((a) => a, x, 'ValueError', '"a" names an input and an output', { input_names: ['a'], output_names: ['a'] });
  });
  test('and leaves the library as it was', () => {
    expect(torch.ones(2).add(1).tolist()).toEqual([2, 2]);
  });
});
