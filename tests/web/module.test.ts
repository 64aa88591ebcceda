import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

const { nn } = torch;

class Net extends nn.Module {
  fc1: torch.nn.Linear;
  act = new nn.SELU();
  scale: torch.nn.Parameter;
  rest: torch.nn.Sequential;
  constructor() {
    super();
    this.fc1 = new nn.Linear(2, 3);
    this.scale = new nn.Parameter(torch.ones(3));
    this.rest = new nn.Sequential(new nn.Dropout(0.5), new nn.Linear(3, 1));
    this.register_buffer('mean', torch.zeros(3));
    this.register_buffer('scratch', torch.zeros(1), false);
  }
  override forward(x: torch.Tensor): torch.Tensor {
    return this.rest.forward(this.act.forward(this.fc1.forward(x)).mul(this.scale)) as torch.Tensor;
  }
}

const names = (pairs: Iterable<[string, unknown]>) => Array.from(pairs, ([name]) => name).sort();

test('fields register by plain assignment', () => {
  const net = new Net();
  expect(names(net.named_parameters())).toEqual([
    'fc1.bias',
    'fc1.weight',
    'rest.1.bias',
    'rest.1.weight',
    'scale',
  ]);
  expect(names(net.named_parameters('net', false))).toEqual(['net.scale']);
  expect(names(net.named_buffers())).toEqual(['mean', 'scratch']);
  expect(names(net.named_children())).toEqual(['act', 'fc1', 'rest']);
  expect(names(net.named_modules())).toEqual(['', 'act', 'fc1', 'rest', 'rest.0', 'rest.1']);
  expect([...net.parameters()].length).toBe(5);
  expect([...net.buffers()].length).toBe(2);
  expect([...net.modules()][0]).toBe(net);
  expect([...net.children()]).toContain(net.rest);
});

// With `useDefineForClassFields` a declared field exists, undefined, before the constructor's body.
test('a field that is declared before it is assigned registers too', () => {
  class Declared extends nn.Module {
    fc: torch.nn.Linear = undefined as never;
    none: torch.nn.Linear | null = null;
    constructor() {
      super();
      this.fc = new nn.Linear(1, 1);
      this.register_module('extra', new nn.Tanh());
    }
  }
  const m = new Declared();
  expect([...m.named_children()].map(([name]) => name)).toEqual(['fc', 'extra']);
  m.register_parameter('none_yet', null);
  m.register_module('none', new nn.SELU());
  expect(names(m.named_children())).toEqual(['extra', 'fc', 'none']);
});

test('shared modules and parameters are listed once, but saved under every name', () => {
  class Shared extends nn.Module {
    a = new nn.Linear(2, 2);
    b = this.a;
    w = this.a.weight;
  }
  const m = new Shared();
  expect([...m.parameters()].length).toBe(2);
  expect([...m.modules()].length).toBe(2);
  expect([...m.children()].length).toBe(1);
  expect(names(Object.entries(m.state_dict()))).toEqual([
    'a.bias',
    'a.weight',
    'b.bias',
    'b.weight',
    'w',
  ]);
});

test('train and eval reach everything below', () => {
  const net = new Net();
  expect(net.training).toBe(true);
  expect(net.eval()).toBe(net);
  expect([...net.modules()].map((m) => m.training)).toEqual(Array(6).fill(false));
  net.train();
  expect([...net.modules()].every((m) => m.training)).toBe(true);
  refuses(() => net.train(1 as never), 'ValueError', 'training mode is expected to be boolean');
});

test('apply visits children first', () => {
  const seen: string[] = [];
  const net = new nn.Sequential(new nn.SELU(), new nn.Sequential(new nn.ReLU()));
  expect(net.apply((m) => seen.push(m.constructor.name))).toBe(net);
  expect(seen).toEqual(['SELU', 'ReLU', 'Sequential', 'Sequential']);
});

test('state_dict gives aliases without history; load_state_dict copies into the same parameters', () => {
  const from = new Net();
  const to = new Net();
  const state = from.state_dict();
  expect(names(Object.entries(state))).toEqual([
    'fc1.bias',
    'fc1.weight',
    'mean',
    'rest.1.bias',
    'rest.1.weight',
    'scale',
  ]);
  expect(state['scale']!.requires_grad).toBe(false);
  state['scale']!.fill_(7);
  expect(from.scale.tolist()).toEqual([7, 7, 7]);

  const { weight } = to.fc1;
  expect(String(to.load_state_dict(state))).toBe('<All keys matched successfully>');
  expect(to.fc1.weight).toBe(weight);
  expect(weight.requires_grad).toBe(true);
  to.eval();
  from.eval();
  const x = torch.randn(4, 2);
  expect(torch.equal(to.forward(x), from.forward(x))).toBe(true);
});

test('load_state_dict reports all that is wrong, as PyTorch, and changes nothing', () => {
  const m = new nn.Linear(2, 3);
  const before = m.weight.tolist();
  refuses(
    () =>
      m.load_state_dict({ weight: torch.zeros(3, 3), foo: torch.zeros(1), bar: torch.zeros(1) }),
    'RuntimeError',
    'Error(s) in loading state_dict for Linear:\n\tMissing key(s) in state_dict: "bias". \n\t' +
      'Unexpected key(s) in state_dict: "foo", "bar". \n\t' +
      'size mismatch for weight: copying a param with shape torch.Size([3, 3]) from checkpoint, ' +
      'the shape in current model is torch.Size([3, 2]).',
  );
  refuses(
    () => m.load_state_dict({ weight: torch.zeros(3, 2), bias: torch.zeros(1) }, { strict: false }),
    'RuntimeError',
    'Error(s) in loading state_dict for Linear:\n\t' +
      'size mismatch for bias: copying a param with shape torch.Size([1]) from checkpoint, ' +
      'the shape in current model is torch.Size([3]).',
  );
  expect(m.weight.tolist()).toEqual(before);
  expect(m.load_state_dict({ foo: torch.zeros(1) }, { strict: false }).missing_keys).toEqual([
    'weight',
    'bias',
  ]);
  const keys = m.load_state_dict({ weight: torch.zeros(3, 2), foo: torch.zeros(1) }, false);
  expect(keys.missing_keys).toEqual(['bias']);
  expect(keys.unexpected_keys).toEqual(['foo']);
  expect(m.weight.tolist()).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  refuses(
    () => m.load_state_dict(5 as never),
    'TypeError',
    "Expected state_dict to be dict-like, got <class 'number'>.",
  );
});

test('requires_grad_, zero_grad and to', () => {
  const net = new nn.Sequential(new nn.Linear(2, 2), new nn.SELU());
  net.forward(torch.ones(1, 2)).sum().backward();
  const first = net[0] as torch.nn.Linear;
  expect(first.weight.grad).not.toBeNull();
  net.zero_grad(false);
  expect(first.weight.grad!.tolist()).toEqual([
    [0, 0],
    [0, 0],
  ]);
  net.zero_grad();
  expect(first.weight.grad).toBeNull();

  const { weight } = first;
  expect(net.double()).toBe(net);
  expect(first.weight).toBe(weight);
  expect(weight.dtype).toBe(torch.float64);
  expect(weight.requires_grad).toBe(true);
  expect(net.forward(torch.ones(1, 2, { dtype: torch.float64 })).dtype).toBe(torch.float64);
  expect(net.to('cpu')).toBe(net);
  refuses(() => net.to('cuda' as never), 'RuntimeError', "the only device is 'cpu', got 'cuda'");
  refuses(
    () => net.to(torch.int64),
    'TypeError',
    'nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.int64',
  );

  net.requires_grad_(false);
  expect(net.forward(torch.ones(1, 2, { dtype: torch.float64 })).requires_grad).toBe(false);
});

test('get_submodule, get_parameter and get_buffer follow paths', () => {
  const net = new Net();
  expect(net.get_submodule('')).toBe(net);
  expect(net.get_submodule('rest.1')).toBe(net.rest[1]);
  expect(net.get_parameter('rest.1.weight')).toBe((net.rest[1] as torch.nn.Linear).weight);
  expect(net.get_parameter('scale')).toBe(net.scale);
  refuses(() => net.get_submodule('rest.9'), 'AttributeError', 'Sequential has no attribute `9`');
  refuses(() => net.get_submodule('scale'), 'AttributeError', '`scale` is not an nn.Module');
  refuses(() => net.get_parameter('mean'), 'AttributeError', '`mean` is not an nn.Parameter');
  expect(net.get_buffer('mean').shape).toEqual((net as unknown as { mean: torch.Tensor }).mean.shape);
  refuses(() => net.get_buffer('scale'), 'AttributeError', '`scale` is not a buffer');
});

test('what cannot be registered is refused', () => {
  const m = new Net();
  const p = new nn.Parameter(torch.zeros(1));
  refuses(
    () => m.register_module('a.b', p as never),
    'TypeError',
    'Parameter is not a Module subclass',
  );
  refuses(
    () => m.register_module('a.b', m.act),
    'KeyError',
    'module name can\'t contain ".", got: a.b',
  );
  refuses(() => m.register_module('', m.act), 'KeyError', 'module name can\'t be empty string ""');
  refuses(
    () => m.register_module('forward', m.act),
    'KeyError',
    "attribute 'forward' already exists",
  );
  refuses(() => m.register_module('scale', m.act), 'KeyError', "attribute 'scale' already exists");
  refuses(() => m.register_parameter('a.b', p), 'KeyError', 'parameter name can\'t contain "."');
  refuses(
    () => m.register_parameter('w', torch.zeros(1) as never),
    'TypeError',
    "cannot assign 'Tensor' object to parameter 'w' (torch.nn.Parameter or None required)",
  );
  refuses(() => m.register_buffer('a.b', p), 'KeyError', 'buffer name can\'t contain "."');
  refuses(
    () => m.register_buffer('q', 3 as never),
    'TypeError',
    "cannot assign 'number' object to buffer 'q' (torch Tensor or None required)",
  );
  refuses(() => m.register_buffer('fc1', p), 'KeyError', "attribute 'fc1' already exists");
});

test('a module without forward says so', () => {
  class Empty extends nn.Module {}
  refuses(
    () => new Empty().forward(),
    'NotImplementedError',
    'Module [Empty] is missing the required "forward" function',
  );
});

test('Linear: shapes, no bias, no features, and the values of matmul', () => {
  const m = new nn.Linear(3, 2);
  const x = torch.randn(4, 5, 3);
  const due = x.matmul(m.weight.t()).add(m.bias!);
  expect(m.forward(x).shape).toEqual([4, 5, 2]);
  expect(torch.allclose(m.forward(x), due, { atol: 1e-6 })).toBe(true);
  expect(m.forward(torch.ones(3)).shape).toEqual([2]);
  expect(m.forward(torch.zeros(0, 3)).shape).toEqual([0, 2]);
  expect(m.forward(x).grad_fn!.name()).toMatch(/Backward0$/);
  expect(new nn.Linear(3, 2, false).bias).toBeNull();
  expect(new nn.Linear(3, 2, { bias: false }).bias).toBeNull();
  expect(new nn.Linear(0, 2).forward(torch.zeros(3, 0)).shape).toEqual([3, 2]);
  expect(new nn.Linear(3, 2, { dtype: torch.float64 }).weight.dtype).toBe(torch.float64);
  refuses(
    () => m.forward(torch.zeros(2, 5)),
    'RuntimeError',
    'mat1 and mat2 shapes cannot be multiplied (2x5 and 3x2)',
  );
});

test('Sequential and ModuleList', () => {
  const [a, b, c] = [new nn.SELU(), new nn.ReLU(), new nn.Tanh()];
  const net = new nn.Sequential(a, b);
  expect(net.length).toBe(2);
  expect([...net]).toEqual([a, b]);
  expect(net[1]).toBe(b);
  expect(net.at(-1)).toBe(b);
  expect(net.append(c)).toBe(net);
  net.insert(0, c);
  expect([...net]).toEqual([c, a, b, c]);
  refuses(() => net.at(4), 'IndexError', 'index 4 is out of range');
  expect(net.forward(torch.tensor(0)).item()).toBe(0);

  const named = new nn.Sequential({ first: a, second: b });
  expect([...named.named_children()].map(([name]) => name)).toEqual(['first', 'second']);
  expect(new nn.Sequential().forward(torch.tensor(3)).item()).toBe(3);
  refuses(() => new nn.Sequential(3 as never), 'TypeError', 'number is not a Module subclass');
  refuses(() => new nn.Sequential(new Date() as never), 'TypeError', 'Date is not a Module subclass');

  const names = (m: torch.nn.Module) => [...m.named_children()].map(([name]) => name);
  expect([net.slice(1, 3) instanceof nn.Sequential, names(net.slice(1, 3))]).toEqual([true, ['1', '2']]);
  expect(net.set(-1, b)).toBe(net);
  expect([net.pop(), net.pop(0), ...net]).toEqual([b, c, a, b]);
  expect(names(net)).toEqual(['0', '1']);
  expect([named.pop(0), ...named, ...names(named)]).toEqual([a, b, '0']);
  refuses(() => named.pop(1), 'IndexError', 'index 1 is out of range');

  const list = new nn.ModuleList([a, b]);
  expect([list.slice(-1).length, list.slice(-1).at(0), names(list.slice(1))]).toEqual([1, b, ['0']]);
  refuses(
    () => list.forward(),
    'NotImplementedError',
    'Module [ModuleList] is missing the required "forward" function',
  );
});

test('activations as modules and functions agree', () => {
  const { functional: F } = nn;
  const x = torch.linspace(-5, 5, 21);
  const pairs: [torch.nn.Module, (x: torch.Tensor) => torch.Tensor][] = [
    [new nn.SELU(), F.selu],
    [new nn.ReLU(), F.relu],
    [new nn.ReLU6(), F.relu6],
    [new nn.SiLU(), F.silu],
    [new nn.Mish(), F.mish],
    [new nn.Hardsigmoid(), F.hardsigmoid],
    [new nn.Hardswish(), F.hardswish],
    [new nn.Sigmoid(), F.sigmoid],
    [new nn.Tanh(), F.tanh],
    [new nn.LogSigmoid(), F.logsigmoid],
    [new nn.ELU(0.5), (x) => F.elu(x, { alpha: 0.5 })],
    [new nn.CELU(0.5), (x) => F.celu(x, 0.5)],
    [new nn.LeakyReLU(0.2), (x) => F.leaky_relu(x, { negative_slope: 0.2 })],
    [new nn.Hardtanh(-2, 1), (x) => F.hardtanh(x, -2, 1)],
    [new nn.GELU('tanh'), (x) => F.gelu(x, { approximate: 'tanh' })],
    [new nn.Softplus(2, 3), (x) => F.softplus(x, 2, 3)],
    [new nn.Hardshrink(1), (x) => F.hardshrink(x, 1)],
    [new nn.Softshrink(1), (x) => F.softshrink(x, 1)],
    [new nn.Threshold(1, 9), (x) => F.threshold(x, 1, 9)],
  ];
  for (const [module, f] of pairs) {
    const y = module.forward(x) as torch.Tensor;
    expect(torch.equal(y, f(x)), String(module)).toBe(true);
    expect(torch.equal(y, x), String(module)).toBe(false);
  }
  const y = x.clone();
  expect(new nn.SELU(true).forward(y)).toBe(y);
  expect(torch.equal(y, torch.selu(x))).toBe(true);
  expect(F.elu(y, { alpha: 2, inplace: true })).toBe(y);
});

test('Flatten and Identity', () => {
  const x = torch.zeros(2, 3, 4);
  expect(new nn.Flatten().forward(x).shape).toEqual([2, 12]);
  expect(new nn.Flatten(0, 1).forward(x).shape).toEqual([6, 4]);
  expect(new nn.Identity(3, 'x').forward(x)).toBe(x);
});

test('a small network learns', () => {
  torch.manual_seed(1);
  const net = new nn.Sequential(new nn.Linear(2, 16), new nn.SELU(), new nn.Linear(16, 1));
  const x = torch.tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const target = torch.tensor([[0], [1], [1], [0]]);
  const step = () =>
    torch.tidy(() => {
      const loss = net.forward(x).sub(target).pow(2).mean();
      net.zero_grad();
      loss.backward();
      torch.no_grad(() => {
        for (const p of net.parameters()) p.sub_(p.grad!, { alpha: 0.1 });
      });
      return loss.item();
    });
  const first = step();
  for (let i = 0; i < 500; ++i) step();
  expect(step()).toBeLessThan(first / 100);
});

test('a field may have any name that is not one of the public methods', () => {
  class Free extends nn.Module {
    state = torch.zeros(1);
    fields = new nn.Linear(1, 1);
    paths = 3;
    hooks = [];
    register = new nn.Parameter(torch.zeros(2));
  }
  const m = new Free();
  expect(Object.keys(m.state_dict()).sort()).toEqual(['fields.bias', 'fields.weight', 'register']);
});
