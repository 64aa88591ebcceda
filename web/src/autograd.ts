// The namespace `torch.autograd`, and grad mode.

export { AutogradFunction as Function, FunctionCtx } from './autograd/function.js';
export { backward, grad } from './autograd/grad.js';
export type { BackwardOptions, GradOptions } from './autograd/grad.js';
export { RemovableHandle } from './autograd/hooks.js';
export type { Hook } from './autograd/hooks.js';
export { enable_grad, GradMode, is_grad_enabled, no_grad, set_grad_enabled } from './autograd/mode.js';
