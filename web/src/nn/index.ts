// torch.nn

export * from './modules.js';
export type { Incompatible, StateDict } from './module.js';
export { Parameter } from './parameter.js';
export * as functional from './functional.js';
export * as init from './init.js';
export * as utils from './clip.js';
