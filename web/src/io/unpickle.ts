// Python's pickle format, as far as state_dicts go. A pickle is a program; this reader runs the
// instructions that build data and calls nothing but the functions it is given by name.

import { TorchError } from '../core.js';

/** A name of Python's, which its user gives a meaning to. */
export class Name {
  constructor(readonly text: string) {}
}

/** What the names and the references to storages in a pickle stand for. */
export interface Meanings {
  /** Calls `name` with `args`. */
  call(name: string, args: readonly unknown[]): unknown;
  /** Whether `name` may be mentioned. */
  knows(name: string): boolean;
  /** What `id` refers to; `internal` things, as names, may not be part of the result. */
  persistent(id: unknown): unknown;
  isInternal(value: unknown): boolean;
}

export function refuse(why: string): never {
  throw new TorchError(`torch.load: ${why}`, 'UnpicklingError');
}

const MARK = Symbol('mark');
type Dict = Record<string, unknown>;
const isDict = (value: unknown): value is Dict =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/**
 * What a pickle builds: dicts as objects, lists and tuples as arrays, None as null, integers beyond
 * 2^53 as bigint.
 */
export function unpickle(bytes: Uint8Array, meanings: Meanings): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  let at = 0;

  const take = (n: number): number => {
    if (at + n > bytes.length) refuse(`the pickle ends within an instruction, at byte ${bytes.length}`);
    at += n;
    return at - n;
  };
  const byte = () => view.getUint8(take(1));
  const word = () => view.getUint32(take(4), true);
  const pop = (): unknown => {
    if (stack.length === 0 || stack.at(-1) === MARK) refuse('the pickle takes more than it has made');
    return stack.pop();
  };
  const top = (): unknown => {
    const value = pop();
    stack.push(value);
    return value;
  };
  const popToMark = (): unknown[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) refuse('the pickle takes more than it has made');
    const values = stack.splice(mark);
    values.shift();
    return values;
  };
  const text = (n: number): string => {
    const start = take(n);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice(start, at));
    } catch {
      refuse('a string of the pickle is not UTF-8');
    }
  };
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    const found = text((end < 0 ? bytes.length + 1 : end) - at);
    take(1);
    return found;
  };
  const put = (key: number) => memo.set(key, top());
  const get = (key: number) => {
    if (!memo.has(key)) refuse(`the pickle remembers nothing as ${key}`);
    stack.push(memo.get(key));
  };
  const tuple = (n: number) => stack.push(Array.from({ length: n }, pop).reverse());
  const append = (values: unknown[]) => {
    const list = top();
    if (!Array.isArray(list)) refuse('the pickle appends to what is no list');
    for (const value of values) list.push(value);
  };
  const setItems = (values: unknown[]) => {
    const dict = top();
    if (!isDict(dict)) refuse('the pickle sets an item of what is no dict');
    if (values.length % 2 === 1) refuse('the pickle sets a key without a value');
    for (let i = 0; i < values.length; i += 2) set(dict, values[i], values[i + 1]);
  };

  if (byte() !== 0x80) refuse('the pickle is of a protocol before 2');
  const protocol = byte();
  if (protocol !== 2) refuse(`the pickle is of protocol ${protocol}, PyTorch's is 2`);
  for (;;) {
    const opcode = byte();
    switch (opcode) {
      case 0x2e: {
        const value = pop();
        refuseInternal(value, meanings);
        return value;
      }
      case 0x28:
        stack.push(MARK);
        break;
      case 0x4e:
        stack.push(null);
        break;
      case 0x88:
        stack.push(true);
        break;
      case 0x89:
        stack.push(false);
        break;
      case 0x4a:
        stack.push(view.getInt32(take(4), true));
        break;
      case 0x4b:
        stack.push(byte());
        break;
      case 0x4d:
        stack.push(view.getUint16(take(2), true));
        break;
      case 0x8a: {
        const n = byte();
        stack.push(long(bytes.subarray(take(n), at)));
        break;
      }
      case 0x47:
        stack.push(view.getFloat64(take(8)));
        break;
      case 0x58:
        stack.push(text(word()));
        break;
      case 0x7d:
        stack.push({});
        break;
      case 0x5d:
      case 0x29:
        stack.push([]);
        break;
      case 0x74:
        stack.push(popToMark());
        break;
      case 0x85:
      case 0x86:
      case 0x87:
        tuple(opcode - 0x84);
        break;
      case 0x61:
        append([pop()]);
        break;
      case 0x65:
        append(popToMark());
        break;
      case 0x73: {
        const value = pop();
        setItems([pop(), value]);
        break;
      }
      case 0x75:
        setItems(popToMark());
        break;
      case 0x71:
        put(byte());
        break;
      case 0x72:
        put(word());
        break;
      case 0x68:
        get(byte());
        break;
      case 0x6a:
        get(word());
        break;
      case 0x63: {
        const name = `${line()}.${line()}`;
        if (!meanings.knows(name)) refuse(`"${name}" is not allowed in a file of weights`);
        stack.push(new Name(name));
        break;
      }
      case 0x52: {
        const args = pop();
        const name = pop();
        if (!(name instanceof Name) || !Array.isArray(args)) refuse('the pickle calls what is no function');
        stack.push(meanings.call(name.text, args));
        break;
      }
      case 0x62:
        // The attributes of a state_dict, which are its versions.
        pop();
        if (!isDict(top())) refuse('the pickle sets attributes of what is no dict');
        break;
      case 0x51:
        stack.push(meanings.persistent(pop()));
        break;
      default:
        refuse(`the pickle has the instruction 0x${opcode.toString(16)}, which is not allowed`);
    }
  }
}

function set(dict: Dict, key: unknown, value: unknown): void {
  if (typeof key !== 'string' && !Number.isInteger(key)) {
    refuse('a dict has a key that is neither a string nor an integer');
  }
  // Not by assignment: a key may be __proto__.
  Object.defineProperty(dict, key as string, { value, writable: true, enumerable: true, configurable: true });
}

/** Little-endian, in two's complement. */
function long(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; --i) value = (value << 8n) | BigInt(bytes[i]!);
  value = BigInt.asIntN(Math.max(1, bytes.length * 8), value);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function refuseInternal(value: unknown, { isInternal }: Meanings): void {
  const seen = new Set<unknown>();
  const waiting = [value];
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (part instanceof Name) refuse(`"${part.text}" is not supported as a value`);
    if (isInternal(part)) refuse('a storage is not supported as a value, only as that of a tensor');
    if (seen.has(part) || !(Array.isArray(part) || isDict(part))) continue;
    seen.add(part);
    for (const inner of Object.values(part)) waiting.push(inner);
  }
}
