// The data of a race as tensors: standardised with the training set's mean and deviation, as a
// self-normalizing network asks of its input.

import * as torch from 'alphatorch';
import { parseTable } from './csv.js';
import { digit } from './digits.js';
import type { Settings } from './messages.js';
import { spirals } from './spirals.js';

export interface Dataset {
  readonly train: torch.utils.data.TensorDataset;
  readonly x_test: torch.Tensor;
  readonly y_test: torch.Tensor;
  readonly features: number;
  readonly classes: readonly string[];
  readonly rejected: readonly string[];
  readonly examples: readonly Float32Array[];
  /** What was taken off and divided by. */
  readonly mean: torch.Tensor;
  readonly deviation: torch.Tensor;
}

const kDigits = { train: 4000, test: 500 };
const kSpirals = { train: 1000, test: 500 };

/** Uniform numbers from the library's generator, drawn a thousand at a time. */
function chanceOf(seed: number): () => number {
  const generator = new torch.Generator().manual_seed(seed);
  let drawn: number[] = [];
  return () => {
    if (drawn.length === 0) drawn = torch.tidy(() => torch.rand(1000, { generator }).tolist<number[]>());
    return drawn.pop()!;
  };
}

interface Raw {
  rows: Float32Array;
  labels: number[];
  features: number;
  classes: string[];
  rejected: readonly string[];
  test: number;
}

function drawn(count: number, chance: () => number): Raw {
  const features = 28 * 28;
  const rows = new Float32Array(count * features);
  const labels = Array.from({ length: count }, (_, i) => i % 10);
  labels.forEach((label, i) => rows.set(digit(label, chance), i * features));
  return { rows, labels, features, classes: [...'0123456789'], rejected: [], test: kDigits.test };
}

function wound(count: number, chance: () => number): Raw {
  const points = spirals(count, chance);
  const rows = Float32Array.from(points.flatMap(([x, y]) => [x, y]));
  const labels = points.map(([, , label]) => label);
  return { rows, labels, features: 2, classes: ['first', 'second'], rejected: [], test: kSpirals.test };
}

function given(csv: string, chance: () => number): Raw {
  const { features, classes, rows, labels, rejected } = parseTable(csv);
  // A file may be sorted by class.
  const order = rows.map((_, i) => [chance(), i] as const).sort(([a], [b]) => a - b).map(([, i]) => i);
  return {
    rows: Float32Array.from(order.flatMap((i) => rows[i]!)),
    labels: order.map((i) => labels[i]!),
    features: features.length,
    classes: [...classes],
    rejected,
    test: Math.max(1, Math.floor(rows.length / 5)),
  };
}

export function makeDataset(settings: Settings, csv: string): Dataset {
  const chance = chanceOf(settings.seed);
  const raw =
    settings.data === 'digits'
      ? drawn(kDigits.train + kDigits.test, chance)
      : settings.data === 'spirals'
        ? wound(kSpirals.train + kSpirals.test, chance)
        : given(csv, chance);
  const { rows, labels, features, test, ...rest } = raw;
  return torch.tidy(() => {
    const x = torch.tensor(rows).view(-1, features);
    const y = torch.tensor(labels, { dtype: torch.int64 });
    const train = labels.length - test;
    const seen = x.narrow(0, 0, train);
    // Pixels share one mean and one deviation; columns of a table have their own.
    const dims = settings.data === 'digits' ? undefined : 0;
    const mean = dims === undefined ? seen.mean() : seen.mean(dims);
    const spread = dims === undefined ? seen.std() : seen.std(dims);
    // A constant column has nothing to say; it becomes 0.
    const deviation = torch.where(spread.gt(0), spread, torch.ones_like(spread));
    const standard = x.sub(mean).div(deviation);
    const kept = [standard.narrow(0, 0, train), y.narrow(0, 0, train)].map((t) => torch.keep(t));
    return {
      ...rest,
      features,
      train: new torch.utils.data.TensorDataset(...kept),
      x_test: torch.keep(standard.narrow(0, train, test)),
      y_test: torch.keep(y.narrow(0, train, test)),
      examples: settings.data === 'digits' ? Array.from({ length: 10 }, (_, i) => rows.slice(i * features, (i + 1) * features)) : [],
      mean: torch.keep(mean),
      deviation: torch.keep(deviation),
    };
  });
}
