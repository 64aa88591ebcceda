// Matrix products.

import { handle, nothing } from '../arguments.js';
import { binaryOfTensors, op } from '../op.js';
import type { Tensor } from '../tensor.js';

/** The product of vectors, matrices or batches of matrices, which broadcast. */
export const matmul = binaryOfTensors('matmul');
/** The product of two matrices. */
export const mm = binaryOfTensors('mm');
/** The products of two batches of matrices. */
export const bmm = binaryOfTensors('bmm');
/** A matrix times a vector. */
export const mv = binaryOfTensors('mv');
/** The inner product of two vectors. */
export const dot = binaryOfTensors('dot');
/** The outer product of two vectors. */
export const outer = binaryOfTensors('outer');

export { dot as vdot, outer as ger };

/** `beta * input + alpha * (mat1 @ mat2)` */
export function addmm(
  input: Tensor,
  mat1: Tensor,
  mat2: Tensor,
  { beta = 1, alpha = 1, ...more } = {},
): Tensor {
  nothing('addmm', more);
  const x = handle(input, 'addmm');
  const [a, b] = [handle(mat1, 'addmm', 'mat1', 2), handle(mat2, 'addmm', 'mat2', 3)];
  return op((c) => c.addmm(x, a, b, beta, alpha));
}
