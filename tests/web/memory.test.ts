// What scopes release, and what they may not.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const { nn } = torch;
type Tensor = torch.Tensor;

const released =
  'the tensor was released (by dispose() or using, or at the end of the scope it was made in: a forward, ' +
  'a loss, a tidy(), a turn of a data loader); torch.keep(x) keeps x beyond its scope';

/** A module whose forward is a function, and that remembers what it is told to. */
class Runs extends nn.Module {
  h: unknown = null;
  #secret: Tensor | null = null;
  constructor(readonly run: (self: Runs, x: Tensor) => unknown) {
    super();
  }
  override forward(x: Tensor): any {
    return this.run(this, x);
  }
  hide(x: Tensor): Tensor {
    return (this.#secret = x);
  }
  get hidden(): Tensor | null {
    return this.#secret;
  }
}

/** What is alive after `fn`, beyond what was before. */
function left<R>(fn: () => R): [tensors: number, result: R] {
  const before = torch.memory().live_tensors;
  const result = fn();
  return [torch.memory().live_tensors - before, result];
}

const x = torch.tensor([1, 2]);

test('the outermost forward releases what was born in it and is not returned', () => {
  const made: Tensor[] = [];
  const note = (t: Tensor) => (made.push(t), t);
  const inner = new Runs((_, x) => note(note(x.add(1)).mul(2)));
  const outer = new (class extends nn.Module {
    inner = inner;
    forward(x: Tensor) {
      const y = this.inner.forward(note(x.neg()));
      made.forEach((t) => expect(t.is_disposed, 'only the outermost releases').toBe(false));
      return y.add(x);
    }
  })();
  const [count, y] = left(() => outer.forward(x));
  expect(count).toBe(1);
  expect(y.tolist()).toEqual([1, 0]);
  expect(made.length).toBe(3);
  for (const t of made) refuses(() => t.tolist(), 'RuntimeError', released);
  y.dispose();
  made.length = 0;
  expect(torch.no_grad(() => left(() => outer.forward(x))[0])).toBe(1);
});

test('what is returned inside arrays, objects, maps and sets survives', () => {
  const kinds = (x: Tensor) => {
    const lost = x.add(1);
    return [
      [lost.add(1)],
      { a: { b: lost.add(2) } },
      new Map([['k', [lost.add(3)]]]),
      new Set([lost.add(4)]),
    ] as const;
  };
  const [count, [a, b, c, d]] = left(() => new Runs((_, x) => kinds(x)).forward(x));
  expect(count).toBe(4);
  const all = [a[0]!, b.a.b, c.get('k')![0]!, [...d][0]!];
  expect(all.map((t: Tensor) => t.tolist())).toEqual([[3, 4], [4, 5], [5, 6], [6, 7]]);
});

test('what is stored on a module, directly or deep inside its fields, survives', () => {
  class State {
    constructor(readonly c: Tensor) {}
  }
  const child = new Runs((self, x) => ((self.h = x.add(10)), x.mul(2)));
  const parent = new (class extends nn.Module {
    child = child;
    history: Tensor[] = [];
    byName = new Map<string, { t: torch.Tensor }>();
    state: State | undefined;
    forward(x: Tensor) {
      this.history.push(x.add(1));
      this.byName.set('a', { t: x.add(2) });
      this.state = new State(x.add(3));
      (this as { itself?: unknown }).itself = this;
      x.add(4);
      return this.child.forward(x);
    }
  })();
  const [count, y] = left(() => parent.forward(x));
  expect(count).toBe(5);
  const kept = [child.h as Tensor, parent.history[0]!, parent.byName.get('a')!.t, parent.state!.c, y];
  expect(kept.map((t) => t.tolist())).toEqual([[11, 12], [2, 3], [3, 4], [4, 5], [2, 4]]);

  // A tidy around it does not take the module's state away.
  const stateful = new Runs((self, x) => (self.h = self.h ? (self.h as Tensor).add(x) : x.clone()));
  for (let i = 0; i < 3; ++i) torch.tidy(() => void stateful.forward(x));
  expect((stateful.h as Tensor).tolist()).toEqual([3, 6]);
});

test('a tidy inside a forward leaves the state of the modules it calls', () => {
  const child = new Runs((self, x) => ((self.h = x.add(1)), x.mul(3)));
  const parent = new Runs((_, x) => torch.tidy(() => child.forward(x.neg())));
  const [count, y] = left(() => parent.forward(x) as Tensor);
  expect(count).toBe(2);
  expect((child.h as Tensor).tolist()).toEqual([0, -1]);
  expect(y.tolist()).toEqual([-3, -6]);
});

test('what is put into an argument survives', () => {
  interface Cache {
    keys: Tensor[];
  }
  class Caching extends nn.Module {
    override forward(x: Tensor, cache: Cache): Tensor {
      cache.keys.push(x.add(1));
      return x.add(2).mul(2);
    }
  }
  const cache: Cache = { keys: [] };
  const [count] = left(() => new Caching().forward(x, cache));
  expect(count).toBe(2);
  expect(cache.keys[0]!.tolist()).toEqual([2, 3]);
});

test('what existed before, parameters and what was kept survive; what else escapes is released', () => {
  const before = x.mul(1);
  const escaped: Tensor[] = [];
  const module = new Runs((self, x) => {
    escaped.push(torch.keep(x.add(1)), x.add(2), new nn.Parameter(x));
    self.hide(x.add(3));
    return before;
  });
  const [, y] = left(() => module.forward(x));
  expect(y).toBe(before);
  expect(before.tolist()).toEqual([1, 2]);
  expect(escaped[0]!.tolist()).toEqual([2, 3]);
  expect(escaped[2]!.tolist()).toEqual([1, 2]);
  for (const t of [escaped[1]!, module.hidden!]) refuses(() => t.tolist(), 'RuntimeError', released);
});

test('a forward that throws releases all but what it stored', () => {
  const module = new Runs((self, x) => {
    self.h = x.add(1);
    x.add(2);
    throw new Error('stop');
  });
  const [count] = left(() => expect(() => module.forward(x)).toThrow('stop'));
  expect(count).toBe(1);
  expect((module.h as Tensor).tolist()).toEqual([2, 3]);
});

test('an asynchronous forward releases when it settles, and touches nothing of others', async () => {
  const before = torch.memory().live_tensors;
  let early!: Tensor;
  const module = new Runs(async (self, x) => {
    early = x.add(1);
    self.h = x.add(2);
    await Promise.resolve();
    return early.mul(2);
  });
  const running = module.forward(x) as Promise<Tensor>;
  const others = x.add(5);
  expect(early.is_disposed).toBe(false);
  const y = await running;
  expect(early.is_disposed).toBe(true);
  expect([y, others, module.h as Tensor].map((t) => t.tolist())).toEqual([[4, 6], [6, 7], [3, 4]]);
  for (const t of [y, others, module.h as Tensor]) t.dispose();

  const failing = new Runs(async (_, x) => {
    x.add(1);
    await Promise.resolve();
    throw new Error('stop');
  });
  await expect(failing.forward(x)).rejects.toThrow('stop');
  expect(torch.memory().live_tensors).toBe(before);
});

test('releasing never breaks the graph: gradients are those of the same code outside a module', () => {
  const w = torch.tensor([0.5, -0.25], { requires_grad: true });
  const f = (x: Tensor) => torch.selu(x.mul(w)).exp().mul(torch.sigmoid(w)).sum();
  f(x).backward();
  const expected = w.grad!.tolist<number[]>();
  w.grad = null;
  const made: Tensor[] = [];
  const module = new Runs((_, x) => {
    made.push(x.add(w));
    return f(made[0]!).add(f(x)).sub(f(made[0]!));
  });
  const [count] = left(() => {
    const loss = module.forward(x);
    expect(made[0]!.is_disposed).toBe(true);
    loss.backward();
    return loss;
  });
  expect(count, 'the loss and the gradient').toBe(2);
  w.grad!.tolist<number[]>().forEach((g, i) => expect(g).toBeCloseTo(expected[i]!, 5));
});

test('a Function releases what its forward makes, but for what it returns, saves or stores in ctx', () => {
  class Cube extends torch.autograd.Function {
    static override forward(ctx: any, x: Tensor): Tensor {
      const square = x.mul(x);
      ctx.save_for_backward(x, square);
      ctx.square = x.mul(x);
      x.add(1);
      return square.mul(x).clone();
    }
    static override backward(ctx: any, g: Tensor): Tensor {
      const [, square] = ctx.saved_tensors;
      return g.mul(square.add(ctx.square)).mul(1.5);
    }
  }
  const w = torch.tensor([2, -3], { requires_grad: true });
  for (const run of [() => Cube.apply(w), () => new Runs((_, x) => Cube.apply(x.mul(1))).forward(w)]) {
    w.grad = null;
    const y = run() as Tensor;
    expect(y.tolist()).toEqual([8, -27]);
    y.sum().backward();
    expect(w.grad!.tolist<number[]>()).toEqual([12, 27]);
  }
  const [count] = left(() => torch.no_grad(() => Cube.apply(x)));
  expect(count, 'the output and ctx.square').toBe(2);
});

test('a forward that returns a view keeps the elements under it', () => {
  const y = new Runs((_, x) => x.add(1).unsqueeze(0).narrow(1, 1, 1)).forward(x);
  expect(y.tolist()).toEqual([[3]]);
});

test('forward is wrapped once, however classes are made', () => {
  class Base extends nn.Module {
    calls = 0;
    override forward(x: Tensor): any {
      ++this.calls;
      return x.add(1);
    }
  }
  class Derived extends Base {
    override forward(x: Tensor): any {
      return super.forward(x.add(1)).mul(2);
    }
  }
  class Inherits extends Derived {}
  new Base();
  for (const module of [new Derived(), new Inherits(), new Derived()]) {
    let hooks = 0;
    module.register_forward_hook(() => void ++hooks);
    const [count, y] = left(() => module.forward(x) as Tensor);
    expect([count, hooks, module.calls]).toEqual([1, 1, 1]);
    expect(y.tolist()).toEqual([6, 8]);
  }
  expect(Derived.prototype.forward.name).toBe('forward');
  // Replaced after instances were made, and in one instance.
  Derived.prototype.forward = (x: Tensor) => x.add(1).add(1);
  expect(left(() => new Derived().forward(x))[0]).toBe(1);
  const own = new Derived();
  own.forward = (x: Tensor) => x.mul(5);
  expect(own.forward(x).tolist()).toEqual([5, 10]);
});

test('debug_memory names the lines that made what is alive', () => {
  expect(torch.debug_memory()).toEqual([]);
  torch.debug_memory(true);
  const many = Array.from({ length: 3 }, () => torch.zeros(100));
  const one = torch.zeros([1000], { dtype: torch.float64 });
  const gone = torch.zeros(1e6);
  gone.dispose();
  const [first, second, ...rest] = torch.debug_memory();
  expect([first!.tensors, first!.bytes]).toEqual([1, 8000]);
  expect([second!.tensors, second!.bytes]).toEqual([3, 1200]);
  expect(rest).toEqual([]);
  expect(first!.place).not.toBe(second!.place);
  // A line of this file (in a page: of the script that all tests are), not of the library.
  expect(first!.place).toMatch(/tests?\b.*:\d+/);
  expect(first!.place).not.toMatch(/torch\.mjs/);
  expect(torch.debug_memory(false).length).toBe(2);
  expect(torch.debug_memory()).toEqual([]);
  for (const t of [...many, one]) t.dispose();
});

test('memory() counts tensors, bytes and the heap', () => {
  const before = torch.memory();
  const t = torch.zeros(1 << 20);
  const with_t = torch.memory();
  expect(with_t.live_tensors - before.live_tensors).toBe(1);
  expect(with_t.live_bytes - before.live_bytes).toBe(4 << 20);
  expect(with_t.heap_bytes).toBeGreaterThanOrEqual(with_t.live_bytes);
  t.dispose();
  expect(torch.memory().live_bytes).toBe(before.live_bytes);
  expect(torch.memory().peak_bytes).toBeGreaterThanOrEqual(with_t.live_bytes);
  expect(Object.keys(before)).toEqual(['live_tensors', 'live_bytes', 'heap_bytes', 'peak_bytes']);
});

test('a tensor that outlives its job is released by the collector, one that does not never meets it', async () => {
  const registered: unknown[] = [];
  const { register } = FinalizationRegistry.prototype;
  FinalizationRegistry.prototype.register = function (target, held, token) {
    registered.push(target);
    register.call(this, target, held, token);
  };
  try {
    torch.ones(2).dispose();
    const kept = torch.ones(2);
    const leftScope = torch.tidy(() => torch.ones(2));
    torch.tidy(() => void torch.ones(2));
    expect(registered.length).toBe(0);
    await Promise.resolve();
    expect(registered.map((x) => (x === kept ? 'kept' : x === leftScope ? 'left' : 'other'))).toEqual(['kept', 'left']);
    // Long jobs do not gather them without end.
    registered.length = 0;
    const many = Array.from({ length: 3000 }, () => torch.ones(1));
    expect(registered.length).toBeGreaterThan(1500);
    await Promise.resolve();
    expect(registered.length).toBe(3000);
    many.forEach((x) => x.dispose());
  } finally {
    FinalizationRegistry.prototype.register = register;
  }
});
