// The namespace `torch.autograd`, and grad mode.

export { AutogradFunction as Function, FunctionCtx } from './autograd/function.js';
export { AnomalyMode, detect_anomaly, is_anomaly_enabled, set_detect_anomaly } from './autograd/anomaly.js';
export { inference_mode, InferenceMode, is_inference_mode_enabled } from './autograd/inference.js';
export * as functional from './autograd/functional.js';
export type { FunctionalOptions } from './autograd/functional.js';
export { gradcheck, GradcheckError, gradgradcheck } from './autograd/gradcheck.js';
export type { GradcheckOptions } from './autograd/gradcheck.js';
export { backward, grad } from './autograd/grad.js';
export type { BackwardOptions, GradOptions } from './autograd/grad.js';
export { RemovableHandle } from './autograd/hooks.js';
export type { Hook } from './autograd/hooks.js';
export { enable_grad, GradMode, is_grad_enabled, no_grad, set_grad_enabled } from './autograd/mode.js';
