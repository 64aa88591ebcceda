// A race: four networks on the same data, the same batches, the same seed of every step's mask.

import * as torch from 'alphatorch';
import { makeDataset, type Dataset } from './dataset.js';
import { centred } from './digits.js';
import { lanes, type Settings, type Standing } from './messages.js';
import { Runner } from './runner.js';

export class Race {
  readonly data: Dataset;
  readonly #runners: Runner[];
  readonly #batches: Iterator<torch.Tensor[]>;
  readonly #seed: number;
  step = 0;

  constructor(settings: Settings, csv: string) {
    this.data = makeDataset(settings, csv);
    this.#seed = settings.seed;
    const { features, classes } = this.data;
    this.#runners = lanes.map((lane) => new Runner(lane, settings, features, classes.length));
    this.#batches = epochs(this.data, settings);
  }

  /** One step of every lane on the next batch; returns the losses. */
  advance(measure: boolean): number[] {
    const [x, y] = this.#batches.next().value as [torch.Tensor, torch.Tensor];
    this.step += 1;
    return this.#runners.map((runner) => {
      // Each lane meets the same random numbers, whatever the others draw.
      torch.manual_seed(this.#seed * 1_000_003 + this.step);
      return runner.step(x, y, measure);
    });
  }

  standings(): Standing[] {
    return this.#runners.map((runner) => runner.standing(this.data.x_test, this.data.y_test));
  }

  classify(pixels: Float32Array): number[][] {
    return torch.tidy(() => {
      const x = torch.tensor(centred(pixels)).view(1, -1).sub(this.data.mean).div(this.data.deviation);
      return this.#runners.map((runner) => runner.probabilities(x));
    });
  }

  dispose(): void {
    this.#batches.return?.();
    for (const runner of this.#runners) runner.dispose();
    const { train, x_test, y_test, mean, deviation } = this.data;
    for (const tensor of [...train.tensors, x_test, y_test, mean, deviation]) tensor.dispose();
  }
}

function* epochs(data: Dataset, settings: Settings): Generator<torch.Tensor[]> {
  const generator = new torch.Generator().manual_seed(settings.seed);
  // A batch of one sample has no variance for BatchNorm.
  const batch_size = Math.max(2, Math.min(settings.batch, data.train.length));
  const loader = new torch.utils.data.DataLoader(data.train, { batch_size, shuffle: true, drop_last: true, generator });
  for (;;) yield* loader as Iterable<torch.Tensor[]>;
}
