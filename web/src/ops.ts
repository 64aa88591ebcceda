// Everything that takes tensors and gives tensors.

export * from './ops/activation.js';
export * from './ops/arithmetic.js';
export * from './ops/comparison.js';
export * from './ops/dropout.js';
export { cat, clone, concat, concatenate, contiguous, stack } from './ops/join.js';
export * from './ops/matmul.js';
export * from './ops/reduce.js';
export * from './ops/products.js';
export * from './ops/softmax.js';
export { cummax, cummin, cumprod, cumsum, logcumsumexp } from './ops/scan.js';
export * from './ops/sort.js';
export * from './ops/special.js';
export * from './ops/statistics.js';
export * from './ops/unary.js';
export * from './ops/view.js';
