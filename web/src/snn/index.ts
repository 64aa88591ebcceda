// torch.snn: the instruments of self-normalizing networks.

export { init_gain, mean_field, output_cdf } from './mean_field.js';
export type { Gain, Init, Layer, Network } from './mean_field.js';
export {
  depth_scale,
  dropout_mask,
  equal_noise_rate,
  gradient_factor,
  masked_moments,
  noise_share,
} from './dropout.js';
export type { DropoutKind, Mask, MaskOptions } from './dropout.js';
export { selu_constants, selu_fixed_point, selu_map, selu_map_jacobian } from './map.js';
export { activate, activation_moments, ALPHA_PRIME, normal_moments, SELU, selu_moments } from './moments.js';
export type { Activation, HigherMoments, Moments, SeluConstants } from './moments.js';
export { mask_band, network_band, sampling_band } from './bands.js';
export { normal_cdf, normal_density } from './normal.js';
export { trace } from './trace.js';
export type { Trace, TracedLayer, TraceOptions } from './trace.js';
export type { TraceHistogram } from './statistics.js';
export { check } from './check.js';
export type { CheckOptions, Finding, Rule } from './check.js';
export { lecun_normal_, make_self_normalizing } from './init.js';
