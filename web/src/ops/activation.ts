// Activation functions, element by element.

import { handle, int, keywords, nothing, number, type Keywords } from '../arguments.js';
import { TorchError } from '../core.js';
import { op, unary } from '../op.js';
import type { Tensor } from '../tensor.js';

/** `max(x, 0)` */
export const relu = unary('relu');
/** `min(max(x, 0), 6)` */
export const relu6 = unary('relu6');
/**
 * `λ * (x > 0 ? x : α * (eˣ - 1))`, with λ ≈ 1.0507 and α ≈ 1.6733: keeps mean 0 and variance 1
 * through a deep network (Klambauer et al. 2017).
 */
export const selu = unary('selu');
/** `1 / (1 + e⁻ˣ)` */
export const sigmoid = unary('sigmoid');
/** The hyperbolic tangent. */
export const tanh = unary('tanh');
/** `x * sigmoid(x)` */
export const silu = unary('silu');
/** `x * tanh(softplus(x))` */
export const mish = unary('mish');
/** `log(sigmoid(x))` */
export const logsigmoid = unary('logsigmoid');
/** `relu6(x + 3) / 6` */
export const hardsigmoid = unary('hardsigmoid');
/** `x * relu6(x + 3) / 6` */
export const hardswish = unary('hardswish');

/** `x` limited to `[min_val, max_val]`. */
export function hardtanh(input: Tensor, min_val = -1, max_val = 1): Tensor {
  const x = handle(input, 'hardtanh');
  return op((c) =>
    c.hardtanh(x, number(min_val, 'hardtanh', 'min_val'), number(max_val, 'hardtanh', 'max_val')),
  );
}

/** `x > 0 ? x : negative_slope * x` */
export function leaky_relu(input: Tensor, negative_slope = 0.01): Tensor {
  const x = handle(input, 'leaky_relu');
  return op((c) => c.leaky_relu(x, number(negative_slope, 'leaky_relu', 'negative_slope')));
}

/** `x > 0 ? x : alpha * (eˣ - 1)` */
export function elu(input: Tensor, alpha = 1): Tensor {
  const x = handle(input, 'elu');
  return op((c) => c.elu(x, number(alpha, 'elu', 'alpha')));
}

/** `max(0, x) + min(0, alpha * (e^(x / alpha) - 1))` */
export function celu(input: Tensor, alpha = 1): Tensor {
  const x = handle(input, 'celu');
  return op((c) => c.celu(x, number(alpha, 'celu', 'alpha')));
}

/** `x * Φ(x)`, with Φ the normal distribution, or its `tanh` approximation. */
export function gelu(
  input: Tensor,
  { approximate = 'none', ...more }: { approximate?: 'none' | 'tanh' } = {},
): Tensor {
  nothing('gelu', more);
  if (approximate !== 'none' && approximate !== 'tanh') {
    throw new TorchError('approximate argument must be either none or tanh.');
  }
  const x = handle(input, 'gelu');
  return op((c) => c.gelu(x, approximate === 'tanh'));
}

interface Softplus {
  beta: number;
  /** From where on it is the identity. */
  threshold: number;
}

/** `log(1 + e^(beta * x)) / beta`; x itself where `beta * x > threshold`. */
export function softplus(input: Tensor, ...args: Keywords<[beta: number, threshold: number], Softplus>): Tensor {
  const x = handle(input, 'softplus');
  const { beta, threshold } = keywords<Softplus>('softplus', { beta: 1, threshold: 20 }, args);
  return op((c) =>
    c.softplus(x, number(beta, 'softplus', 'beta'), number(threshold, 'softplus', 'threshold')),
  );
}

const shrink =
  (name: 'hardshrink' | 'softshrink') =>
  (input: Tensor, ...args: Keywords<[lambd: number], { lambd: number }>): Tensor => {
    const x = handle(input, name);
    const { lambd } = keywords(name, { lambd: 0.5 }, args);
    return op((c) => c[name](x, number(lambd, name, 'lambd')));
  };

/** `|x| > lambd ? x : 0`; lambd is 0.5 unless given. */
export const hardshrink = shrink('hardshrink');
/** `x` moved towards 0 by `lambd` (0.5 unless given), 0 where that would cross it. */
export const softshrink = shrink('softshrink');

/** `x > threshold ? x : value` */
export function threshold(input: Tensor, threshold: number, value: number): Tensor {
  const x = handle(input, 'threshold');
  return op((c) =>
    c.threshold(
      x,
      number(threshold, 'threshold', 'threshold'),
      number(value, 'threshold', 'value'),
    ),
  );
}

/** `x / (1 + |x|)` */
export const softsign = unary('softsign');
/** `x - tanh(x)` */
export const tanhshrink = unary('tanhshrink');

/** `a * sigmoid(b)` for the halves `a`, `b` of `x` along `dim` (Dauphin et al. 2016). */
export function glu(input: Tensor, ...args: Keywords<[dim: number], { dim: number }>): Tensor {
  const x = handle(input, 'glu');
  const { dim } = keywords('glu', { dim: -1 }, args);
  return op((c) => c.glu(x, int(dim, 'glu', 'dim')));
}

/** `x > 0 ? x : weight * x`, with one weight or one for each channel `x[:, c, …]`. */
export function prelu(input: Tensor, weight: Tensor): Tensor {
  const [x, w] = [handle(input, 'prelu'), handle(weight, 'prelu', 'weight', 2)];
  return op((c) => c.prelu(x, w));
}
