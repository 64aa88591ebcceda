// TensorFlow.js on its WebAssembly backend.

import * as tf from '@tensorflow/tfjs-core';
// By its path, because it must be bundled for Node too, which takes it for CommonJS.
import '../node_modules/@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { alphaDropout, droppedShare, entries, kLearningRate, kLooked, labels, moments, normal, weights } from '../reference.mjs';

export async function open({ threads, tfjs }) {
  setWasmPaths(tfjs);
  if (threads === 1) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  else setThreadsCount(threads);
  await tf.setBackend('wasm');
  return tf.version_core;
}

const tensor = (n, seed, ...shape) => tf.tensor(normal(n, seed), shape);

function runner(constants, f, look = (y) => y.dataSync().slice(0, kLooked)) {
  return {
    run: () => tf.dispose(f()),
    result: () => tf.tidy(() => [...look(f())]),
    dispose: () => tf.dispose(constants),
  };
}

const gelu = (x) => tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)));

/** Composed, as in tfjs-layers, but with the right floor. */
const dropped = (x, p) =>
  tf.tidy(() => {
    const { a, b, dropped } = alphaDropout(p);
    const keep = tf.greaterEqual(tf.randomUniform(x.shape), p);
    return tf.where(keep, tf.add(tf.mul(x, a), b), tf.scalar(dropped));
  });

function train({ sizes, batch, p }) {
  const x = tensor(batch * sizes[0], 1, batch, sizes[0]);
  const target = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels(batch, sizes.at(-1)), 'int32'), sizes.at(-1)), 'float32'));
  const start = (rate) => {
    const w = weights(sizes).map((values, l) => tf.variable(tf.tensor(values, [sizes[l], sizes[l + 1]])));
    const bias = w.map((_, l) => tf.variable(tf.zeros([sizes[l + 1]])));
    const optimizer = tf.train.adam(kLearningRate);
    const loss = () => {
      const out = w.reduce((h, layer, l) => {
        const z = tf.add(tf.matMul(h, layer), bias[l]);
        if (l === w.length - 1) return z;
        return rate > 0 ? dropped(tf.selu(z), rate) : tf.selu(z);
      }, x);
      return tf.losses.softmaxCrossEntropy(target, out);
    };
    return {
      step: () => tf.tidy(() => optimizer.minimize(loss, true).dataSync()[0]),
      dispose: () => (tf.dispose([w, bias]), optimizer.dispose()),
    };
  };
  const { step, dispose } = start(p);
  const result = () => {
    const checked = start(0);
    const found = [checked.step(), checked.step()];
    checked.dispose();
    return found;
  };
  return { run: step, result, dispose: () => (dispose(), tf.dispose([x, target])) };
}

const kinds = {
  matmul({ m, k, n, batch, strided, a_transposed, b_transposed }) {
    if (batch || strided) return undefined;
    const a = tensor(m * k, 1, ...(a_transposed ? [k, m] : [m, k]));
    const b = tensor(k * n, 2, ...(b_transposed ? [n, k] : [k, n]));
    const look = (c) => {
      const values = c.dataSync();
      return entries(m, n).map(([i, j]) => values[i * n + j]);
    };
    return runner([a, b], () => tf.matMul(a, b, a_transposed, b_transposed), look);
  },
  unary({ op, n }) {
    const x = tensor(n, 1, n);
    const f = { ...tf, gelu }[op];
    return runner([x], () => f(x));
  },
  alpha_dropout({ n, p }) {
    const x = tensor(n, 1, n);
    return runner([x], () => dropped(x, p), (y) => [...moments(y.dataSync()).slice(0, 2), droppedShare(y.dataSync(), p)]);
  },
  rand: ({ n }) => runner([], () => tf.randomUniform([n]), (y) => moments(y.dataSync())),
  randn: ({ n }) => runner([], () => tf.randomNormal([n]), (y) => moments(y.dataSync())),
  var_mean({ n }) {
    const x = tensor(n, 1, n);
    const f = () => tf.tidy(() => Object.values(tf.moments(x)));
    return runner([x], f, ([mean, variance]) => [mean.dataSync()[0], variance.dataSync()[0]]);
  },
  softmax({ rows, columns }) {
    const x = tensor(rows * columns, 1, rows, columns);
    return runner([x], () => tf.softmax(x));
  },
  train,
  one() {
    const x = tf.ones([1]);
    return runner([x], () => tf.add(x, x));
  },
};

export function make(task) {
  const tfjs = kinds[task.kind]?.(task);
  return tfjs && { tfjs };
}
