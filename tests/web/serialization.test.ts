// torch.load and torch.save: files that PyTorch wrote (tests/fixtures/generate_files.py), and ours.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/files.json';
import { bytesOf } from './base64';
import { refuses } from './refuses';

const { nn, optim } = torch;

const shown = (x: torch.Tensor) => [String(x.dtype), x.shape, x.tolist()];

test('tensors of every dtype come in, and share what they shared', () => {
  const found = torch.load<Record<string, torch.Tensor>>(bytesOf(fixtures.pt.tensors));
  const { whole, rows, columns, expanded } = found;
  expect(shown(whole!)).toEqual(['torch.float32', [12], [...Array(12).keys()]]);
  expect(rows!.tolist()).toEqual([[4, 5, 6, 7], [8, 9, 10, 11]]);
  expect([columns!.shape, columns!.stride()]).toEqual([[4, 3], [1, 4]]);
  whole!.fill_(7);
  expect([rows!.tolist(), columns!.select(0, 0).tolist(), expanded!.tolist()]).toEqual([
    [Array(4).fill(7), Array(4).fill(7)],
    [7, 7, 7],
    [7, 7, 7],
  ]);
  expect(shown(found.half!)).toEqual(['torch.float32', [4], [1.5, -0, 65504, Infinity]]);
  const brain = new Uint32Array(found.brain!.toArray().buffer);
  expect([...brain]).toEqual([0x3fc00000, 0x7f620000]);
  expect(shown(found.double!)).toEqual(['torch.float64', [1], [0.1]]);
  expect(shown(found.long!)).toEqual(['torch.int64', [2], [2n ** 62n + 1n, -1]]);
  for (const name of ['int', 'short', 'char']) {
    expect(shown(found[name]!), name).toEqual(['torch.int32', [1], [-7]]);
  }
  expect(shown(found.byte!)).toEqual(['torch.uint8', [1], [200]]);
  expect(shown(found.bool!)).toEqual(['torch.bool', [2], [true, false]]);
  expect(shown(found.scalar!)).toEqual(['torch.float32', [], 3]);
  expect(shown(found.empty!)).toEqual(['torch.float32', [0, 3], []]);
  expect([found.grad!.requires_grad, found.whole!.requires_grad]).toEqual([true, false]);
  expect(found.parameter).toBeInstanceOf(nn.Parameter);
  expect([found.parameter!.requires_grad, found.frozen!.requires_grad]).toEqual([true, false]);
  expect(shown(found.frozen!)).toEqual(['torch.int64', [1], [3]]);
});

test('values come in', () => {
  const expected = {
    none: null,
    true: true,
    ints: [0, 255, 256, 65536, -1, 2 ** 31, -(2 ** 31), 2 ** 53 - 1],
    large: [2n ** 53n, -(2n ** 70n), 2n ** 62n],
    float: 0.1,
    inf: Infinity,
    text: 'ä☃'.repeat(200),
    tuple: [1, [], [2, [3]]],
    size: [2, 3],
    dict: { a: { b: [] }, 3: 'three' },
    ordered: { z: 1, a: 2 },
    many: [...Array(300).keys()],
  };
  const found = torch.load(bytesOf(fixtures.pt.values));
  expect(Object.getOwnPropertyDescriptor(found, '__proto__')!.value).toBe(1);
  expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
  delete found['__proto__'];
  expect(found).toEqual(expected);
});

class Net extends nn.Module {
  fc = new nn.Linear(3, 2);
  norm = new nn.BatchNorm1d(2);
  override forward(x: torch.Tensor): torch.Tensor {
    return this.norm.forward(this.fc.forward(x));
  }
}

const adamOf = (net: Net) =>
  new optim.AdamW([{ params: net.fc.parameters() }, { params: net.norm.parameters(), lr: 0.5 }], { lr: 0.01 });

function step(net: Net, optimizer: torch.optim.Optimizer, x: torch.Tensor): void {
  net.train();
  optimizer.zero_grad();
  net.forward(x).square().mean().backward();
  optimizer.step();
}

test('a training that PyTorch began goes on here, and once more from our own file', () => {
  const { model, optimizer, x, y } = torch.load(bytesOf(fixtures.pt.training));
  const net = new Net();
  expect(String(net.load_state_dict(model))).toBe('<All keys matched successfully>');
  net.eval();
  expect(torch.allclose(net.forward(x), y, { rtol: 1e-6, atol: 1e-7 })).toBe(true);
  const adam = adamOf(net);
  adam.load_state_dict(optimizer);
  expect(adam.param_groups.map(({ lr }) => lr)).toEqual([0.01, 0.5]);

  const file = torch.save({ model: net.state_dict(), optimizer: adam.state_dict() });
  const again = new Net();
  const againAdam = adamOf(again);
  const back = torch.load(file);
  again.load_state_dict(back.model);
  againAdam.load_state_dict(back.optimizer);
  for (let i = 0; i < 3; ++i) {
    step(net, adam, x);
    step(again, againAdam, x);
  }
  for (const [name, tensor] of Object.entries(net.state_dict())) {
    expect(again.state_dict()[name]!.tolist(), name).toEqual(tensor.tolist());
  }
});

test('what goes out comes in', () => {
  const values = {
    none: null,
    gone: undefined,
    flags: [true, false],
    numbers: [0, -1, 255, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 0.5, -0, NaN, -Infinity, 1e300],
    large: [2n ** 63n, -(2n ** 63n), 2n ** 53n, -129n * 2n ** 80n],
    text: ['', 'ä☃', 'x'.repeat(5000)],
    nested: { a: [[], {}, { b: [1, [2]] }] },
    map: new Map<unknown, unknown>([[1, 'one'], ['two', 2]]),
    bare: Object.assign(Object.create(null), { a: 1 }),
  };
  const { gone, map, bare, ...same } = torch.load(torch.save(values));
  const { gone: _, map: __, bare: ___, ...expected } = values;
  expect(same).toEqual(expected);
  expect([gone, map, bare]).toEqual([null, { 1: 'one', two: 2 }, { a: 1 }]);
  for (const value of [1, 'a', null, [], {}]) expect(torch.load(torch.save(value))).toEqual(value);
});

test('tensors go out with their dtypes, strides and kinship, and no more than their part', () => {
  const base = torch.arange(1000, { dtype: torch.float32 });
  const part = base.narrow(0, 100, 6).reshape(2, 3);
  const made = {
    part,
    turned: part.t(),
    wide: base.narrow(0, 103, 1).expand(4),
    bool: torch.tensor([[true], [false]]),
    long: torch.tensor(2n ** 62n + 1n),
    int: torch.tensor([-1], { dtype: torch.int32 }),
    byte: torch.tensor([255], { dtype: torch.uint8 }),
    double: torch.tensor([0.1, NaN, -0], { dtype: torch.float64 }),
    empty: torch.zeros(2, 0),
    grad: torch.ones(1, { requires_grad: true }),
    parameter: new nn.Parameter(torch.ones(1)),
    frozen: new nn.Parameter(torch.ones(1), false),
    made: torch.ones(1, { requires_grad: true }).mul(2),
  };
  const file = torch.save(made);
  expect(file.length).toBeLessThan(6000);
  const found = torch.load<typeof made>(file);
  for (const [name, x] of Object.entries(made)) {
    const y = found[name as keyof typeof made];
    expect(shown(y), name).toEqual(shown(x));
    expect([y.stride(), y.requires_grad, y.constructor], name).toEqual([x.stride(), x.requires_grad, x.constructor]);
  }
  found.part.fill_(5);
  expect([found.turned.tolist(), found.wide.tolist()]).toEqual([Array(3).fill([5, 5]), Array(4).fill(5)]);
});

test('save refuses what PyTorch could not read back as weights', () => {
  const text = (what: string) =>
    `torch.save: ${what} is not supported; save tensors, numbers, strings, booleans, null, and arrays, ` +
    'objects and maps of them, as of model.state_dict()';
  refuses(() => torch.save({ a: [new nn.Linear(1, 1)] }), 'TypeError', text('Linear'));
  refuses(() => torch.save(() => 1), 'TypeError', text('function'));
  refuses(() => torch.save([new Float32Array(1)]), 'TypeError', text('Float32Array'));
  refuses(() => torch.save(torch.float32), 'TypeError', text('dtype'));
  refuses(
    () => torch.save(new Map([[0.5, 1]])),
    'TypeError',
    'torch.save: a key is number, not a string or an integer',
  );
  const loop: unknown[] = [];
  loop.push(loop);
  refuses(() => torch.save(loop), 'ValueError', 'torch.save: the object contains itself');
});

const pickles: [name: string, file: string][] = (fixtures.pt_refused as [string, string][]).map(
  ([file, name]) => [name, file],
);
test.each(pickles)('load refuses %s by its name', (name, file) => {
  let message = '';
  try {
    torch.load(bytesOf(file));
  } catch (error) {
    expect((error as Error).name).toBe('UnpicklingError');
    message = (error as Error).message;
  }
  expect(message).toContain(`"${name}"`);
});

test('load refuses other kinds of files, and says what to do', () => {
  refuses(
    () => torch.load(bytesOf(fixtures.pt_legacy)),
    'UnpicklingError',
    'torch.load: the file is no zip archive, as PyTorch has written since 1.6; load an older one in Python and save it again',
  );
  refuses(
    () => torch.load(bytesOf(fixtures.pt_script)),
    'UnpicklingError',
    'torch.load: a TorchScript archive is not supported; save its state_dict()',
  );
  refuses(
    () => torch.load(bytesOf(fixtures.npz[0]!)),
    'UnpicklingError',
    'torch.load: there should be one data.pkl in the file, there are 0',
  );
});

test('a file of the other byte order, with the records of PyTorch 2', () => {
  const { a, b } = torch.load(bytesOf(fixtures.pt_big_endian));
  expect([a.tolist(), b.tolist()]).toEqual([[1.5, -2], [2 ** 40]]);
});

test('a changed element is noticed', () => {
  const file = torch.save({ a: torch.tensor([1.5]) });
  const at = file.findIndex((_, i) => i > 64 && file[i] === 0xc0 && file[i + 1] === 0x3f);
  file[at] = 0xc1;
  refuses(() => torch.load(file), 'ValueError', 'zip: the checksum of "archive/data/0" is wrong');
});

test('paths are refused: bytes go in and out', () => {
  refuses(
    () => torch.load('a.pt' as never),
    'TypeError',
    'torch.load: expected the bytes of a file, as an ArrayBuffer or a Uint8Array, got string',
  );
  refuses(
    () => (torch.save as (...args: unknown[]) => unknown)({ a: 1 }, 'a.pt'),
    'TypeError',
    'torch.save() writes no file, it returns its bytes: writeFileSync(path, torch.save(obj))',
  );
});
