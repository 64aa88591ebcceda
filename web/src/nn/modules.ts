export * from './activation.js';
export * from './container.js';
export * from './dropout.js';
export * from './linear.js';
export { Module } from './module.js';
