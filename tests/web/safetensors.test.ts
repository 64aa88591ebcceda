// safetensors: what goes in comes out, and a header that lies is refused with a sentence.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses';

const { safetensors } = torch;

function file(header: unknown, data = 0, claimed?: bigint): Uint8Array {
  const json = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}
const entry = (dtype: unknown, shape: unknown, ...data_offsets: unknown[]) => ({
  dtype,
  shape,
  data_offsets,
});
const bits = (t: torch.Tensor) => {
  const { buffer } = t.toArray<torch.TypedArray>();
  return [...new Uint8Array(buffer)];
};

test('the example of the format', () => {
  const bytes = safetensors.save({ 'attn.0': torch.zeros(1, 2, 3) });
  expect(bytes.length).toBe(8 + 64 + 24);
  expect(new TextDecoder().decode(bytes.slice(8, 72))).toBe(
    '{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}',
  );
});

test('no tensors', () => {
  const bytes = safetensors.save({});
  expect([...bytes]).toEqual([8, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode('{}      ')]);
  expect(safetensors.load(bytes)).toEqual({});
});

test('every dtype, shape and bit comes back', () => {
  const tensors: Record<string, torch.Tensor> = {
    __proto__x: torch.tensor([-0, 0, Infinity, -Infinity, NaN, 1e-45]),
    double: torch.tensor([[-0, 5e-324, NaN]], { dtype: torch.float64 }),
    long: torch.tensor([2n ** 63n - 1n, -(2n ** 63n)]),
    int: torch.tensor([-1, 2], { dtype: torch.int32 }),
    byte: torch.tensor([0, 255, 7], { dtype: torch.uint8 }),
    bool: torch.tensor([true, false, true]),
    scalar: torch.tensor(3),
    empty: torch.zeros(3, 0, 2),
    'größe ☃': torch.arange(6).reshape([2, 3]).T,
  };
  Object.defineProperty(tensors, '__proto__', { value: torch.ones(2), enumerable: true });
  const bytes = safetensors.save(tensors, { format: 'pt' });
  const back = safetensors.load(bytes);
  expect(Object.keys(back).sort()).toEqual(Object.keys(tensors).sort());
  for (const [name, tensor] of Object.entries(tensors)) {
    const found = Object.getOwnPropertyDescriptor(back, name)!.value as torch.Tensor;
    expect(found.dtype, name).toBe(tensor.dtype);
    expect(found.shape, name).toEqual(tensor.shape);
    expect(bits(found), name).toEqual(bits(tensor));
  }
  expect(safetensors.metadata(bytes)).toEqual({ format: 'pt' });
  // At an odd address, and in an ArrayBuffer.
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  expect(bits(safetensors.load(shifted.subarray(1)).int!)).toEqual(bits(tensors.int!));
  expect(bits(safetensors.load(bytes.buffer).int!)).toEqual(bits(tensors.int!));
});

test('dtypes tensors do not have are widened', () => {
  const read = (dtype: string, size: number, data: number[]) => {
    const bytes = file({ a: entry(dtype, [data.length / size], 0, data.length) }, data.length);
    bytes.set(data, bytes.length - data.length);
    const { a } = safetensors.load(bytes);
    return [String(a!.dtype), a!.tolist()];
  };
  const halves = [0, 0x80, 1, 0, 0xff, 3, 0, 4, 0, 0x3c, 0xff, 0x7b, 0, 0xfc, 1, 0x7c];
  expect(read('F16', 2, halves)).toEqual([
    'torch.float32',
    [-0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1, 65504, -Infinity, NaN],
  ]);
  expect(read('BF16', 2, [0x80, 0x3f, 0, 0x80, 0x80, 0x7f])).toEqual([
    'torch.float32',
    [1, -0, Infinity],
  ]);
  expect(read('I8', 1, [255, 1])).toEqual(['torch.int32', [-1, 1]]);
  expect(read('I16', 2, [255, 255])).toEqual(['torch.int32', [-1]]);
  expect(read('U16', 2, [255, 255])).toEqual(['torch.int32', [65535]]);
  expect(read('U32', 4, [255, 255, 255, 255])).toEqual(['torch.int64', [2 ** 32 - 1]]);
  expect(read('U64', 8, [1, 0, 0, 0, 0, 0, 0, 0])).toEqual(['torch.int64', [1]]);
  expect(read('BOOL', 1, [0, 1, 2])).toEqual(['torch.bool', [false, true, true]]);
  refuses(
    () => read('U64', 8, [0, 0, 0, 0, 0, 0, 0, 128]),
    'ValueError',
    'the unsigned value 9223372036854775808 does not fit into torch.int64',
  );
});

const two = { a: entry('F32', [1], 0, 4) };
const lies: [name: string, bytes: Uint8Array, sentence: string][] = [
  ['short', new Uint8Array(7), 'a file has at least 8 bytes, this one 7'],
  [
    'huge header',
    file('{}', 0, 2n ** 64n - 1n),
    'the header is said to be 18446744073709551615 bytes long, more than the 100000000 allowed',
  ],
  ['long header', file('{}', 0, 3n), 'the header is said to end at byte 11, the file ends at 10'],
  ['not UTF-8', new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 255]), 'the header is not UTF-8'],
  ['no header', new Uint8Array(8), 'the header does not start with {'],
  ['a list', file('[]'), 'the header does not start with {'],
  ['not JSON', file('{"a":}'), 'the header is not JSON'],
  ['twice', file('{"a":1,"\\u0061":2}'), 'the header has "a" twice'],
  ['twice within', file('{"a":{"dtype":"F32","dtype":"F64"}}'), 'the header has "dtype" twice'],
  ['metadata', file({ __metadata__: { a: 1 } }), '"__metadata__" is not an object of strings'],
  ['metadata 2', file({ __metadata__: null }), '"__metadata__" is not an object of strings'],
  ['a number', file({ a: 1 }), '"a" is not described by an object'],
  ['more', file({ a: { ...two.a, b: 1 } }, 4), '"a" has a field "b" that there is not'],
  ['dtype', file({ a: entry('F8_E4M3', [1], 0, 1) }, 1), '"a" has the dtype "F8_E4M3", which is not supported'],
  ['inherited', file({ a: entry('toString', [1], 0, 1) }, 1), '"a" has the dtype "toString", which is not supported'],
  ['negative size', file({ a: entry('F32', [-1], 0, 4) }, 4), 'the shape of "a" is not a list of sizes'],
  ['half a size', file({ a: entry('F32', [0.5], 0, 2) }, 2), 'the shape of "a" is not a list of sizes'],
  ['one offset', file({ a: entry('F32', [1], 0) }, 4), 'the offsets of "a" are not two sizes'],
  ['negative offset', file({ a: entry('F32', [1], -4, 0) }), 'the offsets of "a" are not two sizes'],
  ['backwards', file({ a: entry('F32', [1], 4, 0) }, 4), '"a" ends at 0, before it begins at 4'],
  ['a hole', file({ a: entry('F32', [1], 4, 8) }, 8), '"a" begins at 4, where the elements before it end at 0'],
  [
    'an overlap',
    file({ ...two, b: entry('F32', [1], 2, 6) }, 6),
    '"b" begins at 2, where the elements before it end at 4',
  ],
  ['wrong span', file({ a: entry('F32', [2], 0, 4) }, 4), '"a" takes 8 bytes, its offsets span 4'],
  [
    'too many',
    file({ a: entry('F32', [2 ** 40, 2 ** 40], 0, 4) }, 4),
    '"a" has too many elements: [1099511627776,1099511627776]',
  ],
  ['truncated', file(two, 3), 'the header describes 66 bytes, the file has 65'],
  ['left over', file(two, 5), 'the header describes 66 bytes, the file has 67'],
  ['larger than the file', file({ a: entry('U8', [2 ** 50], 0, 2 ** 50) }), 'the header describes 1125899906842715 bytes, the file has 91'],
];
test.each(lies)('refuses: %s', (_, bytes, sentence) => {
  refuses(() => safetensors.load(bytes), 'ValueError', `safetensors: ${sentence}`);
});

test('refuses what is no file and no tensor', () => {
  const text = 'safetensors.load: expected the bytes of a file, as an ArrayBuffer or a Uint8Array, got string';
  refuses(() => safetensors.load('a' as never), 'TypeError', text);
  refuses(() => safetensors.save({ a: 1 as never }), 'TypeError', 'safetensors.save: "a" is number');
  refuses(
    () => safetensors.save({ __metadata__: torch.ones(1) }),
    'ValueError',
    'safetensors: a tensor cannot be called "__metadata__"',
  );
});

test('flipped bytes give an error of ours or tensors no larger than the file', () => {
  const whole = safetensors.save({ a: torch.ones(3, 2), b: torch.tensor([1n]), c: torch.ones(0) });
  let state = 1;
  const next = (n: number) => (state = (state * 48271) % 0x7fffffff) % n;
  let refused = 0;
  for (let i = 0; i < 3000; ++i) {
    const bytes = whole.slice(0, next(4) === 0 ? next(whole.length) : whole.length);
    for (let k = next(3); k >= 0; --k) if (bytes.length) bytes[next(bytes.length)] = next(256);
    try {
      for (const t of Object.values(safetensors.load(bytes))) {
        expect(t.numel()).toBeLessThanOrEqual(bytes.length);
        t.dispose();
      }
    } catch (error) {
      expect(error).toBeInstanceOf(torch.TorchError);
      ++refused;
    }
  }
  expect(refused).toBeGreaterThan(1000);
  expect(refused).toBeLessThan(3000);
});

test('shapes at the far ends', () => {
  const empty = file({ a: entry('F32', [2 ** 52, 0, 2 ** 52], 0, 0) });
  expect(safetensors.load(empty).a!.shape).toEqual([2 ** 52, 0, 2 ** 52]);
  const deep = file({ a: entry('F32', Array(100000).fill(1), 0, 4) }, 4);
  refuses(() => safetensors.load(deep), 'RuntimeError', 'a tensor has at most 16 dimensions');
});

test("an optimizer's state goes out flat and comes back nested", () => {
  const net = new torch.nn.Linear(3, 2);
  const adam = new torch.optim.Adam(net.parameters(), { lr: 0.01, betas: [0.8, 0.99] });
  const step = (optimizer: torch.optim.Optimizer, model: torch.nn.Linear) => {
    optimizer.zero_grad();
    model.forward(torch.ones(1, 3)).sum().backward();
    optimizer.step();
  };
  step(adam, net);
  const [tensors, metadata] = safetensors.flatten_state_dict({ model: net.state_dict(), optimizer: adam.state_dict(), epoch: 3 });
  expect(Object.keys(tensors)).toContain('optimizer.state.0.exp_avg');
  const file = safetensors.save(tensors, metadata);
  const back = safetensors.unflatten_state_dict(safetensors.load(file), safetensors.metadata(file));
  expect(back.epoch).toBe(3);
  const again = new torch.nn.Linear(3, 2);
  const againAdam = new torch.optim.Adam(again.parameters());
  again.load_state_dict(back.model);
  againAdam.load_state_dict(back.optimizer);
  expect(againAdam.param_groups[0]!.betas).toEqual([0.8, 0.99]);
  for (let i = 0; i < 2; ++i) {
    step(adam, net);
    step(againAdam, again);
  }
  expect(again.weight.tolist()).toEqual(net.weight.tolist());
});

test('nested states of every shape come back, and what JSON cannot hold is refused', () => {
  const { flatten_state_dict, unflatten_state_dict } = safetensors;
  const x = torch.ones(1);
  const same = (state: unknown) => JSON.stringify(state, (_, value) => (value === x ? 'x' : value));
  for (const state of [{}, { a: [1, null, { b: x }], c: 'd', e: true }, { a: { b: x }, 'c.d': x }]) {
    expect(same(unflatten_state_dict(...flatten_state_dict(state)))).toBe(same(state));
  }
  const json = (text: string) => () => unflatten_state_dict({ a: x }, { state_dict: text });
  expect(Object.keys(json('{"__proto__": {"__tensor__": "a"}}')())).toEqual(['__proto__']);
  const bad = (f: () => unknown, text: string, name = 'ValueError') => refuses(f, name, `safetensors: ${text}`);
  bad(() => flatten_state_dict({ a: { b: x }, 'a.b': x }), 'two tensors have the path "a.b"');
  bad(() => flatten_state_dict({ a: { __tensor__: 1 } }), '"a" has a key "__tensor__"');
  bad(() => flatten_state_dict({ a: [NaN] }), '"a.0" is NaN, which JSON cannot hold', 'TypeError');
  bad(() => flatten_state_dict({ a: 1n }), '"a" is 1, which JSON cannot hold', 'TypeError');
  bad(() => flatten_state_dict({ a: new Map() }), '"a" is Map, which JSON cannot hold', 'TypeError');
  bad(() => unflatten_state_dict({}, {}), 'the metadata has no "state_dict"');
  bad(json('{'), 'the "state_dict" of the metadata is not JSON');
  bad(json('{"b": {"__tensor__": "toString"}}'), 'there is no tensor "toString"');
  bad(json('{"b": {"__tensor__": 1}}'), 'there is no tensor "1"');
});
