import { handle } from './arguments.js';
import { call, list } from './core.js';
import { dtypes, type DType } from './dtype.js';
import type { Tensor } from './tensor.js';

/** The dtype of an op on the two. */
export function result_type(tensor1: Tensor, tensor2: Tensor): DType {
  const [a, b] = [
    handle(tensor1, 'result_type', 'tensor1'),
    handle(tensor2, 'result_type', 'tensor2', 2),
  ];
  return dtypes[call((c) => c.result_type(list([a, b])))]!;
}
