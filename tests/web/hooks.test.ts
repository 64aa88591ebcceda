// Hooks of modules.
import * as torch from 'alphatorch';
import { afterEach, expect, test } from 'vitest';
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
const restore = torch.onwarning((text) => void warnings.push(text));
afterEach(() => {
  warnings = [];
});

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
