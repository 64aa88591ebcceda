// Losses, normalizations and activations against PyTorch's values and gradients
// (fixtures/generate_nn.py).
import * as torch from 'alphatorch';
import { describe, expect, test } from 'vitest';
import fixtures from '../fixtures/nn.json';

const { nn } = torch;
const F = nn.functional as unknown as Record<string, (...args: unknown[]) => torch.Tensor>;

interface Entry {
  shape: number[];
  values: number[];
  int: boolean;
}

const tensorOf = ({ shape, values, int }: Entry) =>
  torch.tensor(values, { dtype: int ? torch.int64 : torch.float32 }).reshape(shape);

const flat = (t: torch.Tensor) => t.detach().reshape(-1).tolist() as number[];

/** Few ulp, relative to the largest value: sums of a dozen rounded terms. */
function near(found: number[], expected: number[]): void {
  expect(found.length).toBe(expected.length);
  const scale = Math.max(1e-6, ...expected.map(Math.abs));
  found.forEach((value, i) =>
    expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-6 * scale + 1e-7),
  );
}

/** Runs backward as the fixtures' script does. */
function backward(y: torch.Tensor): void {
  const n = y.numel();
  const seed = torch.cos(torch.arange(n, { dtype: torch.float32 })).reshape(y.shape);
  torch.mul(y, seed).sum().backward();
}

const arguments_ = (op: string, options: Record<string, unknown>): unknown[] => {
  const { dim, normalized_shape, ...rest } = options;
  if (dim !== undefined) return [dim];
  if (op === 'layer_norm') return [normalized_shape];
  return Object.keys(rest).length > 0 ? [rest] : [];
};

describe('as PyTorch', () => {
  fixtures.cases.forEach((c, i) => {
    const given = c.options as Record<string, unknown>;
    test(`${i} ${c.op} ${JSON.stringify(given)}`, () => {
      const leaves = c.inputs.map((entry, k) => {
        const leaf = tensorOf(entry);
        if (c.grads[k]) leaf.requires_grad_();
        return leaf;
      });
      const tensors = Object.entries(c.tensors).map(([k, v]) => [k, tensorOf(v as Entry)]);
      const options = { ...given, ...Object.fromEntries(tensors) };
      const y =
        c.op === 'layer_norm'
          ? nn.functional.layer_norm(leaves[0]!, given.normalized_shape as number[], {
              weight: leaves[1]!,
              bias: leaves[2]!,
              eps: given.eps as number,
            })
          : F[c.op]!(...leaves, ...arguments_(c.op, options));
      near(flat(y), c.result);
      backward(y);
      c.grads.forEach((grad, k) => grad && near(flat(leaves[k]!.grad!), grad));
    });
  });
});

test('losses carry the names of PyTorch’s nodes', () => {
  const named = fixtures.cases.filter((c) => /_loss|cross_entropy/.test(c.op));
  let compared = 0;
  for (const c of named) {
    if ((c.options as { reduction?: string }).reduction !== 'mean') continue;
    if (!/^(Mse|SmoothL1|Huber|NllLoss|BinaryCross|SoftMargin)/.test(c.name)) continue;
    if (Object.keys(c.options).length > 2) continue;
    const x = tensorOf(c.inputs[0]!).requires_grad_();
    const tensors = Object.entries(c.tensors).map(([k, v]) => [k, tensorOf(v as Entry)]);
    const options = { ...c.options, ...Object.fromEntries(tensors) };
    const y = F[c.op]!(x, tensorOf(c.inputs[1]!), options);
    expect(y.grad_fn?.name()).toBe(c.name);
    ++compared;
  }
  expect(compared).toBeGreaterThan(6);
});

describe('BatchNorm', () => {
  fixtures.batch_norm.forEach((c, i) => {
    const shape = c.steps[0]!.input.shape;
    test(`${i} of ${JSON.stringify(shape)}, ${c.training ? 'training' : 'evaluating'}, momentum ${c.momentum}`, () => {
      const Layer = shape.length === 4 ? nn.BatchNorm2d : nn.BatchNorm1d;
      const layer = new Layer(shape[1]!, { momentum: c.momentum });
      const start = Object.entries(c.start).map(([k, v]) => [k, tensorOf(v as Entry)]);
      layer.load_state_dict(Object.fromEntries(start));
      layer.train(c.training);
      for (const step of c.steps) {
        layer.zero_grad();
        const x = tensorOf(step.input).requires_grad_();
        const y = layer.forward(x);
        near(flat(y), step.result);
        backward(y);
        near(flat(x.grad!), step.grad);
        near(flat(layer.weight!.grad!), step.weight_grad);
        near(flat(layer.bias!.grad!), step.bias_grad);
        const state = layer.state_dict();
        for (const [name, values] of Object.entries(step.state)) near(flat(state[name]!), values);
      }
    });
  });
});
