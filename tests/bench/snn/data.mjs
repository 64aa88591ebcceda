// The experiments' data: MNIST-like files where they are at hand, and the live page's own digits.

import { build } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as torch from 'alphatorch';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Where the data files are: given, or beside the checkout. */
export const folder = (given) => given ?? join(root, '../shared/data');

/** The first 1000 images of each part of MNIST or Fashion-MNIST with `side`² pixels; undefined without the files. */
export function images(where, name, side) {
  const file = (part, what) => join(where, `${name}1k-${part}-${what}.u8`);
  if (!existsSync(file('train', `${side}x${side}`))) return undefined;
  const read = (part) => ({
    rows: Float32Array.from(readFileSync(file(part, `${side}x${side}`))),
    labels: [...readFileSync(file(part, 'labels'))],
  });
  return standardised(read('train'), read('test'));
}

/** The page's handwriting-like digits on 14 × 14, `n` to train with and `n` to test. */
export async function drawnDigits(n = 1000) {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'demo/src/race/digits.ts')],
    bundle: true,
    write: false,
    format: 'esm',
  });
  const { digit, SIDE } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  const generator = new torch.Generator().manual_seed(1);
  let drawn = [];
  const chance = () => {
    if (drawn.length === 0) drawn = torch.tidy(() => torch.rand(1000, { generator }).tolist());
    return drawn.pop();
  };
  const half = SIDE / 2;
  const part = () => {
    const rows = new Float32Array(n * half * half);
    const labels = Array.from({ length: n }, (_, i) => i % 10);
    labels.forEach((label, k) => {
      const image = digit(label, chance);
      for (let i = 0; i < half * half; ++i) {
        const at = 2 * Math.floor(i / half) * SIDE + 2 * (i % half);
        rows[k * half * half + i] = (image[at] + image[at + 1] + image[at + SIDE] + image[at + SIDE + 1]) / 4;
      }
    });
    return { rows, labels };
  };
  return standardised(part(), part());
}

/** Each pixel with the training set's mean and deviation; constant ones become 0, the rest stays within ±8. */
function standardised(train, test) {
  return torch.tidy(() => {
    const tensors = ({ rows, labels }) => ({
      x: torch.tensor(rows).view(labels.length, -1),
      y: torch.tensor(labels, { dtype: torch.int64 }),
    });
    const [a, b] = [tensors(train), tensors(test)];
    const [mean, deviation] = [a.x.mean(0), a.x.std(0)];
    const scale = torch.where(deviation.gt(0), deviation.reciprocal(), torch.zeros_like(deviation));
    const of = ({ x, y }) => ({ x: x.sub(mean).mul(scale).clamp(-8, 8), y });
    return { train: of(a), test: of(b) };
  });
}
