// torch.autograd.Function: user-written derivatives. Error texts are PyTorch 1.13's.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

type Tensor = torch.Tensor;
type Ctx = torch.autograd.FunctionCtx;
const { Function } = torch.autograd;

const leaf = (...values: number[]) => torch.tensor(values, { requires_grad: true });

class Cube extends Function {
  static override forward(ctx: Ctx, x: Tensor): Tensor {
    ctx.save_for_backward(x);
    return x.mul(x).mul(x);
  }
  static override backward(ctx: Ctx, g: Tensor): Tensor {
    const [x] = ctx.saved_tensors;
    return g.mul(x!).mul(x!).mul(3);
  }
}

test('forward and backward are the user’s, and the node has the class’s name', () => {
  const x = leaf(1, 2);
  const y = Cube.apply(x);
  expect(y.tolist()).toEqual([1, 8]);
  expect(y.grad_fn!.name()).toBe('CubeBackward');
  y.sum().backward();
  expect(x.grad!.tolist()).toEqual([3, 12]);
});

test('create_graph differentiates backward again', () => {
  const x = leaf(1, 2);
  const [g] = torch.autograd.grad(Cube.apply(x).sum(), x, { create_graph: true });
  const [gg] = torch.autograd.grad(g!.sum(), x, { create_graph: true });
  expect(gg!.tolist()).toEqual([6, 12]);
  expect(torch.autograd.grad(gg!.sum(), x)[0]!.tolist()).toEqual([6, 6]);
});

test('a saved output has its history', () => {
  class Exp extends Function {
    static override forward(ctx: Ctx, x: Tensor): Tensor {
      const y = x.exp();
      ctx.save_for_backward(y);
      return y;
    }
    static override backward(ctx: Ctx, g: Tensor): Tensor {
      return g.mul(ctx.saved_tensors[0]!);
    }
  }
  const x = torch.tensor([0.5], { requires_grad: true });
  let y = Exp.apply(x);
  for (let i = 0; i < 3; ++i) {
    expect(y.item()).toBeCloseTo(Math.exp(0.5), 6);
    y = torch.autograd.grad(y.sum(), x, { create_graph: true })[0]!;
  }
});

test('several outputs, other arguments, and attributes on ctx', () => {
  const seen: (number[] | null)[][] = [];
  class Split extends Function {
    static override forward(ctx: Ctx, x: Tensor, k: number, y: Tensor): [Tensor, string, Tensor] {
      expect(ctx.needs_input_grad).toEqual([true, false, false]);
      ctx.k = k;
      return [x.mul(k), 'word', y.add(x)];
    }
    static override backward(ctx: Ctx, a: Tensor | null, word: null, b: Tensor | null) {
      expect(word).toBe(null);
      seen.push([a && a.tolist<number[]>(), b && b.tolist<number[]>()]);
      return [a!.mul(ctx.k).add(b!), null, null];
    }
  }
  const x = leaf(1, 2);
  const [a, word, b] = Split.apply(x, 5, torch.ones(2));
  expect([a.tolist(), word, b.tolist()]).toEqual([[5, 10], 'word', [2, 3]]);
  a.sum().backward({ retain_graph: true });
  b.sum().backward({ retain_graph: true });
  a.mul(b).sum().backward();
  expect(seen).toEqual([
    [[1, 1], [0, 0]],
    [[0, 0], [1, 1]],
    [[2, 3], [5, 10]],
  ]);
  expect(x.grad!.tolist()).toEqual([5 + 1 + 15, 5 + 1 + 25]);
});

test('set_materialize_grads(false) brings null for what nothing depends on', () => {
  let seen: unknown[] = [];
  class Two extends Function {
    static override forward(ctx: Ctx, x: Tensor) {
      ctx.set_materialize_grads(false);
      return [x.mul(2), x.mul(3)];
    }
    static override backward(_: Ctx, a: Tensor | null, b: Tensor | null) {
      seen = [a, b];
      return b!.mul(3);
    }
  }
  const x = leaf(1);
  Two.apply(x)[1]!.sum().backward();
  expect(seen[0]).toBe(null);
  expect(x.grad!.item()).toBe(3);
});

test('mark_dirty: an input overwritten in place moves on in the graph', () => {
  class Double extends Function {
    static override forward(ctx: Ctx, x: Tensor): Tensor {
      ctx.mark_dirty(x);
      return x.mul_(2);
    }
    static override backward(_: Ctx, g: Tensor): Tensor {
      return g.mul(2);
    }
  }
  const x = leaf(1, 2);
  const y = x.mul(3);
  const first = y.select(0, 0);
  expect(Double.apply(y)).toBe(y);
  expect(y.grad_fn!.name()).toBe('DoubleBackward');
  first.mul(5).add(y.sum()).backward();
  expect(x.grad!.tolist()).toEqual([36, 6]);
  // Through a view, the base takes part.
  const base = x.mul(1);
  Double.apply(base.select(0, 1));
  expect(torch.autograd.grad(base.sum(), x)[0]!.tolist()).toEqual([1, 2]);
  refuses(
    () => Double.apply(x),
    'RuntimeError',
    'a leaf Variable that requires grad has been used in an in-place operation.',
  );
});

test('mark_non_differentiable, integer outputs, and inputs passed through', () => {
  class Sorts extends Function {
    static override forward(ctx: Ctx, x: Tensor) {
      const fixed = x.mul(2);
      ctx.mark_non_differentiable(fixed);
      return [fixed, x.argmax(), x];
    }
    static override backward(_: Ctx, __: Tensor, ___: Tensor, g: Tensor) {
      return g.mul(7);
    }
  }
  const x = leaf(1, 2);
  const [fixed, index, through] = Sorts.apply(x);
  expect([fixed!.requires_grad, index!.requires_grad, through!.requires_grad]).toEqual([false, false, true]);
  expect(through!.is_same(x)).toBe(false);
  expect(x.is_leaf).toBe(true);
  through!.sum().backward();
  expect(x.grad!.tolist()).toEqual([7, 7]);
});

test('without a tensor that requires grad, or under no_grad, nothing is recorded', () => {
  expect(Cube.apply(torch.ones(1)).requires_grad).toBe(false);
  expect(torch.no_grad(() => Cube.apply(leaf(1))).requires_grad).toBe(false);
});

test('a gradient sums back over broadcasting, and setup_context’s absence is no matter', () => {
  class Wide extends Function {
    static override forward(_: Ctx, x: Tensor): Tensor {
      return x.expand(3, 2).clone();
    }
    static override backward(_: Ctx, g: Tensor): Tensor {
      return g;
    }
  }
  const x = leaf(1, 2);
  Wide.apply(x).sum().backward();
  expect(x.grad!.tolist()).toEqual([3, 3]);
});

test('errors are in PyTorch’s words', () => {
  const x = leaf(1, 2);
  let backward: (ctx: Ctx, g: Tensor) => unknown = (_, g) => g;
  let forward: (ctx: Ctx, x: Tensor) => unknown = (_, x) => x.mul(2);
  class F extends Function {
    static override forward(ctx: Ctx, x: Tensor, _k?: number): Tensor {
      return forward(ctx, x) as Tensor;
    }
    static override backward(ctx: Ctx, g: Tensor) {
      return backward(ctx, g);
    }
  }
  const fails = (given: typeof backward, name: string, text: string, args: [Tensor, number?] = [x]) => {
    backward = given;
    refuses(() => F.apply(...args).sum().backward(), name, text);
  };
  fails(
    (_, g) => [g, g],
    'RuntimeError',
    `function ${F.name}Backward returned an incorrect number of gradients (expected 1, got 2)`,
  );
  fails(
    () => torch.ones(5),
    'RuntimeError',
    `Function ${F.name}Backward returned an invalid gradient at index 0 - got [5] but expected shape compatible with [2]`,
  );
  fails(() => 3, 'RuntimeError', 'expected Variable or None (got number)');
  fails(
    (_, g) => [g, g],
    'RuntimeError',
    `function ${F.name}Backward returned a gradient different than None at position 2, but the corresponding forward ` +
      'input was not a Variable',
    [x, 2],
  );
  backward = (_, g) => [g, null, null];
  F.apply(x).sum().backward();
  expect(x.grad!.tolist()).toEqual([1, 1]);

  forward = (ctx) => ctx.save_for_backward(3 as never);
  refuses(
    () => F.apply(x),
    'TypeError',
    'save_for_backward can only save variables, but argument 0 is of type number',
  );
  forward = (ctx) => ctx.mark_dirty(3 as never);
  refuses(() => F.apply(x), 'RuntimeError', 'mark_dirty can only accept variables, but argument 0 is of type number');
  forward = (ctx, x) => {
    ctx.mark_dirty(x);
    return x.mul(2);
  };
  refuses(
    () => F.apply(x.mul(1)),
    'RuntimeError',
    'Some elements marked as dirty during the forward method were not returned as output. The inputs that are ' +
      'modified inplace must all be outputs of the Function.',
  );
  class Empty extends Function {}
  refuses(
    () => Empty.apply(x),
    'NotImplementedError',
    'You must implement the forward function for custom autograd.Function.',
  );
});

test('a second backward, and writes to what was saved, are noticed', () => {
  const x = leaf(1, 2);
  const y = Cube.apply(x).sum();
  y.backward();
  expect(() => y.backward()).toThrow(/^Trying to backward through the graph a second time/);
  const z = x.mul(1);
  const w = Cube.apply(z).sum();
  z.add_(1);
  expect(() => w.backward()).toThrow(/which is output 0 of AddBackward0, is at version 1; expected version 0/);
});

test('what backward throws comes out as it is; inside a tidy nothing stays', () => {
  const mine = new SyntaxError('mine');
  class Throws extends Function {
    static override forward(_: Ctx, x: Tensor): Tensor {
      return x.mul(2);
    }
    static override backward(): never {
      throw mine;
    }
  }
  const x = leaf(1, 2);
  let caught: unknown;
  const before = { ...torch.memory(), peak_bytes: 0 };
  torch.tidy(() => {
    try {
      Throws.apply(x).sum().backward();
    } catch (error) {
      caught = error;
    }
    Cube.apply(x).sum().backward();
    torch.autograd.grad(Cube.apply(x).sum(), x, { create_graph: true });
  });
  x.grad = null;
  expect(caught).toBe(mine);
  expect({ ...torch.memory(), peak_bytes: 0 }).toEqual(before);
});

test('backward(inputs) fills those alone; grad gives zeros where asked', () => {
  const x = leaf(2);
  const w = leaf(3);
  const h = x.mul(w);
  h.mul(h).sum().backward({ inputs: [h, w], retain_graph: true });
  expect([x.grad, w.grad!.item(), h.grad!.item()]).toEqual([null, 24, 12]);
  refuses(() => h.sum().backward({ inputs: [] }), 'RuntimeError', "'inputs' argument to backward() cannot be empty.");
  const unused = leaf(1, 2);
  const [a, b] = torch.autograd.grad(h.sum(), [x, unused], { materialize_grads: true });
  expect([a!.item(), b!.tolist()]).toEqual([3, [0, 0]]);
  torch.autograd.backward([x.mul(2), x.mul(5)], [torch.ones(1), torch.tensor([10])]);
  expect(x.grad!.item()).toBe(52);
  refuses(
    () => torch.autograd.backward([x.sum(), x.sum()], [null]),
    'RuntimeError',
    'got 2 tensors and 1 gradients',
  );
});
