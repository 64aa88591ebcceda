// Hooks: what they see, what they change, and that they leave when told to.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const leaf = (...values: number[]) => torch.tensor(values, { requires_grad: true });

test('a hook sees the whole gradient of a leaf once a pass, and may replace it', () => {
  const x = leaf(1, 2);
  const seen: number[][] = [];
  x.register_hook((g) => {
    seen.push(g.tolist<number[]>());
    return g.mul(10);
  });
  x.mul(x).add(x).sum().backward();
  expect(seen).toEqual([[3, 5]]);
  expect(x.grad!.tolist()).toEqual([30, 50]);
  const [g] = torch.autograd.grad(x.mul(2).sum(), x);
  expect(g!.tolist()).toEqual([20, 20]);
});

test('hooks run in order; what one returns the next one sees, and the graph below too', () => {
  const x = leaf(1, 2);
  const y = x.mul(3);
  const seen: string[] = [];
  y.register_hook((g) => {
    seen.push(`first ${g.tolist()}`);
    return g.add(1);
  });
  y.register_hook((g) => void seen.push(`second ${g.tolist()}`));
  y.retain_grad();
  y.sum().backward();
  expect(seen).toEqual(['first 1,1', 'second 2,2']);
  expect(y.grad!.tolist()).toEqual([2, 2]);
  expect(x.grad!.tolist()).toEqual([6, 6]);
});

test('remove() ends a hook, twice is harmless, and the others stay', () => {
  const x = leaf(1);
  const seen: string[] = [];
  const first = x.register_hook(() => void seen.push('first'));
  x.register_hook(() => void seen.push('second'));
  first.remove();
  first.remove();
  x.mul(2).sum().backward();
  expect(seen).toEqual(['second']);
});

test('a hook that removes itself runs once', () => {
  const x = leaf(1);
  let runs = 0;
  const handle = x.register_hook(() => {
    ++runs;
    handle.remove();
  });
  x.mul(2).sum().backward();
  x.mul(2).sum().backward();
  expect(runs).toBe(1);
});

test('what a hook throws comes out of backward() as it is, and nothing is half done', () => {
  const x = leaf(1);
  const y = x.exp();
  const mine = new RangeError('mine');
  const handle = y.register_hook(() => {
    throw mine;
  });
  let caught: unknown;
  try {
    y.sum().backward();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBe(mine);
  expect(x.grad).toBe(null);
  expect(torch.is_grad_enabled()).toBe(true);
  handle.remove();
  x.exp().sum().backward();
  expect(x.grad!.item()).toBeCloseTo(Math.E, 5);
});

test('a hook can differentiate, and under create_graph is itself differentiated', () => {
  const x = leaf(2);
  const y = x.mul(x);
  y.register_hook((g) => g.mul(x));
  const [g] = torch.autograd.grad(y.sum(), x, { create_graph: true }); // x * 2x
  expect(g!.item()).toBe(8);
  expect(torch.autograd.grad(g!, x)[0]!.item()).toBe(8); // 4x
  const z = x.mul(3);
  z.register_hook(() => {
    const w = leaf(5);
    torch.enable_grad(() => w.mul(w).sum()).backward();
    expect(w.grad!.item()).toBe(10);
  });
  z.sum().backward();
  expect(x.grad!.item()).toBe(3);
});

test('what a hook keeps stays usable; what it does not keep goes with its scope', () => {
  const x = leaf(1, 2);
  const kept: torch.Tensor[] = [];
  x.register_hook((g) => void kept.push(g));
  x.mul(2).sum().backward();
  expect(kept[0]!.tolist()).toEqual([2, 2]);
  kept.pop()!.dispose();
  x.grad = null;
  const before = torch.memory();
  for (let i = 0; i < 3; ++i) {
    torch.tidy(() => {
      const y = x.mul(2);
      y.register_hook((g) => g.mul(3).add(1));
      y.sum().backward();
    });
    x.grad = null;
    kept.length = 0;
  }
  expect({ ...torch.memory(), peak_bytes: 0 }).toEqual({ ...before, peak_bytes: 0 });
});

test('retain_grad adds up over passes, does nothing on a leaf', () => {
  const x = leaf(1);
  x.retain_grad();
  expect(x.retains_grad).toBe(false);
  const y = x.mul(2);
  expect(y.retains_grad).toBe(false);
  y.retain_grad();
  y.retain_grad();
  expect(y.retains_grad).toBe(true);
  y.sum().backward({ retain_graph: true });
  y.sum().backward();
  expect(y.grad!.item()).toBe(2);
});

test('refusals are in PyTorch’s words', () => {
  const x = leaf(1, 2);
  refuses(
    () => torch.ones(2).register_hook(() => {}),
    'RuntimeError',
    "cannot register a hook on a tensor that doesn't require gradient",
  );
  refuses(
    () => torch.ones(2).retain_grad(),
    'RuntimeError',
    "can't retain_grad on Tensor that has requires_grad=False",
  );
  const through = (hook: (g: torch.Tensor) => unknown) => () => {
    const y = x.mul(2);
    y.register_hook(hook as never);
    y.sum().backward();
  };
  refuses(
    through(function grows() {
      return torch.ones(3);
    }),
    'RuntimeError',
    "hook 'grows' has changed the size of value",
  );
  refuses(
    through((g) => g.double()),
    'RuntimeError',
    "hook '<lambda>' has changed the type of value (was torch.FloatTensor got torch.DoubleTensor)",
  );
  refuses(through(() => 3), 'TypeError', "expected Variable, but hook returned 'number'");
});
