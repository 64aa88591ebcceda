// Where the samples come from: drawn here, wound here, or read from the visitor's files.

import * as torch from 'alphatorch';
import { parseTable } from './csv.js';
import { digit, halved, SIDE, type Chance } from './digits.js';
import { looksLikeIdx, paired, parseIdx, type Idx } from './idx.js';
import type { Raw, SourceAsk } from './messages.js';
import { spirals } from './spirals.js';

/** As many as the races of Self-Normalizing Networks' claims were measured on (MNIST, 1000 samples). */
const kDrawn = { train: 1000, test: 500 };
/** What four workers hold without a thought; a file may have more. */
const kMost = 12_500;

/** Uniform numbers from the library's generator, drawn a thousand at a time. */
function chanceOf(seed: number): Chance {
  const generator = new torch.Generator().manual_seed(seed);
  let drawn: number[] = [];
  return () => {
    if (drawn.length === 0) drawn = torch.tidy(() => torch.rand(1000, { generator }).tolist<number[]>());
    return drawn.pop()!;
  };
}

function drawn(side: number, chance: Chance): Raw {
  const features = side * side;
  const count = kDrawn.train + kDrawn.test;
  const rows = new Float32Array(count * features);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
  labels.forEach((label, i) => {
    const image = digit(label, chance);
    rows.set(side === SIDE ? image : halved(image), i * features);
  });
  return { rows, labels, features, classes: [...'0123456789'], test: kDrawn.test, side, rejected: [] };
}

function wound(chance: Chance): Raw {
  const points = spirals(kDrawn.train + kDrawn.test, chance);
  return {
    rows: Float32Array.from(points.flatMap(([x, y]) => [x, y])),
    labels: Int32Array.from(points, ([, , label]) => label),
    features: 2,
    classes: ['first', 'second'],
    test: kDrawn.test,
    rejected: [],
  };
}

/** Chance's order of `count` samples, at most `kMost`: a file may be sorted by class. */
function shuffled(count: number, chance: Chance): number[] {
  const keys = Float64Array.from({ length: count }, chance);
  return Array.from(keys.keys()).sort((i, j) => keys[i]! - keys[j]!).slice(0, kMost);
}

function leftOut(count: number): string[] {
  return count > kMost ? [`${count - kMost} of ${count} samples: four networks hold ${kMost} at a time, picked by the seed`] : [];
}

function fromTable(text: string, chance: Chance): Raw {
  const { features, classes, rows, labels, rejected } = parseTable(text);
  const order = shuffled(rows.length, chance);
  return {
    rows: Float32Array.from(order.flatMap((i) => rows[i]!)),
    labels: Int32Array.from(order, (i) => labels[i]!),
    features: features.length,
    classes: [...classes],
    test: Math.max(1, Math.floor(order.length / 5)),
    rejected: [...leftOut(rows.length), ...rejected],
  };
}

function fromPair(images: Idx, labels: Idx, chance: Chance): Raw {
  paired(images, labels);
  const known = [...new Set(labels.values)].sort((a, b) => a - b);
  if (images.count < 10) throw new Error(`only ${images.count} images`);
  if (known.length < 2) throw new Error('all images are of one class');
  const order = shuffled(images.count, chance);
  const features = images.height * images.width;
  const rows = new Float32Array(order.length * features);
  order.forEach((i, at) => {
    const image = images.values.subarray(i * features, (i + 1) * features);
    image.forEach((value, j) => (rows[at * features + j] = value / 255));
  });
  return {
    rows,
    labels: Int32Array.from(order, (i) => known.indexOf(labels.values[i]!)),
    features,
    classes: known.map(String),
    test: Math.max(1, Math.floor(order.length / 5)),
    side: images.height === images.width ? images.height : undefined,
    rejected: leftOut(images.count),
  };
}

/** A file's bytes, unpacked where it is a gzip. */
async function bytesOf(file: File): Promise<Uint8Array> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer().catch(() => {
    throw new Error('the gzip stream is damaged');
  }));
}

async function read(files: readonly File[], chance: Chance): Promise<Raw | { half: string }> {
  const parts: Idx[] = [];
  for (const file of files) {
    try {
      const bytes = await bytesOf(file);
      if (!looksLikeIdx(bytes)) return fromTable(new TextDecoder().decode(bytes), chance);
      parts.push(parseIdx(bytes));
    } catch (error) {
      throw new Error(`${file.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const images = parts.find(({ kind }) => kind === 'images');
  const labels = parts.find(({ kind }) => kind === 'labels');
  if (images && labels) return fromPair(images, labels, chance);
  return { half: images ? 'images without labels: add their labels’ file' : 'labels without images: add their images’ file' };
}

/** The samples that were asked for. Rejects with a sentence that names the file, and the line or offset. */
export async function samples({ data, seed, files }: Omit<SourceAsk, 'id'>): Promise<Raw | { half: string }> {
  const chance = chanceOf(seed);
  if (data === 'file') return read(files, chance);
  return data === 'spirals' ? wound(chance) : drawn(data === 'digits' ? SIDE : SIDE / 2, chance);
}
