// onnxruntime-web. Its inputs are constants of the graph and its outputs cut to what is looked at, so
// that no copy between JavaScript and it is timed.

import { file } from '../../../web/src/onnx/graph.ts';
import { alphaDropout, droppedShare, entries, kFloor, kLooked, labels, moments, normal, weights } from '../reference.mjs';

const kScale = 1.0507009873554805;
/** Training steps in one graph: the weights stay in it from one to the next. */
const kSteps = 4;
/** Our codes of dtypes: see web/src/onnx/graph.ts. */
const dtypes = { Uint8Array: 0, BigInt64Array: 3, Float32Array: 4 };

let ort;

export async function open({ threads, onnxruntime, onnxruntimeFiles }) {
  ort = await import(onnxruntime);
  ort = ort.default?.InferenceSession ? ort.default : ort;
  ort.env.wasm.numThreads = threads;
  if (onnxruntimeFiles) ort.env.wasm.wasmPaths = onnxruntimeFiles;
  ort.env.logLevel = 'error';
}

class Graph {
  nodes = [];
  constants = new Map();
  inputs = [];
  outputs = [];
  #count = 0;

  constant(values, shape = []) {
    const name = `c${++this.#count}`;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.constants.set(name, { dtype: dtypes[values.constructor.name], shape, bytes });
    return name;
  }
  number(x) {
    return this.constant(Float32Array.of(x));
  }
  input(name, ...shape) {
    this.inputs.push({ name, dtype: 4, shape });
    return name;
  }
  node(op, inputs, attributes = {}) {
    const output = `${op}${++this.#count}`;
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }
  output(name, ...shape) {
    this.outputs.push({ name, dtype: 4, shape });
  }
  /** The first elements of `name`, and nothing else, leave the graph. */
  outputStart(name, rank, count = 1) {
    const ints = (...values) => this.constant(BigInt64Array.from(values, BigInt), [values.length]);
    const sizes = Array.from({ length: rank }, (_, i) => (i === rank - 1 ? count : 1));
    this.output(this.node('Slice', [name, ints(...sizes.map(() => 0)), ints(...sizes)]), ...sizes);
  }
  async session(optimized = false) {
    const options = { executionProviders: ['wasm'], graphOptimizationLevel: optimized ? 'all' : 'disabled' };
    return ort.InferenceSession.create(file(this), options);
  }
}

/** A graph without inputs. One that is `whole` gives out all of its result, to be looked at. */
async function runner(build, look) {
  const make = async (whole) => {
    const graph = new Graph();
    build(graph, whole);
    return graph.session();
  };
  const session = await make(false);
  const result = async () => {
    const complete = await make(true);
    const found = await complete.run({});
    await complete.release();
    return [...look(...complete.outputNames.map((name) => found[name].data))];
  };
  return { async: true, run: () => session.run({}), result, dispose: () => session.release() };
}

const start = (values) => values.slice(0, kLooked);
const out = (graph, name, shape, whole) =>
  whole ? graph.output(name, ...shape) : graph.outputStart(name, shape.length);

function dropped(graph, x, p, { a, b, floor }) {
  const uniform = graph.node('RandomUniformLike', [x], { low: { float: 0 }, high: { float: 1 } });
  const drop = graph.node('Less', [uniform, p]);
  const kept = graph.node('Add', [graph.node('Mul', [x, a]), b]);
  return { drop, y: graph.node('Where', [drop, floor, kept]) };
}
function affine(graph, p) {
  const { a, b, dropped } = alphaDropout(p);
  return { a: graph.number(a), b: graph.number(b), floor: graph.number(dropped) };
}

/** No autograd here: the derivative by hand, and plain SGD, which takes less than Adam. */
async function train({ sizes, batch, p }) {
  const graph = new Graph();
  const layers = sizes.length - 1;
  const classes = sizes.at(-1);
  const last = layers - 1;
  const x = graph.constant(normal(batch * sizes[0], 1), [batch, sizes[0]]);
  const rows = new Float32Array(batch * classes);
  labels(batch, classes).forEach((label, i) => (rows[i * classes + label] = 1));
  const target = graph.constant(rows, [batch, classes]);
  const [lr, rate, a, b, floor] = ['lr', 'p', 'a', 'b', 'floor'].map((name) => graph.input(name));
  const params = sizes.slice(1).map((to, l) => [graph.input(`w${l}`, sizes[l], to), graph.input(`b${l}`, to)]);
  const [zero, scale, deepest, share] = [0, kScale, kFloor, 1 / batch].map((v) => graph.number(v));
  const axis = graph.constant(BigInt64Array.of(0n), [1]);
  const { node } = { node: graph.node.bind(graph) };
  let loss;
  for (let step = 0; step < kSteps; ++step) {
    const [inputs, h, drops] = [[x], [], []];
    for (let l = 0; l < last; ++l) {
      h[l] = node('Selu', [node('Gemm', [inputs[l], ...params[l]])]);
      const { drop, y } = dropped(graph, h[l], rate, { a, b, floor });
      drops[l] = drop;
      inputs[l + 1] = y;
    }
    const softmax = node('Softmax', [node('Gemm', [inputs[last], ...params[last]])], { axis: 1 });
    if (step === kSteps - 1) {
      const chosen = node('ReduceSum', [node('Mul', [node('Log', [softmax]), target])], { keepdims: 0 });
      loss = node('Neg', [node('Mul', [chosen, share])]);
    }
    let g = node('Mul', [node('Sub', [softmax, target]), share]);
    for (let l = last; l >= 0; --l) {
      const gradients = [node('Gemm', [inputs[l], g], { transA: 1 }), node('ReduceSum', [g, axis], { keepdims: 0 })];
      if (l > 0) {
        const slope = node('Where', [node('Greater', [h[l - 1], zero]), scale, node('Add', [h[l - 1], deepest])]);
        const below = node('Mul', [node('Mul', [node('Gemm', [g, params[l][0]], { transB: 1 }), slope]), a]);
        g = node('Where', [drops[l - 1], zero, below]);
      }
      params[l] = params[l].map((w, i) => node('Sub', [w, node('Mul', [gradients[i], lr])]));
    }
  }
  graph.output(loss);
  params.forEach(([w, bias], l) => {
    graph.output(w, sizes[l], sizes[l + 1]);
    graph.output(bias, sizes[l + 1]);
  });
  const session = await graph.session(true);

  const number = (v) => new ort.Tensor('float32', [v], []);
  const begin = (rate, speed) => {
    const { a, b, dropped } = alphaDropout(rate);
    const feeds = { lr: number(speed), p: number(rate), a: number(a), b: number(b), floor: number(dropped) };
    weights(sizes).forEach((w, l) => {
      feeds[`w${l}`] = new ort.Tensor('float32', w, [sizes[l], sizes[l + 1]]);
      feeds[`b${l}`] = new ort.Tensor('float32', new Float32Array(sizes[l + 1]), [sizes[l + 1]]);
    });
    return async () => {
      const found = await session.run(feeds);
      params.forEach(([w, bias], l) => {
        feeds[`w${l}`] = found[w];
        feeds[`b${l}`] = found[bias];
      });
      return found[loss].data[0];
    };
  };
  // Standing still gives the first loss; a small step must go down.
  const result = async () => {
    const [still, moved] = [await begin(0, 0)(), await begin(0, 1e-3)()];
    return moved < still ? [still] : [NaN];
  };
  return { async: true, steps: kSteps, run: begin(p, 1e-3), result, dispose: () => session.release() };
}

const kinds = {
  matmul({ m, k, n, batch, strided, a_transposed, b_transposed }) {
    if (batch || strided) return undefined;
    const build = (graph, whole) => {
      const a = graph.constant(normal(m * k, 1), a_transposed ? [k, m] : [m, k]);
      const b = graph.constant(normal(k * n, 2), b_transposed ? [n, k] : [k, n]);
      const c = a_transposed || b_transposed
        ? graph.node('Gemm', [a, b], { transA: Number(a_transposed ?? 0), transB: Number(b_transposed ?? 0) })
        : graph.node('MatMul', [a, b]);
      out(graph, c, [m, n], whole);
    };
    return runner(build, (values) => entries(m, n).map(([i, j]) => values[i * n + j]));
  },
  unary({ op, n }) {
    const name = { selu: 'Selu', elu: 'Elu', exp: 'Exp', tanh: 'Tanh', sigmoid: 'Sigmoid' }[op];
    if (!name) return undefined; // opset 17 has no Gelu
    return runner((graph, whole) => {
      const y = graph.node(name, [graph.constant(normal(n, 1), [n])]);
      out(graph, y, [n], whole);
    }, start);
  },
  alpha_dropout({ n, p }) {
    const build = (graph, whole) => {
      const { y } = dropped(graph, graph.constant(normal(n, 1), [n]), graph.number(p), affine(graph, p));
      out(graph, y, [n], whole);
    };
    return runner(build, (values) => [...moments(values).slice(0, 2), droppedShare(values, p)]);
  },
  rand: ({ n }) => random('RandomUniform', n),
  randn: ({ n }) => random('RandomNormal', n),
  var_mean({ n }) {
    const build = (graph) => {
      const x = graph.constant(normal(n, 1), [n]);
      const mean = graph.node('ReduceMean', [x], { keepdims: 0 });
      const squares = graph.node('ReduceSumSquare', [graph.node('Sub', [x, mean])], { keepdims: 0 });
      graph.output(mean);
      graph.output(graph.node('Mul', [squares, graph.number(1 / n)]));
    };
    return runner(build, (mean, variance) => [mean[0], variance[0]]);
  },
  softmax({ rows, columns }) {
    const build = (graph, whole) => {
      const x = graph.constant(normal(rows * columns, 1), [rows, columns]);
      out(graph, graph.node('Softmax', [x], { axis: 1 }), [rows, columns], whole);
    };
    return runner(build, start);
  },
  train,
  one() {
    const build = (graph) => {
      const x = graph.constant(Float32Array.of(1), [1]);
      graph.output(graph.node('Add', [x, x]), 1);
    };
    return runner(build, start);
  },
};

const random = (op, n) =>
  runner((graph, whole) => out(graph, graph.node(op, [], { shape: [n] }), [n], whole), moments);

export async function make(task) {
  const runner = await kinds[task.kind]?.(task);
  return runner && { onnxruntime: runner };
}
