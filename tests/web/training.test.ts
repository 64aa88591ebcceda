// tests/fixtures/generate_training.py in TypeScript: the same seeds give PyTorch's masks, losses and
// accuracy.
//
// Masks are equal to the bit over the whole run. Losses are not, and cannot be: matrix products sum
// in another order, and PyTorch and our relaxed-SIMD build fuse multiplications with additions, so
// each step adds relative errors of 1e-7, which training carries on. Momentum lets them grow slowly.
// Adam divides each gradient by its own size: where a gradient is all rounding, its parameter moves
// by a full step in the direction of the rounding, and then the curves part and run side by side.
// That happens once in the deep network with fused products. Held: 1e-5 over the first 20 steps, for
// each network a bound to the end, and the same right answers.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import fixtures from '../fixtures/training.json';
import { crc } from './crc.js';

const { nn, optim } = torch;
const { functional: F } = nn;
const batch = 32;

function data(n: number, features: number): [torch.Tensor, torch.Tensor] {
  const x = torch.randn(n, features);
  x.narrow(1, 0, 10).mul_(3);
  return [x, x.narrow(1, 0, 10).argmax(1)];
}

/** Which elements each dropout kept, in the order of the draws. */
class Masks {
  #kept: Uint8Array[] = [];
  see(kept: torch.Tensor): void {
    this.#kept.push(kept.toArray<Uint8Array>());
  }
  /** The checksum of all of them up to step 1, 2, …, 20 and the last. */
  sums(steps: number): number[] {
    const each = this.#kept.length / steps;
    const upTo = (n: number) => crc(...this.#kept.slice(0, n * each));
    return [...Array.from({ length: 20 }, (_, i) => upTo(i + 1)), upTo(steps)];
  }
}

// What alpha dropout makes of a dropped element, by p.
const floors: Record<number, number> = { 0.1: -1.4577387571334839, 0.05: -1.5947757959365845 };

class SNN extends nn.Module {
  linears: torch.nn.ModuleList;
  drop: torch.nn.AlphaDropout;

  constructor(
    sizes: number[],
    p: number,
    readonly masks: Masks,
  ) {
    super();
    this.linears = new nn.ModuleList(sizes.slice(1).map((to, i) => new nn.Linear(sizes[i]!, to)));
    this.drop = new nn.AlphaDropout(p);
    for (const linear of this.linears as Iterable<torch.nn.Linear>) {
      nn.init.kaiming_normal_(linear.weight, { mode: 'fan_in', nonlinearity: 'linear' });
      nn.init.zeros_(linear.bias!);
    }
  }

  override forward(x: torch.Tensor): torch.Tensor {
    const linears = [...this.linears] as torch.nn.Linear[];
    for (const linear of linears.slice(0, -1)) {
      x = this.drop.forward(torch.selu(linear.forward(x)));
      if (this.training) this.masks.see(x.ne(floors[this.drop.p]!));
    }
    return linears.at(-1)!.forward(x);
  }
}

class ReLUNet extends nn.Module {
  linears: torch.nn.ModuleList;
  norms: torch.nn.ModuleList;
  drop: torch.nn.Dropout;

  constructor(
    sizes: number[],
    p: number,
    readonly masks: Masks,
  ) {
    super();
    this.linears = new nn.ModuleList(sizes.slice(1).map((to, i) => new nn.Linear(sizes[i]!, to)));
    this.norms = new nn.ModuleList(sizes.slice(1, -1).map((to) => new nn.BatchNorm1d(to)));
    this.drop = new nn.Dropout(p);
  }

  override forward(x: torch.Tensor): torch.Tensor {
    const [linears, norms] = [[...this.linears], [...this.norms]] as [any[], any[]];
    norms.forEach((norm, i) => {
      x = this.drop.forward(norm.forward(linears[i].forward(x)));
      if (this.training) this.masks.see(x.ne(0));
      x = torch.relu(x);
    });
    return linears.at(-1).forward(x);
  }
}

class ConvSNN extends nn.Module {
  convs = new nn.ModuleList([new nn.Conv2d(1, 16, 3, { padding: 1 }), new nn.Conv2d(16, 24, 3, 2)]);
  head = new nn.Linear(24 * 9, 10);
  drop: torch.nn.FeatureAlphaDropout;
  pool = new nn.MaxPool2d(2);

  constructor(
    p: number,
    readonly masks: Masks,
  ) {
    super();
    this.drop = new nn.FeatureAlphaDropout(p);
    for (const layer of [...(this.convs as Iterable<torch.nn.Conv2d>), this.head]) {
      nn.init.kaiming_normal_(layer.weight, { mode: 'fan_in', nonlinearity: 'linear' });
      nn.init.zeros_(layer.bias!);
    }
  }

  override forward(x: torch.Tensor): torch.Tensor {
    for (const conv of this.convs as Iterable<torch.nn.Conv2d>) {
      x = this.drop.forward(torch.selu(conv.forward(x)));
      if (this.training) this.masks.see(x.ne(floors[this.drop.p]!).any(-1).any(-1));
    }
    return this.head.forward(this.pool.forward(x).flatten(1));
  }
}

interface Fixture {
  losses: number[];
  correct: number;
  of: number;
  masks: number[];
}

/** Trains as train() of the script does, and compares. */
function follow(
  name: string,
  expected: Fixture,
  model: torch.nn.Module & { masks: Masks },
  opt: torch.optim.Optimizer,
  [x, y]: [torch.Tensor, torch.Tensor],
  bound: number,
  schedule?: torch.optim.lr_scheduler.LRScheduler,
): void {
  const losses: number[] = [];
  const steps = expected.losses.length;
  for (let t = 0; t < steps; ++t) {
    const at = (t * batch) % x.shape[0]!;
    torch.tidy(() => {
      const loss = F.cross_entropy(model.forward(x.narrow(0, at, batch)), y.narrow(0, at, batch));
      opt.zero_grad();
      loss.backward();
      opt.step();
      schedule?.step();
      losses.push(loss.item());
    });
  }
  expect(model.masks.sums(steps), 'masks').toEqual(expected.masks);

  const off = losses.map((loss, i) => Math.abs(loss / expected.losses[i]! - 1));
  const early = Math.max(...off.slice(0, 20));
  const late = Math.max(...off);
  const mean = (values: number[], end: number) =>
    values.slice(end - 20, end).reduce((a, b) => a + b) / 20;
  const means = off.map((_, i) =>
    i < 20 ? 0 : Math.abs(mean(losses, i) / mean(expected.losses, i) - 1),
  );
  const side = Math.max(...means);
  const told = `${name} (${torch.info().build}): ${early.toExponential(1)} off in 20 steps, ` +
    `${late.toExponential(1)} in all, ${side.toExponential(1)} in means of 20`;
  console.log(told);
  expect(early, told).toBeLessThan(1e-5);
  expect(late, told).toBeLessThan(bound);
  expect(side, told).toBeLessThan(bound / 5);

  model.eval();
  const correct = torch.no_grad(() => model.forward(x).argmax(1).eq(y).sum().item());
  expect([correct, x.shape[0]]).toEqual([expected.correct, expected.of]);
}

test('784-256-128-10 SNN, AlphaDropout and SGD with momentum', () => {
  torch.manual_seed(0);
  const xy = data(512, 784);
  const model = new SNN([784, 256, 128, 10], 0.1, new Masks());
  const opt = new optim.SGD(model.parameters(), { lr: 0.01, momentum: 0.9 });
  follow('SNN, SGD', fixtures.snn_sgd, model, opt, xy, 1e-3);
});

test('SNN of eight layers and Adam', () => {
  torch.manual_seed(1);
  const xy = data(512, 64);
  const model = new SNN([...Array<number>(8).fill(64), 10], 0.05, new Masks());
  const opt = new optim.Adam(model.parameters(), { lr: 1e-3 });
  follow('deep SNN, Adam', fixtures.deep_snn_adam, model, opt, xy, 0.2);
});

test('ReLU, batch normalisation and Dropout, AdamW on a cosine', () => {
  torch.manual_seed(2);
  const xy = data(512, 64);
  const model = new ReLUNet([64, 128, 64, 10], 0.2, new Masks());
  const opt = new optim.AdamW(model.parameters(), { lr: 3e-3, weight_decay: 1e-2 });
  const schedule = new optim.lr_scheduler.CosineAnnealingLR(opt, { T_max: 200 });
  follow('ReLU, AdamW', fixtures.relu_adamw, model, opt, xy, 1e-3, schedule);
});

/** Pictures of one channel; the class is the brightest of ten blocks. */
function pictures(n: number): [torch.Tensor, torch.Tensor] {
  const x = torch.randn(n, 1, 14, 14);
  const blocks = F.avg_pool2d(x.narrow(2, 2, 10), [5, 2], [5, 2]).narrow(3, 0, 5);
  const y = blocks.reshape(n, 10).argmax(1);
  y.tolist<number[]>().forEach((at, i) => {
    const [row, column] = [Math.floor(at / 5) * 5 + 2, (at % 5) * 2];
    x.select(0, i).narrow(1, row, 5).narrow(2, column, 2).add_(1.5);
  });
  return [x, y];
}

test('a convolutional SNN, FeatureAlphaDropout and SGD with momentum', () => {
  torch.manual_seed(3);
  const xy = pictures(256);
  const model = new ConvSNN(0.1, new Masks());
  const opt = new optim.SGD(model.parameters(), { lr: 0.01, momentum: 0.9 });
  follow('convolutional SNN, SGD', fixtures.conv_snn_sgd, model, opt, xy, 1e-3);
});
