// The library, used as its users do.

import * as torch from 'alphatorch';
import { entries, droppedShare, kLearningRate, kLooked, labels, moments, normal, weights } from '../reference.mjs';

const { nn, optim } = torch;
const F = nn.functional;

export async function open({ plainSimd }) {
  if (plainSimd) refuseRelaxed();
  return torch.init();
}

/** Has the library find an engine without relaxed SIMD: its f32x4.relaxed_madd is refused. */
function refuseRelaxed() {
  const { validate } = WebAssembly;
  WebAssembly.validate = (bytes) => {
    const opcode = [0xfd, 0x85, 0x02];
    return !bytes.some((_, i) => opcode.every((byte, j) => bytes[i + j] === byte)) && validate(bytes);
  };
}

const tensor = (n, seed, ...shape) => torch.tensor(normal(n, seed)).reshape(...shape);

/** A function that makes a tensor of constants; `look` reads the result, the first elements if nothing else. */
function runner(constants, f, look = (y) => y.toArray().slice(0, kLooked)) {
  return {
    run: () => f().dispose(),
    result: () => torch.tidy(() => [...look(f())]),
    dispose: () => constants.forEach((x) => x.dispose()),
  };
}

function matmul({ m, k, n, batch, strided, a_transposed, b_transposed }) {
  const vector = n === 1;
  const stored = (rows, columns, seed, transposed) => {
    const x = tensor(rows * columns, seed, ...(transposed ? [columns, rows] : [rows, columns]));
    return transposed ? x.t() : x;
  };
  const a = stored(m, k, 1, a_transposed);
  const b = vector ? tensor(k, 2, k) : stored(k, n, 2, b_transposed);
  const look = (c) => {
    const values = c.toArray();
    const from = values.length - m * n; // the last of a batch
    return entries(m, n).map(([i, j]) => values[from + i * n + j]);
  };
  const contiguous = runner([a, b], () => torch.matmul(a, b), look);
  if (batch) {
    const [many_a, many_b] = [a, b].map((x) => x.unsqueeze(0).repeat(batch, 1, 1));
    const ours = runner([many_a, many_b], () => torch.bmm(many_a, many_b), look);
    const each = { ...contiguous, run: () => Array.from({ length: batch }, contiguous.run) };
    return { ours, contiguous: each };
  }
  if (strided) {
    // The same values, with others between them.
    const [wide_a, wide_b] = [a, b].map((x) => x.repeat_interleave(2, 0).repeat_interleave(2, 1));
    const [thin_a, thin_b] = [wide_a, wide_b].map((x) => x.slice(0, 0, 2 * m, 2).slice(1, 0, 2 * n, 2));
    const ours = runner([wide_a, wide_b], () => torch.matmul(thin_a, thin_b), look);
    return { ours, contiguous };
  }
  return { ours: contiguous };
}

/** The backward of `f` alone, from its output; `look` reads the gradient. */
function backward(n, f, gradient, look) {
  const x = tensor(n, 1, n).requires_grad_();
  const y = f(x);
  const find = () => torch.autograd.grad(y, x, { grad_outputs: gradient, retain_graph: true })[0];
  return runner([x, y, gradient], find, look);
}

function model({ sizes, p }) {
  const layers = sizes.slice(1).flatMap((to, l) => {
    const linear = new nn.Linear(sizes[l], to);
    return l < sizes.length - 2 ? [linear, new nn.SELU(), new nn.AlphaDropout(p)] : [linear];
  });
  return new nn.Sequential(...layers);
}

function train(task) {
  const { sizes, batch } = task;
  const x = tensor(batch * sizes[0], 1, batch, sizes[0]);
  const target = torch.tensor(labels(batch, sizes.at(-1)), { dtype: torch.int64 });
  const start = (p) => {
    const net = model({ sizes, p });
    const given = weights(sizes);
    const linears = [...net.children()].filter((layer) => layer instanceof nn.Linear);
    torch.no_grad(() =>
      linears.forEach(({ weight, bias }, l) => {
        torch.tidy(() => void weight.copy_(torch.tensor(given[l]).reshape(sizes[l], sizes[l + 1]).t()));
        bias.zero_();
      }),
    );
    const optimizer = new optim.Adam(net.parameters(), { lr: kLearningRate });
    return () =>
      torch.tidy(() => {
        optimizer.zero_grad();
        const loss = F.cross_entropy(net.forward(x), target);
        loss.backward();
        optimizer.step();
        return loss.item();
      });
  };
  const step = start(task.p);
  const result = () => {
    const checked = start(0);
    return [checked(), checked()];
  };
  return { run: step, result, dispose: () => [x, target].forEach((t) => t.dispose()) };
}

function optimizer(n, make) {
  const start = () => {
    const w = new nn.Parameter(tensor(n, 1, n));
    w.grad = tensor(n, 2, n);
    return { w, by: make([w]) };
  };
  const { by } = start();
  const result = () => {
    const { w, by } = start();
    by.step();
    by.step();
    return [...w.detach().toArray().slice(0, kLooked)];
  };
  return { run: () => by.step(), result };
}

const kinds = {
  matmul,
  unary: ({ op, n }) => {
    const x = tensor(n, 1, n);
    const f = torch[op] ?? F[op];
    return { ours: runner([x], () => f(x)) };
  },
  selu_backward: ({ n }) => ({ ours: backward(n, torch.selu, tensor(n, 2, n)) }),
  alpha_dropout: ({ n, p }) => {
    const x = tensor(n, 1, n);
    const look = (y) => [...moments(y.toArray()).slice(0, 2), droppedShare(y.toArray(), p)];
    return { ours: runner([x], () => F.alpha_dropout(x, p, true), look) };
  },
  alpha_dropout_backward: ({ n, p }) => ({
    ours: backward(n, (x) => F.alpha_dropout(x, p, true), torch.ones(n), (g) => [g.mean().item()]),
  }),
  rand: ({ n }) => ({ ours: runner([], () => torch.rand(n), (y) => moments(y.toArray())) }),
  randn: ({ n }) => ({ ours: runner([], () => torch.randn(n), (y) => moments(y.toArray())) }),
  bernoulli: ({ n, p }) => {
    const x = torch.empty(n);
    return { ours: { ...runner([x], () => x.bernoulli_(p), (y) => moments(y.toArray())), run: () => x.bernoulli_(p) } };
  },
  var_mean: ({ n }) => {
    const x = tensor(n, 1, n);
    const f = () => torch.var_mean(x);
    const run = () => f().forEach((y) => y.dispose());
    return { ours: { ...runner([x], f, ([variance, mean]) => [mean.item(), variance.item()]), run } };
  },
  softmax: ({ rows, columns }) => {
    const x = tensor(rows * columns, 1, rows, columns);
    return { ours: runner([x], () => F.softmax(x, 1)) };
  },
  cross_entropy: ({ rows, columns }) => {
    const x = tensor(rows * columns, 1, rows, columns).requires_grad_();
    const target = torch.tensor(labels(rows, columns), { dtype: torch.int64 });
    const find = () => {
      const loss = F.cross_entropy(x, target);
      return [loss, ...torch.autograd.grad(loss, x)];
    };
    const look = ([loss, g]) => [loss.item(), ...g.toArray().slice(0, 4).map((v) => v * rows)];
    const run = () => find().forEach((y) => y.dispose());
    return { ours: { ...runner([x, target], find, look), run } };
  },
  adam: ({ n }) => ({ ours: optimizer(n, (w) => new optim.Adam(w, { lr: kLearningRate })) }),
  sgd: ({ n }) => ({ ours: optimizer(n, (w) => new optim.SGD(w, { lr: kLearningRate })) }),
  train: (task) => ({ ours: train(task) }),
  // The most that tensors held during three steps, in MB. The host is new: nothing else was alive.
  memory: (task) => {
    const { run } = train(task);
    const result = () => {
      for (let i = 0; i < 3; ++i) run();
      return [torch.memory().peak_bytes / 1e6];
    };
    return { ours: { run, result } };
  },
  one: () => {
    const x = torch.ones(1);
    return { ours: runner([x], () => torch.add(x, x)) };
  },
};

export const make = (task) => kinds[task.kind](task);
