export * from './activation.js';
export * from './container.js';
export * from './dropout.js';
export * from './linear.js';
export * from './loss.js';
export * from './named_containers.js';
export { BatchNorm1d, BatchNorm2d, LayerNorm } from './normalization.js';
export { Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d } from './convolution.js';
export { Embedding } from './embedding.js';
export { GroupNorm, RMSNorm } from './group_normalization.js';
export { InstanceNorm1d, InstanceNorm2d } from './instance_normalization.js';
export { Module } from './module.js';
export {
  CircularPad1d,
  CircularPad2d,
  ConstantPad1d,
  ConstantPad2d,
  ReflectionPad1d,
  ReflectionPad2d,
  ReplicationPad1d,
  ReplicationPad2d,
  ZeroPad1d,
  ZeroPad2d,
} from './padding.js';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AvgPool1d,
  AvgPool2d,
  MaxPool1d,
  MaxPool2d,
} from './pooling.js';
export { CosineSimilarity, PairwiseDistance } from './similarity.js';
export { Fold, Unfold } from './unfolding.js';
export { Upsample } from './upsampling.js';
