import { int, keywords, required, type Arguments } from '../arguments.js';
import { get_default_dtype, type DType } from '../dtype.js';
import type { Tensor } from '../tensor.js';
import { linear } from './functional.js';
import { blank, start_uniform } from './initial.js';
import { Module } from './module.js';
import type { Parameter } from './parameter.js';

interface Features {
  in_features: number;
  out_features: number;
}
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
    ...args: Arguments<[in_features: number, out_features: number], Features, [bias: boolean], LinearOptions>
  ) {
    super();
    const [in_features, out_features, ...options] = required(
      ['in_features', 'out_features'],
      args,
    ) as [number, number, ...unknown[]];
    const { bias, dtype } = keywords<LinearOptions>('Linear', { bias: true, dtype: get_default_dtype() }, options);
    this.in_features = int(in_features, 'Linear', 'in_features', 1);
    this.out_features = int(out_features, 'Linear', 'out_features');
    this.weight = blank([out_features, in_features], dtype);
    this.bias = bias ? blank([out_features], dtype) : null;
    this.reset_parameters();
  }

  /** Draws the parameters anew. */
  reset_parameters(): void {
    start_uniform(this.weight, this.bias);
  }

  override forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  override extra_repr(): string {
    const bias = this.bias === null ? 'False' : 'True';
    return `in_features=${this.in_features}, out_features=${this.out_features}, bias=${bias}`;
  }
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
