// One lane: its network on the data, a step at a time. The same seed gives every lane the same
// batches, and each step's masks.

import * as torch from 'alphatorch';
import { makeDataset, type Dataset } from './dataset.js';
import { centred, halved, SIDE } from './digits.js';
import { lanes, type Boundary, type Moments, type Raw, type Settings, type Standing } from './messages.js';
import { build } from './network.js';

const { nn, optim } = torch;

/** Points a side of a decision boundary's grid. */
const kGrid = 48;

export class Run {
  readonly data: Dataset;
  readonly model: torch.nn.Sequential;
  readonly perEpoch: number;
  step = 0;
  readonly #optimizer: torch.optim.Optimizer;
  readonly #batches: Iterator<torch.Tensor[]>;
  #moments: Moments[] = [];

  constructor(
    lane: number,
    private readonly settings: Settings,
    lr: number,
    private readonly raw: Raw,
  ) {
    this.data = makeDataset(raw);
    torch.manual_seed(settings.seed);
    this.model = build(lanes[lane]!, settings, raw.features, raw.classes.length);
    const Optimizer = settings.optimizer === 'adam' ? optim.Adam : optim.SGD;
    this.#optimizer = new Optimizer(this.model.parameters(), { lr });
    // A batch of one sample has no variance for BatchNorm.
    const batch_size = Math.max(2, Math.min(settings.batch, this.data.train.length));
    this.perEpoch = Math.floor(this.data.train.length / batch_size);
    const generator = new torch.Generator().manual_seed(settings.seed);
    const loader = new torch.utils.data.DataLoader(this.data.train, { batch_size, shuffle: true, drop_last: true, generator });
    this.#batches = (function* (): Generator<torch.Tensor[]> {
      for (;;) yield* loader as Iterable<torch.Tensor[]>;
    })();
  }

  /** One step on the next batch; returns the loss. With `measure` it notes the moments behind each layer. */
  advance(measure: boolean): number {
    const [x, y] = this.#batches.next().value as [torch.Tensor, torch.Tensor];
    this.step += 1;
    torch.manual_seed(this.settings.seed * 1_000_003 + this.step);
    return torch.tidy(() => {
      const watching = measure ? this.#watch() : [];
      this.model.train();
      this.#optimizer.zero_grad();
      const loss = nn.functional.cross_entropy(this.model.forward(x), y);
      for (const handle of watching) handle.remove();
      loss.backward();
      this.#optimizer.step();
      return loss.item() as number;
    });
  }

  #watch(): { remove(): void }[] {
    this.#moments = [];
    return [...this.model].slice(0, -1).map((hidden) =>
      (hidden as torch.nn.Module).register_forward_hook((_module, _args, output) =>
        torch.no_grad(() => {
          const y = output as torch.Tensor;
          this.#moments.push({ mean: y.mean().item() as number, variance: y.var().item() as number });
          return undefined;
        }),
      ),
    );
  }

  standing(): Standing {
    const { x_seen, y_seen, x_test, y_test } = this.data;
    const share = (logits: torch.Tensor, y: torch.Tensor): number =>
      (logits.argmax(1).eq(y).sum().item() as number) / y.shape[0]!;
    const train = this.#answers(x_seen, (logits) => share(logits, y_seen));
    const [test, testLoss] = this.#answers(x_test, (logits) => [
      share(logits, y_test),
      nn.functional.cross_entropy(logits, y_test).item() as number,
    ]) as [number, number];
    return { train, test, testLoss, moments: this.#moments, boundary: this.#boundary() };
  }

  #boundary(): Boundary | undefined {
    const { rows, features } = this.raw;
    if (features !== 2) return undefined;
    const ends = (at: 0 | 1): [number, number] => {
      let [least, most] = [Infinity, -Infinity];
      for (let i = at; i < rows.length; i += 2) [least, most] = [Math.min(least, rows[i]!), Math.max(most, rows[i]!)];
      const edge = 0.05 * (most - least || 1);
      return [least - edge, most + edge];
    };
    const [[x0, x1], [y0, y1]] = [ends(0), ends(1)];
    const at = (i: number, from: number, to: number): number => from + ((i + 0.5) / kGrid) * (to - from);
    const points = Array.from({ length: kGrid * kGrid }, (_, i) => [
      at(i % kGrid, x0, x1),
      at(Math.floor(i / kGrid), y1, y0),
    ]);
    return torch.tidy(() => {
      const x = torch.tensor(points).sub(this.data.mean).div(this.data.deviation);
      return this.#answers(x, (logits) => {
        const probability = logits.softmax(1);
        return {
          side: kGrid,
          classes: Uint8Array.from(probability.argmax(1).tolist<number[]>()),
          sure: Float32Array.from(probability.amax(1).tolist<number[]>()),
          bounds: [x0, x1, y0, y1],
        };
      });
    });
  }

  /** Of a drawing of 28 × 28: how likely each class is. */
  classify(pixels: Float32Array): number[] {
    return torch.tidy(() => {
      const image = this.raw.side === SIDE ? centred(pixels) : halved(centred(pixels));
      const x = torch.tensor(image).view(1, -1).sub(this.data.mean).div(this.data.deviation);
      return this.#answers(x, (logits) => logits.softmax(1).tolist<number[][]>()[0]!);
    });
  }

  #answers<R>(x: torch.Tensor, read: (logits: torch.Tensor) => R): R {
    return torch.tidy(() => torch.no_grad(() => read(this.model.eval().forward(x))));
  }

  dispose(): void {
    this.#batches.return?.();
    const { train, x_seen, y_seen, x_test, y_test, mean, deviation } = this.data;
    const all = [...train.tensors, x_seen, y_seen, x_test, y_test, mean, deviation];
    for (const tensor of [...all, ...this.model.parameters(), ...this.model.buffers()]) tensor.dispose();
  }
}
