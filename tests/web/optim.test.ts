// Optimizers against PyTorch's values, and their groups, state and refusals.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/optim.json';
import { refuses } from './refuses.js';

const { optim } = torch;
const { Parameter } = torch.nn;

type Named = Record<string, any>;
const of = (name: string) => (optim as Named)[name] as new (params: any, ...args: any[]) => torch.optim.SGD;
const names = ['SGD', 'Adam', 'AdamW', 'NAdam', 'RAdam', 'Adamax', 'Adagrad', 'RMSprop'];
const bits = (values: readonly number[]) => Array.from(values, Math.fround);

function step(opt: torch.optim.Optimizer, w: torch.Tensor, grad: readonly number[]): void {
  w.grad = torch.tensor([...grad], { dtype: w.dtype }).reshape(w.shape);
  opt.step();
}

// The fixtures come from PyTorch's mode without fused multiply-add, which is our arithmetic.
test.each(fixtures.optimizers.map((c) => [`${c.name} ${JSON.stringify(c.options)}`, c] as const))(
  '%s: parameters and state are PyTorch’s to the bit',
  (_, { name, options, after, state }) => {
    const w = new Parameter(torch.tensor(fixtures.start));
    const opt = new (of(name))([w], options);
    fixtures.grads.forEach((grad, i) => {
      step(opt, w, grad);
      const at = fixtures.steps_shown.indexOf(i + 1);
      if (at >= 0) expect([...w.toArray()], `step ${i + 1}`).toEqual(bits(after[at]!));
    });
    const kept = opt.state.get(w) ?? {};
    for (const [key, value] of Object.entries(state as Record<string, number | number[]>)) {
      expect([...kept[key]!.toArray()], key).toEqual(bits([value].flat()));
    }
    if (kept.step) expect([kept.step.item(), kept.step.dtype]).toEqual([6, torch.float32]);
    const expected = Object.keys(state).length + (name === 'SGD' ? 0 : 1);
    expect(Object.keys(kept).length).toBe(expected);
  },
);

// Printed by PyTorch 1.13.1 with fused multiply-add; hence a tolerance.
test.each([
  ['SGD', { lr: 0.1 }, [0.511999965, -1.45799994, 2.82357597]],
  ['SGD', { lr: 0.1, momentum: 0.9 }, [0.062, -0.971999943, 2.66913581]],
  [
    'SGD',
    { lr: 0.1, momentum: 0.9, nesterov: true, weight_decay: 0.01 },
    [-0.111651078, -0.643719435, 2.51112294],
  ],
  ['SGD', { lr: 0.1, momentum: 0.9, dampening: 0.5 }, [0.252000034, -1.2105, 2.75297403]],
  ['Adam', { lr: 0.1 }, [0.701586306, -1.70062339, 2.70038152]],
  ['AdamW', { lr: 0.1 }, [0.69891125, -1.69494462, 2.69170356]],
  ['RMSprop', { lr: 0.1 }, [3.0e-12, -0.309687376, 1.06899512]],
  [
    'RMSprop',
    { lr: 0.1, momentum: 0.9, centered: true },
    [-1.03947878, 1.41908658, -0.937936485],
  ],
  ['Adagrad', { lr: 0.1 }, [0.780456185, -1.77582145, 2.77435946]],
])('%s %j: three steps on a parabola', (name, options, expected) => {
  const w = new Parameter(torch.tensor([1, -2, 3]));
  const opt = new (of(name))([w], options);
  for (let i = 0; i < 3; ++i) {
    opt.zero_grad();
    w.pow(2).mul(torch.tensor([1, 0.5, 0.1])).sum().backward();
    opt.step();
  }
  // One unit in the last place of a gradient passes through Adam's quotient at full size.
  const tolerance = 3e-6;
  w.tolist<number[]>().forEach((v, i) => {
    expect(Math.abs(v - expected[i]!)).toBeLessThan(tolerance * Math.max(1, Math.abs(expected[i]!)));
  });
});

test('float64, non-contiguous and empty parameters take the same steps', () => {
  for (const name of names) {
    const flat = new Parameter(torch.tensor(fixtures.start.slice(0, 12), { dtype: torch.float64 }));
    const turned = new Parameter(
      torch.tensor(fixtures.start.slice(0, 12), { dtype: torch.float64 }).reshape(3, 4).t(),
    );
    const narrow = new Parameter(torch.tensor(fixtures.start.slice(0, 12)));
    const none = new Parameter(torch.zeros(0, 3));
    expect(turned.is_contiguous()).toBe(false);
    const one = new (of(name))([flat], { lr: 0.1 });
    const other = new (of(name))([turned, none], { lr: 0.1 });
    const third = new (of(name))([narrow], { lr: 0.1 });
    none.grad = torch.zeros(0, 3);
    for (const grad of fixtures.grads) {
      const g = grad.slice(0, 12);
      step(one, flat, g);
      turned.grad = torch.tensor(g, { dtype: torch.float64 }).reshape(3, 4).t();
      other.step();
      step(third, narrow, g);
    }
    expect([...turned.t().flatten().toArray()], name).toEqual([...flat.toArray()]);
    narrow.toArray().forEach((v, i) => {
      expect(Math.abs(v - flat.toArray()[i]!), name).toBeLessThan(1e-4);
    });
  }
});

test('infinities, NaN and zeros go where IEEE 754 sends them', () => {
  const far = [0, -0, Infinity, -Infinity, NaN, 1e-40, 3e38];
  const w = new Parameter(torch.zeros(7));
  step(new optim.SGD([w], 1), w, far);
  expect(w.tolist()).toEqual([0, 0, -Infinity, Infinity, NaN, -Math.fround(1e-40), Math.fround(-3e38)]);
  const v = new Parameter(torch.zeros(7));
  step(new optim.Adam([v], 1), v, far);
  expect(v.tolist()).toEqual([0, 0, NaN, NaN, NaN, expect.closeTo(0), expect.closeTo(0)]);
});

test('options by position and by name; groups override them', () => {
  const [a, b, c] = [0, 1, 2].map((v) => new Parameter(torch.tensor([v]))) as torch.Tensor[];
  const opt = new optim.SGD([{ params: [a!] }, { params: b!, lr: 0.5, momentum: 0.1 }], 0.1, 0.9, {
    weight_decay: 0.01,
  });
  expect(opt.param_groups.map((g) => [g.lr, g.momentum, g.weight_decay, g.params.length])).toEqual([
    [0.1, 0.9, 0.01, 1],
    [0.5, 0.1, 0.01, 1],
  ]);
  opt.add_param_group({ params: [c!], lr: 2 });
  expect(opt.param_groups[2]).toMatchObject({ lr: 2, momentum: 0.9 });
  expect(opt.param_groups[2]!.params[0]).toBe(c);
  expect(new optim.Adam(new torch.nn.Linear(2, 3).parameters(), 0.1, [0.5, 0.6]).defaults).toMatchObject({
    lr: 0.1,
    betas: [0.5, 0.6],
    eps: 1e-8,
  });
  const named = new optim.SGD(new torch.nn.Linear(2, 3).named_parameters());
  expect(named.param_groups[0]).toMatchObject({ lr: 1e-3, param_names: ['weight', 'bias'] });
});

test('a parameter without a gradient stays, and gets no state', () => {
  const [a, b] = [new Parameter(torch.ones(2)), new Parameter(torch.ones(2))];
  const opt = new optim.Adam([a, b], 0.1);
  step(opt, a, [1, 1]);
  expect(b.tolist()).toEqual([1, 1]);
  expect([opt.state.size, opt.state.has(a)]).toEqual([1, true]);
  opt.zero_grad();
  expect(a.grad).toBe(null);
  a.grad = torch.ones(2);
  const before = a.grad;
  opt.zero_grad({ set_to_none: false });
  expect(a.grad).toBe(before);
  expect(a.grad.tolist()).toEqual([0, 0]);
});

test('step(closure) evaluates with gradients, and returns the loss', () => {
  const w = new Parameter(torch.tensor([3]));
  const opt = new optim.SGD([w], 0.5);
  const loss = torch.no_grad(() =>
    opt.step(() => {
      opt.zero_grad();
      const value = w.pow(2).sum();
      value.backward();
      return value;
    }),
  );
  expect(loss.item()).toBe(9);
  expect(w.tolist()).toEqual([0]);
});

test('state_dict has PyTorch’s layout, and a loaded one resumes to the bit', () => {
  for (const name of names) {
    const options = name === 'SGD' ? { lr: 0.1, momentum: 0.9 } : { lr: 0.1 };
    const train = (opt: torch.optim.Optimizer, ws: torch.Tensor[], from: number, to: number) => {
      for (let i = from; i < to; ++i) {
        ws.forEach((w, k) => (w.grad = torch.tensor(fixtures.grads[i]!).mul(k + 1)));
        opt.step();
      }
    };
    const fresh = () => [0, 1].map(() => new Parameter(torch.tensor(fixtures.start)));
    const straight = fresh();
    const first = new (of(name))([{ params: [straight[0]!] }, { params: [straight[1]!], lr: 0.2 }], options);
    train(first, straight, 0, 3);
    const saved = first.state_dict();
    expect(saved.param_groups.map((g) => [g.lr, g.params])).toEqual([
      [0.1, [0]],
      [0.2, [1]],
    ]);
    expect(Object.keys(saved.state)).toEqual(['0', '1']);

    const resumed = straight.map((w) => new Parameter(w.detach().clone()));
    const second = new (of(name))(resumed.map((w) => ({ params: [w] })), { lr: 7 });
    second.load_state_dict(saved);
    expect(second.param_groups.map((g) => g.lr)).toEqual([0.1, 0.2]);
    train(first, straight, 3, 6);
    train(second, resumed, 3, 6);
    resumed.forEach((w, i) => expect(torch.equal(w, straight[i]!), name).toBe(true));
  }
});

test('a loaded state is a copy, in the dtype of its parameter', () => {
  const w = new Parameter(torch.ones(2));
  const opt = new optim.Adam([w]);
  step(opt, w, [1, 2]);
  const saved = opt.state_dict();
  const wide = new Parameter(torch.ones(2).double());
  const other = new optim.Adam([wide]);
  other.load_state_dict(saved);
  const state = other.state.get(wide)!;
  expect([state.exp_avg!.dtype, state.step!.dtype]).toEqual([torch.float64, torch.float32]);
  step(opt, w, [1, 2]);
  expect(state.step!.item()).toBe(1);
  const betas = other.param_groups[0]!.betas;
  expect(betas).toEqual([0.9, 0.999]);
  expect(betas).not.toBe(opt.param_groups[0]!.betas);
});

test('a step makes no tensor', () => {
  for (const name of names) {
    const w = new Parameter(torch.ones(100));
    w.grad = torch.ones(100);
    const opt = new (of(name))([w], name === 'SGD' ? { momentum: 0.9 } : {});
    opt.step();
    const before = torch.memory();
    for (let i = 0; i < 10; ++i) opt.step();
    expect([torch.memory().live_tensors, torch.memory().live_bytes], name).toEqual([before.live_tensors, before.live_bytes]);
  }
});

test('state outlives the tidy() of the step that made it', () => {
  const w = new Parameter(torch.ones(2));
  const opt = new optim.Adam([w], 0.1);
  for (let i = 0; i < 3; ++i) {
    torch.tidy(() => {
      opt.zero_grad();
      w.pow(2).sum().backward();
      opt.step();
    });
  }
  expect(opt.state.get(w)!.step!.item()).toBe(3);
});

test('a step is seen by backward: a graph that needs the old value is refused', () => {
  const w = new Parameter(torch.ones(2));
  const opt = new optim.SGD([w], 0.1);
  const loss = w.pow(2).sum();
  loss.backward({ retain_graph: true });
  opt.step();
  expect(() => loss.backward()).toThrow(
    'one of the variables needed for gradient computation has been modified by an inplace operation',
  );
});

test('prints as PyTorch prints it', () => {
  const w = new Parameter(torch.ones(2));
  expect(String(new optim.SGD([w], { lr: 0.1 }))).toBe(`SGD (
Parameter Group 0
    dampening: 0
    differentiable: False
    foreach: None
    fused: None
    lr: 0.1
    maximize: False
    momentum: 0
    nesterov: False
    weight_decay: 0
)`);
  expect(String(new optim.Adam([w]))).toContain('    betas: (0.9, 0.999)\n    capturable: False\n');
  expect(String(new optim.Adam([w]))).toContain('    eps: 1e-08\n');
});

test('refusals, in PyTorch’s words', () => {
  const w = new Parameter(torch.ones(2));
  const value = (f: () => unknown, text: string) => refuses(f, 'ValueError', text);
  const type = (f: () => unknown, text: string) => refuses(f, 'TypeError', text);
  for (const name of names) {
    value(() => new (of(name))([w], -0.1), 'Invalid learning rate: -0.1');
    value(() => new (of(name))([w], NaN), 'Invalid learning rate: nan');
    value(() => new (of(name))([w], { weight_decay: -1 }), 'Invalid weight_decay value: -1');
    value(() => new (of(name))([]), 'optimizer got an empty parameter list');
    if (name !== 'SGD')
      value(() => new (of(name))([w], { eps: -1e-8 }), 'Invalid epsilon value: -1e-08');
  }
  for (const name of ['Adam', 'AdamW', 'NAdam', 'RAdam', 'Adamax']) {
    value(() => new (of(name))([w], { betas: [1, 0.9] }), 'Invalid beta parameter at index 0: 1');
    value(() => new (of(name))([w], { betas: [0, -0.5] }), 'Invalid beta parameter at index 1: -0.5');
  }
  value(() => new optim.SGD([w], { momentum: -1 }), 'Invalid momentum value: -1');
  value(() => new optim.RMSprop([w], { momentum: -1 }), 'Invalid momentum value: -1');
  value(() => new optim.RMSprop([w], { alpha: -1 }), 'Invalid alpha value: -1');
  value(() => new optim.Adagrad([w], { lr_decay: -1 }), 'Invalid lr_decay value: -1');
  value(
    () => new optim.Adagrad([w], { initial_accumulator_value: -1 }),
    'Invalid initial_accumulator_value value: -1',
  );
  value(() => new optim.NAdam([w], { momentum_decay: -1 }), 'Invalid momentum_decay value: -1');
  const nesterov = 'Nesterov momentum requires a momentum and zero dampening';
  value(() => new optim.SGD([w], { nesterov: true }), nesterov);
  value(() => new optim.SGD([w], { nesterov: true, momentum: 0.9, dampening: 0.1 }), nesterov);
  type(
    () => new optim.SGD(w as never),
    'params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.FloatTensor',
  );
  type(
    () => new optim.SGD([3] as never),
    'optimizer can only optimize Tensors, but one of the params is number',
  );
  value(() => new optim.SGD([w.mul(2)]), "can't optimize a non-leaf Tensor");
  value(
    () => new optim.SGD([{ params: [w] }, { params: [w] }]),
    'some parameters appear in more than one parameter group',
  );
  type(
    () => new optim.SGD([{ params: new Set([w]) }]),
    'optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets will change between runs. Please use a list instead.',
  );
  type(
    () => new optim.SGD([w], { learning_rate: 1 } as never),
    "SGD() got an unexpected keyword argument 'learning_rate'",
  );
  const [two, pair] = [new optim.SGD([{ params: [w] }]), new optim.SGD([w, torch.ones(1)])];
  value(
    () => two.load_state_dict({ state: {}, param_groups: [] }),
    'loaded state dict has a different number of parameter groups',
  );
  value(
    () => two.load_state_dict(pair.state_dict()),
    "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
  );
  const warnings: string[] = [];
  torch.onwarning((text) => warnings.push(text));
  new optim.SGD([w, w]);
  torch.onwarning(null);
  expect(warnings).toEqual([
    'optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; see github.com/pytorch/pytorch/issues/40967 for more information',
  ]);
});
