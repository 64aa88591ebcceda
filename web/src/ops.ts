// Everything that takes tensors and gives tensors.

export * from './ops/activation.js';
export * from './ops/arithmetic.js';
export * from './ops/comparison.js';
export * from './ops/dropout.js';
export * from './ops/grid.js';
export * from './ops/indexing.js';
export {
  block_diag,
  cat,
  clone,
  column_stack,
  concat,
  concatenate,
  contiguous,
  dstack,
  hstack,
  row_stack,
  stack,
  vstack,
} from './ops/join.js';
export * from './ops/lookup.js';
export * from './ops/matmul.js';
export * from './ops/reduce.js';
export * from './ops/products.js';
export * from './ops/rearrange.js';
export * from './ops/softmax.js';
export { cummax, cummin, cumprod, cumsum, logcumsumexp } from './ops/scan.js';
export * from './ops/sort.js';
export * from './ops/special.js';
export * from './ops/split.js';
export * from './ops/statistics.js';
export * from './ops/unary.js';
export * from './ops/view.js';
