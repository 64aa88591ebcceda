export { Optimizer } from './optimizer.js';
export { SGD } from './sgd.js';
export { Adam, AdamW } from './adam.js';
export { Adagrad } from './adagrad.js';
export { Adamax } from './adamax.js';
export { NAdam } from './nadam.js';
export { RAdam } from './radam.js';
export { RMSprop } from './rmsprop.js';
