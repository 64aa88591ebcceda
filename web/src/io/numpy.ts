// NumPy's files: .npy is a header in Python's words and the elements, .npz a zip archive of them.

import { describe } from '../arguments.js';
import { TorchError } from '../core.js';
import { bool, float32, float64, int32, int64, uint8 } from '../dtype.js';
import { permute } from '../ops/view.js';
import { Tensor } from '../tensor.js';
import { bytesOf, count, decoded, encoded, layouts, type Layout } from './elements.js';
import { isZip, unzip, zip } from './zip.js';

const kMagic = '\x93NUMPY';

// The kind and the size of NumPy's types, as safetensors' names.
const types = new Map([
  ['b1', 'BOOL'],
  ['u1', 'U8'],
  ['i1', 'I8'],
  ['u2', 'U16'],
  ['i2', 'I16'],
  ['f2', 'F16'],
  ['u4', 'U32'],
  ['i4', 'I32'],
  ['f4', 'F32'],
  ['u8', 'U64'],
  ['i8', 'I64'],
  ['f8', 'F64'],
]);
const descriptions = new Map([
  [bool, '|b1'],
  [uint8, '|u1'],
  [int32, '<i4'],
  [int64, '<i8'],
  [float32, '<f4'],
  [float64, '<f8'],
]);

function refuse(why: string): never {
  throw new TorchError(`npy: ${why}`, 'ValueError');
}

const latin = (bytes: Uint8Array): string => Array.from(bytes, (b) => String.fromCharCode(b)).join('');

/**
 * The tensor of a `.npy` file, or the tensors of a `.npz` file by name:
 * `load<Record<string, Tensor>>(npz)`. float16 becomes float32; int8, int16, uint16 int32; uint32,
 * uint64 int64. An array in Fortran's order gives a view in which the first dimension is the
 * innermost, as `torch.from_numpy` does. Python: `numpy.load`.
 *
 * @throws TorchError (ValueError) for a file that is truncated, damaged or of another type, and for
 * arrays of Python objects, records, text or complex numbers.
 */
export function load<T extends Tensor | Record<string, Tensor> = Tensor>(
  file: ArrayBufferLike | ArrayBufferView,
): T {
  const bytes = bytesOf(file, 'numpy.load');
  if (!isZip(bytes)) return array(bytes) as T;
  const made: [string, Tensor][] = [];
  try {
    for (const [name, unpack] of unzip(bytes)) {
      if (!name.endsWith('.npy')) refuse(`"${name}" is no .npy file`);
      made.push([name.slice(0, -4), array(unpack())]);
    }
  } catch (error) {
    for (const [, tensor] of made) tensor.dispose();
    throw error;
  }
  return Object.fromEntries(made) as T;
}

interface Header {
  layout: Layout;
  little: boolean;
  fortran: boolean;
  shape: number[];
  start: number;
}

function array(bytes: Uint8Array): Tensor {
  const { layout, little, fortran, shape, start } = header(bytes);
  const size = count(shape) * layout.bytes;
  if (!Number.isSafeInteger(size)) refuse(`too many elements: (${shape})`);
  if (start + size !== bytes.length) {
    refuse(`the header describes ${start + size} bytes, the file has ${bytes.length}`);
  }
  const elements = bytes.subarray(start);
  if (!fortran || shape.length < 2) return decoded(elements, layout, shape, little);
  const reversed = decoded(elements, layout, shape.reverse(), little);
  try {
    return permute(reversed, [...shape.keys()].reverse());
  } finally {
    reversed.dispose();
  }
}

function header(bytes: Uint8Array): Header {
  if (latin(bytes.subarray(0, 6)) !== kMagic) refuse('the file does not start as a .npy file does');
  const major = bytes[6]!;
  if (!(major >= 1 && major <= 3)) refuse(`version ${major} of the format is not known`);
  const at = major === 1 ? 10 : 12;
  if (bytes.length < at) refuse(`the file ends within its header, at byte ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, at);
  const start = at + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length) {
    refuse(`the header is said to end at byte ${start}, the file ends at ${bytes.length}`);
  }
  const { descr, fortran_order, shape } = fields(latin(bytes.subarray(at, start)));
  const type = /^'([<>|=])(\w+)'$/.exec(descr);
  const name = type && types.get(type[2]!);
  if (!name) refuse(`elements of the type ${descr} are not supported`);
  if (fortran_order !== 'True' && fortran_order !== 'False') {
    refuse(`fortran_order is ${fortran_order}, not True or False`);
  }
  if (!/^\(\s*(?:\d+\s*,\s*)*(?:\d+\s*)?\)$/.test(shape) || /^\(\s*\d+\s*\)$/.test(shape)) {
    refuse(`the shape ${shape} is not a tuple of sizes`);
  }
  const sizes = (shape.match(/\d+/g) ?? []).map(Number);
  if (!sizes.every(Number.isSafeInteger)) refuse(`too many elements: ${shape}`);
  const little = type[1] !== '>';
  return { layout: layouts[name]!, little, fortran: fortran_order === 'True', shape: sizes, start };
}

/** The three fields of the header, as they are written. */
function fields(text: string): Record<'descr' | 'fortran_order' | 'shape', string> {
  const found = new Map<string, string>();
  const field = /\s*'(\w+)'\s*:\s*('[^']*'|\([^()]*\)|\[[^\]]*\]|\w+)\s*(?:,|(?=\}))/y;
  const open = /^\s*\{/.exec(text);
  field.lastIndex = open ? open[0].length : text.length;
  let end = field.lastIndex;
  for (let match = field.exec(text); match; match = field.exec(text)) {
    const [, name, value] = match as unknown as [string, string, string];
    if (found.has(name)) refuse(`the header has '${name}' twice`);
    found.set(name, value);
    end = field.lastIndex;
  }
  if (!/^\s*\}\s*$/.test(text.slice(end))) refuse('the header is not a dict of three fields');
  const names = ['descr', 'fortran_order', 'shape'];
  const missing = names.find((name) => !found.has(name));
  if (missing !== undefined) refuse(`the header has no '${missing}'`);
  const unknown = [...found.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) refuse(`the header has a field '${unknown}' that there is not`);
  return Object.fromEntries(found) as ReturnType<typeof fields>;
}

/** A `.npy` file. Python: `numpy.save`. */
export function save(tensor: Tensor): Uint8Array<ArrayBuffer> {
  if (!(tensor instanceof Tensor)) {
    throw new TorchError(`numpy.save: expected a Tensor, got ${describe(tensor)}`, 'TypeError');
  }
  const { dtype, shape } = tensor;
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const text = `{'descr': '${descriptions.get(dtype)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = Math.ceil((10 + text.length + 1) / 64) * 64;
  const elements = encoded(tensor);
  const file = new Uint8Array(start + elements.length);
  const head = `${kMagic}\x01\x00\0\0${text.padEnd(start - 11)}\n`;
  for (let i = 0; i < start; ++i) file[i] = head.charCodeAt(i);
  new DataView(file.buffer).setUint16(8, start - 10, true);
  file.set(elements, start);
  return file;
}

/**
 * A `.npz` file of tensors by name, or of an array of them under the names arr_0, arr_1, … Python:
 * `numpy.savez`.
 */
export function savez(tensors: Record<string, Tensor> | readonly Tensor[]): Uint8Array<ArrayBuffer> {
  const named = Array.isArray(tensors)
    ? tensors.map((tensor, i) => [`arr_${i}`, tensor] as const)
    : Object.entries(tensors as Record<string, Tensor>);
  return zip(named.map(([name, tensor]) => [`${name}.npy`, save(tensor)]));
}
