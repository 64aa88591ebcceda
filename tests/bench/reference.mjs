// The data that every contestant is given, and what it has to make of them: plain loops in double.

/** n values of a standard normal distribution, the same for the same seed everywhere. */
export function normal(n, seed) {
  let state = seed;
  const uniform = () => {
    // Marsaglia's xorshift, 32 bits.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < 16; ++i) uniform(); // a small seed starts with small numbers
  return Float32Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
}

/** n classes of `classes`, all of them used. */
export const labels = (n, classes) => Int32Array.from({ length: n }, (_, i) => (i * 7 + (i >> 4)) % classes);

/** The weights of a network, layer by layer, in × out, of variance 1 / in (LeCun). */
export const weights = (sizes) =>
  sizes.slice(1).map((to, l) => normal(sizes[l] * to, 10 + l).map((w) => w / Math.sqrt(sizes[l])));

export const kLearningRate = 1e-4;
/** α·λ of SELU: its floor is minus this. */
export const kFloor = 1.7580993408473766;
const kScale = 1.0507009873554805;

/** What makes `keep ? a·x + b : dropped` keep mean 0 and variance 1. */
export function alphaDropout(p) {
  const a = 1 / Math.sqrt((1 - p) * (1 + p * kFloor ** 2));
  return { a, b: a * kFloor * p, dropped: a * kFloor * (p - 1) };
}

/** The entries of a product that are looked at: rows and columns. */
export const entries = (m, n) => Array.from({ length: 8 }, (_, i) => [(i * 7919) % m, (i * 104729) % n]);

/** Mean, variance and fourth moment about 0. */
export function moments(values) {
  let [sum, square, fourth] = [0, 0, 0];
  for (const x of values) {
    sum += x;
    square += x * x;
    fourth += x ** 4;
  }
  const n = values.length;
  return [sum / n, square / n - (sum / n) ** 2, fourth / n];
}

/** The part of `values` that lies where AlphaDropout drops to. */
export function droppedShare(values, p) {
  const { dropped } = alphaDropout(p);
  let count = 0;
  for (const y of values) if (Math.abs(y - dropped) < 1e-6) ++count;
  return count / values.length;
}

// The series of erf, good to 1e-10 for the |x| < 4 that it is given.
function erf(x) {
  let [term, sum] = [x, x];
  for (let n = 1; n < 80; ++n) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const formulas = {
  selu: (x) => (x > 0 ? kScale * x : kFloor * Math.expm1(x)),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  exp: Math.exp,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
};

/** How many elements of a long result are looked at. */
export const kLooked = 64;

function product({ m, k, n, a_transposed: at, b_transposed: bt }) {
  const [a, b] = [normal(m * k, 1), normal(k * n, 2)];
  return entries(m, n).map(([i, j]) => {
    let sum = 0;
    for (let p = 0; p < k; ++p) sum += a[at ? p * m + i : i * k + p] * b[bt ? j * k + p : p * n + j];
    return sum;
  });
}

/** Softmax of one row. */
function softmaxOf(row) {
  const top = Math.max(...row);
  const e = Array.from(row, (x) => Math.exp(x - top));
  const sum = e.reduce((s, x) => s + x, 0);
  return e.map((x) => x / sum);
}

function crossEntropy({ rows, columns }) {
  const x = normal(rows * columns, 1);
  let loss = 0;
  let first;
  labels(rows, columns).forEach((label, r) => {
    const p = softmaxOf(x.subarray(r * columns, (r + 1) * columns));
    loss -= Math.log(p[label]) / rows;
    first ??= p.map((q, j) => (q - (j === label ? 1 : 0)) / rows);
  });
  return [loss, ...first.slice(0, 4).map((g) => g * rows)];
}

/** One Adam step of parameters `w`, `t` counted from 1; m and v carry over. */
function adamStep(w, g, m, v, t, lr) {
  for (let i = 0; i < w.length; ++i) {
    m[i] = 0.9 * m[i] + 0.1 * g[i];
    v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
    w[i] -= ((lr / (1 - 0.9 ** t)) * m[i]) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
  }
}

// a (m × k) times b (k × n), the inner loop along rows of b.
function times(a, b, m, k, n) {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; ++i) {
    for (let p = 0; p < k; ++p) {
      const factor = a[i * k + p];
      for (let j = 0; j < n; ++j) c[i * n + j] += factor * b[p * n + j];
    }
  }
  return c;
}
function transposed(a, m, n) {
  const t = new Float64Array(m * n);
  for (let i = 0; i < m; ++i) for (let j = 0; j < n; ++j) t[j * m + i] = a[i * n + j];
  return t;
}

/** The losses of two steps without dropout: the second has gone through backward and Adam. */
function losses({ sizes, batch }) {
  const w = weights(sizes).map((layer) => Float64Array.from(layer));
  const bias = w.map((_, l) => new Float64Array(sizes[l + 1]));
  const classes = sizes.at(-1);
  const target = labels(batch, classes);
  const forward = () => {
    const h = [Float64Array.from(normal(batch * sizes[0], 1))];
    w.forEach((layer, l) => {
      const z = times(h[l], layer, batch, sizes[l], sizes[l + 1]);
      const last = l === w.length - 1;
      h.push(z.map((x, i) => (last ? x + bias[l][i % sizes[l + 1]] : formulas.selu(x + bias[l][i % sizes[l + 1]]))));
    });
    const z = h.at(-1);
    let loss = 0;
    const gradient = new Float64Array(z.length);
    target.forEach((label, r) => {
      const p = softmaxOf(z.subarray(r * classes, (r + 1) * classes));
      loss -= Math.log(p[label]) / batch;
      p.forEach((q, j) => (gradient[r * classes + j] = (q - (j === label ? 1 : 0)) / batch));
    });
    return { h, loss, gradient };
  };
  const { h, loss, gradient } = forward();
  let g = gradient;
  for (let l = w.length - 1; l >= 0; --l) {
    const [from, to] = [sizes[l], sizes[l + 1]];
    const gw = times(transposed(h[l], batch, from), g, from, batch, to);
    const gb = new Float64Array(to);
    g.forEach((x, i) => (gb[i % to] += x));
    if (l > 0) {
      const below = times(g, transposed(w[l], from, to), batch, to, from);
      g = below.map((x, i) => x * (h[l][i] > 0 ? kScale : h[l][i] + kFloor));
    }
    adamStep(w[l], gw, new Float64Array(gw.length), new Float64Array(gw.length), 1, kLearningRate);
    adamStep(bias[l], gb, new Float64Array(to), new Float64Array(to), 1, kLearningRate);
  }
  return [loss, forward().loss];
}

function updated({ kind, n }) {
  const w = Float64Array.from(normal(n, 1).subarray(0, kLooked));
  const g = Float64Array.from(normal(n, 2).subarray(0, kLooked));
  const [m, v] = [new Float64Array(kLooked), new Float64Array(kLooked)];
  for (const t of [1, 2]) {
    if (kind === 'adam') adamStep(w, g, m, v, t, kLearningRate);
    else w.forEach((x, i) => (w[i] = x - kLearningRate * g[i]));
  }
  return [...w];
}

const looked = (n, f) => Array.from(normal(n, 1).subarray(0, kLooked), f);

const expectations = {
  matmul: product,
  unary: ({ op, n }) => looked(n, formulas[op]),
  selu_backward: ({ n }) => {
    const g = normal(n, 2);
    return looked(n, (x, i) => g[i] * (x > 0 ? kScale : kFloor * Math.exp(x)));
  },
  alpha_dropout: ({ p }) => [0, 1, p],
  // The sum of the gradients, of ones: a for each that was kept.
  alpha_dropout_backward: ({ p }) => [(1 - p) * alphaDropout(p).a],
  rand: () => [1 / 2, 1 / 12, 1 / 5],
  bernoulli: ({ p }) => [p, p * (1 - p), p],
  randn: () => [0, 1, 3],
  var_mean: ({ n }) => moments(normal(n, 1)).slice(0, 2),
  softmax: ({ rows, columns }) => softmaxOf(normal(rows * columns, 1).subarray(0, columns)).slice(0, kLooked),
  cross_entropy: crossEntropy,
  adam: updated,
  sgd: updated,
  train: losses,
  one: () => [2],
  // The sum of what the chains begin with; see limits/peak.cpp.
  peak: () => [264],
  copy: ({ bytes }) => looked(bytes / 4, (x) => x),
};

const kRandom = ['alpha_dropout', 'alpha_dropout_backward', 'rand', 'bernoulli', 'randn'];
const known = new Map();

/**
 * Why `found` is not the result of a task; empty where it is. A contestant may return the first part
 * of what is expected. The limits `peak` and `copy` have results of their own.
 */
export function wrong(task, contestant, found) {
  const kind = contestant in expectations ? contestant : task.kind;
  const key = `${kind} ${task.name}`;
  if (!known.has(key)) known.set(key, expectations[kind](task));
  const expected = known.get(key);
  // A million draws: 0.02 is 5 standard errors and more, of the fourth moment too.
  let tolerance = kRandom.includes(kind) ? 0.02 : 2e-5;
  if (kind === 'matmul') tolerance = 1e-5 * Math.sqrt(task.k);
  if (kind === 'train') tolerance = 2e-4;
  // The peers add a million squares one by one, and have lost 5e-4 of them.
  if (kind === 'var_mean') tolerance = 1e-3;
  if (found.length === 0 || found.length > expected.length) return `${found.length} values`;
  const i = found.findIndex((x, j) => !(Math.abs(x - expected[j]) <= tolerance * Math.max(1, Math.abs(expected[j]))));
  return i < 0 ? '' : `value ${i} is ${found[i]}, expected ${expected[i]}`;
}

/** The bytes that a training step needs: parameters, and what `batch` examples leave for backward. */
export function neededBytes({ sizes, batch }) {
  let parameters = 0;
  let activations = 0;
  sizes.slice(1).forEach((to, l) => {
    parameters += sizes[l] * to + to;
    // Of a hidden layer: SELU's output, the dropout's, and a bit of its mask; of the last: log-softmax.
    activations += l < sizes.length - 2 ? batch * to * (4 + 4 + 1 / 8) : batch * to * 4;
  });
  // Weights, gradients and Adam's two moments; the batch itself and its labels (int64).
  return 4 * 4 * parameters + activations + batch * sizes[0] * 4 + batch * 8;
}
