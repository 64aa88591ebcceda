// torch.utils

export * as data from './data/index.js';
export { pause } from './pause.js';
export { train } from './train.js';
export type { TrainOptions, TrainStep } from './train.js';
