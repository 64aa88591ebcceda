// Zip archives in memory. Every offset, size and name is held against the file before it is used; an
// entry is unpacked when it is asked for, into what the archive says it takes and no more.

import { inflateSync } from 'fflate';

import { TorchError } from '../core.js';
import { crc32 } from './crc32.js';

const kLocal = 0x04034b50;
const kCentral = 0x02014b50;
const kEnd = 0x06054b50;
const kEnd64 = 0x06064b50;
const kLocator64 = 0x07064b50;
// Deflate writes a run of 258 bytes as 2 bits at the shortest.
const kMostOfDeflate = 1032;

/** The files of an archive by name, unpacked when asked for. */
export type Archive = ReadonlyMap<string, () => Uint8Array>;

interface Entry {
  name: string;
  method: number;
  crc: number;
  packed: number;
  size: number;
  header: number;
}

function refuse(why: string): never {
  throw new TorchError(`zip: ${why}`, 'ValueError');
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether a file starts as an archive does. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && [kLocal, kEnd].includes(viewOf(bytes).getUint32(0, true));

/**
 * Opens an archive.
 *
 * @throws TorchError (ValueError) where it is truncated, overlaps, or contradicts itself; an entry
 * throws it where its checksum is wrong.
 */
export function unzip(bytes: Uint8Array): Archive {
  const view = viewOf(bytes);
  const { count, size, start } = directory(view);
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; ++i) at = readEntry(view, bytes, at, start + size, entries);
  if (at !== start + size) refuse(`the directory ends at byte ${at}, it is said to end at ${start + size}`);
  const files = new Map<string, () => Uint8Array>();
  let end = 0;
  for (const entry of entries.sort((a, b) => a.header - b.header)) {
    const { name, header, packed } = entry;
    if (header < end) refuse(`"${name}" begins at byte ${header}, within the entry before it`);
    const data = dataOf(view, bytes, entry, start);
    end = data + packed;
    if (end > start) refuse(`"${name}" is said to end at byte ${end}, the entries end at ${start}`);
    if (files.has(name)) refuse(`the name "${name}" is there twice`);
    if (name.endsWith('/')) continue;
    const content = bytes.subarray(data, end);
    files.set(name, () => unpacked(entry, content));
  }
  return files;
}

interface Directory {
  count: number;
  size: number;
  start: number;
}

/** A 64-bit number that must be an offset into the file or a size within it. */
function within(view: DataView, at: number, what: string): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(view.byteLength)) {
    refuse(`${what} is said to be ${value}, the file has ${view.byteLength} bytes`);
  }
  return Number(value);
}

function directory(view: DataView): Directory {
  const length = view.byteLength;
  // A comment of up to 65535 bytes may follow.
  let end = length - 22;
  const least = Math.max(0, end - 65535);
  while (
    end >= least &&
    !(view.getUint32(end, true) === kEnd && end + 22 + view.getUint16(end + 20, true) === length)
  ) {
    --end;
  }
  if (end < least) refuse('the end of the archive is missing; is the file complete?');
  let count = view.getUint16(end + 10, true);
  let size = view.getUint32(end + 12, true);
  let start = view.getUint32(end + 16, true);
  let limit = end;
  if (end >= 20 && view.getUint32(end - 20, true) === kLocator64) {
    const record = within(view, end - 12, 'the offset of the 64-bit end');
    if (record + 56 > end - 20 || view.getUint32(record, true) !== kEnd64) {
      refuse(`there is no 64-bit end at byte ${record}`);
    }
    const [count64, size64, start64] = [
      within(view, record + 32, 'the number of entries'),
      within(view, record + 40, 'the size of the directory'),
      within(view, record + 48, 'the offset of the directory'),
    ];
    const same = (short: number, long: number, all: number) => short === all || short === long;
    if (!same(count, count64, 0xffff) || !same(size, size64, 2 ** 32 - 1) || !same(start, start64, 2 ** 32 - 1)) {
      refuse('the two ends of the archive contradict each other');
    }
    [count, size, start, limit] = [count64, size64, start64, record];
  }
  if (start + size > limit) {
    refuse(`the directory is said to end at byte ${start + size}, the archive ends at ${limit}`);
  }
  if (count * 46 > size) refuse(`${count} entries do not fit into a directory of ${size} bytes`);
  return { count, size, start };
}

function readEntry(view: DataView, bytes: Uint8Array, at: number, end: number, into: Entry[]): number {
  if (at + 46 > end || view.getUint32(at, true) !== kCentral) refuse(`there is no entry at byte ${at}`);
  const nameEnd = at + 46 + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const next = extraEnd + view.getUint16(at + 32, true);
  if (next > end) refuse(`the entry at byte ${at} does not end within the directory`);
  const name = decodedName(bytes.slice(at + 46, nameEnd));
  if (view.getUint16(at + 8, true) & 1) refuse(`"${name}" is encrypted`);
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) refuse(`"${name}" is packed by method ${method}, which is not supported`);
  // The order in which the 64-bit field has those that do not fit into 32.
  const sizes = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
  if (sizes.includes(2 ** 32 - 1)) widen(view, nameEnd, extraEnd, sizes, name);
  const [size, packed, header] = sizes as [number, number, number];
  if (method === 0 && packed !== size) refuse(`"${name}" is stored, but of two sizes: ${packed} and ${size}`);
  if (size > packed * kMostOfDeflate) refuse(`"${name}" cannot unpack to ${size} bytes from ${packed}`);
  into.push({ name, method, crc: view.getUint32(at + 16, true), packed, size, header });
  return next;
}

function widen(view: DataView, from: number, to: number, sizes: number[], name: string): void {
  for (let at = from; at + 4 <= to; ) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > to) break;
    if (view.getUint16(at, true) === 1) {
      let field = at + 4;
      for (let i = 0; i < 3; ++i) {
        if (sizes[i] !== 2 ** 32 - 1) continue;
        if (field + 8 > end) break;
        sizes[i] = within(view, field, `a size or offset of "${name}"`);
        field += 8;
      }
      break;
    }
    at = end;
  }
  if (sizes.includes(2 ** 32 - 1)) refuse(`the 64-bit sizes of "${name}" are missing`);
}

function decodedName(bytes: Uint8Array): string {
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    refuse('the name of an entry is not UTF-8');
  }
  const parts = name.split('/');
  if (name === '' || parts[0] === '' || parts.includes('..') || /[\\\0]/.test(name)) {
    refuse(`the name ${JSON.stringify(name)} is no path within the archive`);
  }
  return name;
}

/** Where the data of an entry begins. */
function dataOf(view: DataView, bytes: Uint8Array, { name, header }: Entry, end: number): number {
  if (header + 30 > end || view.getUint32(header, true) !== kLocal) {
    refuse(`"${name}" is said to be at byte ${header}, where there is no entry`);
  }
  const nameEnd = header + 30 + view.getUint16(header + 26, true);
  const data = nameEnd + view.getUint16(header + 28, true);
  if (data > end || decodedName(bytes.slice(header + 30, nameEnd)) !== name) {
    refuse(`the entry at byte ${header} is not "${name}"`);
  }
  return data;
}

function unpacked({ name, method, size, crc }: Entry, packed: Uint8Array): Uint8Array {
  let result = packed;
  if (method === 8) {
    try {
      // One byte more than it should take, to see where it takes more.
      result = inflateSync(packed, { out: new Uint8Array(size + 1) });
    } catch {
      refuse(`"${name}" is damaged`);
    }
    if (result.length !== size) refuse(`"${name}" does not unpack to ${size} bytes`);
  }
  if (crc32(result) !== crc) refuse(`the checksum of "${name}" is wrong`);
  return result;
}

/** An archive of these files, as they are; each begins at a multiple of 64 bytes, as PyTorch's do. */
export function zip(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Uint8Array<ArrayBuffer> {
  const entries = files.map(([name, bytes]) => ({ name: new TextEncoder().encode(name), bytes }));
  let at = 0;
  const placed = entries.map(({ name, bytes }) => {
    const header = at;
    const data = Math.ceil((header + 34 + name.length) / 64) * 64;
    at = data + bytes.length;
    return { name, bytes, header, data };
  });
  const start = at;
  const end = start + entries.reduce((sum, { name }) => sum + 46 + name.length, 0);
  if (end + 22 >= 2 ** 32) throw new TorchError('zip: a file of 4 GiB or more cannot be written');
  const file = new Uint8Array(end + 22);
  const view = viewOf(file);
  const u16 = (address: number, ...values: number[]) =>
    values.forEach((value, i) => view.setUint16(address + 2 * i, value, true));
  const u32 = (address: number, ...values: number[]) =>
    values.forEach((value, i) => view.setUint32(address + 4 * i, value, true));
  for (const { name, bytes, header, data } of placed) {
    // Version 2.0, a name in UTF-8, stored, on 1 January 1980.
    const common = (address: number, extra: number) => {
      u16(address, 20, 0x800, 0, 0, 0x21);
      u32(address + 10, crc32(bytes), bytes.length, bytes.length);
      u16(address + 22, name.length, extra);
    };
    const extra = data - header - 30 - name.length;
    u32(header, kLocal);
    common(header + 4, extra);
    file.set(name, header + 30);
    u16(data - extra, 0x4246, extra - 4);
    file.set(bytes, data);
    u32(at, kCentral);
    u16(at + 4, 20);
    common(at + 6, 0);
    u32(at + 42, header);
    file.set(name, at + 46);
    at += 46 + name.length;
  }
  u32(end, kEnd);
  u16(end + 8, entries.length, entries.length);
  u32(end + 12, end - start, start);
  return file;
}
