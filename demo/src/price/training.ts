// One cell of the phase diagram: a network of this depth, with AlphaDropout(p) in every layer, trained
// on digits drawn from strokes.

import * as torch from 'alphatorch';
import { digit, SIDE } from '../race/digits.js';

const { nn } = torch;

export interface Setting {
  readonly p: number;
  readonly depth: number;
  readonly seed: number;
}

/** What every cell has in common, as it was when the diagram was measured. */
const TRAINING = { width: 64, samples: 1000, batch: 32, epochs: 20 } as const;
/** The second learning rate is tried where the first does not reach 99 %. */
const RATES = [0.01, 0.03] as const;
export const STEPS = TRAINING.epochs * Math.ceil(TRAINING.samples / TRAINING.batch);

/** Standardised digits of 14 × 14, and their classes. */
function digits(seed: number): [torch.Tensor, torch.Tensor] {
  torch.manual_seed(seed);
  let drawn: number[] = [];
  const chance = (): number => {
    if (drawn.length === 0) drawn = torch.rand(1000).tolist() as number[];
    return drawn.pop()!;
  };
  const labels = Array.from({ length: TRAINING.samples }, (_, i) => i % 10);
  const rows = new Float32Array(TRAINING.samples * SIDE * SIDE);
  labels.forEach((label, i) => rows.set(digit(label, chance), i * SIDE * SIDE));
  const half = SIDE / 2;
  const x = torch.tensor(rows).view(-1, half, 2, half, 2).mean([2, 4]).view(-1, half * half);
  return [x.sub(x.mean()).div(x.std()), torch.tensor(labels, { dtype: torch.int64 })];
}

function build({ p, depth }: Setting, features: number): torch.nn.Sequential {
  const linear = (inputs: number, outputs: number): torch.nn.Linear => {
    const layer = new nn.Linear(inputs, outputs);
    nn.init.kaiming_normal_(layer.weight, { mode: 'fan_in', nonlinearity: 'linear' });
    nn.init.zeros_(layer.bias!);
    return layer;
  };
  const hidden = Array.from({ length: depth }, (_, i) => [
    linear(i === 0 ? features : TRAINING.width, TRAINING.width),
    new nn.SELU(),
    new nn.AlphaDropout(p),
  ]);
  return new nn.Sequential(...hidden.flat(), linear(TRAINING.width, 10));
}

/** How far a training is: at which learning rate, at which of its steps. */
export type Progress = (lr: number, step: number, loss: number) => void;

/** Trains, and returns the share of the training set that is answered rightly. */
export function train(setting: Setting, progress: Progress): number {
  const [x, y] = digits(setting.seed);
  let best = 0;
  for (const lr of RATES) {
    if (best < 0.99) best = Math.max(best, trained(setting, lr, x, y, progress));
  }
  return best;
}

function trained(setting: Setting, lr: number, x: torch.Tensor, y: torch.Tensor, progress: Progress): number {
  torch.manual_seed(setting.seed);
  const model = build(setting, x.shape[1]!);
  const optimizer = new torch.optim.SGD(model.parameters(), { lr });
  const { samples, batch } = TRAINING;
  for (let step = 0, epoch = 0; epoch < TRAINING.epochs; ++epoch) {
    const order = torch.randperm(samples);
    for (let begin = 0; begin < samples; begin += batch) {
      const loss = torch.tidy(() => {
        const chosen = order.narrow(0, begin, Math.min(batch, samples - begin));
        const found = nn.functional.cross_entropy(
          model.forward(x.index_select(0, chosen)),
          y.index_select(0, chosen),
        );
        optimizer.zero_grad();
        found.backward();
        optimizer.step();
        return found.item() as number;
      });
      step += 1;
      if (step % 10 === 0 || step === STEPS) progress(lr, step, loss);
    }
    order.dispose();
  }
  model.eval();
  return torch.tidy(
    () => torch.no_grad(() => model.forward(x).argmax(1).eq(y).to(torch.float32).mean().item()) as number,
  );
}
