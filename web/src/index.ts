// The namespace `torch`.

import './methods.js';
import './names.js';

export { TorchError, trace as _trace } from './core.js';
export type { CoreCall, TypedArray } from './core.js';
export type { Dims, Operand } from './arguments.js';
export { device, Tensor } from './tensor.js';
export type { GradFn } from './autograd/grad_fn.js';
export type { BackwardOptions, Conversion, Device, NestedArray, Size } from './tensor.js';
export {
  bool,
  double,
  DType as dtype,
  float,
  float32,
  float64,
  get_default_dtype,
  set_default_dtype,
  int,
  int32,
  int64,
  long,
  uint8,
} from './dtype.js';
export { keep, memory, tidy } from './memory.js';
export type { Memory } from './memory.js';
export { debug_memory } from './origins.js';
export type { Origin } from './origins.js';
export {
  enable_grad,
  inference_mode,
  is_anomaly_enabled,
  is_grad_enabled,
  is_inference_mode_enabled,
  no_grad,
  set_grad_enabled,
} from './autograd.js';
export * as autograd from './autograd.js';
export { get_num_threads, info, init, set_num_threads } from './info.js';
export type { Info } from './info.js';
export { set_printoptions } from './printing.js';
export type { PrintOptions } from './printing.js';
export { onwarning } from './warning.js';
export * from './ops.js';
export {
  arange,
  empty,
  empty_like,
  eye,
  full,
  full_like,
  linspace,
  logspace,
  ones,
  ones_like,
  tensor,
  zeros,
  zeros_like,
} from './creation.js';
export type { TensorData, TensorOptions } from './creation.js';
export {
  as_tensor,
  asarray,
  from_numpy,
  is_floating_point,
  is_nonzero,
  is_tensor,
  numel,
  scalar_tensor,
} from './creation_from.js';
export { finfo, iinfo } from './limits.js';
export type { FloatLimits, IntegerLimits } from './limits.js';
export * as linalg from './linalg.js';
export { det, inv as inverse, slogdet } from './linalg.js';
export {
  bernoulli,
  default_generator,
  Generator,
  get_rng_state,
  initial_seed,
  manual_seed,
  multinomial,
  normal,
  rand,
  rand_like,
  randint,
  randint_like,
  randn,
  randn_like,
  randperm,
  seed,
  set_rng_state,
} from './random.js';
export type { RandomOptions } from './random.js';
export { can_cast, promote_types, result_type } from './promotion.js';
export * as safetensors from './io/safetensors.js';
export * as numpy from './io/numpy.js';
export { load, save } from './io/serialization.js';
export * as nn from './nn/index.js';
export * as optim from './optim/index.js';
export * as utils from './utils/index.js';
