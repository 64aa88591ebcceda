// PyTorch's own files, .pt and .pth: a zip archive of a pickle and of the storages it refers to.

import { call, TorchError } from '../core.js';
import { tidy } from '../memory.js';
import { Parameter } from '../nn/parameter.js';
import { as_strided } from '../ops/view.js';
import { Tensor } from '../tensor.js';
import { bool, float32, float64, int32, int64, uint8 } from '../dtype.js';
import { bytesOf, count, decoded, encoded, layouts } from './elements.js';
import { entriesOf, Pickler } from './pickle.js';
import { Name, refuse, unpickle, type Meanings } from './unpickle.js';
import { isZip, unzip, zip, type Archive } from './zip.js';

const storages = new Map([
  ['torch.BoolStorage', 'BOOL'],
  ['torch.ByteStorage', 'U8'],
  ['torch.CharStorage', 'I8'],
  ['torch.ShortStorage', 'I16'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.IntStorage', 'I32'],
  ['torch.FloatStorage', 'F32'],
  ['torch.LongStorage', 'I64'],
  ['torch.DoubleStorage', 'F64'],
]);
const storageNames = new Map([
  [bool, 'BoolStorage'],
  [uint8, 'ByteStorage'],
  [int32, 'IntStorage'],
  [int64, 'LongStorage'],
  [float32, 'FloatStorage'],
  [float64, 'DoubleStorage'],
]);

/** The elements that tensors of a file share. */
class Storage {
  constructor(
    readonly type: string,
    readonly elements: Tensor,
  ) {}
}

/**
 * What `torch.save` of PyTorch 1.6 or newer wrote: tensors, numbers, strings, None (null), and lists,
 * tuples and dicts of them, such as a state_dict; nothing else, as with `weights_only=True`. float16
 * and bfloat16 become float32, int8 and int16 int32. Tensors that shared elements share them again.
 *
 * @throws TorchError (UnpicklingError, ValueError) for a file that is truncated or damaged, and,
 * with its name, for whatever is not on that list.
 */
export function load<T = any>(file: ArrayBufferLike | ArrayBufferView): T {
  const bytes = bytesOf(file, 'torch.load');
  if (!isZip(bytes)) {
    refuse(
      'the file is no zip archive, as PyTorch has written since 1.6; load an older one in Python and save it again',
    );
  }
  const archive = unzip(bytes);
  const folders = [...archive.keys()].flatMap((name) => /^([^/]+)\/data\.pkl$/.exec(name)?.[1] ?? []);
  if (folders.length !== 1) refuse(`there should be one data.pkl in the file, there are ${folders.length}`);
  const folder = folders[0]!;
  if (archive.has(`${folder}/constants.pkl`)) refuse('a TorchScript archive is not supported; save its state_dict()');
  const pickle = archive.get(`${folder}/data.pkl`)!();
  return tidy(() => unpickle(pickle, meaningsOf(archive, folder))) as T;
}

function meaningsOf(archive: Archive, folder: string): Meanings {
  const order = archive.get(`${folder}/byteorder`);
  const endian = order ? String.fromCharCode(...order().subarray(0, 10)) : 'little';
  if (endian !== 'little' && endian !== 'big') refuse(`the byte order is ${JSON.stringify(endian)}`);
  const known = new Map<string, Storage>();

  const storage = (type: string, key: string, n: number): Storage => {
    const found = known.get(key);
    if (found) {
      if (found.type !== type || found.elements.numel() !== n) refuse(`the storage ${key} is described in two ways`);
      return found;
    }
    const read = archive.get(`${folder}/data/${key}`);
    if (!read) refuse(`the storage ${key} is missing`);
    const bytes = read();
    const layout = layouts[storages.get(type)!]!;
    if (bytes.length !== n * layout.bytes) {
      refuse(`the storage ${key} should take ${n * layout.bytes} bytes, it takes ${bytes.length}`);
    }
    const made = new Storage(type, decoded(bytes, layout, [n], endian === 'little'));
    known.set(key, made);
    return made;
  };

  const functions: Record<string, (args: readonly unknown[]) => unknown> = {
    'collections.OrderedDict': (args) => {
      if (args.length > 0) refuse('an OrderedDict is made of something');
      return {};
    },
    'torch.Size': ([sizes]) => {
      if (!isSizes(sizes)) refuse('a torch.Size is no tuple of sizes');
      return sizes;
    },
    'torch._utils._rebuild_tensor_v2': ([source, offset, size, stride, requires_grad]) => {
      if (!(source instanceof Storage) || !isSize(offset) || !isSizes(size) || !isSizes(stride)) {
        refuse('a tensor is not described by a storage, an offset, sizes and strides');
      }
      return tensor(source, offset, size, stride, requires_grad === true);
    },
    'torch._utils._rebuild_parameter': ([data, requires_grad]) => {
      if (!(data instanceof Tensor)) refuse('a parameter is not made of a tensor');
      if (requires_grad === true && !data.dtype.is_floating_point) refuse(`a parameter of ${data.dtype} learns`);
      return new Parameter(data, requires_grad === true);
    },
  };

  return {
    knows: (name) => Object.hasOwn(functions, name) || storages.has(name),
    call(name, args) {
      if (!Object.hasOwn(functions, name)) refuse(`"${name}" is no function`);
      return functions[name]!(args);
    },
    isInternal: (value) => value instanceof Storage,
    persistent(id) {
      if (!Array.isArray(id) || id.length < 5 || id[0] !== 'storage') {
        refuse('a reference that is not to a storage is not supported');
      }
      const [, type, key, , n] = id as unknown[];
      if (!(type instanceof Name) || !storages.has(type.text)) refuse('a storage is of no type');
      if (typeof key !== 'string' || !isSize(n)) refuse('a storage has no name or no size');
      return storage(type.text, key, n);
    },
  };
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every(isSize);

function tensor(
  { elements }: Storage,
  offset: number,
  size: readonly number[],
  stride: readonly number[],
  requires_grad: boolean,
): Tensor {
  if (size.length !== stride.length) refuse(`a tensor has ${size.length} sizes and ${stride.length} strides`);
  const n = count(size);
  const end = n === 0 ? 0 : size.reduce((last, s, d) => last + (s - 1) * stride[d]!, offset + 1);
  if (!(end <= elements.numel()) || Number.isNaN(n)) {
    refuse(`a tensor of the sizes [${size}] and strides [${stride}] at ${offset} is larger than its storage`);
  }
  const result = as_strided(elements, size, stride, n === 0 ? 0 : offset).detach();
  if (requires_grad && !result.dtype.is_floating_point) refuse(`a tensor of ${result.dtype} requires grad`);
  result.requires_grad = requires_grad;
  return result;
}

/** Where tensors lie that share elements. */
interface Stretch {
  key: string;
  begin: number;
  end: number;
  some: Tensor;
}

/** The number of the storage of a tensor: where in memory it begins. */
function storageOf(x: Tensor): string {
  const first = call((c) => c.data_ptr(x.handle)) >>> 0;
  return `${x.dtype} ${first - x.storage_offset() * x.element_size()}`;
}

/** Where the elements of a tensor end, counted from the beginning of its storage. */
function endOf(x: Tensor): number {
  if (x.numel() === 0) return x.storage_offset();
  const strides = x.stride();
  return x.shape.reduce((last, size, d) => last + (size - 1) * strides[d]!, x.storage_offset() + 1);
}

/**
 * A file that PyTorch's `torch.load(…, weights_only=True)` reads, and {@link load}: of tensors,
 * numbers, strings, booleans, null, and arrays (as lists), objects and maps (as dicts) of them, such
 * as `model.state_dict()`, `optimizer.state_dict()` or an object of both. Whole numbers become int,
 * others float. Tensors that share elements go on sharing them.
 *
 * @throws TorchError (TypeError) for what is none of these, such as a module.
 */
export function save(obj: unknown, ...more: never[]): Uint8Array<ArrayBuffer> {
  if (more.length > 0) {
    const text = 'torch.save() writes no file, it returns its bytes: writeFileSync(path, torch.save(obj))';
    throw new TorchError(text, 'TypeError');
  }
  const stretches = new Map<string, Stretch>();
  collect(obj, stretches);
  const pickler = new Pickler((p, x) => {
    const { key, begin, end } = stretches.get(storageOf(x))!;
    if (x instanceof Parameter) p.name('torch._utils', '_rebuild_parameter').put(0x28);
    p.name('torch._utils', '_rebuild_tensor_v2').put(0x28);
    p.put(0x28).string('storage').name('torch', storageNames.get(x.dtype)!).string(key).string('cpu');
    p.integer(end - begin).put(0x74, 0x51).integer(x.storage_offset() - begin);
    p.tuple(x.shape).tuple(x.stride()).boolean(x.requires_grad);
    p.name('collections', 'OrderedDict').put(0x29, 0x52, 0x74, 0x52);
    if (!(x instanceof Parameter)) return;
    p.boolean(x.requires_grad).name('collections', 'OrderedDict').put(0x29, 0x52, 0x74, 0x52);
  });
  pickler.put(0x80, 2).value(obj);
  const ascii = (text: string) => new TextEncoder().encode(text);
  const data = [...stretches.values()].map(({ key, begin, end, some }) => [`archive/data/${key}`, elements(some, begin, end)] as const);
  return zip([
    ['archive/data.pkl', pickler.finish()],
    ['archive/byteorder', ascii('little')],
    ...data,
    ['archive/version', ascii('3\n')],
  ]);
}

function collect(value: unknown, into: Map<string, Stretch>): void {
  const seen = new Set<unknown>();
  const waiting = [value];
  // Grows while it is walked.
  for (const part of waiting) {
    if (seen.has(part)) continue;
    seen.add(part);
    if (part instanceof Tensor) {
      const [begin, end, key] = [part.storage_offset(), endOf(part), storageOf(part)];
      const known = into.get(key);
      if (known) {
        known.begin = Math.min(known.begin, begin);
        known.end = Math.max(known.end, end);
      } else {
        into.set(key, { key: String(into.size), begin, end, some: part });
      }
    } else if (Array.isArray(part)) {
      for (const element of part) waiting.push(element);
    } else {
      for (const [, element] of entriesOf(part) ?? []) waiting.push(element);
    }
  }
}

function elements(x: Tensor, begin: number, end: number): Uint8Array {
  return tidy(() => encoded(as_strided(x.detach(), [end - begin], [1], begin)));
}
