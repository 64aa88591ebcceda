import type { TypedArray } from 'alphatorch';

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; ++k) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** The CRC-32 of the bytes of all arrays, one after the other: what the fixtures keep of a result. */
export function crc(...arrays: TypedArray[]): number {
  let c = 0xffffffff;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
      c = table[(c ^ byte) & 255]! ^ (c >>> 8);
    }
  }
  return (c ^ 0xffffffff) >>> 0;
}
