// What a careful person gets: the hand kernels of limits/, and the peak and the copy they stand beside.

import { entries, kLearningRate, kLooked, labels, moments, normal, weights } from '../reference.mjs';

let module;

export async function open({ wasm }) {
  module = await WebAssembly.compile(Uint8Array.from(atob(wasm), (c) => c.charCodeAt(0)));
}

/** 12 chains of 4 lanes, 4 times a turn, each a multiplication and an addition. */
const kFlopsOfATurn = 12 * 4 * 4 * 2;

/** An instance of its own for each task, and its memory in words. */
async function instance() {
  const { exports } = await WebAssembly.instantiate(module, { env: { log: Math.log } });
  const { buffer } = exports.memory;
  const put = (values) => {
    const at = exports.reserve(values.byteLength);
    new values.constructor(buffer, at, values.length).set(values);
    return at;
  };
  const room = (n) => exports.reserve(4 * n);
  const floats = (at, n) => new Float32Array(buffer, at, n);
  return { c: exports, put, room, floats, buffer };
}

const kinds = {
  matmul({ m, k, n, batch, strided, a_transposed, b_transposed }, { c, put, room, floats }) {
    if (batch || strided || n === 1) return undefined;
    const [a, b, to] = [put(normal(m * k, 1)), put(normal(k * n, 2)), room(m * n)];
    const a_steps = a_transposed ? [1, m] : [k, 1];
    const b_steps = b_transposed ? [1, k] : [n, 1];
    const run = () => c.gemm(m, n, k, a, ...a_steps, b, ...b_steps, to);
    const result = () => {
      run();
      const values = floats(to, m * n);
      return entries(m, n).map(([i, j]) => values[i * n + j]);
    };
    return { run, result };
  },
  unary({ op, n }, { c, put, room, floats }) {
    if (op !== 'selu') return undefined;
    const [x, y] = [put(normal(n, 1)), room(n)];
    return { run: () => c.selu(y, x, n), result: () => (c.selu(y, x, n), [...floats(y, kLooked)]) };
  },
  rand: (task, wasm) => fill(task, wasm),
  bernoulli: (task, wasm) => fill(task, wasm),
  var_mean({ n }, { c, put, room, floats }) {
    const [x, out] = [put(normal(n, 1)), room(2)];
    const run = () => c.mean_variance(out, x, n);
    return { run, result: () => (run(), [...floats(out, 2)]) };
  },
  softmax({ rows, columns }, { c, put, room, floats }) {
    const [x, y] = [put(normal(rows * columns, 1)), room(rows * columns)];
    const run = () => c.softmax(y, x, rows, columns);
    return { run, result: () => (run(), [...floats(y, kLooked)]) };
  },
  cross_entropy({ rows, columns }, { c, put, room, floats }) {
    const [x, target, g] = [put(normal(rows * columns, 1)), put(labels(rows, columns)), room(rows * columns)];
    const run = () => c.cross_entropy(g, x, target, rows, columns);
    return { run, result: () => [run(), ...Array.from(floats(g, 4), (v) => v * rows)] };
  },
  adam({ n }, { c, put, room, floats }) {
    const start = () => {
      const [w, m, v, g] = [put(normal(n, 1)), room(n), room(n), put(normal(n, 2))];
      let t = 0;
      return { w, run: () => c.adam(w, m, v, g, n, ...corrections(++t)) };
    };
    const { run } = start();
    const result = () => {
      const { w, run } = start();
      run();
      run();
      return [...floats(w, kLooked)];
    };
    return { run, result };
  },
  sgd({ n }, { c, put, floats }) {
    const [w, g] = [put(normal(n, 1)), put(normal(n, 2))];
    const run = () => c.sgd(w, g, n, kLearningRate);
    const result = () => {
      run();
      run();
      return [...floats(w, kLooked)];
    };
    return { run, result };
  },
};

/** The words that n draws of 24 bits take. */
function fill({ n, kind, p }, { c, room, buffer }) {
  const at = room(n);
  const run = () => c.mt19937_fill(at, n);
  c.mt19937_seed(1);
  const result = () => {
    run();
    const draws = Float64Array.from(new Uint32Array(buffer, at, n), (word) => word / 2 ** 32);
    return moments(kind === 'rand' ? draws : draws.map((u) => (u < p ? 1 : 0)));
  };
  return { run, result };
}

/** Adam's corrections of its two biases at step t. */
const corrections = (t) => [kLearningRate / (1 - 0.9 ** t), 1 / Math.sqrt(1 - 0.999 ** t)];

async function train({ sizes, batch, p }) {
  // A step function at the start of a training, in an instance of its own.
  const start = async (rate) => {
    const { c, put, floats } = await instance();
    c.network(sizes.length - 1, put(Int32Array.from(sizes)), batch);
    weights(sizes).forEach((w, l) => floats(c.network_weight(l), w.length).set(w));
    const [x, target] = [put(normal(batch * sizes[0], 1)), put(labels(batch, sizes.at(-1)))];
    let t = 0;
    return () => c.network_step(x, target, rate, ...corrections(++t));
  };
  const result = async () => {
    const step = await start(0);
    return [step(), step()];
  };
  return { run: await start(p), result };
}

function peak({ flops }, { c }) {
  const turns = flops / kFlopsOfATurn;
  // Whole turns only; what is missing is a part in a thousand at the smallest product.
  const run = () => c.peak(Math.round(turns), 1, 0);
  return { run, result: () => [run()] };
}

function copy({ bytes }, { c, put, floats }) {
  const from = put(normal(bytes / 4, 1));
  const to = c.reserve(bytes);
  const run = () => c.copy(to, from, bytes);
  return { run, result: () => (run(), [...floats(to, kLooked)]) };
}

export async function make(task) {
  const runners = {
    hand: task.kind === 'train' ? await train(task) : kinds[task.kind]?.(task, await instance()),
    peak: task.flops && peak(task, await instance()),
    copy: task.bytes && copy(task, await instance()),
  };
  return Object.fromEntries(Object.entries(runners).filter(([, runner]) => runner));
}
