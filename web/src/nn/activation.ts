// Activation functions as modules; each is explained where its function is.

import { int, keywords, type Keywords } from '../arguments.js';
import { TorchError } from '../core.js';
import { full } from '../creation.js';
import { float } from '../printing.js';
import type { Tensor } from '../tensor.js';
import * as F from './functional.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

interface InPlace {
  /** Overwrite the input. */
  inplace: boolean;
}

/** Activations that can only be in place or not. */
abstract class MaybeInPlace extends Module {
  readonly inplace: boolean;

  constructor(...args: Keywords<[inplace: boolean], InPlace>) {
    super();
    this.inplace = keywords(new.target.name, { inplace: false }, args).inplace;
  }

  override extra_repr(): string {
    return this.inplace ? 'inplace=True' : '';
  }
}

/** See {@link F.selu}. */
export class SELU extends MaybeInPlace {
  override forward(input: Tensor): Tensor {
    return F.selu(input, this.inplace);
  }
}

/** See {@link F.relu}. */
export class ReLU extends MaybeInPlace {
  override forward(input: Tensor): Tensor {
    return F.relu(input, this.inplace);
  }
}

/** See {@link F.relu6}. */
export class ReLU6 extends MaybeInPlace {
  override forward(input: Tensor): Tensor {
    return F.relu6(input, this.inplace);
  }
}

interface RandomSlope extends InPlace {
  lower: number;
  upper: number;
}

/** See {@link F.rrelu}. */
export class RReLU extends Module {
  readonly lower: number;
  readonly upper: number;
  readonly inplace: boolean;

  constructor(...args: Keywords<[lower: number, upper: number, inplace: boolean], RandomSlope>) {
    super();
    const defaults: RandomSlope = { lower: 1 / 8, upper: 1 / 3, inplace: false };
    const { lower, upper, inplace } = keywords('RReLU', defaults, args);
    [this.lower, this.upper, this.inplace] = [lower, upper, inplace];
  }

  override forward(input: Tensor): Tensor {
    return F.rrelu(input, this.lower, this.upper, this.training, this.inplace);
  }

  override extra_repr(): string {
    return `lower=${float(this.lower)}, upper=${float(this.upper)}${this.inplace ? ', inplace=True' : ''}`;
  }
}

/** See {@link F.silu}. */
export class SiLU extends MaybeInPlace {
  override forward(input: Tensor): Tensor {
    return F.silu(input, this.inplace);
  }
}

/** See {@link F.mish}. */
export class Mish extends MaybeInPlace {
  override forward(input: Tensor): Tensor {
    return F.mish(input, this.inplace);
  }
}

/** See {@link F.hardsigmoid}. */
export class Hardsigmoid extends MaybeInPlace {
  override forward(input: Tensor): Tensor {
    return F.hardsigmoid(input, this.inplace);
  }
}

/** See {@link F.hardswish}. */
export class Hardswish extends MaybeInPlace {
  override forward(input: Tensor): Tensor {
    return F.hardswish(input, this.inplace);
  }
}

/** See {@link F.sigmoid}. */
export class Sigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return F.sigmoid(input);
  }
}

/** See {@link F.tanh}. */
export class Tanh extends Module {
  override forward(input: Tensor): Tensor {
    return F.tanh(input);
  }
}

/** See {@link F.logsigmoid}. */
export class LogSigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return F.logsigmoid(input);
  }
}

interface Alpha extends InPlace {
  alpha: number;
}

abstract class WithAlpha extends Module {
  readonly alpha: number;
  readonly inplace: boolean;

  constructor(...args: Keywords<[alpha: number, inplace: boolean], Alpha>) {
    super();
    ({ alpha: this.alpha, inplace: this.inplace } = keywords<Alpha>(
      new.target.name,
      { alpha: 1, inplace: false },
      args,
    ));
  }

  override extra_repr(): string {
    return `alpha=${float(this.alpha)}${this.inplace ? ', inplace=True' : ''}`;
  }
}

/** See {@link F.elu}. */
export class ELU extends WithAlpha {
  override forward(input: Tensor): Tensor {
    return F.elu(input, this.alpha, this.inplace);
  }
}

/** See {@link F.celu}. */
export class CELU extends WithAlpha {
  override forward(input: Tensor): Tensor {
    return F.celu(input, this.alpha, this.inplace);
  }
}

interface Slope extends InPlace {
  negative_slope: number;
}

/** See {@link F.leaky_relu}. */
export class LeakyReLU extends Module {
  readonly negative_slope: number;
  readonly inplace: boolean;

  constructor(...args: Keywords<[negative_slope: number, inplace: boolean], Slope>) {
    super();
    const defaults: Slope = { negative_slope: 0.01, inplace: false };
    ({ negative_slope: this.negative_slope, inplace: this.inplace } = keywords(
      'LeakyReLU',
      defaults,
      args,
    ));
  }

  override forward(input: Tensor): Tensor {
    return F.leaky_relu(input, this.negative_slope, this.inplace);
  }

  override extra_repr(): string {
    return `negative_slope=${float(this.negative_slope)}${this.inplace ? ', inplace=True' : ''}`;
  }
}

interface Limits extends InPlace {
  min_val: number;
  max_val: number;
}

/** See {@link F.hardtanh}. */
export class Hardtanh extends Module {
  readonly min_val: number;
  readonly max_val: number;
  readonly inplace: boolean;

  constructor(...args: Keywords<[min_val: number, max_val: number, inplace: boolean], Limits>) {
    super();
    const defaults: Limits = { min_val: -1, max_val: 1, inplace: false };
    ({
      min_val: this.min_val,
      max_val: this.max_val,
      inplace: this.inplace,
    } = keywords('Hardtanh', defaults, args));
  }

  override forward(input: Tensor): Tensor {
    return F.hardtanh(input, this.min_val, this.max_val, this.inplace);
  }

  override extra_repr(): string {
    const limits = `min_val=${float(this.min_val)}, max_val=${float(this.max_val)}`;
    return limits + (this.inplace ? ', inplace=True' : '');
  }
}

type Approximation = 'none' | 'tanh';

/** See {@link F.gelu}. */
export class GELU extends Module {
  readonly approximate: Approximation;

  constructor(...args: Keywords<[approximate: Approximation], { approximate: Approximation }>) {
    super();
    const defaults: { approximate: Approximation } = { approximate: 'none' };
    this.approximate = keywords('GELU', defaults, args).approximate;
  }

  override forward(input: Tensor): Tensor {
    return F.gelu(input, { approximate: this.approximate });
  }

  override extra_repr(): string {
    return `approximate='${this.approximate}'`;
  }
}

interface Softness {
  beta: number;
  threshold: number;
}

/** See {@link F.softplus}. */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor(...args: Keywords<[beta: number, threshold: number], Softness>) {
    super();
    const defaults: Softness = { beta: 1, threshold: 20 };
    ({ beta: this.beta, threshold: this.threshold } = keywords('Softplus', defaults, args));
  }

  override forward(input: Tensor): Tensor {
    return F.softplus(input, this.beta, this.threshold);
  }

  override extra_repr(): string {
    return `beta=${float(this.beta)}, threshold=${float(this.threshold)}`;
  }
}

abstract class Shrinking extends Module {
  readonly lambd: number;

  constructor(...args: Keywords<[lambd: number], { lambd: number }>) {
    super();
    this.lambd = keywords(new.target.name, { lambd: 0.5 }, args).lambd;
  }

  override extra_repr(): string {
    return float(this.lambd);
  }
}

/** See {@link F.hardshrink}. */
export class Hardshrink extends Shrinking {
  override forward(input: Tensor): Tensor {
    return F.hardshrink(input, this.lambd);
  }
}

/** See {@link F.softshrink}. */
export class Softshrink extends Shrinking {
  override forward(input: Tensor): Tensor {
    return F.softshrink(input, this.lambd);
  }
}

/** See {@link F.threshold}. */
export class Threshold extends Module {
  constructor(
    readonly threshold: number,
    readonly value: number,
    readonly inplace = false,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return F.threshold(input, this.threshold, this.value, this.inplace);
  }

  override extra_repr(): string {
    return `threshold=${this.threshold}, value=${this.value}${this.inplace ? ', inplace=True' : ''}`;
  }
}

abstract class Along extends Module {
  readonly dim: number;

  constructor(dim: number | { dim: number }) {
    super();
    this.dim = int(typeof dim === 'object' ? dim.dim : dim, new.target.name, 'dim', 1);
  }

  override extra_repr(): string {
    return `dim=${this.dim}`;
  }
}

/** See {@link F.softmax}. */
export class Softmax extends Along {
  override forward(input: Tensor): Tensor {
    return F.softmax(input, this.dim);
  }
}

/** {@link F.softmax} over the channels of `[N, C, H, W]` or `[C, H, W]`. */
export class Softmax2d extends Module {
  override forward(input: Tensor): Tensor {
    if (input.ndim !== 3 && input.ndim !== 4) {
      throw new TorchError(`Softmax2d: expected input to be 3D or 4D, got ${input.ndim}D`, 'ValueError');
    }
    return F.softmax(input, -3);
  }
}

/** See {@link F.log_softmax}. */
export class LogSoftmax extends Along {
  override forward(input: Tensor): Tensor {
    return F.log_softmax(input, this.dim);
  }
}

/** See {@link F.softmin}. */
export class Softmin extends Along {
  override forward(input: Tensor): Tensor {
    return F.softmin(input, this.dim);
  }
}

/** See {@link F.softsign}. */
export class Softsign extends Module {
  override forward(input: Tensor): Tensor {
    return F.softsign(input);
  }
}

/** See {@link F.tanhshrink}. */
export class Tanhshrink extends Module {
  override forward(input: Tensor): Tensor {
    return F.tanhshrink(input);
  }
}

/** See {@link F.glu}. */
export class GLU extends Module {
  readonly dim: number;

  constructor(...args: Keywords<[dim: number], { dim: number }>) {
    super();
    this.dim = keywords('GLU', { dim: -1 }, args).dim;
  }

  override forward(input: Tensor): Tensor {
    return F.glu(input, this.dim);
  }

  override extra_repr(): string {
    return `dim=${this.dim}`;
  }
}

interface Slopes {
  num_parameters: number;
  init: number;
}

/** See {@link F.prelu}; the weights are learned, and start at `init` = 0.25. */
export class PReLU extends Module {
  readonly num_parameters: number;
  weight: Parameter;

  constructor(...args: Keywords<[num_parameters: number, init: number], Slopes>) {
    super();
    const { num_parameters, init } = keywords('PReLU', { num_parameters: 1, init: 0.25 }, args);
    this.num_parameters = int(num_parameters, 'PReLU', 'num_parameters', 1);
    const data = full([num_parameters], init);
    this.weight = new Parameter(data);
    data.dispose();
  }

  override forward(input: Tensor): Tensor {
    return F.prelu(input, this.weight);
  }

  override extra_repr(): string {
    return `num_parameters=${this.num_parameters}`;
  }
}
