// The visitor's files: MNIST's format, gzipped or not, and what is said of bad ones.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseIdx } from '../../demo/src/race/idx.js';
import type { Raw } from '../../demo/src/race/messages.js';
import { samples } from '../../demo/src/race/source.js';

function idx(magic: number, sizes: number[], values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * sizes.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  sizes.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  bytes.set(values, 4 + 4 * sizes.length);
  return bytes;
}
const count = 20;
const images = idx(0x803, [count, 2, 2], Array.from({ length: 4 * count }, (_, i) => (i * 51) % 256));
const labels = idx(0x801, [count], Array.from({ length: count }, (_, i) => 3 + (i % 2)));
const file = (bytes: Uint8Array | string, name = 'a') => new File([bytes as BlobPart], name);
const read = (...files: File[]) => samples({ data: 'file', seed: 0, files });

describe('an IDX pair', () => {
  test('is read in either order, gzipped or not, and keeps image and label together', async () => {
    for (const files of [[file(images), file(labels)], [file(gzipSync(labels)), file(gzipSync(images))]]) {
      const raw = (await read(...files)) as Raw;
      expect([raw.features, raw.side, raw.classes, raw.test, raw.labels.length]).toEqual([4, 2, ['3', '4'], 4, count]);
      // Image i starts with the byte 204 i, and its label is i's parity.
      raw.labels.forEach((label, at) => {
        const i = Array.from({ length: count }, (_, k) => k).find((k) => Math.abs((k * 204) % 256 - 255 * raw.rows[4 * at]!) < 1e-3
          && k % 2 === label);
        expect(i, `sample ${at}`).toBeDefined();
      });
    }
  });

  test('half of one waits for the other', async () => {
    expect(await read(file(images))).toEqual({ half: 'images without labels: add their labels’ file' });
    expect(await read(file(labels))).toEqual({ half: 'labels without images: add their images’ file' });
  });

  test('that is not what it says is refused at its offset, by its name', async () => {
    await expect(read(file(images.slice(0, 50), 'x.idx'))).rejects.toThrow(
      'x.idx: offset 4: 20 images of 2 × 2 need 96 bytes, the file has 50',
    );
    await expect(read(file(images.slice(0, 9), 'x'))).rejects.toThrow('x: offset 9: the file ends inside its 16 bytes of sizes');
    await expect(read(file(idx(0x0d01, [1], [1])))).rejects.toThrow('offset 0: the magic number is 0x00000d01');
    await expect(read(file(images), file(idx(0x801, [2], [0, 1])))).rejects.toThrow('20 images, but 2 labels');
    await expect(read(file(images), file(idx(0x801, [count], Array(count).fill(1))))).rejects.toThrow('all images are of one class');
    await expect(read(file(gzipSync(images).subarray(0, 40), 'z.gz'))).rejects.toThrow('z.gz: the gzip stream is damaged');
    // Sizes whose product overflows 32 bits.
    expect(() => parseIdx(idx(0x803, [0xffffffff, 0xffffffff, 0xffffffff], []))).toThrow('need 7.9');
    expect(() => parseIdx(idx(0x803, [1, 0, 5], []))).toThrow('offset 8: images of 0 × 5 hold nothing');
  });
});

test('a CSV goes the same way; its bad lines are told', async () => {
  const text = Array.from({ length: 30 }, (_, i) => `${i},${i % 3},${i % 2 ? 'odd' : 'even'}`).join('\n');
  const raw = (await read(file(`${text}\n1,x,odd`))) as Raw;
  expect([raw.features, raw.side, raw.test, raw.rejected]).toEqual([2, undefined, 6, ['line 31: “x” under column 2 is no number']]);
  raw.labels.forEach((label, i) => expect(raw.classes[label]).toBe(raw.rows[2 * i]! % 2 ? 'odd' : 'even'));
  await expect(read(file('', 'none.csv'))).rejects.toThrow('none.csv: the file is empty');
});

test('a file of more samples than four networks hold says what was left out', async () => {
  const text = Array.from({ length: 13_000 }, (_, i) => `${i},${i % 2}`).join('\n');
  const raw = (await read(file(text))) as Raw;
  expect([raw.labels.length, raw.rejected]).toEqual([12_500, ['500 of 13000 samples: four networks hold 12500 at a time, picked by the seed']]);
});
