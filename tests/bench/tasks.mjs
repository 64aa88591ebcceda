// What is measured, and the targets. A target names a ratio (see ratios.mjs) and its bound.

const kMillion = 1 << 20;
/** Equal times differ by this much from run to run: what must not be slower has this as its bound. */
const kEqual = 0.95;

const peers = (bound) => ({ tfjs: bound, onnxruntime: bound, 'jax-js': bound });
const sameThreads = (bound) => ({
  tfjs: bound,
  onnxruntime: bound,
  'tfjs, threads': bound,
  'onnxruntime, threads': bound,
});
const ofPeak = (bound) => ({ 'of peak': bound, 'of peak, plain SIMD': bound });

function matmul(name, m, k, n, targets, form = {}) {
  const { batch = 1 } = form;
  return { name: `matmul ${name}`, kind: 'matmul', m, k, n, ...form, flops: 2 * batch * m * k * n, targets };
}
const square = (n, targets, form, note = '') => matmul(`${n}${note}`, n, n, n, targets, form);
const large = { ...ofPeak(0.85), ...sameThreads(1.4) };
const threaded = { threads: 1.8 };
const notSlower = { threads: kEqual };

const elementwise = (op, targets) => ({
  name: `${op} 1M`,
  kind: 'unary',
  op,
  n: kMillion,
  bytes: 4 * kMillion,
  targets: { tfjs: 5, ...notSlower, ...targets },
});
const long = (kind, name, targets, rest = {}) => ({
  name: `${name} 1M`,
  kind,
  n: kMillion,
  bytes: 4 * kMillion,
  targets,
  ...rest,
});
const rows = (kind, name) => ({
  name: `${name} 1024×1024`,
  kind,
  rows: 1024,
  columns: 1024,
  targets: { '× hand': 1.3 },
});

const kMlp = { net: '784-256-128-10', sizes: [784, 256, 128, 10] };
const kDeep = { net: '32 layers × 256', sizes: [...Array(33).fill(256), 10] };
const training = ({ net, sizes }, batch, targets) => ({
  name: `training step ${net}, batch ${batch}`,
  kind: 'train',
  sizes,
  batch,
  p: 0.1,
  targets: { tfjs: 10, ...targets },
});
const memory = ({ net, sizes }, batch) => ({
  name: `memory of a step ${net}, batch ${batch}`,
  kind: 'memory',
  sizes,
  batch,
  p: 0.1,
  targets: { '× needed': 1.1 },
});

export const tasks = [
  square(32, { ...peers(kEqual), ...notSlower }),
  square(64, { ...peers(kEqual), ...notSlower }),
  square(128, { ...ofPeak(0.7), ...peers(kEqual), ...notSlower }),
  square(256, { ...large, ...notSlower }),
  square(512, { ...large, ...threaded }),
  square(1024, { ...large, ...threaded }),
  square(512, { ...ofPeak(0.85), ...threaded }, { b_transposed: true }, ' NT'),
  square(512, { ...ofPeak(0.85), ...threaded }, { a_transposed: true }, ' TN'),
  square(512, { ...ofPeak(0.85), ...threaded }, { a_transposed: true, b_transposed: true }, ' TT'),
  matmul('256×784 · 784×256', 256, 784, 256, { ...large, ...notSlower }),
  matmul('32×784 · 784×256', 32, 784, 256, { ...ofPeak(0.7), ...peers(kEqual), ...notSlower }),
  matmul('1024×1024 · 1024 (vector)', 1024, 1024, 1, { ...peers(kEqual), ...notSlower }, { bytes: 4 * kMillion }),
  square(256, { '× contiguous': 1.1 }, { batch: 8 }, ', batch of 8'),
  square(512, { '× contiguous': 1.1 }, { strided: true }, ', every second row and column'),
  elementwise('selu', { '× hand': 1.3 }),
  elementwise('elu'),
  elementwise('exp'),
  elementwise('tanh'),
  elementwise('sigmoid'),
  elementwise('gelu'),
  long('selu_backward', 'selu backward', { '× copy': 2 }),
  long('alpha_dropout', 'alpha_dropout', { '× copy': 5, tfjs: 10 }, { p: 0.1 }),
  long('alpha_dropout_backward', 'alpha_dropout backward', { '× copy': 2 }, { p: 0.1 }),
  long('rand', 'rand', { '× hand': 1.7 }),
  long('bernoulli', 'bernoulli', { '× hand': 3.2 }, { p: 0.9 }),
  long('randn', 'randn', { tfjs: 5 }),
  long('var_mean', 'mean and variance', { '× hand': 1.3 }),
  rows('softmax', 'softmax'),
  rows('cross_entropy', 'cross-entropy and its gradient'),
  long('adam', 'Adam step', { '× hand': 1.3 }),
  long('sgd', 'SGD step', { '× hand': 1.3 }),
  training(kMlp, 32, { '× hand': 1.6, 'jax-js': 2.5, onnxruntime: 1.5, ...notSlower }),
  training(kMlp, 128, { '× hand': 1.25, 'jax-js': 2.5, onnxruntime: 1.5, ...threaded }),
  training(kMlp, 512, { '× hand': 1.25, 'jax-js': 2.5, onnxruntime: 1.5, ...threaded }),
  training(kDeep, 128, { '× hand': 1.25, ...threaded }),
  { name: 'add, one element', kind: 'one', targets: { ms: 0.0015, tfjs: 5 } },
  memory(kMlp, 128),
  memory(kDeep, 128),
];
