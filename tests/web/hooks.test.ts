// Hooks of modules.
import * as torch from 'alphatorch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refuses } from './refuses.js';

const { nn } = torch;
type Tensor = torch.Tensor;
const x = torch.tensor([1, -2]);

class Doubles extends nn.Module {
  override forward(x: Tensor, _more?: unknown): any {
    return x.mul(2);
  }
}

test('forward hooks see and replace arguments and output, in order', () => {
  const m = new Doubles();
  const log: string[] = [];
  const a = m.register_forward_pre_hook((module, args) => {
    log.push(`pre a ${module === m} ${args.length}`);
    return args[0].add(1);
  });
  m.register_forward_pre_hook((_, [x]) => {
    log.push(`pre b ${x.tolist()}`);
    return [x.add(1), 'more'];
  });
  m.register_forward_hook((module, args, y) => {
    log.push(`post a ${module === m} ${args[0].tolist()} ${args[1]} ${y.tolist()}`);
  });
  const b = m.register_forward_hook((_, __, y) => y.neg());
  m.register_forward_hook((_, __, y) => void log.push(`post c ${y.tolist()}`));
  expect(m.forward(x).tolist()).toEqual([-6, 0].map((v) => v || -0));
  expect(log).toEqual([
    'pre a true 1',
    'pre b 2,-1',
    'post a true 3,0 more 6,0',
    'post c -6,0',
  ]);
  a.remove();
  a.remove();
  b[Symbol.dispose]();
  expect(m.forward(x).tolist()).toEqual([4, -2]);
});

test('prepend goes first; a hook removed while it runs does not disturb the others', () => {
  const m = new Doubles();
  const log: string[] = [];
  const first = m.register_forward_hook(() => {
    log.push('a');
    first.remove();
  });
  m.register_forward_hook(() => void log.push('b'));
  m.register_forward_hook(() => void log.push('c'), { prepend: true });
  m.forward(x);
  m.forward(x);
  expect(log.join('')).toBe('cabcb');
});

test('hooks of a child fire when its parent runs, and are no part of what is saved or printed', () => {
  const net = new nn.Sequential(new Doubles(), new nn.SELU());
  let seen: number[] | undefined;
  net[0]!.register_forward_hook((_, __, y) => {
    seen = y.tolist();
  });
  net.forward(x);
  expect(seen).toEqual([2, -4]);
  expect(Object.keys(net.state_dict())).toEqual([]);
  expect(String(net[0])).toBe('Doubles()');
});

test('what a hook holds on to is kept or released with the forward', () => {
  const m = new Doubles();
  const kept: Tensor[] = [];
  m.register_forward_hook((_, __, y) => {
    kept.push(torch.keep(y.add(1)));
    y.add(2);
  });
  const before = torch.memory().live_tensors;
  const y = m.forward(x);
  expect(torch.memory().live_tensors - before).toBe(2);
  expect(kept[0]!.tolist()).toEqual([3, -3]);
  y.dispose();
});

let warnings: string[] = [];
beforeEach(() => {
  warnings = [];
  torch.onwarning((text) => void warnings.push(text));
});
afterEach(() => torch.onwarning(null));

test('always_call hooks run also when the forward throws', () => {
  class Fails extends nn.Module {
    override forward(x: Tensor): any {
      x.add(1);
      throw new Error('stop');
    }
  }
  const m = new Fails();
  const log: string[] = [];
  m.register_forward_hook(() => void log.push('plain'));
  m.register_forward_hook((_, args, y) => void log.push(`always ${args.length} ${y}`), {
    always_call: true,
  });
  expect(() => m.forward(x)).toThrow('stop');
  expect(log).toEqual(['always 1 null']);
  m.register_forward_hook(
    () => {
      throw new Error('second');
    },
    { always_call: true, prepend: true },
  );
  expect(() => m.forward(x)).toThrow('stop');
  expect(log).toEqual(['always 1 null', 'always 1 null']);
  expect(warnings).toEqual([
    'forward hook with ``always_call=True`` raised an exception that was silenced as another error was raised in ' +
      'forward: Error: second',
  ]);
});

test('always_call hooks run once when a hook throws', () => {
  const m = new Doubles();
  const log: string[] = [];
  m.register_forward_hook(() => void log.push('a'), { always_call: true });
  m.register_forward_hook(() => {
    throw new Error('hook');
  });
  m.register_forward_hook((_, __, y) => void log.push(`b ${y.tolist()}`), { always_call: true });
  expect(() => m.forward(x)).toThrow('hook');
  expect(log).toEqual(['a', 'b 2,-4']);
});

test('hooks of an asynchronous forward run when it settles', async () => {
  class Later extends nn.Module {
    override async forward(x: Tensor): Promise<Tensor> {
      await Promise.resolve();
      return x.add(1);
    }
  }
  const m = new Later();
  m.register_forward_hook((_, __, y) => y.mul(10));
  expect((await m.forward(x)).tolist()).toEqual([20, -10]);
});

test('a hook that is no function is refused', () => {
  refuses(
    () => new Doubles().register_forward_hook(1 as never),
    'TypeError',
    'register_forward_hook(): hook must be a function, not number',
  );
  refuses(
    () => new Doubles().register_forward_pre_hook(null as never),
    'TypeError',
    'register_forward_pre_hook(): hook must be a function, not null',
  );
});

// Gradients

const values = (grads: readonly (Tensor | null)[]) => grads.map((g) => g && g.tolist());

/** y = [a·b, a + 2·b] */
class Two extends nn.Module {
  override forward(a: Tensor, b: Tensor, _name = ''): any {
    return [a.mul(b), a.add(b, { alpha: 2 })];
  }
}
const variable = (...data: number[]) => torch.tensor(data, { requires_grad: true });

test('full backward hooks see and replace the gradients of inputs and outputs', () => {
  const m = new Two();
  const log: unknown[] = [];
  m.register_full_backward_pre_hook((module, out) => {
    log.push(['pre', module === m, values(out)]);
    return [out[0]!.mul(10), out[1]!];
  });
  m.register_full_backward_hook((module, into, out) => {
    log.push(['full', module === m, values(into), values(out)]);
    return [into[0]!.neg(), into[1]!, null];
  });
  const last = m.register_full_backward_hook((_, into) => void log.push(['last', values(into)]));
  const [a, b] = [variable(3), variable(5)];
  const run = () => {
    const [y, z] = m.forward(a, b, 'name');
    y.add(z).sum().backward();
  };
  run();
  expect(log).toEqual([
    ['pre', true, [[1], [1]]],
    ['full', true, [[51], [32], null], [[10], [1]]],
    ['last', [[-51], [32], null]],
  ]);
  expect([a.grad!.tolist(), b.grad!.tolist()]).toEqual([[-51], [32]]);
  last.remove();
  run();
  expect(log.length).toBe(5);
  expect(a.grad!.tolist()).toEqual([-102]);
});

test('an output that nothing depends on has null for its gradient', () => {
  const m = new Two();
  let seen: unknown;
  m.register_full_backward_hook((_, into, out) => void (seen = [values(into), values(out)]));
  const [a, b] = [variable(3), variable(5)];
  m.forward(a, b)[1].sum().backward();
  expect(seen).toEqual([[[1], [2]], [null, [1]]]);
});

test('where no input requires grad, the hook is called when the outputs have theirs', () => {
  const m = new nn.Linear(2, 1, false);
  const seen: unknown[] = [];
  const hook = m.register_full_backward_hook((_, into, out) => void seen.push(values(into), values(out)));
  m.forward(torch.ones(1, 2)).sum().backward();
  expect(seen).toEqual([[null], [[[1]]]]);
  expect(m.weight.grad!.tolist()).toEqual([[1, 1]]);
  hook.remove();
  m.register_full_backward_hook((_, __, out) => out);
  refuses(
    () => m.forward(torch.ones(1, 2)).sum().backward(),
    'RuntimeError',
    'Backward hook for Modules where no input requires gradient should always return None or None for all gradients.',
  );
  expect(torch.no_grad(() => m.forward(torch.ones(1, 2))).requires_grad).toBe(false);
});

test('hooks on layers of a network see the gradients between them', () => {
  torch.manual_seed(0);
  const net = new nn.Sequential(new nn.Linear(3, 4), new nn.SELU(), new nn.Linear(4, 2));
  const outputs: number[][][] = [];
  const inputs: (number[][] | null)[] = [];
  for (const layer of net) {
    layer.register_full_backward_hook((_, [into], [out]) => {
      outputs.push(out!.tolist());
      inputs.push(into ? into.tolist() : null);
    });
  }
  const x = torch.randn(5, 3);
  const h = net[0]!.forward(x);
  net.zero_grad();
  net.forward(x).square().sum().backward();
  const weight = (net[2] as torch.nn.Linear).weight.detach();
  const y = torch.no_grad(() => net.forward(x));
  const gradY = y.mul(2);
  expect(outputs[0]).toEqual(gradY.tolist());
  expect(torch.allclose(torch.tensor(inputs[0]!), gradY.matmul(weight))).toBe(true);
  expect(outputs[1]).toEqual(inputs[0]);
  expect(outputs[2]).toEqual(inputs[1]);
  expect(inputs[2]).toBeNull();
  expect(h.requires_grad).toBe(true);
});

test('wrong numbers of gradients, and outputs that are no tensors, are told', () => {
  const [a, b] = [variable(3), variable(5)];
  const sum = (m: Two) => m.forward(a, b)[0].sum().backward();
  const m = new Two();
  m.register_full_backward_hook(() => [null]);
  refuses(
    () => sum(m),
    'RuntimeError',
    'Backward hook returned an invalid number of grad_input, got 1, but expected 2',
  );
  const pre = new Two();
  pre.register_full_backward_pre_hook(() => [null, null, null]);
  refuses(
    () => sum(pre),
    'RuntimeError',
    'Backward pre hook returned an invalid number of grad_output, got 3, but expected 2',
  );
  class Dict extends nn.Module {
    override forward(x: Tensor): any {
      return { x };
    }
  }
  const dict = new Dict();
  dict.register_full_backward_hook(() => undefined);
  dict.forward(a);
  expect(warnings).toEqual([
    'For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received Object',
  ]);
});
