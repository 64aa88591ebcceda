import { int, keywords, type Keywords } from '../arguments.js';
import { empty } from '../creation.js';
import { get_default_dtype, type DType } from '../dtype.js';
import type { Tensor } from '../tensor.js';
import { linear } from './functional.js';
import { calculate_fan_in_and_fan_out, kaiming_uniform_, uniform_ } from './init.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

interface LinearOptions {
  bias: boolean;
  dtype: DType;
}

/**
 * `x @ weightᵀ + bias`: from `[…, in_features]` to `[…, out_features]`. Both start uniform on
 * ±1/√in_features, with PyTorch's draws.
 */
export class Linear extends Module {
  readonly in_features: number;
  readonly out_features: number;
  /** `[out_features, in_features]` */
  weight: Parameter;
  /** `[out_features]` */
  bias: Parameter | null;

  constructor(
    in_features: number,
    out_features: number,
    ...args: Keywords<[bias: boolean], LinearOptions>
  ) {
    super();
    const { bias, dtype } = keywords<LinearOptions>('Linear', { bias: true, dtype: get_default_dtype() }, args);
    this.in_features = int(in_features, 'Linear', 'in_features', 1);
    this.out_features = int(out_features, 'Linear', 'out_features');
    this.weight = parameter([out_features, in_features], dtype);
    this.bias = bias ? parameter([out_features], dtype) : null;
    this.reset_parameters();
  }

  /** Draws the parameters anew. */
  reset_parameters(): void {
    kaiming_uniform_(this.weight, Math.sqrt(5));
    if (this.bias === null) return;
    const [fan_in] = calculate_fan_in_and_fan_out(this.weight);
    const bound = fan_in > 0 ? 1 / Math.sqrt(fan_in) : 0;
    uniform_(this.bias, -bound, bound);
  }

  override forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  override extra_repr(): string {
    const bias = this.bias === null ? 'False' : 'True';
    return `in_features=${this.in_features}, out_features=${this.out_features}, bias=${bias}`;
  }
}

function parameter(size: readonly number[], dtype: DType): Parameter {
  const data = empty(size, { dtype });
  const result = new Parameter(data);
  data.dispose();
  return result;
}

/** Gives its input back. Takes any arguments, and ignores them. */
export class Identity extends Module {
  constructor(..._ignored: unknown[]) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return input;
  }
}
