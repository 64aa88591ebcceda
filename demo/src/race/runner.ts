// One network of the race, and its training step.

import * as torch from 'alphatorch';
import type { Lane, Settings, Standing } from './messages.js';

const { nn } = torch;

const activations = { selu: nn.SELU, relu: nn.ReLU };

/** A hidden layer: linear, normalised where the lane says so, activation, dropout. */
function block(lane: Lane, inputs: number, settings: Settings): torch.nn.Sequential {
  const linear = new nn.Linear(inputs, settings.width);
  const nonlinearity = lane.activation === 'relu' ? 'relu' : 'linear';
  // LeCun's variance 1 / n for SELU, He's 2 / n for ReLU.
  nn.init.kaiming_normal_(linear.weight, { mode: 'fan_in', nonlinearity });
  nn.init.zeros_(linear.bias!);
  const Drop = lane.dropout === 'alpha' ? nn.AlphaDropout : nn.Dropout;
  const norm = lane.norm ? [new nn.BatchNorm1d(settings.width)] : [];
  return new nn.Sequential(linear, ...norm, new activations[lane.activation](), new Drop(settings.p));
}

export class Runner {
  readonly #blocks: torch.nn.Sequential[];
  readonly model: torch.nn.Sequential;
  readonly #optimizer: torch.optim.SGD;
  #moments: { mean: number; variance: number }[] = [];

  constructor(lane: Lane, settings: Settings, features: number, classes: number) {
    torch.manual_seed(settings.seed);
    this.#blocks = Array.from({ length: settings.depth }, (_, i) =>
      block(lane, i === 0 ? features : settings.width, settings),
    );
    const last = new nn.Linear(settings.width, classes);
    nn.init.kaiming_normal_(last.weight, { mode: 'fan_in', nonlinearity: 'linear' });
    nn.init.zeros_(last.bias!);
    this.model = new nn.Sequential(...this.#blocks, last);
    this.#optimizer = new torch.optim.SGD(this.model.parameters(), { lr: settings.lr, momentum: 0.9 });
  }

  /** One step on a batch; returns the loss. With `measure` it notes the moments behind each layer. */
  step(x: torch.Tensor, y: torch.Tensor, measure: boolean): number {
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
    return this.#blocks.map((each) =>
      each.register_forward_hook((_module, _args, output) =>
        torch.no_grad(() => {
          const y = output as torch.Tensor;
          this.#moments.push({ mean: y.mean().item() as number, variance: y.var().item() as number });
          return undefined;
        }),
      ),
    );
  }

  /** How it stands on the test set, and the moments that the last measured step noted. */
  standing(x: torch.Tensor, y: torch.Tensor): Standing {
    const right = this.#answers(x, (logits) => logits.argmax(1).eq(y).sum().item() as number);
    return { accuracy: right / y.shape[0]!, moments: this.#moments };
  }

  probabilities(x: torch.Tensor): number[] {
    return this.#answers(x, (logits) => logits.softmax(1).tolist<number[][]>()[0]!);
  }

  #answers<R>(x: torch.Tensor, read: (logits: torch.Tensor) => R): R {
    return torch.tidy(() => torch.no_grad(() => read(this.model.eval().forward(x))));
  }

  dispose(): void {
    for (const tensor of [...this.model.parameters(), ...this.model.buffers()]) tensor.dispose();
  }
}
