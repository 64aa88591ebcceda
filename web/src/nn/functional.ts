// torch.nn.functional: ops with the defaults and the manners that modules use.

import { handle, keywords, type Keywords } from '../arguments.js';
import { call, TorchError } from '../core.js';
import { empty, ones_like } from '../creation.js';
import { float64 } from '../dtype.js';
import { op } from '../op.js';
import { scoped } from '../memory.js';
import * as ops from '../ops.js';
import type { SoftmaxArguments } from '../ops/softmax.js';
import { Tensor } from '../tensor.js';
import { warn } from '../warning.js';
import { checkProbability } from './probability.js';

/** `input @ weightᵀ + bias` */
export function linear(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null | { bias: Tensor | null } = null,
): Tensor {
  const [x, w] = [handle(input, 'linear'), handle(weight, 'linear', 'weight', 2)];
  // Every layer of every step comes by here, with its bias in its place: that is looked at first.
  const given =
    bias === null || bias instanceof Tensor
      ? bias
      : keywords<{ bias: Tensor | null }>('linear', { bias: null }, [bias]).bias;
  const b = given === null ? 0 : handle(given, 'linear', 'bias', 3);
  return op((c) => c.linear(x, w, b));
}

// Activations

interface InPlace {
  inplace: boolean;
}

/** Overwrites `input` with `result`. */
function written<T extends Tensor>(input: T, result: Tensor): T {
  try {
    call((c) => c.release(c.assign_(input.handle, result.handle)));
  } finally {
    result.dispose();
  }
  return input;
}

const activation =
  (name: string, f: (input: Tensor) => Tensor) =>
  (input: Tensor, ...args: Keywords<[inplace: boolean], InPlace>): Tensor => {
    const { inplace } = keywords(name, { inplace: false }, args);
    const result = f(input);
    return inplace ? written(input, result) : result;
  };

/** See {@link ops.relu}. */
export const relu = activation('relu', ops.relu);
/** See {@link ops.relu6}. */
export const relu6 = activation('relu6', ops.relu6);
/** See {@link ops.selu}. */
export const selu = activation('selu', ops.selu);
/** See {@link ops.silu}. */
export const silu = activation('silu', ops.silu);
/** See {@link ops.mish}. */
export const mish = activation('mish', ops.mish);
/** See {@link ops.hardsigmoid}. */
export const hardsigmoid = activation('hardsigmoid', ops.hardsigmoid);
/** See {@link ops.hardswish}. */
export const hardswish = activation('hardswish', ops.hardswish);

export {
  gelu,
  glu,
  hardshrink,
  logsigmoid,
  prelu,
  sigmoid,
  softplus,
  softshrink,
  softsign,
  tanh,
  tanhshrink,
} from '../ops/activation.js';
export * from './losses.js';
export { conv1d, conv2d, conv_transpose1d, conv_transpose2d } from './convolution.js';
export { embedding, one_hot } from './embedding.js';
export { group_norm, rms_norm } from './group_normalization.js';
export { instance_norm } from './instance_normalization.js';
export { batch_norm, layer_norm } from './normalization.js';
export { pad } from './padding.js';
export { cosine_similarity, normalize, pairwise_distance } from './similarity.js';
export {
  adaptive_avg_pool1d,
  adaptive_avg_pool2d,
  adaptive_max_pool1d,
  adaptive_max_pool2d,
  avg_pool1d,
  avg_pool2d,
  max_pool1d,
  max_pool2d,
} from './pooling.js';
export { fold, unfold } from './unfolding.js';
export { interpolate } from './upsampling.js';
export { log_softmax, softmax } from '../ops/softmax.js';

/** Softmax of `-input` along `dim`. */
export const softmin = scoped((input: Tensor, ...args: SoftmaxArguments): Tensor =>
  ops.softmax(ops.neg(input), ...args),
);

const scaledActivation =
  <Name extends 'alpha' | 'negative_slope'>(
    op: string,
    name: Name,
    initial: number,
    f: (input: Tensor, value: number) => Tensor,
  ) =>
  (
    input: Tensor,
    ...args: Keywords<[value: number, inplace: boolean], Record<Name, number> & InPlace>
  ): Tensor => {
    const defaults: Record<string, number | boolean> = { [name]: initial, inplace: false };
    const given = keywords(op, defaults, args);
    const result = f(input, given[name] as number);
    return given.inplace ? written(input, result) : result;
  };

/** See {@link ops.elu}. */
export const elu = scaledActivation('elu', 'alpha', 1, ops.elu);
/** See {@link ops.celu}. */
export const celu = scaledActivation('celu', 'alpha', 1, ops.celu);
/** See {@link ops.leaky_relu}. */
export const leaky_relu = scaledActivation('leaky_relu', 'negative_slope', 0.01, ops.leaky_relu);

interface Limits extends InPlace {
  min_val: number;
  max_val: number;
}

/** See {@link ops.hardtanh}. */
export function hardtanh(
  input: Tensor,
  ...args: Keywords<[min_val: number, max_val: number, inplace: boolean], Limits>
): Tensor {
  const defaults: Limits = { min_val: -1, max_val: 1, inplace: false };
  const { min_val, max_val, inplace } = keywords('hardtanh', defaults, args);
  const result = ops.hardtanh(input, min_val, max_val);
  return inplace ? written(input, result) : result;
}

/** See {@link ops.threshold}. */
export function threshold(
  input: Tensor,
  threshold: number,
  value: number,
  inplace = false,
): Tensor {
  const result = ops.threshold(input, threshold, value);
  return inplace ? written(input, result) : result;
}

interface RandomSlope extends InPlace {
  lower: number;
  upper: number;
  training: boolean;
}

/**
 * `x > 0 ? x : slope * x`: in training with a slope for each element, uniform on `[lower, upper)`;
 * else with their mean. By default from 1/8 to 1/3, and not in training (Xu et al. 2015).
 */
export const rrelu = scoped(
  (
    input: Tensor,
    ...args: Keywords<[lower: number, upper: number, training: boolean, inplace: boolean], RandomSlope>
  ): Tensor => {
    const defaults: RandomSlope = { lower: 1 / 8, upper: 1 / 3, training: false, inplace: false };
    const { lower, upper, training, inplace } = keywords('rrelu', defaults, args);
    if (!training) return leaky_relu(input, (lower + upper) / 2, inplace);
    const low = ops.le(input, 0);
    // A draw for each of these, and none for the others.
    const slopes = empty(low.sum().item() as number, { dtype: float64 }).uniform_(lower, upper);
    const result = input.mul(ones_like(input).masked_scatter(low, slopes.to(input.dtype)));
    return inplace ? written(input, result) : result;
  },
);

// Dropout

interface DropoutOptions {
  /** The probability of dropping. */
  p: number;
  training: boolean;
  inplace: boolean;
}
type DropoutArguments = Keywords<[p: number, training: boolean, inplace: boolean], DropoutOptions>;

type Drop = (input: Tensor, p: number, train: boolean) => Tensor;

const dropping =
  (
    name: string,
    trainingByDefault: boolean,
    drop: Drop,
    drop_: Drop,
    prepare?: (input: Tensor) => boolean,
  ) =>
  (input: Tensor, ...args: DropoutArguments): Tensor => {
    const defaults: DropoutOptions = { p: 0.5, training: trainingByDefault, inplace: false };
    const { p, training, inplace } = keywords(name, defaults, args);
    checkProbability(p);
    handle(input, name);
    const f = inplace ? drop_ : drop;
    if (!prepare?.(input)) return f(input, p, training);
    const batch = input.unsqueeze(0);
    const dropped = f(batch, p, training);
    const result = inplace || dropped === batch ? input : dropped.squeeze(0);
    if (dropped !== batch) dropped.dispose();
    batch.dispose();
    return result;
  };

/** 0 at probability `p`, the rest divided by `1 - p`. Trains by default. */
export const dropout = dropping('dropout', true, ops.dropout, ops.dropout_);

/**
 * Dropout for SELU networks: drops to SELU's floor `-λα` instead of zero, then rescales, so that
 * zero mean and unit variance survive. Does not train by default.
 */
export const alpha_dropout = dropping(
  'alpha_dropout',
  false,
  ops.alpha_dropout,
  ops.alpha_dropout_,
);

/** {@link alpha_dropout} of whole channels `input[n, c]`. Does not train by default. */
export const feature_alpha_dropout = dropping(
  'feature_alpha_dropout',
  false,
  ops.feature_alpha_dropout,
  ops.feature_alpha_dropout_,
);

/** {@link dropout} of whole channels of `[N, C, L]` or `[C, L]`. Trains by default. */
export const dropout1d = dropping(
  'dropout1d',
  true,
  ops.feature_dropout,
  ops.feature_dropout_,
  (input) => {
    const d = input.ndim;
    if (d === 2 || d === 3) return d === 2;
    throw new TorchError(
      `dropout1d: Expected 2D or 3D input, but received a ${d}D input. Note that dropout1d exists to provide ` +
        'channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch ' +
        'dimension (i.e. 2D or 3D inputs).',
    );
  },
);

function warnOfRank(n: 2 | 3, d: number): void {
  if (d === n + 1 || d === n + 2) return;
  warn(
    `dropout${n}d: Received a ${d}-D input to dropout${n}d, which is deprecated and will result in an error in a ` +
      'future release. To retain the behavior and silence this warning, please use dropout instead. Note that ' +
      `dropout${n}d exists to provide channel-wise dropout on inputs with ${n} spatial dimensions, a channel ` +
      `dimension, and an optional batch dimension (i.e. ${n + 1}D or ${n + 2}D inputs).`,
  );
}

/** {@link dropout} of whole channels of `[N, C, H, W]`. Trains by default. */
export const dropout2d = dropping(
  'dropout2d',
  true,
  ops.feature_dropout,
  ops.feature_dropout_,
  (input) => {
    warnOfRank(2, input.ndim);
    if (input.ndim === 3) {
      warn(
        'dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired - ' +
          'input is interpreted as shape (N, C, L), where C is the channel dim. This behavior will change in a future ' +
          'release to interpret the input as one without a batch dimension, i.e. shape (C, H, W). To maintain the 1D ' +
          'channel-wise dropout behavior, please switch to using dropout1d instead.',
      );
    }
    return false;
  },
);

/** {@link dropout} of whole channels of `[N, C, D, H, W]` or `[C, D, H, W]`. Trains by default. */
export const dropout3d = dropping(
  'dropout3d',
  true,
  ops.feature_dropout,
  ops.feature_dropout_,
  (input) => {
    warnOfRank(3, input.ndim);
    return input.ndim !== 5;
  },
);
