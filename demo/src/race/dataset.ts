// The data of a race as tensors: standardised with the training set's mean and deviation, as a
// self-normalizing network asks of its input.

import * as torch from 'alphatorch';
import type { Raw } from './messages.js';

export interface Dataset {
  readonly train: torch.utils.data.TensorDataset;
  /** At most 1000 of the training set, to measure on. */
  readonly x_seen: torch.Tensor;
  readonly y_seen: torch.Tensor;
  readonly x_test: torch.Tensor;
  readonly y_test: torch.Tensor;
  /** The share of the training set's largest class. */
  readonly chance: number;
  /** What was taken off and divided by. */
  readonly mean: torch.Tensor;
  readonly deviation: torch.Tensor;
}

const kSeen = 1000;

export function makeDataset({ rows, labels, features, classes, test, side }: Raw): Dataset {
  return torch.tidy(() => {
    const x = torch.tensor(rows).view(-1, features);
    const y = torch.tensor(labels, { dtype: torch.int64 });
    const train = labels.length - test;
    const seen = x.narrow(0, 0, train);
    // Pixels share one mean and one deviation; columns of a table have their own.
    const mean = side ? seen.mean() : seen.mean(0);
    const spread = side ? seen.std() : seen.std(0);
    // A constant column has nothing to say; it becomes 0.
    const deviation = torch.where(spread.gt(0), spread, torch.ones_like(spread));
    const standard = x.sub(mean).div(deviation);
    const counts = classes.map((_, i) => labels.subarray(0, train).filter((label) => label === i).length);
    const part = (from: number, count: number): torch.Tensor[] =>
      [standard, y].map((t) => torch.keep(t.narrow(0, from, count)));
    const [x_seen, y_seen] = part(0, Math.min(kSeen, train)) as [torch.Tensor, torch.Tensor];
    const [x_test, y_test] = part(train, test) as [torch.Tensor, torch.Tensor];
    return {
      train: new torch.utils.data.TensorDataset(...part(0, train)),
      x_seen,
      y_seen,
      x_test,
      y_test,
      chance: Math.max(...counts) / train,
      mean: torch.keep(mean),
      deviation: torch.keep(deviation),
    };
  });
}
