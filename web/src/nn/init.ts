// Initialisers: fill a tensor in place, without recording, and return it. PyTorch's draws.

import { handle, keywords, type Keywords } from '../arguments.js';
import { no_grad } from '../autograd.js';
import { TorchError } from '../core.js';
import { tensor as tensorOf } from '../creation.js';
import { float64 } from '../dtype.js';
import { copy_, fill_ } from '../ops/join.js';
import { qr } from '../linalg.js';
import { tidy } from '../memory.js';
import { erf } from '../ops/unary.js';
import * as random from '../random.js';
import type { Generator } from '../random.js';
import type { Tensor } from '../tensor.js';

type FanMode = 'fan_in' | 'fan_out';

/** The activations whose {@link calculate_gain} is known. */
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'conv_transpose1d'
  | 'conv_transpose2d'
  | 'conv_transpose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky_relu'
  | 'selu';

/** By how much to scale the standard deviation of weights that feed an activation. */
export function calculate_gain(nonlinearity: Nonlinearity, param: number | null = null): number {
  if (nonlinearity === 'tanh') return 5 / 3;
  if (nonlinearity === 'relu') return Math.sqrt(2);
  if (nonlinearity === 'selu') return 3 / 4;
  if (nonlinearity === 'leaky_relu') {
    if (param !== null && typeof param !== 'number') {
      throw new TorchError(`negative_slope ${String(param)} not a valid number`, 'ValueError');
    }
    return Math.sqrt(2 / (1 + (param ?? 0.01) ** 2));
  }
  if (/^(linear|sigmoid|conv(_transpose)?[123]d)$/.test(nonlinearity)) return 1;
  throw new TorchError(`Unsupported nonlinearity ${String(nonlinearity)}`, 'ValueError');
}

/** How many inputs, and outputs, each element of a weight has a part in. */
export function calculate_fan_in_and_fan_out(tensor: Tensor): [fan_in: number, fan_out: number] {
  handle(tensor, 'calculate_fan_in_and_fan_out', 'tensor');
  const [out, input, ...field] = tensor.shape;
  if (out === undefined || input === undefined) {
    throw new TorchError(
      'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions',
      'ValueError',
    );
  }
  const receptive = field.reduce((a, b) => a * b, 1);
  return [input * receptive, out * receptive];
}

function calculate_fan(tensor: Tensor, mode: FanMode): number {
  const index = ['fan_in', 'fan_out'].indexOf(String(mode).toLowerCase());
  if (index >= 0) return calculate_fan_in_and_fan_out(tensor)[index]!;
  throw new TorchError(
    `Mode ${String(mode)} not supported, please use one of ['fan_in', 'fan_out']`,
    'ValueError',
  );
}

/** Fills without recording; a shape with no elements takes no draw. */
function filled<T extends Tensor>(tensor: T, name: string, fill: () => unknown): T {
  handle(tensor, name, 'tensor');
  no_grad(fill);
  return tensor;
}

type Drawn = { generator: Generator | null };

interface Uniform extends Drawn {
  a: number;
  b: number;
}

/** Uniform on `[a, b)`, default [0, 1). */
export function uniform_<T extends Tensor>(
  tensor: T,
  ...args: Keywords<[a: number, b: number], Uniform>
): T {
  const { a, b, generator } = keywords<Uniform>('uniform_', { a: 0, b: 1, generator: null }, args);
  return filled(tensor, 'uniform_', () => random.uniform_(tensor, a, b, { generator }));
}

interface Normal extends Drawn {
  mean: number;
  std: number;
}

/** Normal, default with mean 0 and standard deviation 1. */
export function normal_<T extends Tensor>(
  tensor: T,
  ...args: Keywords<[mean: number, std: number], Normal>
): T {
  const { mean, std, generator } = keywords<Normal>(
    'normal_',
    { mean: 0, std: 1, generator: null },
    args,
  );
  return filled(tensor, 'normal_', () => random.normal_(tensor, mean, std, { generator }));
}

interface Truncated extends Normal {
  a: number;
  b: number;
}

/** Normal, but drawn within `[a, b]`, default [-2, 2]. */
export function trunc_normal_<T extends Tensor>(
  tensor: T,
  ...args: Keywords<[mean: number, std: number, a: number, b: number], Truncated>
): T {
  const defaults: Truncated = { mean: 0, std: 1, a: -2, b: 2, generator: null };
  const { mean, std, a, b, generator } = keywords('trunc_normal_', defaults, args);
  return filled(tensor, 'trunc_normal_', () => {
    // Uniform in the values of the distribution function, mapped back through its inverse.
    const low = erfOf((a - mean) / std / Math.SQRT2);
    const high = erfOf((b - mean) / std / Math.SQRT2);
    random.uniform_(tensor, low, high, { generator });
    tensor
      .erfinv_()
      .mul_(std * Math.SQRT2)
      .add_(mean)
      .clamp_(a, b);
  });
}

function erfOf(x: number): number {
  const at = tensorOf(x, { dtype: float64 });
  const value = erf(at);
  const result = value.item();
  at.dispose();
  value.dispose();
  return result;
}

/** All elements `val`. */
export const constant_ = <T extends Tensor>(tensor: T, val: number): T =>
  filled(tensor, 'constant_', () => fill_(tensor, val));
/** All elements 1. */
export const ones_ = <T extends Tensor>(tensor: T): T => constant_(tensor, 1);
/** All elements 0. */
export const zeros_ = <T extends Tensor>(tensor: T): T => constant_(tensor, 0);

interface Xavier extends Drawn {
  gain: number;
}

const xavier =
  (name: string, fill: (tensor: Tensor, std: number, generator: Generator | null) => unknown) =>
  <T extends Tensor>(tensor: T, ...args: Keywords<[gain: number], Xavier>): T => {
    const { gain, generator } = keywords<Xavier>(name, { gain: 1, generator: null }, args);
    return filled(tensor, name, () => {
      const [fan_in, fan_out] = calculate_fan_in_and_fan_out(tensor);
      fill(tensor, gain * Math.sqrt(2 / (fan_in + fan_out)), generator);
    });
  };

const spreadUniformly = (tensor: Tensor, std: number, generator: Generator | null) => {
  const bound = Math.sqrt(3) * std;
  return random.uniform_(tensor, -bound, bound, { generator });
};
const spreadNormally = (tensor: Tensor, std: number, generator: Generator | null) =>
  random.normal_(tensor, 0, std, { generator });

/** Uniform with variance `2 gain² / (fan_in + fan_out)` (Glorot & Bengio 2010). */
export const xavier_uniform_ = xavier('xavier_uniform_', spreadUniformly);
/** Normal with variance `2 gain² / (fan_in + fan_out)` (Glorot & Bengio 2010). */
export const xavier_normal_ = xavier('xavier_normal_', spreadNormally);

interface Kaiming extends Drawn {
  a: number;
  mode: FanMode;
  nonlinearity: Nonlinearity;
}

const kaiming =
  (name: string, fill: typeof spreadNormally | typeof spreadUniformly) =>
  <T extends Tensor>(
    tensor: T,
    ...args: Keywords<[a: number, mode: FanMode, nonlinearity: Nonlinearity], Kaiming>
  ): T => {
    const defaults: Kaiming = { a: 0, mode: 'fan_in', nonlinearity: 'leaky_relu', generator: null };
    const { a, mode, nonlinearity, generator } = keywords(name, defaults, args);
    return filled(tensor, name, () => {
      if (tensor.numel() === 0) return;
      const fan = calculate_fan(tensor, mode);
      fill(tensor, calculate_gain(nonlinearity, a) / Math.sqrt(fan), generator);
    });
  };

/** Uniform with variance `gain² / fan`, where `a` is leaky_relu's slope (He et al. 2015). */
export const kaiming_uniform_ = kaiming('kaiming_uniform_', spreadUniformly);
/**
 * Normal with variance `gain² / fan`, where `a` is leaky_relu's slope (He et al. 2015). With
 * `{ nonlinearity: 'linear' }` it is LeCun's, the one for self-normalizing networks.
 */
export const kaiming_normal_ = kaiming('kaiming_normal_', spreadNormally);

const only = (ok: boolean, text: string) => {
  if (!ok) throw new TorchError(text, 'ValueError');
};

/** Overwrites with the number that `at` gives for each place in row-major order. */
function each<T extends Tensor>(tensor: T, at: (index: number) => number): T {
  const values = Float64Array.from({ length: tensor.numel() }, (_, i) => at(i));
  const flat = tensorOf(values);
  const shaped = flat.view(tensor.shape);
  copy_(tensor, shaped);
  shaped.dispose();
  flat.dispose();
  return tensor;
}

/** The identity matrix, as far as it goes. */
export function eye_<T extends Tensor>(tensor: T): T {
  return filled(tensor, 'eye_', () => {
    only(tensor.ndim === 2, 'Only tensors with 2 dimensions are supported');
    const columns = tensor.shape[1]!;
    each(tensor, (i) => Number(Math.floor(i / columns) === i % columns));
  });
}

/** A convolution weight that passes as many channels through as it can, in each of `groups`. */
export function dirac_<T extends Tensor>(
  tensor: T,
  ...args: Keywords<[groups: number], { groups: number }>
): T {
  const { groups } = keywords('dirac_', { groups: 1 }, args);
  return filled(tensor, 'dirac_', () => {
    const [out = 0, input = 0, ...field] = tensor.shape;
    only(
      field.length >= 1 && field.length <= 3,
      'Only tensors with 3, 4, or 5 dimensions are supported',
    );
    only(out % groups === 0, 'dim 0 must be divisible by groups');
    const perGroup = out / groups;
    const receptive = field.reduce((a, b) => a * b, 1);
    const centre = field.reduce((at, size) => at * size + Math.floor(size / 2), 0);
    each(tensor, (i) => {
      const channel = Math.floor(i / receptive);
      const [to, from] = [Math.floor(channel / input) % perGroup, channel % input];
      return Number(i % receptive === centre && to === from);
    });
  });
}

interface Sparse extends Drawn {
  std: number;
}

/** Normal, with the fraction `sparsity` of each column set to 0 (Martens 2010). */
export function sparse_<T extends Tensor>(
  tensor: T,
  sparsity: number,
  ...args: Keywords<[std: number], Sparse>
): T {
  const { std, generator } = keywords<Sparse>('sparse_', { std: 0.01, generator: null }, args);
  return filled(tensor, 'sparse_', () => {
    only(tensor.ndim === 2, 'Only tensors with 2 dimensions are supported');
    const [rows, columns] = tensor.shape as [number, number];
    const zeros = Math.ceil(sparsity * rows);
    random.normal_(tensor, 0, std, { generator });
    const values = tensor.toArray();
    for (let column = 0; column < columns; ++column) {
      const order = random.randperm(rows, { generator });
      for (const row of order.tolist<number[]>().slice(0, zeros))
        values[row * columns + column] = 0;
      order.dispose();
    }
    each(tensor, (i) => values[i]!);
  });
}

/** Orthonormal rows or columns, whichever are fewer, times `gain` (Saxe et al. 2013). */
export function orthogonal_<T extends Tensor>(
  tensor: T,
  ...args: Keywords<[gain: number], Xavier>
): T {
  const { gain, generator } = keywords<Xavier>('orthogonal_', { gain: 1, generator: null }, args);
  return filled(tensor, 'orthogonal_', () => {
    only(tensor.ndim >= 2, 'Only tensors with 2 or more dimensions are supported');
    if (tensor.numel() === 0) return;
    random.normal_(tensor, 0, 1, { generator });
    tidy(() => {
      const drawn = tensor.reshape(tensor.shape[0]!, -1);
      const tall = drawn.shape[0]! >= drawn.shape[1]!;
      const { Q, R } = qr(tall ? drawn : drawn.t());
      // With a positive diagonal in R, Q is unique, and evenly distributed.
      const basis = Q.mul(R.diagonal().sign());
      copy_(tensor, (tall ? basis : basis.t()).mul(gain).reshape(tensor.shape));
    });
  });
}
