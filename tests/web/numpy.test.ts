// .npy and .npz as NumPy wrote them (tests/fixtures/generate_files.py), and ours.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/files.json';
import { bytesOf } from './base64';
import { refuses } from './refuses';

const { numpy } = torch;

const flat = (t: torch.Tensor) =>
  torch.tidy(() => t.reshape(-1).tolist<(number | bigint | boolean)[]>()).map((v) =>
    Object.is(v, -0) ? '-0.0' : typeof v === 'bigint' || !Number.isFinite(Number(v)) ? String(v) : v,
  );
const named = (values: unknown[]) =>
  values.map((v) => (typeof v === 'string' ? v.replace('inf', 'Infinity').replace('nan', 'NaN') : v));

test(`${fixtures.npy.length} arrays of NumPy come in as they are`, () => {
  for (const { file, dtype, shape, values } of fixtures.npy) {
    using found = numpy.load(bytesOf(file));
    expect([String(found.dtype), found.shape]).toEqual([`torch.${dtype}`, shape]);
    // float16 has values that float32's shortest text tells otherwise.
    const same = (v: unknown) => (typeof v === 'number' ? Math.fround(v) : v);
    expect(flat(found).map(same)).toEqual(named(values).map(same));
  }
});

test('an array in the order of Fortran is a view in that order', () => {
  const file = fixtures.npy.find(({ shape }) => String(shape) === '2,3,4')!.file;
  const x = numpy.load(bytesOf(file));
  expect(x.stride()).toEqual([1, 2, 6]);
});

test('unsigned 64-bit values beyond int64 are refused', () => {
  const bytes = numpy.save(torch.tensor([-1n]));
  bytes.set([0x75], bytes.indexOf(0x69, 20)); // 'i8' to 'u8'
  refuses(
    () => numpy.load(bytes),
    'ValueError',
    'the unsigned value 18446744073709551615 does not fit into torch.int64',
  );
});

test.each(fixtures.npy_refused as [string, string][])('refuses %s', (file, type) => {
  const shown = type.startsWith('[') ? type : `'${type}'`;
  refuses(() => numpy.load(bytesOf(file)), 'ValueError', `npy: elements of the type ${shown} are not supported`);
});

test('archives, stored and compressed', () => {
  for (const file of fixtures.npz) {
    const found = numpy.load<Record<string, torch.Tensor>>(bytesOf(file));
    expect(Object.keys(found).sort()).toEqual(['arr_0', 'größe', 'weight']);
    expect(found.weight!.tolist()).toEqual([[0, 1, 2], [3, 4, 5]]);
    expect(found.größe!.tolist()).toEqual([1, 2]);
    expect(found.arr_0!.dtype).toBe(torch.float64);
    expect(found.arr_0!.sum().item()).toBe(6250);
  }
});

const tensors = (): Record<string, torch.Tensor> => ({
  float: torch.tensor([[-0, 1e-45], [NaN, Infinity]]),
  double: torch.tensor([0.1], { dtype: torch.float64 }),
  long: torch.tensor([2n ** 62n + 1n]),
  int: torch.tensor([-1, 2], { dtype: torch.int32 }),
  byte: torch.tensor([[255]], { dtype: torch.uint8 }),
  bool: torch.tensor([true, false]),
  scalar: torch.tensor(3),
  empty: torch.zeros(3, 0, 2),
  strided: torch.arange(6).reshape(2, 3).t(),
});

test('what goes out comes in', () => {
  const made = tensors();
  const archive = numpy.load<Record<string, torch.Tensor>>(numpy.savez(made));
  expect(Object.keys(archive)).toEqual(Object.keys(made));
  for (const [name, x] of Object.entries(made)) {
    for (const found of [numpy.load(numpy.save(x)), archive[name]!]) {
      expect([found.dtype, found.shape], name).toEqual([x.dtype, x.shape]);
      expect(new Uint8Array(found.toArray().buffer), name).toEqual(new Uint8Array(x.toArray().buffer));
    }
  }
  expect(Object.keys(numpy.load(numpy.savez([torch.ones(1), torch.ones(1)])))).toEqual(['arr_0', 'arr_1']);
  expect(numpy.load<Record<string, torch.Tensor>>(numpy.savez({}))).toEqual({});
});

test('the header is the one NumPy writes', () => {
  const [file] = fixtures.npy.filter(({ shape, dtype }) => dtype === 'float32' && shape.length === 0);
  expect(numpy.save(torch.tensor(1.5))).toEqual(bytesOf(file!.file));
  expect(numpy.save(torch.zeros(5)).length).toBe(128 + 20);
});

function npy(text: string, data: number, { version = 1, length = text.length } = {}): Uint8Array {
  const bytes = new Uint8Array(10 + text.length + data);
  bytes.set([0x93, 78, 85, 77, 80, 89, version, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  return bytes;
}
const head = (descr: string, fortran: string, shape: string) =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

const lies: [name: string, bytes: Uint8Array, sentence: string][] = [
  ['an empty file', new Uint8Array(0), 'the file does not start as a .npy file does'],
  ['another file', new TextEncoder().encode('hello world'), 'the file does not start as a .npy file does'],
  ['a future version', npy('{}', 0, { version: 4 }), 'version 4 of the format is not known'],
  ['a short file', npy('', 0).slice(0, 9), 'the file ends within its header, at byte 9'],
  ['a long header', npy('{}', 0, { length: 9 }), 'the header is said to end at byte 19, the file ends at 12'],
  ['no dict', npy('[]', 0), 'the header is not a dict of three fields'],
  ['an open dict', npy("{'shape': ()", 0), 'the header is not a dict of three fields'],
  ['code', npy("{'descr': print('x'), }", 0), 'the header is not a dict of three fields'],
  ['no field', npy("{'descr': '<f4', 'shape': (), }", 4), "the header has no 'fortran_order'"],
  ['twice', npy("{'shape': (), 'shape': (), }", 4), "the header has 'shape' twice"],
  ['another field', npy(head("'<f4'", 'False', '()').replace(', }', ", 'a': 1}"), 4), "the header has a field 'a' that there is not"],
  ['no boolean', npy(head("'<f4'", '1', '()'), 4), 'fortran_order is 1, not True or False'],
  ['a list', npy(head("'<f4'", 'False', '[1]'), 4), 'the shape [1] is not a tuple of sizes'],
  ['a number', npy(head("'<f4'", 'False', '(1)'), 4), 'the shape (1) is not a tuple of sizes'],
  ['negative', npy(head("'<f4'", 'False', '(-1,)'), 4), 'the shape (-1,) is not a tuple of sizes'],
  ['a half', npy(head("'<f4'", 'False', '(0.5,)'), 4), 'the shape (0.5,) is not a tuple of sizes'],
  ['too many', npy(head("'<f4'", 'False', '(4294967296, 4294967296)'), 4), 'too many elements: (4294967296,4294967296)'],
  ['beyond numbers', npy(head("'<f4'", 'False', `(${'9'.repeat(40)},)`), 4), `too many elements: (${'9'.repeat(40)},)`],
  ['too few bytes', npy(head("'<f4'", 'False', '(2,)'), 7), 'the header describes 76 bytes, the file has 75'],
  ['too many bytes', npy(head("'<f4'", 'False', '(2,)'), 9), 'the header describes 76 bytes, the file has 77'],
  ['larger than the file', npy(head("'|u1'", 'False', '(1099511627776,)'), 1), 'the header describes 1099511627856 bytes, the file has 81'],
];
test.each(lies)('refuses: %s', (_, bytes, sentence) => {
  refuses(() => numpy.load(bytes), 'ValueError', `npy: ${sentence}`);
});

test('refuses what is no file, no tensor and no array', () => {
  const text = 'numpy.load: expected the bytes of a file, as an ArrayBuffer or a Uint8Array, got string';
  refuses(() => numpy.load('a' as never), 'TypeError', text);
  refuses(() => numpy.save([1] as never), 'TypeError', 'numpy.save: expected a Tensor, got Array');
  const pt = torch.save({ a: torch.ones(1) });
  refuses(() => numpy.load(pt), 'ValueError', 'npy: "archive/data.pkl" is no .npy file');
});
