export * from './activation.js';
export * from './container.js';
export * from './dropout.js';
export * from './linear.js';
export * from './loss.js';
export * from './named_containers.js';
export { Module } from './module.js';
export { BatchNorm1d, BatchNorm2d, LayerNorm } from './normalization.js';
