// How layers make and start their parameters.

import { empty } from '../creation.js';
import type { DType } from '../dtype.js';
import type { Tensor } from '../tensor.js';
import { calculate_fan_in_and_fan_out, kaiming_uniform_, uniform_ } from './init.js';
import { Parameter } from './parameter.js';

/** A parameter that owns `data`. */
export function parameter(data: Tensor): Parameter {
  const result = new Parameter(data);
  data.dispose();
  return result;
}

/** A parameter of this size, to be filled. */
export const blank = (size: readonly number[], dtype: DType): Parameter =>
  parameter(empty(size, { dtype }));

/** Both uniform on ±1/√fan_in, as PyTorch starts linear layers and convolutions: the weight is drawn first. */
export function start_uniform(weight: Parameter, bias: Parameter | null): void {
  kaiming_uniform_(weight, Math.sqrt(5));
  if (bias === null) return;
  const [fan_in] = calculate_fan_in_and_fan_out(weight);
  const bound = fan_in > 0 ? 1 / Math.sqrt(fan_in) : 0;
  uniform_(bias, -bound, bound);
}
