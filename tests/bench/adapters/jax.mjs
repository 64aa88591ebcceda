// jax-js on its WebAssembly backend. An array is consumed by what it is given to, unless it is .ref.

import * as jax from '@jax-js/jax';
import { alphaDropout, droppedShare, entries, kLearningRate, kLooked, labels, moments, normal, weights } from '../reference.mjs';

const { numpy: np, nn, random, jit, tree } = jax;

export async function open({ threads }) {
  if (threads === 1) globalThis.Worker = undefined;
  await jax.init('wasm');
  jax.defaultDevice('wasm');
}

const array = (n, seed, shape) => np.array(normal(n, seed)).reshape(shape);

function runner(constants, f, look = async (y) => (await y.data()).slice(0, kLooked)) {
  return {
    async: true,
    run: async () => {
      const y = f();
      await y.blockUntilReady();
      y.dispose();
    },
    result: async () => [...(await look(f()))],
    dispose: () => constants.forEach((x) => x.dispose()),
  };
}

const dropped = (key, x, p) => {
  const { a, b, dropped } = alphaDropout(p);
  const { shape } = x;
  return np.where(random.bernoulli(key, 1 - p, shape), x.mul(a).add(b), dropped);
};

let draws = 0;
const nextKey = () => random.key(draws++);

function train({ sizes, batch, p }) {
  const classes = sizes.at(-1);
  const layers = sizes.length - 1;
  const x = array(batch * sizes[0], 1, [batch, sizes[0]]);
  const rows = new Float32Array(batch * classes);
  labels(batch, classes).forEach((label, i) => (rows[i * classes + label] = 1));
  const target = np.array(rows).reshape([batch, classes]);
  const start = (rate) => {
    const lossOf = (params, x, target, keys) => {
      const each = rate > 0 ? np.split(keys, layers - 1, 0).map((key) => key.reshape([2])) : [];
      const out = params.reduce((h, { w, b }, l) => {
        const z = np.matmul(h, w).add(b);
        if (l === layers - 1) return z;
        return rate > 0 ? dropped(each[l], nn.selu(z), rate) : nn.selu(z);
      }, x);
      if (rate === 0) keys.dispose();
      return nn.logSoftmax(out, -1).mul(target).sum().mul(-1 / batch);
    };
    const adam = jit((params, m, v, x, target, keys, lr, root) => {
      const [loss, g] = jax.valueAndGrad(lossOf)(tree.ref(params), x, target, keys);
      const m2 = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), m, tree.ref(g));
      const v2 = tree.map((v, g) => v.mul(0.999).add(g.ref.mul(g).mul(0.001)), v, g);
      const moved = (p, m, v) => p.sub(m.mul(lr.ref).div(np.sqrt(v).mul(root.ref).add(1e-8)));
      const params2 = tree.map(moved, params, tree.ref(m2), tree.ref(v2));
      lr.dispose();
      root.dispose();
      return [loss, params2, m2, v2];
    });
    const zeros = (l) => ({ w: np.zeros([sizes[l], sizes[l + 1]]), b: np.zeros([sizes[l + 1]]) });
    const each = (f) => Array.from({ length: layers }, (_, l) => f(l));
    const given = weights(sizes);
    let state = [
      each((l) => ({ w: np.array(given[l]).reshape([sizes[l], sizes[l + 1]]), b: np.zeros([sizes[l + 1]]) })),
      each(zeros),
      each(zeros),
    ];
    let t = 0;
    const step = async () => {
      ++t;
      const keys = random.split(nextKey(), layers - 1);
      const [lr, root] = [kLearningRate / (1 - 0.9 ** t), 1 / Math.sqrt(1 - 0.999 ** t)];
      const [loss, ...next] = adam(...state, x.ref, target.ref, keys, np.array(lr), np.array(root));
      state = next;
      await jax.blockUntilReady(state[0]);
      return (await loss.data())[0];
    };
    return { step, dispose: () => state.forEach((part) => tree.dispose(part)) };
  };
  const { step, dispose } = start(p);
  const result = async () => {
    const checked = start(0);
    const found = [await checked.step(), await checked.step()];
    checked.dispose();
    return found;
  };
  return { async: true, run: step, result, dispose: () => (dispose(), x.dispose(), target.dispose()) };
}

const unary = {
  selu: (x) => nn.selu(x),
  elu: jit((x) => nn.elu(x)),
  exp: (x) => np.exp(x),
  tanh: (x) => np.tanh(x),
  sigmoid: (x) => nn.sigmoid(x),
  gelu: jit((x) => nn.gelu(x, { approximate: false })),
};

const kinds = {
  matmul({ m, k, n, batch, strided, a_transposed, b_transposed }) {
    if (batch || strided || a_transposed || b_transposed) return undefined;
    const [a, b] = [array(m * k, 1, [m, k]), array(k * n, 2, [k, n])];
    const look = async (c) => {
      const values = await c.data();
      return entries(m, n).map(([i, j]) => values[i * n + j]);
    };
    return runner([a, b], () => np.matmul(a.ref, b.ref), look);
  },
  unary({ op, n }) {
    const x = array(n, 1, [n]);
    return runner([x], () => unary[op](x.ref));
  },
  alpha_dropout({ n, p }) {
    const x = array(n, 1, [n]);
    const f = jit((key, x) => dropped(key, x, p));
    const look = async (y) => {
      const values = await y.data();
      return [...moments(values).slice(0, 2), droppedShare(values, p)];
    };
    return runner([x], () => f(nextKey(), x.ref), look);
  },
  rand: ({ n }) => runner([], () => random.uniform(nextKey(), [n]), async (y) => moments(await y.data())),
  randn: ({ n }) => runner([], () => random.normal(nextKey(), [n]), async (y) => moments(await y.data())),
  var_mean({ n }) {
    const x = array(n, 1, [n]);
    const f = jit((x) => np.stack([np.mean(x.ref), np.var_(x)]));
    return runner([x], () => f(x.ref), (y) => y.data());
  },
  softmax({ rows, columns }) {
    const x = array(rows * columns, 1, [rows, columns]);
    const f = jit((x) => nn.softmax(x, -1));
    return runner([x], () => f(x.ref));
  },
  train,
  one() {
    const x = np.array([1]);
    return runner([x], () => x.ref.add(x.ref));
  },
};

export function make(task) {
  const runner = kinds[task.kind]?.(task);
  return runner && { 'jax-js': runner };
}
