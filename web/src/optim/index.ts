// torch.optim

export * from './optimizers.js';
export * as lr_scheduler from './lr_scheduler/index.js';
export type {
  OptimizerStateDict,
  ParamGroup,
  ParamGroupOf,
  Params,
  ParamState,
} from './optimizer.js';
export type { SGDOptions } from './sgd.js';
export type { AdamOptions } from './adam.js';
export type { AdagradOptions } from './adagrad.js';
export type { AdamaxOptions } from './adamax.js';
export type { NAdamOptions } from './nadam.js';
export type { RAdamOptions } from './radam.js';
export type { RMSpropOptions } from './rmsprop.js';
