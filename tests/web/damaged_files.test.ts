// Files that are cut short, changed or made to lie end in a result no larger than themselves or in an
// error with a sentence, whatever byte it is.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/files.json';
import { bytesOf } from './base64';
import { refuses } from './refuses';

const tensors = { a: torch.arange(6).reshape(2, 3), b: torch.tensor([1.5, -2]), c: torch.zeros(0) };
// `growth`: what elements take at the most, for a byte of the file.
const readers: [name: string, read: (bytes: Uint8Array) => unknown, file: Uint8Array, growth: number][] = [
  ['safetensors', torch.safetensors.load, torch.safetensors.save(tensors, { format: 'pt' }), 8],
  ['npy', torch.numpy.load, torch.numpy.save(tensors.a), 8],
  ['npz', torch.numpy.load, torch.numpy.savez(tensors), 8],
  ['npz, compressed', torch.numpy.load, bytesOf(fixtures.npz[1]!), 1032],
  ['pt', torch.load, torch.save({ model: tensors, epoch: 3, lr: [0.1, 2n ** 60n], name: 'net' }), 8],
];

/** The tensors in what a reader gave, and how many parts it has. */
function parts(value: unknown): [tensors: torch.Tensor[], count: number] {
  const found: torch.Tensor[] = [];
  const seen = new Set<unknown>([value]);
  for (const part of seen) {
    if (part instanceof torch.Tensor) found.push(part);
    else if (typeof part === 'object' && part !== null) Object.values(part).forEach((p) => seen.add(p));
  }
  return [found, seen.size];
}

/** Reads; whether the file was refused, with a sentence. */
function refused(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array, growth: number): boolean {
  const peak = torch.memory().live_bytes;
  let result: unknown;
  try {
    result = read(bytes);
  } catch (error) {
    if (!(error instanceof torch.TorchError)) throw error;
    expect(error.message).toMatch(/^(safetensors|npy|zip|torch\.load): .{8}|^the unsigned value|^a tensor has at most/);
    return true;
  }
  expect(torch.memory().live_bytes - peak).toBeLessThanOrEqual(growth * bytes.length + 64);
  const [made, count] = parts(result);
  expect(count).toBeLessThanOrEqual(bytes.length + 1);
  for (const x of made) x.dispose();
  return false;
}

test.each(readers)('%s: every length that is too short is refused', (_, read, file, growth) => {
  for (let n = 0; n < file.length; ++n) expect(refused(read, file.slice(0, n), growth), `${n} bytes`).toBe(true);
  expect(refused(read, file, growth)).toBe(false);
});

test.each(readers)('%s: 2000 times changed bytes', (_, read, file, growth) => {
  let state = 12345;
  const next = (n: number) => (state = (state * 48271) % 0x7fffffff) % n;
  let count = 0;
  for (let i = 0; i < 2000; ++i) {
    const bytes = file.slice();
    for (let k = next(3); k >= 0; --k) bytes[next(bytes.length)] = next(256);
    count += Number(refused(read, bytes, growth));
  }
  expect(count).toBeGreaterThan(100);
  expect(count).toBeLessThan(2000);
});

test('2000 times changed bytes of a pickle whose checksum is right', () => {
  const file = readers.at(-1)![2];
  const { start, size } = firstEntry(file);
  let state = 54321;
  const next = (n: number) => (state = (state * 48271) % 0x7fffffff) % n;
  let count = 0;
  for (let i = 0; i < 2000; ++i) {
    const pickle = file.slice(start, start + size);
    for (let k = next(3); k >= 0; --k) pickle[next(size)] = next(256);
    count += Number(refused(torch.load, withEntry(file, 'archive/data.pkl', pickle), 8));
  }
  expect(count).toBeGreaterThan(500);
  expect(count).toBeLessThan(2000);
});

/** Where the contents of the first entry are. */
function firstEntry(file: Uint8Array): { nameEnd: number; start: number; size: number } {
  const view = new DataView(file.buffer);
  const nameEnd = 30 + view.getUint16(26, true);
  return { nameEnd, start: nameEnd + view.getUint16(28, true), size: view.getUint32(18, true) };
}

/** The archive of a .pt file with another pickle, which may call on the storage 0 of four bytes. */
function pickled(...code: (number | string)[]): Uint8Array {
  const plain = torch.save(torch.tensor([1.5]));
  const program = code.flatMap((part) =>
    typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)],
  );
  return withEntry(plain, 'archive/data.pkl', Uint8Array.from(program));
}

/** `file` with other contents for its first entry, stored, with the checksum they have. */
function withEntry(file: Uint8Array, name: string, contents: Uint8Array): Uint8Array {
  const { nameEnd, start: data, size } = firstEntry(file);
  expect(new TextDecoder().decode(file.slice(30, nameEnd))).toBe(name);
  if (contents.length > size) throw new Error(`only ${size} bytes of pickle fit`);
  const start = new DataView(file.buffer).getUint32(file.length - 6, true);
  const result = file.slice();
  result.set(contents, data);
  const changed = new DataView(result.buffer);
  for (const [at, fields] of [[0, 14], [start, 16]] as const) {
    changed.setUint32(at + fields, crc(contents), true);
    changed.setUint32(at + fields + 4, contents.length, true);
    changed.setUint32(at + fields + 8, contents.length, true);
  }
  return result;
}

function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; ++k) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}

const two = [0x80, 2];
const name = (text: string) => [0x63, ...new TextEncoder().encode(`${text.replace(/\.(?=\w+$)/, '\n')}\n`)];
const programs: [name: string, code: (number | string)[], sentence: string][] = [
  ['nothing', [], 'the pickle ends within an instruction, at byte 0'],
  ['protocol 0', ['(lp0\n.'], 'the pickle is of a protocol before 2'],
  ['protocol 4', [0x80, 4, 'N.'], "the pickle is of protocol 4, PyTorch's is 2"],
  ['no end', [...two, 'N'], 'the pickle ends within an instruction, at byte 3'],
  ['an empty stack', [...two, '.'], 'the pickle takes more than it has made'],
  ['no mark', [...two, 't.'], 'the pickle takes more than it has made'],
  ['a mark', [...two, '(.'], 'the pickle takes more than it has made'],
  ['a long string', [...two, 'X', 255, 255, 255, 255, '.'], 'the pickle ends within an instruction, at byte 8'],
  ['no UTF-8', [...two, 'X', 1, 0, 0, 0, 255, '.'], 'a string of the pickle is not UTF-8'],
  ['an empty memory', [...two, 'h', 7, '.'], 'the pickle remembers nothing as 7'],
  ['an append', [...two, 'NNa.'], 'the pickle appends to what is no list'],
  ['an item', [...two, ']NNs.'], 'the pickle sets an item of what is no dict'],
  ['an odd item', [...two, '}(Nu.'], 'the pickle sets a key without a value'],
  ['a key', [...two, '}]Ns.'], 'a dict has a key that is neither a string nor an integer'],
  ['code', [...two, 'cos\nsystem\nX', 2, 0, 0, 0, 'ls', 0x85, 'R.'], '"os.system" is not allowed in a file of weights'],
  ['eval', [...two, 'cbuiltins\neval\n.'], '"builtins.eval" is not allowed in a file of weights'],
  ['inherited', [...two, 'c__proto__\ntoString\n.'], '"__proto__.toString" is not allowed in a file of weights'],
  ['a name cut short', [...two, 'cos'], 'the pickle ends within an instruction, at byte 5'],
  ['a call of data', [...two, 'N)R.'], 'the pickle calls what is no function'],
  ['a call of a type', [...two, ...name('torch.FloatStorage'), ')R.'], '"torch.FloatStorage" is no function'],
  ['a name as data', [...two, ...name('torch.Size'), 0x85, '.'], '"torch.Size" is not supported as a value'],
  ['a build', [...two, ']Nb.'], 'the pickle sets attributes of what is no dict'],
  ['an instruction', [...two, 'i'], 'the pickle has the instruction 0x69, which is not allowed'],
  ['another reference', [...two, 'NQ.'], 'a reference that is not to a storage is not supported'],
  ['an odd Size', [...two, ...name('torch.Size'), 'N', 0x85, 'R.'], 'a torch.Size is no tuple of sizes'],
  [
    'no tensor',
    [...two, ...name('torch._utils._rebuild_tensor_v2'), ')R.'],
    'a tensor is not described by a storage, an offset, sizes and strides',
  ],
];
test.each(programs)('a pickle with %s is refused', (_, code, sentence) => {
  refuses(() => torch.load(pickled(...code)), 'UnpicklingError', `torch.load: ${sentence}`);
});

const storage = (type = 'FloatStorage', key = '0', size = 1): (number | string)[] => [
  '(X', 7, 0, 0, 0, 'storage', ...name(`torch.${type}`), 'X', 1, 0, 0, 0, key, 'X', 3, 0, 0, 0, 'cpu', 'K', size, 'tQ',
];
const rebuilt = (offset: number, sizes: number[], strides: number[]): (number | string)[] => [
  ...two, ...name('torch._utils._rebuild_tensor_v2'), '(', ...storage(),
  ...['K', offset, '('], ...sizes.flatMap((n) => ['K', n]), 't(', ...strides.flatMap((n) => ['K', n]), 't', 0x89, 'tR.',
];
const wrong = 'is larger than its storage';
const storages: [name: string, code: (number | string)[], sentence: string][] = [
  ['another size', [...two, ...storage('FloatStorage', '0', 2), '.'], 'the storage 0 should take 8 bytes, it takes 4'],
  ['another type', [...two, ...storage('DoubleStorage'), '.'], 'the storage 0 should take 8 bytes, it takes 4'],
  ['another name', [...two, ...storage('FloatStorage', '9'), '.'], 'the storage 9 is missing'],
  ['no type', [...two, ...storage('Size'), '.'], 'a storage is of no type'],
  ['no tensor', [...two, ...storage(), '.'], 'a storage is not supported as a value, only as that of a tensor'],
  ['an offset', rebuilt(1, [1], [1]), `a tensor of the sizes [1] and strides [1] at 1 ${wrong}`],
  ['a size', rebuilt(0, [2], [1]), `a tensor of the sizes [2] and strides [1] at 0 ${wrong}`],
  ['strides', rebuilt(0, [2, 2], [1]), 'a tensor has 2 sizes and 1 strides'],
];
test.each(storages)('a storage with %s is refused', (_, code, sentence) => {
  refuses(() => torch.load(pickled(...code)), 'UnpicklingError', `torch.load: ${sentence}`);
});

test('the made pickles are read where they tell the truth', () => {
  expect(torch.load(pickled(...two, 'K', 7, '.'))).toBe(7);
  expect(torch.load<torch.Tensor>(pickled(...rebuilt(0, [1], [1]))).tolist()).toEqual([1.5]);
});

const archive = torch.numpy.savez({ ab: torch.ones(1), cd: torch.ones(1) });
const central = new DataView(archive.buffer).getUint32(archive.length - 6, true);
const second = central + 46 + 'ab.npy'.length;
const changes: [name: string, at: number, bytes: number[], sentence: string][] = [
  ['too few entries', archive.length - 12, [1], 'the directory ends at byte $, it is said to end at %'],
  ['too many entries', archive.length - 12, [255], '255 entries do not fit into a directory of 104 bytes'],
  ['a directory beyond the file', archive.length - 6, [255, 255, 255], 'the directory is said to end at byte 16777319, the archive ends at %'],
  ['an encrypted entry', central + 8, [1], '"ab.npy" is encrypted'],
  ['another method', central + 10, [9], '"ab.npy" is packed by method 9, which is not supported'],
  ['two sizes', central + 20, [7], '"ab.npy" is stored, but of two sizes: 7 and 132'],
  ['a size without its field', central + 20, [255, 255, 255, 255], 'the 64-bit sizes of "ab.npy" are missing'],
  ['a wrong checksum', central + 16, [1, 2, 3, 4], 'the checksum of "ab.npy" is wrong'],
  ['no deflated data', central + 10, [8], '"ab.npy" does not unpack to 132 bytes'],
  ['two with one place', second + 42, [0, 0, 0, 0], '"cd.npy" begins at byte 0, within the entry before it'],
  ['another name', central + 46, [0x61, 0x61], 'the entry at byte 0 is not "aa.npy"'],
  ['an entry elsewhere', second + 42, [198], '"cd.npy" is said to be at byte 198, where there is no entry'],
  ['a name that leaves', central + 46, [0x2e, 0x2e, 0x2f], 'the name "../npy" is no path within the archive'],
  ['an absolute name', central + 46, [0x2f], 'the name "/b.npy" is no path within the archive'],
  ['a backslash', central + 46, [0x5c], 'the name "\\\\b.npy" is no path within the archive'],
  ['a name not of text', central + 46, [0xff], 'the name of an entry is not UTF-8'],
];
test.each(changes)('an archive with %s is refused', (_, at, bytes, sentence) => {
  const changed = archive.slice();
  changed.set(bytes, at);
  const end = String(archive.length - 22);
  refuses(() => torch.numpy.load(changed), 'ValueError', `zip: ${sentence.replace('%', end).replace('$', String(second))}`);
});

test('entries within one another, twice or of a bomb are refused', () => {
  const view = (bytes: Uint8Array) => new DataView(bytes.buffer);
  const inner = torch.numpy.savez({ ab: torch.ones(1) }).slice(0, 196);
  // A stored entry that holds a whole other entry.
  const outer = archive.slice();
  outer.set(inner.subarray(0, 60), 128);
  view(outer).setUint32(second + 42, 128, true);
  outer.set(new TextEncoder().encode('cd'), 128 + 30);
  refuses(() => torch.numpy.load(outer), 'ValueError', 'zip: "cd.npy" begins at byte 128, within the entry before it');

  const bomb = archive.slice();
  view(bomb).setUint16(central + 10, 8, true);
  view(bomb).setUint32(central + 24, 2 ** 31, true);
  refuses(() => torch.numpy.load(bomb), 'ValueError', 'zip: "ab.npy" cannot unpack to 2147483648 bytes from 132');

  const twice = archive.slice();
  twice.set(new TextEncoder().encode('ab'), second + 46);
  twice.set(new TextEncoder().encode('ab'), view(archive).getUint32(second + 42, true) + 30);
  refuses(() => torch.numpy.load(twice), 'ValueError', 'zip: the name "ab.npy" is there twice');
});
