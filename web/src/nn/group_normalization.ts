// Normalization by the statistics of groups of channels, and by the root of the mean square.

import { handle, int, ints, keywords, optional, type Keywords } from '../arguments.js';
import { list, TorchError } from '../core.js';
import { ones, zeros } from '../creation.js';
import { get_default_dtype, type DType } from '../dtype.js';
import { finfo } from '../limits.js';
import { op } from '../op.js';
import { float } from '../printing.js';
import type { Tensor } from '../tensor.js';
import { parameter } from './initial.js';
import { Module } from './module.js';
import type { Parameter } from './parameter.js';
import { tuple } from './spatial.js';

const word = (value: boolean) => (value ? 'True' : 'False');

interface GroupNormOptions {
  weight: Tensor | null;
  bias: Tensor | null;
  /** Added to the variance; default 1e-5. */
  eps: number;
}
const kGroupNorm: GroupNormOptions = { weight: null, bias: null, eps: 1e-5 };

/**
 * `(x - mean) / √(var + eps) * weight + bias` with mean and biased variance over each of `num_groups`
 * groups of channels of each example `[N, C, …]`; weight and bias are `[C]` (Wu and He 2018).
 */
export function group_norm(
  input: Tensor,
  num_groups: number,
  ...args: Keywords<[weight: Tensor | null, bias: Tensor | null, eps: number], GroupNormOptions>
): Tensor {
  const name = 'group_norm';
  const { weight, bias, eps } = keywords(name, kGroupNorm, args);
  const x = handle(input, name);
  const groups = int(num_groups, name, 'num_groups');
  const [w, b] = [optional(weight, name, 'weight'), optional(bias, name, 'bias', 4)];
  return op((c) => c.group_norm(x, groups, w, b, eps));
}

interface GroupNormalization {
  /** Added to the variance; default 1e-5. */
  eps: number;
  /** Whether there are a weight (ones) and a bias (zeros). */
  affine: boolean;
  dtype: DType;
}

/** {@link group_norm} with its own weight and bias. */
export class GroupNorm extends Module {
  readonly num_groups: number;
  readonly num_channels: number;
  readonly eps: number;
  readonly affine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(
    num_groups: number,
    num_channels: number,
    ...args: Keywords<[eps: number, affine: boolean], GroupNormalization>
  ) {
    super();
    const defaults: GroupNormalization = { eps: 1e-5, affine: true, dtype: get_default_dtype() };
    const { eps, affine, dtype } = keywords('GroupNorm', defaults, args);
    this.num_groups = int(num_groups, 'GroupNorm', 'num_groups', 1);
    this.num_channels = int(num_channels, 'GroupNorm', 'num_channels');
    if (num_channels % num_groups !== 0) {
      throw new TorchError('num_channels must be divisible by num_groups', 'ValueError');
    }
    this.eps = eps;
    this.affine = affine;
    this.weight = affine ? parameter(ones([num_channels], { dtype })) : null;
    this.bias = affine ? parameter(zeros([num_channels], { dtype })) : null;
  }

  override forward(input: Tensor): Tensor {
    return group_norm(input, this.num_groups, this.weight, this.bias, this.eps);
  }

  override extra_repr(): string {
    return `${this.num_groups}, ${this.num_channels}, eps=${float(this.eps)}, affine=${word(this.affine)}`;
  }
}

interface RMSNormOptions {
  weight: Tensor | null;
  /** Added to the mean square; null (the default) for the dtype's epsilon. */
  eps: number | null;
}

/**
 * `x / √(mean(x²) + eps) * weight` over the trailing dimensions `normalized_shape` (Zhang and
 * Sennrich 2019).
 */
export function rms_norm(
  input: Tensor,
  normalized_shape: readonly number[],
  ...args: Keywords<[weight: Tensor | null, eps: number | null], RMSNormOptions>
): Tensor {
  const name = 'rms_norm';
  const { weight, eps } = keywords<RMSNormOptions>(name, { weight: null, eps: null }, args);
  const x = handle(input, name);
  const sizes = ints(normalized_shape, name, 'normalized_shape');
  const w = optional(weight, name, 'weight');
  return op((c) => c.rms_norm(x, list(sizes), w, eps ?? finfo(input.dtype).eps));
}

interface RMSNormalization {
  /** Added to the mean square; null (the default) for the dtype's epsilon. */
  eps: number | null;
  /** Whether there is a weight (ones). */
  elementwise_affine: boolean;
  dtype: DType;
}

/** {@link rms_norm} with its own weight. */
export class RMSNorm extends Module {
  readonly normalized_shape: readonly number[];
  readonly eps: number | null;
  readonly elementwise_affine: boolean;
  weight: Parameter | null;

  constructor(
    normalized_shape: number | readonly number[],
    ...args: Keywords<[eps: number | null, elementwise_affine: boolean], RMSNormalization>
  ) {
    super();
    const defaults: RMSNormalization = {
      eps: null,
      elementwise_affine: true,
      dtype: get_default_dtype(),
    };
    const { eps, elementwise_affine, dtype } = keywords('RMSNorm', defaults, args);
    const shape = typeof normalized_shape === 'number' ? [normalized_shape] : normalized_shape;
    this.normalized_shape = [...ints(shape, 'RMSNorm', 'normalized_shape')];
    this.eps = eps;
    this.elementwise_affine = elementwise_affine;
    this.weight = elementwise_affine ? parameter(ones(shape, { dtype })) : null;
  }

  override forward(input: Tensor): Tensor {
    return rms_norm(input, this.normalized_shape, this.weight, this.eps);
  }

  override extra_repr(): string {
    const eps = this.eps === null ? 'None' : float(this.eps);
    const shape = tuple(this.normalized_shape.map(String));
    return `${shape}, eps=${eps}, elementwise_affine=${word(this.elementwise_affine)}`;
  }
}
