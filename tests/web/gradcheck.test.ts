// Every differentiable op of the wasm build against difference quotients, and its gradient too;
// and the checker itself, which must be able to say no.
import * as torch from 'alphatorch';
import { describe, expect, test } from 'vitest';
import { rows, type Row } from './gradcheck_rows.js';

type Tensor = torch.Tensor;
const { gradcheck, gradgradcheck, GradcheckError } = torch.autograd;

// Distinct, irregular values.
function inputs({ shapes, low, high }: Row): Tensor[] {
  return shapes.map((shape, k) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const values = Float64Array.from({ length: count }, (_, i) => {
      const u = (0.61803398875 * (i + 1) + 0.37 * k) % 1;
      return low + (high - low) * u;
    });
    return torch.tensor(values).reshape(shape).clone().requires_grad_();
  });
}

describe.each(rows.map((row, i) => [`${row.core} #${i}`, row] as const))('%s', (_, row) => {
  test('gradcheck', () => {
    expect(gradcheck(row.f, inputs(row))).toBe(true);
  });
  test('gradgradcheck', () => {
    expect(gradgradcheck(row.f, inputs(row))).toBe(true);
  });
});

describe('the checker', () => {
  const x = () => torch.tensor([0.5, 1.5], { dtype: torch.float64, requires_grad: true });
  class Wrong extends torch.autograd.Function {
    static override forward(ctx: torch.autograd.FunctionCtx, x: Tensor): Tensor {
      ctx.save_for_backward(x);
      return x.mul(x);
    }
    static override backward(ctx: torch.autograd.FunctionCtx, g: Tensor): Tensor {
      return g.mul(ctx.saved_tensors[0]!).mul(3);
    }
  }

  test('finds a wrong gradient and prints both Jacobians', () => {
    expect(() => gradcheck((x: Tensor) => Wrong.apply(x), x())).toThrow(GradcheckError);
    expect(() => gradcheck((x: Tensor) => Wrong.apply(x), x())).toThrow(
      /^Jacobian mismatch for output 0 with respect to input 0,\nnumerical:tensor\(\[\[1.0000, 0.0000\],/,
    );
    expect(gradcheck((x: Tensor) => Wrong.apply(x), x(), { raise_exception: false })).toBe(false);
  });

  test('finds a wrong second derivative where the first is right', () => {
    const half = (x: Tensor) => x.mul(x).mul(x.detach());
    expect(() => gradgradcheck(half, x())).toThrow(GradcheckError);
  });

  test('finds a backward that does not multiply, or that is not the same twice', () => {
    let runs = 0;
    class Odd extends torch.autograd.Function {
      static override forward(_: unknown, x: Tensor): Tensor {
        return x.mul(2);
      }
      static override backward(_: unknown, g: Tensor): Tensor {
        return g.mul(2 + (runs++ % 3) * 1e-9);
      }
    }
    expect(() => gradcheck((x: Tensor) => Odd.apply(x), x())).toThrow(/^Backward is not reentrant/);
    expect(gradcheck((x: Tensor) => Odd.apply(x), x(), { nondet_tol: 1e-6 })).toBe(true);
    class Adds extends torch.autograd.Function {
      static override forward(_: unknown, x: Tensor): Tensor {
        return x.mul(2);
      }
      static override backward(_: unknown, g: Tensor): Tensor {
        return g.mul(2).add(1e-7);
      }
    }
    expect(() => gradcheck((x: Tensor) => Adds.apply(x), x())).toThrow('backward not multiplied by grad_output');
  });

  test('needs an input that requires grad; leaves its inputs and the generator as they were', () => {
    expect(() => gradcheck((a: Tensor) => a, torch.ones(2))).toThrow(
      'gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True.',
    );
    torch.manual_seed(3);
    const before = torch.get_rng_state().tolist();
    const a = x();
    const tensors = torch.memory();
    gradcheck((a: Tensor) => a.exp(), a);
    gradgradcheck((a: Tensor) => a.exp(), a);
    expect({ ...torch.memory(), peak_bytes: 0 }).toEqual({ ...tensors, peak_bytes: 0 });
    expect(a.tolist()).toEqual([0.5, 1.5]);
    expect(torch.get_rng_state().tolist()).toEqual(before);
  });
});

describe('functional', () => {
  const { jacobian, hessian, vjp, jvp, hvp, vhp } = torch.autograd.functional;
  const a = torch.tensor([1, 2]);
  const b = torch.tensor([3, 5, 7]);

  test('jacobian and hessian are PyTorch’s, nested as its tuples are', () => {
    const [[xx, xy], [sx, sy]] = jacobian((x, y) => [x.unsqueeze(1).mul(y!), y!.mul(y!).sum()], [a, b]);
    expect(xx.tolist()).toEqual([[[3, 0], [5, 0], [7, 0]], [[0, 3], [0, 5], [0, 7]]]);
    expect(xy.shape).toEqual([2, 3, 3]);
    expect([sx.tolist(), sy.tolist()]).toEqual([[0, 0], [6, 10, 14]]);
    const [[aa, ab], [, bb]] = hessian((x, y) => x.prod().mul(y!).mul(y!).sum(), [a, b]);
    expect(aa.tolist()).toEqual([[0, 83], [83, 0]]);
    expect(ab.tolist()).toEqual([[12, 20, 28], [6, 10, 14]]);
    expect(bb.tolist()).toEqual([[4, 0, 0], [0, 4, 0], [0, 0, 4]]);
    expect(jacobian((x) => x.mul(2), a).tolist()).toEqual([[2, 0], [0, 2]]);
  });

  test('vjp and jvp', () => {
    const [y, left] = vjp((x) => x.mul(x), a, torch.tensor([3, 4]));
    expect([y.tolist(), left.tolist(), y.requires_grad]).toEqual([[1, 4], [6, 16], false]);
    const [, right] = jvp((x) => x.select(0, 0).mul(x), a, torch.tensor([3, 4]));
    expect(right.tolist()).toEqual([6, 10]);
  });

  test('hvp and vhp are the Hessian’s products with a vector', () => {
    const f = (x: torch.Tensor, y: torch.Tensor) => x.prod().mul(y).mul(y).sum();
    const v = [torch.tensor([1, -2]), torch.tensor([3, 0, 1])];
    for (const product of [hvp, vhp]) {
      const [output, [along, across]] = product(f, [a, b], v);
      // By the blocks of the test above: aa v + ab w, ab' v + bb w.
      expect([output.item(), output.requires_grad]).toEqual([166, false]);
      expect(along.tolist()).toEqual([-166 + 36 + 28, 83 + 18 + 14]);
      expect(across.tolist()).toEqual([12, 0, 4]);
    }
    const x = torch.tensor(2, { requires_grad: true });
    const [, second] = vhp((t) => t.pow(4), x, null, { create_graph: true });
    second.backward();
    expect([second.item(), x.grad!.item()]).toEqual([48, 48]);
    const linear = (t: torch.Tensor) => t.mul(2).sum();
    expect(hvp(linear, a, a)[1].tolist()).toEqual([0, 0]);
    expect(() => hvp(linear, a, a, { strict: true })).toThrow(/does not require gradients/);
    expect(() => vhp((t) => t, a, a)).toThrow(
      'The Tensor returned by the function given to vhp should contain a single element',
    );
    expect(() => hvp(linear, a)).toThrow(
      'The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.',
    );
  });

  test('refusals', () => {
    expect(() => vjp((x) => x, a)).toThrow(
      'The vector v can only be None if the user-provided function returns a single Tensor with a single element.',
    );
    expect(() => jvp((x) => x, a, b)).toThrow('v has invalid size: should be torch.Size([2]) but got torch.Size([3]).');
    expect(() => jacobian(() => torch.ones(2), a, { strict: true })).toThrow(
      /^Output 0 of the user-provided function does not require gradients\./,
    );
    expect(() => hessian((x) => x, a)).toThrow(
      'The Tensor returned by the function given to hessian should contain a single element',
    );
  });
});
