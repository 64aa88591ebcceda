// torch.optim.lr_scheduler

export { LRScheduler } from './scheduler.js';
export type { SchedulerState } from './scheduler.js';
export {
  ConstantLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiplicativeLR,
  MultiStepLR,
  PolynomialLR,
  StepLR,
} from './decay.js';
export { CosineAnnealingLR, CosineAnnealingWarmRestarts } from './cosine.js';
export { CyclicLR, OneCycleLR } from './cycle.js';
export { ReduceLROnPlateau } from './plateau.js';
export { ChainedScheduler, SequentialLR } from './compose.js';
