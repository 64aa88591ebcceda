// The format of the MNIST files: two zero bytes, the type, the number of dimensions, their sizes
// (32 bits, big-endian), the values. Images are 00 00 08 03, labels 00 00 08 01.

/** Pictures of `height` × `width` bytes, or labels where both are 1. */
export interface Idx {
  readonly kind: 'images' | 'labels';
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly values: Uint8Array;
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** Whether the bytes claim to be an IDX file. */
export const looksLikeIdx = (bytes: Uint8Array): boolean => bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0;

/** Reads one file; throws an Error that names the offset of what is wrong. */
export function parseIdx(bytes: Uint8Array): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const kind = magic === 0x803 ? 'images' : magic === 0x801 ? 'labels' : undefined;
  if (!kind) {
    throw new Error(`offset 0: the magic number is ${hex(magic)}, neither ${hex(0x803)} (images) nor ${hex(0x801)} (labels)`);
  }
  const dims = kind === 'images' ? 3 : 1;
  const head = 4 + 4 * dims;
  if (bytes.length < head) throw new Error(`offset ${bytes.length}: the file ends inside its ${head} bytes of sizes`);
  const [count = 0, height = 1, width = 1] = Array.from({ length: dims }, (_, i) => view.getUint32(4 + 4 * i));
  if (height === 0 || width === 0) throw new Error(`offset 8: images of ${height} × ${width} hold nothing`);
  const need = head + count * height * width;
  if (bytes.length !== need) {
    const what = kind === 'images' ? `${count} images of ${height} × ${width}` : `${count} labels`;
    throw new Error(`offset 4: ${what} need ${need} bytes, the file has ${bytes.length}`);
  }
  return { kind, count, height, width, values: bytes.subarray(head) };
}

/** Holds a pair together; throws where the two do not belong together. */
export function paired(images: Idx, labels: Idx): void {
  if (images.count !== labels.count) {
    throw new Error(`offset 4: ${images.count} images, but ${labels.count} labels`);
  }
}
