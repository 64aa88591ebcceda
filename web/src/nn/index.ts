// torch.nn

import * as modules from './modules.js';

// Minifiers rename classes; a module prints under the name that users know.
for (const [name, type] of Object.entries(modules)) Object.defineProperty(type, 'name', { value: name });

export * from './modules.js';
export type { Incompatible, StateDict } from './module.js';
export { Parameter } from './parameter.js';
export * as functional from './functional.js';
export * as init from './init.js';
