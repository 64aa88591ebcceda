// Normalization of each channel of each example by its own statistics.

import { handle, keywords, sizeOf, type Keywords } from '../arguments.js';
import { no_grad } from '../autograd.js';
import { TorchError } from '../core.js';
import { scoped } from '../memory.js';
import type { Tensor } from '../tensor.js';
import { group_norm } from './group_normalization.js';
import { Normalization, batch_norm, type NormalizationArguments } from './normalization.js';

interface InstanceNormOptions {
  running_mean: Tensor | null;
  running_var: Tensor | null;
  weight: Tensor | null;
  bias: Tensor | null;
  /** Whether to use each example's own mean and variance; default true. */
  use_input_stats: boolean;
  /** The share of the batch in the running statistics; default 0.1. */
  momentum: number;
  /** Added to the variance; default 1e-5. */
  eps: number;
}
const kInstanceNorm: InstanceNormOptions = {
  running_mean: null,
  running_var: null,
  weight: null,
  bias: null,
  use_input_stats: true,
  momentum: 0.1,
  eps: 1e-5,
};

/**
 * `(x - mean) / √(var + eps) * weight + bias` with mean and biased variance of each channel of each
 * example `x[n, c]` of `[N, C, L]`, `[N, C, H, W]`, …; weight and bias are `[C]`. Running statistics
 * follow their averages over the batch (Ulyanov, Vedaldi and Lempitsky 2016).
 */
export const instance_norm = scoped(
  (
    input: Tensor,
    ...args: Keywords<
      [
        running_mean: Tensor | null,
        running_var: Tensor | null,
        weight: Tensor | null,
        bias: Tensor | null,
        use_input_stats: boolean,
        momentum: number,
        eps: number,
      ],
      InstanceNormOptions
    >
  ): Tensor => {
    handle(input, 'instance_norm');
    const given = keywords('instance_norm', kInstanceNorm, args);
    const { running_mean, running_var, weight, bias, use_input_stats, momentum, eps } = given;
    if (!use_input_stats) {
      return batch_norm(input, running_mean, running_var, { weight, bias, momentum, eps });
    }
    const [n = 0, c = 0, ...inner] = input.shape;
    if (inner.reduce((a, b) => a * b, 1) === 1) {
      throw new TorchError(
        `Expected more than 1 spatial element when training, got input size ${sizeOf(input)}`,
        'ValueError',
      );
    }
    // Nothing to follow: each channel is a group of its own.
    if (!running_mean && !running_var)
      return group_norm(input, c, { weight, bias, eps }).view(input.shape);
    // The channels of all examples, as those of one.
    const each = (x: Tensor | null) => x && x.repeat(n);
    const [mean, variance] = [each(running_mean), each(running_var)];
    const options = { weight: each(weight), bias: each(bias), training: true, momentum, eps };
    const result = batch_norm(input.reshape(1, n * c, ...inner), mean, variance, options);
    no_grad(() => {
      if (mean) running_mean!.copy_(mean.view(n, c).mean(0));
      if (variance) running_var!.copy_(variance.view(n, c).mean(0));
    });
    return result.view(input.shape);
  },
);

abstract class InstanceNormalization extends Normalization {
  constructor(
    /** Dimensions behind the channels. */
    private readonly inner: number,
    num_features: number,
    args: NormalizationArguments,
  ) {
    super({ affine: false, track_running_stats: false }, num_features, ...args);
  }

  override forward(input: Tensor): Tensor {
    handle(input, 'instance_norm');
    const { inner, num_features, running_mean, running_var, weight, bias, eps } = this;
    const dims = input.ndim;
    if (dims !== inner + 1 && dims !== inner + 2) {
      throw new TorchError(
        `expected ${inner + 1}D or ${inner + 2}D input (got ${dims}D input)`,
        'ValueError',
      );
    }
    const channels = input.size(dims - inner - 1);
    if (this.affine && channels !== num_features) {
      throw new TorchError(
        `expected input's size at dim=${dims - inner - 1} to match num_features (${num_features}), but got: ${channels}.`,
        'ValueError',
      );
    }
    const use_input_stats = this.training || !this.track_running_stats;
    const momentum = this.momentum ?? 0;
    const options = { running_mean, running_var, weight, bias, use_input_stats, momentum, eps };
    if (dims === inner + 2) return instance_norm(input, options);
    return instance_norm(input.unsqueeze(0), options).squeeze(0);
  }
}

/** {@link instance_norm} of `[N, C, L]` or `[C, L]`; without weight, bias and running statistics, unless asked for. */
export class InstanceNorm1d extends InstanceNormalization {
  constructor(num_features: number, ...args: NormalizationArguments) {
    super(1, num_features, args);
  }
}

/** {@link instance_norm} of `[N, C, H, W]` or `[C, H, W]`, as {@link InstanceNorm1d}. */
export class InstanceNorm2d extends InstanceNormalization {
  constructor(num_features: number, ...args: NormalizationArguments) {
    super(2, num_features, args);
  }
}
