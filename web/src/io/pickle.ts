// Writes Python's pickle format, protocol 2: what PyTorch's own weights-only reader takes.

import { describe } from '../arguments.js';
import { TorchError } from '../core.js';
import { Tensor } from '../tensor.js';

const kDeepest = 1000;

/** The bytes of a pickle in the making. */
export class Pickler {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** @param tensor writes a tensor */
  constructor(private readonly tensor: (pickler: Pickler, value: Tensor) => void) {}

  #room(n: number): number {
    const at = this.#length;
    this.#length += n;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#length);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    return at;
  }

  put(...bytes: number[]): this {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** The name of a function or class of Python's. */
  name(module: string, name: string): this {
    return this.put(0x63, ...new TextEncoder().encode(`${module}\n${name}\n`));
  }

  string(text: string): this {
    const bytes = new TextEncoder().encode(text);
    const at = this.#room(5 + bytes.length);
    this.#bytes[at] = 0x58;
    new DataView(this.#bytes.buffer).setUint32(at + 1, bytes.length, true);
    this.#bytes.set(bytes, at + 5);
    return this;
  }

  integer(value: number | bigint): this {
    const wide = BigInt(value);
    if (wide === BigInt.asIntN(32, wide)) {
      const at = this.#room(5);
      this.#bytes[at] = 0x4a;
      new DataView(this.#bytes.buffer).setInt32(at + 1, Number(value), true);
      return this;
    }
    const bytes: number[] = [];
    for (let rest = wide; ; rest >>= 8n) {
      bytes.push(Number(rest & 255n));
      if (rest === BigInt.asIntN(8, rest)) break;
    }
    if (bytes.length > 255) throw new TorchError('torch.save: an integer has more than 2040 bits');
    return this.put(0x8a, bytes.length, ...bytes);
  }

  float(value: number): this {
    const at = this.#room(9);
    this.#bytes[at] = 0x47;
    new DataView(this.#bytes.buffer).setFloat64(at + 1, value);
    return this;
  }

  boolean(value: boolean): this {
    return this.put(value ? 0x88 : 0x89);
  }

  tuple(values: readonly number[]): this {
    this.put(0x28);
    for (const value of values) this.integer(value);
    return this.put(0x74);
  }

  /** Anything that {@link unpickle} reads. */
  value(value: unknown, depth = 0): this {
    if (depth > kDeepest) throw new TorchError('torch.save: the object contains itself', 'ValueError');
    if (value === null || value === undefined) return this.put(0x4e);
    if (typeof value === 'boolean') return this.boolean(value);
    if (typeof value === 'string') return this.string(value);
    if (typeof value === 'bigint') return this.integer(value);
    if (typeof value === 'number') {
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? this.integer(value) : this.float(value);
    }
    if (value instanceof Tensor) {
      this.tensor(this, value);
      return this;
    }
    if (Array.isArray(value)) {
      this.put(0x5d, 0x28);
      for (const element of value) this.value(element, depth + 1);
      return this.put(0x65);
    }
    const entries = entriesOf(value);
    if (!entries) {
      throw new TorchError(
        `torch.save: ${describe(value)} is not supported; save tensors, numbers, strings, booleans, ` +
          'null, and arrays, objects and maps of them, as of model.state_dict()',
        'TypeError',
      );
    }
    this.put(0x7d, 0x28);
    for (const [key, element] of entries) {
      if (typeof key !== 'string' && !Number.isSafeInteger(key)) {
        throw new TorchError(`torch.save: a key is ${describe(key)}, not a string or an integer`, 'TypeError');
      }
      this.value(key, depth + 1).value(element, depth + 1);
    }
    return this.put(0x75);
  }

  /** The finished pickle. */
  finish(): Uint8Array {
    this.put(0x2e);
    return this.#bytes.subarray(0, this.#length);
  }
}

/** The entries of what becomes a dict. */
export function entriesOf(value: unknown): [unknown, unknown][] | undefined {
  if (value instanceof Map) return [...value];
  if (typeof value !== 'object' || value === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const entries = Object.entries(value);
  if (!entries.some(([key, groups]) => key === 'param_groups' && Array.isArray(groups))) return entries;
  // An optimizer's: PyTorch numbers the parameters in `state`, and JavaScript's keys are strings.
  return entries.map(([key, state]) => [key, key === 'state' ? numbered(state) : state]);
}

function numbered(state: unknown): unknown {
  if (typeof state !== 'object' || state === null || state instanceof Map) return state;
  return new Map(Object.entries(state).map(([key, v]) => [/^\d+$/.test(key) ? Number(key) : key, v]));
}
