// A training loop that leaves the page alive.

import { TorchError } from '../core.js';
import { tidy } from '../memory.js';
import type { Tensor } from '../tensor.js';
import { pause } from './pause.js';

/** What {@link train} tells after a step. */
export interface TrainStep {
  epoch: number;
  /** Counts on over the epochs, from 0. */
  step: number;
  loss: number;
  /** The model's output and the batch: released when `on_step` returns. */
  output: Tensor;
  batch: readonly [input: any, target: any, ...rest: any[]];
}

export interface TrainOptions {
  model: { train(): unknown; forward(input: any): any };
  /** A function of output and target, or a module such as `new nn.CrossEntropyLoss()`. */
  loss: ((output: any, target: any) => Tensor) | { forward(output: any, target: any): Tensor };
  optimizer: { zero_grad(): unknown; step(): unknown };
  /** Gives batches `[input, target]`: a DataLoader, or an array of them. */
  loader: Iterable<any> | AsyncIterable<any>;
  epochs?: number;
  /** Called after each step. Return false to stop; a promise is waited for. */
  on_step?: (step: TrainStep) => unknown;
  /** Called after each epoch, with the mean of its losses: the place for `scheduler.step()`. */
  on_epoch?: (epoch: number, loss: number) => unknown;
  /** Stops between two steps. */
  signal?: AbortSignal;
}

/**
 * PyTorch's training loop: zero_grad, forward, loss, backward, step, for each batch of each epoch.
 * The event loop has its turn every 8 ms, and no step leaves memory behind. Resolves to the mean
 * loss of the last epoch; NaN if there was no step.
 */
export async function train(options: TrainOptions): Promise<number> {
  const { model, loader, epochs = 1, on_step, on_epoch, signal } = options;
  let [step, mean] = [0, NaN];
  for (let epoch = 0; epoch < epochs; ++epoch) {
    let [sum, count] = [0, 0];
    for await (const batch of loader) {
      if (signal?.aborted) return mean;
      model.train();
      const told = tidy(() => {
        const [loss, output] = once(options, batch);
        sum += loss;
        mean = sum / ++count;
        const answer = on_step?.({ epoch, step, loss, output, batch });
        // Not tidy's to wait for.
        return { answer };
      });
      step += 1;
      if ((await told.answer) === false) return mean;
      await pause();
    }
    if ((await on_epoch?.(epoch, mean)) === false) return mean;
  }
  return mean;
}

function once({ model, loss, optimizer }: TrainOptions, batch: any): [loss: number, output: Tensor] {
  if (!Array.isArray(batch) || batch.length < 2) {
    throw new TorchError('train: the loader must give [input, target]', 'ValueError');
  }
  optimizer.zero_grad();
  const output = model.forward(batch[0]);
  const value = typeof loss === 'function' ? loss(output, batch[1]) : loss.forward(output, batch[1]);
  value.backward();
  optimizer.step();
  return [value.item(), output];
}
