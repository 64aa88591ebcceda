// Normalization by the statistics of a batch or of an example.

import { handle, int, ints, keywords, number, optional, type Keywords } from '../arguments.js';
import { list, TorchError } from '../core.js';
import { ones, tensor, zeros } from '../creation.js';
import { get_default_dtype, int64, type DType } from '../dtype.js';
import { tidy } from '../memory.js';
import { no_grad } from '../autograd.js';
import { op } from '../op.js';
import { float } from '../printing.js';
import type { Tensor } from '../tensor.js';
import { parameter } from './initial.js';
import { Module } from './module.js';
import type { Parameter } from './parameter.js';

interface BatchNormOptions {
  weight: Tensor | null;
  bias: Tensor | null;
  /** Whether to use the batch's own mean and variance; default false. */
  training: boolean;
  /** The share of the batch in the running statistics; default 0.1. */
  momentum: number;
  /** Added to the variance; default 1e-5. */
  eps: number;
}

/**
 * `(x - mean) / √(var + eps) * weight + bias` per channel `x[:, c, …]`. In training with the mean
 * and biased variance of the batch, which the running ones then follow (with n - 1); else with the
 * running ones (Ioffe and Szegedy 2015).
 */
export function batch_norm(
  input: Tensor,
  running_mean: Tensor | null,
  running_var: Tensor | null,
  ...args: Keywords<
    [weight: Tensor | null, bias: Tensor | null, training: boolean, momentum: number, eps: number],
    BatchNormOptions
  >
): Tensor {
  const name = 'batch_norm';
  const defaults: BatchNormOptions = {
    weight: null,
    bias: null,
    training: false,
    momentum: 0.1,
    eps: 1e-5,
  };
  const { weight, bias, training, momentum, eps } = keywords(name, defaults, args);
  const x = handle(input, name);
  const mean = optional(running_mean, name, 'running_mean', 2);
  const variance = optional(running_var, name, 'running_var');
  const [w, b] = [optional(weight, name, 'weight', 4), optional(bias, name, 'bias', 5)];
  return op((c) => c.batch_norm(x, mean, variance, w, b, training, momentum, eps));
}

interface LayerNormOptions {
  weight: Tensor | null;
  bias: Tensor | null;
  /** Added to the variance; default 1e-5. */
  eps: number;
}

/**
 * `(x - mean) / √(var + eps) * weight + bias` with mean and biased variance over the trailing
 * dimensions `normalized_shape` of each example (Ba, Kiros and Hinton 2016).
 */
export function layer_norm(
  input: Tensor,
  normalized_shape: readonly number[],
  ...args: Keywords<[weight: Tensor | null, bias: Tensor | null, eps: number], LayerNormOptions>
): Tensor {
  const name = 'layer_norm';
  const defaults: LayerNormOptions = { weight: null, bias: null, eps: 1e-5 };
  const { weight, bias, eps } = keywords(name, defaults, args);
  const x = handle(input, name);
  const [w, b] = [optional(weight, name, 'weight'), optional(bias, name, 'bias', 4)];
  const sizes = ints(normalized_shape, name, 'normalized_shape');
  return op((c) => c.layer_norm(x, list(sizes), w, b, eps));
}

/** What normalizations with running statistics take. */
export interface NormalizationOptions {
  /** Added to the variance; default 1e-5. */
  eps: number;
  /** The share of a batch in the running statistics; null for the average of all; default 0.1. */
  momentum: number | null;
  /** Whether there are a weight (ones) and a bias (zeros). */
  affine: boolean;
  /** Whether evaluation uses running statistics. */
  track_running_stats: boolean;
  dtype: DType;
}

export type NormalizationArguments = Keywords<
  [eps: number, momentum: number | null, affine: boolean, track_running_stats: boolean],
  NormalizationOptions
>;

/** The parameters and running statistics of {@link BatchNorm1d} and its kin. */
export abstract class Normalization extends Module {
  readonly num_features: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly track_running_stats: boolean;
  weight: Parameter | null;
  bias: Parameter | null;
  declare running_mean: Tensor | null;
  declare running_var: Tensor | null;
  declare num_batches_tracked: Tensor | null;

  constructor(
    usual: Pick<NormalizationOptions, 'affine' | 'track_running_stats'>,
    num_features: number,
    ...args: NormalizationArguments
  ) {
    super();
    const name = new.target.name;
    const { affine, track_running_stats } = usual;
    const defaults: NormalizationOptions = {
      eps: 1e-5,
      momentum: 0.1,
      affine,
      track_running_stats,
      dtype: get_default_dtype(),
    };
    const given = keywords(name, defaults, args);
    const n = (this.num_features = int(num_features, name, 'num_features', 1));
    this.eps = number(given.eps, name, 'eps');
    this.momentum = given.momentum;
    this.affine = given.affine;
    this.track_running_stats = given.track_running_stats;
    const { dtype } = given;
    this.weight = given.affine ? parameter(ones([n], { dtype })) : null;
    this.bias = given.affine ? parameter(zeros([n], { dtype })) : null;
    const tracked = given.track_running_stats;
    this.register_buffer('running_mean', tracked ? zeros([n], { dtype }) : null);
    this.register_buffer('running_var', tracked ? ones([n], { dtype }) : null);
    this.register_buffer('num_batches_tracked', tracked ? tensor(0, { dtype: int64 }) : null);
  }

  /** Forgets the running statistics. */
  reset_running_stats(): void {
    no_grad(() => {
      this.running_mean?.zero_();
      this.running_var?.fill_(1);
      this.num_batches_tracked?.zero_();
    });
  }

  override extra_repr(): string {
    const word = (value: boolean) => (value ? 'True' : 'False');
    const momentum = this.momentum === null ? 'None' : float(this.momentum);
    return (
      `${this.num_features}, eps=${float(this.eps)}, momentum=${momentum}, ` +
      `affine=${word(this.affine)}, track_running_stats=${word(this.track_running_stats)}`
    );
  }
}

abstract class BatchNormalization extends Normalization {
  constructor(num_features: number, ...args: NormalizationArguments) {
    super({ affine: true, track_running_stats: true }, num_features, ...args);
  }

  /** @internal What is wrong with the number of dimensions, or ''. */
  protected abstract refuse(dims: number): string;

  override forward(input: Tensor): Tensor {
    handle(input, 'batch_norm');
    const refused = this.refuse(input.ndim);
    if (refused) throw new TorchError(`${refused} (got ${input.ndim}D input)`, 'ValueError');
    let momentum = this.momentum ?? 0;
    if (this.training && this.num_batches_tracked) {
      const count = this.num_batches_tracked;
      tidy(() => no_grad(() => void count.add_(1)));
      if (this.momentum === null) momentum = 1 / count.item();
    }
    const { weight, bias, eps, training, running_mean, running_var } = this;
    return batch_norm(input, running_mean, running_var, { weight, bias, training, momentum, eps });
  }
}

/** {@link batch_norm} of `[N, C]` or `[N, C, L]`. */
export class BatchNorm1d extends BatchNormalization {
  protected override refuse(dims: number): string {
    return dims === 2 || dims === 3 ? '' : 'expected 2D or 3D input';
  }
}

/** {@link batch_norm} of `[N, C, H, W]`. */
export class BatchNorm2d extends BatchNormalization {
  protected override refuse(dims: number): string {
    return dims === 4 ? '' : 'expected 4D input';
  }
}

interface LayerNormalization {
  /** Added to the variance; default 1e-5. */
  eps: number;
  /** Whether there are a weight and a bias. */
  elementwise_affine: boolean;
  /** Whether there is a bias. */
  bias: boolean;
  dtype: DType;
}

/** {@link layer_norm} with its own weight (ones) and bias (zeros), both of `normalized_shape`. */
export class LayerNorm extends Module {
  readonly normalized_shape: readonly number[];
  readonly eps: number;
  readonly elementwise_affine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(
    normalized_shape: number | readonly number[],
    ...args: Keywords<
      [eps: number, elementwise_affine: boolean, bias: boolean],
      LayerNormalization
    >
  ) {
    super();
    const defaults: LayerNormalization = {
      eps: 1e-5,
      elementwise_affine: true,
      bias: true,
      dtype: get_default_dtype(),
    };
    const { eps, elementwise_affine, bias, dtype } = keywords('LayerNorm', defaults, args);
    const shape = typeof normalized_shape === 'number' ? [normalized_shape] : normalized_shape;
    this.normalized_shape = [...ints(shape, 'LayerNorm', 'normalized_shape')];
    this.eps = eps;
    this.elementwise_affine = elementwise_affine;
    this.weight = elementwise_affine ? parameter(ones(shape, { dtype })) : null;
    this.bias = elementwise_affine && bias ? parameter(zeros(shape, { dtype })) : null;
  }

  override forward(input: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return layer_norm(input, this.normalized_shape, { weight, bias, eps });
  }

  override extra_repr(): string {
    const shape = this.normalized_shape;
    const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
    const affine = this.elementwise_affine ? 'True' : 'False';
    return `${tuple}, eps=${float(this.eps)}, elementwise_affine=${affine}`;
  }
}
