// The dtypes that operands meet in.

import { operand, type Operand } from './arguments.js';
import { call, list } from './core.js';
import { empty } from './creation.js';
import { bool, dtypes, type DType } from './dtype.js';
import { tidy } from './memory.js';

/** The dtype of an op on the two. */
export function result_type(tensor1: Operand, tensor2: Operand): DType {
  const [a, b] = [
    operand(tensor1, 'result_type', 'tensor1', 1),
    operand(tensor2, 'result_type', 'tensor2', 2),
  ];
  return dtypes[call((c) => c.result_type(list([a, b])))]!;
}

/** The least dtype that both can be converted to. */
export const promote_types = (type1: DType, type2: DType): DType =>
  tidy(() => result_type(empty([1], { dtype: type1 }), empty([1], { dtype: type2 })));

/** Whether an in-place op may store `from_` in `to`: not a fraction in an integer, not a number in a bool. */
export function can_cast(from_: DType, to: DType): boolean {
  const category = (type: DType) => (type.is_floating_point ? 2 : type === bool ? 0 : 1);
  return category(from_) <= category(to);
}
