// The safetensors format: a length, a JSON header, the elements. Every claim of the header is held
// against the size of the file before anything is allocated for it.

import { describe } from '../arguments.js';
import { TorchError } from '../core.js';
import { bool, float32, float64, int32, int64, uint8 } from '../dtype.js';
import { Tensor } from '../tensor.js';
import { bytesOf, count, decoded, encoded, layouts, type Layout } from './elements.js';

export { flatten_state_dict, unflatten_state_dict } from './nested.js';

const kLargestHeader = 100_000_000;

interface Entry {
  name: string;
  layout: Layout;
  shape: number[];
  begin: number;
  end: number;
}

interface Header {
  entries: Entry[];
  metadata: Record<string, string>;
  /** Where the elements start. */
  start: number;
}

function refuse(why: string): never {
  throw new TorchError(`safetensors: ${why}`, 'ValueError');
}

/**
 * The tensors of a file by name. F16, BF16 become float32; I8, I16, U16 int32; U32, U64 int64.
 * Python: `safetensors.torch.load`.
 *
 * @throws TorchError (ValueError) for a file that is truncated or whose header does not describe it.
 */
export function load(file: ArrayBufferLike | ArrayBufferView): Record<string, Tensor> {
  const bytes = bytesOf(file, 'safetensors.load');
  const { entries, start } = header(bytes);
  const made: [string, Tensor][] = [];
  try {
    for (const { name, layout, shape, begin, end } of entries) {
      made.push([name, decoded(bytes.subarray(start + begin, start + end), layout, shape)]);
    }
  } catch (error) {
    for (const [, tensor] of made) tensor.dispose();
    throw error;
  }
  // Not by assignment: a tensor may be called __proto__.
  return Object.fromEntries(made);
}

/** The strings a file carries besides its tensors. Python: `safe_open(…).metadata()`. */
export function metadata(file: ArrayBufferLike | ArrayBufferView): Record<string, string> {
  return header(bytesOf(file, 'safetensors.metadata')).metadata;
}

function header(bytes: Uint8Array): Header {
  if (bytes.length < 8) refuse(`a file has at least 8 bytes, this one ${bytes.length}`);
  const claimed = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (claimed > kLargestHeader) {
    refuse(`the header is said to be ${claimed} bytes long, more than the ${kLargestHeader} allowed`);
  }
  const start = 8 + Number(claimed);
  if (start > bytes.length) {
    refuse(`the header is said to end at byte ${start}, the file ends at ${bytes.length}`);
  }
  const [entries, metadata] = described(parsed(bytes.slice(8, start)));
  let end = 0;
  for (const entry of entries) {
    const { name, layout, shape } = entry;
    if (entry.begin !== end) {
      refuse(`"${name}" begins at ${entry.begin}, where the elements before it end at ${end}`);
    }
    const size = count(shape) * layout.bytes;
    if (!Number.isSafeInteger(size)) refuse(`"${name}" has too many elements: [${shape}]`);
    if (entry.end - entry.begin !== size) {
      refuse(`"${name}" takes ${size} bytes, its offsets span ${entry.end - entry.begin}`);
    }
    end = entry.end;
  }
  if (start + end !== bytes.length) {
    refuse(`the header describes ${start + end} bytes, the file has ${bytes.length}`);
  }
  return { entries, metadata, start };
}

function parsed(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    refuse('the header is not UTF-8');
  }
  if (!text.startsWith('{')) refuse('the header does not start with {');
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    refuse('the header is not JSON');
  }
  refuseDuplicates(text);
  return value;
}

// JSON.parse keeps the last of several equal keys; another reader may keep the first.
function refuseDuplicates(json: string): void {
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}:]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token === ':') {
      const keys = open[open.length - 1]!;
      const key = JSON.parse(last) as string;
      if (keys.has(key)) refuse(`the header has "${key}" twice`);
      keys.add(key);
    }
    last = token;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The entries in the order of their offsets. */
function described(header: Record<string, unknown>): [Entry[], Record<string, string>] {
  const { __metadata__: metadata = {}, ...tensors } = header;
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    refuse('"__metadata__" is not an object of strings');
  }
  const entries = Object.entries(tensors).map(([name, entry]) => {
    if (!isObject(entry)) refuse(`"${name}" is not described by an object`);
    const { dtype, shape, data_offsets: offsets, ...rest } = entry;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) refuse(`"${name}" has a field "${unknown}" that there is not`);
    if (typeof dtype !== 'string' || !Object.hasOwn(layouts, dtype)) {
      refuse(`"${name}" has the dtype ${JSON.stringify(dtype)}, which is not supported`);
    }
    if (!Array.isArray(shape) || !shape.every(isSize)) {
      refuse(`the shape of "${name}" is not a list of sizes`);
    }
    if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
      refuse(`the offsets of "${name}" are not two sizes`);
    }
    const [begin, end] = offsets as [number, number];
    if (end < begin) refuse(`"${name}" ends at ${end}, before it begins at ${begin}`);
    return { name, layout: layouts[dtype]!, shape: shape as number[], begin, end };
  });
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  return [entries, metadata as Record<string, string>];
}

// In the order in which the format's own writer lays tensors out: the widest first, so that each is
// aligned.
const names = new Map([
  [int64, 'I64'],
  [float64, 'F64'],
  [float32, 'F32'],
  [int32, 'I32'],
  [uint8, 'U8'],
  [bool, 'BOOL'],
]);
const order = [...names.keys()];

/**
 * A file with these tensors, as of `module.state_dict()`, and with strings besides. Python:
 * `safetensors.torch.save`.
 */
export function save(
  tensors: Record<string, Tensor>,
  metadata?: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const sorted = Object.entries(tensors);
  for (const [name, tensor] of sorted) {
    if (name === '__metadata__') refuse('a tensor cannot be called "__metadata__"');
    if (tensor instanceof Tensor) continue;
    throw new TorchError(`safetensors.save: "${name}" is ${describe(tensor)}`, 'TypeError');
  }
  sorted.sort(
    ([a, x], [b, y]) => order.indexOf(x.dtype) - order.indexOf(y.dtype) || (a < b ? -1 : 1),
  );
  let end = 0;
  const fields: [string, unknown][] = sorted.map(([name, { dtype, shape }]) => {
    const begin = end;
    end += count(shape) * dtype.itemsize;
    return [name, { dtype: names.get(dtype), shape, data_offsets: [begin, end] }];
  });
  if (metadata) fields.unshift(['__metadata__', metadata]);
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(json, 8);
  let at = start;
  for (const [, tensor] of sorted) {
    const elements = encoded(tensor);
    file.set(elements, at);
    at += elements.length;
  }
  return file;
}
