// Compiled, never run: every elementwise op, as function, as method and in place.
import * as torch from 'alphatorch';
import type { Tensor } from 'alphatorch';

const F = torch.nn.functional;

export function elementwise(x: Tensor, y: Tensor, mask: Tensor): Tensor[] {
  return [
    // Of one tensor
    torch.neg(x), torch.abs(x), torch.sign(x), torch.square(x), torch.reciprocal(x), torch.sqrt(x),
    torch.rsqrt(x), torch.floor(x), torch.ceil(x), torch.trunc(x), torch.round(x), torch.frac(x),
    torch.exp(x), torch.exp2(x), torch.expm1(x), torch.log(x), torch.log2(x), torch.log10(x),
    torch.log1p(x), torch.sin(x), torch.cos(x), torch.tan(x), torch.asin(x), torch.acos(x),
    torch.atan(x), torch.sinh(x), torch.cosh(x), torch.erf(x), torch.erfc(x), torch.erfinv(x),
    torch.logical_not(x), torch.bitwise_not(x), torch.relu(x), torch.selu(x), torch.sigmoid(x),
    torch.tanh(x), torch.sinc(x), torch.asinh(x), torch.acosh(x), torch.atanh(x), torch.lgamma(x),
    torch.digamma(x), torch.deg2rad(x), torch.rad2deg(x), torch.absolute(x), torch.negative(x),
    torch.fix(x), torch.arccos(x), torch.arccosh(x), torch.arcsin(x), torch.arcsinh(x), torch.arctan(x),
    torch.arctanh(x), torch.sgn(x), torch.logit(x), torch.nan_to_num(x), torch.isnan(x), torch.isinf(x),
    torch.isfinite(x), torch.hardshrink(x), torch.positive(x), torch.isposinf(x), torch.isneginf(x),
    torch.relu6(x), torch.silu(x), torch.mish(x), torch.logsigmoid(x), torch.hardsigmoid(x),
    torch.hardswish(x), torch.hardtanh(x), torch.leaky_relu(x), torch.elu(x), torch.celu(x),
    torch.gelu(x), torch.softplus(x), torch.softshrink(x), torch.softsign(x), torch.tanhshrink(x),
    torch.glu(x),
    // As methods
    x.neg(), x.abs(), x.sign(), x.square(), x.reciprocal(), x.sqrt(), x.rsqrt(), x.floor(), x.ceil(),
    x.trunc(), x.round(), x.frac(), x.exp(), x.exp2(), x.expm1(), x.log(), x.log2(), x.log10(),
    x.log1p(), x.sin(), x.cos(), x.tan(), x.asin(), x.acos(), x.atan(), x.sinh(), x.cosh(), x.erf(),
    x.erfc(), x.erfinv(), x.logical_not(), x.bitwise_not(), x.relu(), x.selu(), x.sigmoid(), x.tanh(),
    x.sinc(), x.asinh(), x.acosh(), x.atanh(), x.lgamma(), x.digamma(), x.deg2rad(), x.rad2deg(),
    x.absolute(), x.negative(), x.fix(), x.arccos(), x.arccosh(), x.arcsin(), x.arcsinh(), x.arctan(),
    x.arctanh(), x.sgn(), x.logit(), x.nan_to_num(), x.isnan(), x.isinf(), x.isfinite(), x.hardshrink(),
    x.positive(), x.isposinf(), x.isneginf(),
    // In place
    x.neg_(), x.abs_(), x.sign_(), x.square_(), x.reciprocal_(), x.sqrt_(), x.rsqrt_(), x.floor_(),
    x.ceil_(), x.trunc_(), x.round_(), x.frac_(), x.exp_(), x.exp2_(), x.expm1_(), x.log_(), x.log2_(),
    x.log10_(), x.log1p_(), x.sin_(), x.cos_(), x.tan_(), x.asin_(), x.acos_(), x.atan_(), x.sinh_(),
    x.cosh_(), x.erf_(), x.erfc_(), x.erfinv_(), x.logical_not_(), x.bitwise_not_(), x.relu_(),
    x.selu_(), x.sigmoid_(), x.tanh_(), x.sinc_(), x.asinh_(), x.acosh_(), x.atanh_(), x.lgamma_(),
    x.digamma_(), x.deg2rad_(), x.rad2deg_(), x.absolute_(), x.negative_(), x.fix_(), x.arccos_(),
    x.arccosh_(), x.arcsin_(), x.arcsinh_(), x.arctan_(), x.arctanh_(), x.sgn_(), x.logit_(),
    x.nan_to_num_(),
    // Of two
    torch.add(x, 2), torch.sub(x, 2), torch.subtract(x, 2), torch.mul(x, 2), torch.multiply(x, 2),
    torch.div(x, 2), torch.divide(x, 2), torch.true_divide(x, 2), torch.floor_divide(x, 2),
    torch.remainder(x, 2), torch.fmod(x, 2), torch.pow(x, 2), torch.eq(x, 2), torch.ne(x, 2),
    torch.lt(x, 2), torch.le(x, 2), torch.gt(x, 2), torch.ge(x, 2), torch.not_equal(x, 2), torch.less(x,
    2), torch.less_equal(x, 2), torch.greater(x, 2), torch.greater_equal(x, 2), torch.logical_and(x, 2),
    torch.logical_or(x, 2), torch.logical_xor(x, 2), torch.bitwise_and(x, 2), torch.bitwise_or(x, 2),
    torch.bitwise_xor(x, 2), torch.bitwise_left_shift(x, 2), torch.bitwise_right_shift(x, 2),
    torch.xlogy(x, 2), torch.atan2(x, y), torch.arctan2(x, y), torch.hypot(x, y), torch.heaviside(x, y),
    torch.fmax(x, y), torch.fmin(x, y), torch.logaddexp(x, y), torch.logaddexp2(x, y), torch.maximum(x,
    y), torch.minimum(x, y), torch.float_power(x, 2),
    // As methods
    x.add(2), x.sub(2), x.subtract(2), x.mul(2), x.multiply(2), x.div(2), x.divide(2), x.true_divide(2),
    x.floor_divide(2), x.remainder(2), x.fmod(2), x.pow(2), x.eq(2), x.ne(2), x.lt(2), x.le(2), x.gt(2),
    x.ge(2), x.not_equal(2), x.less(2), x.less_equal(2), x.greater(2), x.greater_equal(2),
    x.logical_and(2), x.logical_or(2), x.logical_xor(2), x.bitwise_and(2), x.bitwise_or(2),
    x.bitwise_xor(2), x.bitwise_left_shift(2), x.bitwise_right_shift(2), x.xlogy(2), x.atan2(y),
    x.arctan2(y), x.hypot(y), x.heaviside(y), x.fmax(y), x.fmin(y), x.logaddexp(y), x.logaddexp2(y),
    x.maximum(y), x.minimum(y), x.float_power(2),
    // In place
    x.add_(2), x.sub_(2), x.subtract_(2), x.mul_(2), x.multiply_(2), x.div_(2), x.divide_(2),
    x.true_divide_(2), x.floor_divide_(2), x.remainder_(2), x.fmod_(2), x.pow_(2), x.eq_(2), x.ne_(2),
    x.lt_(2), x.le_(2), x.gt_(2), x.ge_(2), x.not_equal_(2), x.less_(2), x.less_equal_(2),
    x.greater_(2), x.greater_equal_(2), x.logical_and_(2), x.logical_or_(2), x.logical_xor_(2),
    x.bitwise_and_(2), x.bitwise_or_(2), x.bitwise_xor_(2), x.bitwise_left_shift_(2),
    x.bitwise_right_shift_(2), x.xlogy_(2), x.atan2_(y), x.arctan2_(y), x.hypot_(y), x.heaviside_(y),
    // With more to them
    torch.threshold(x, 0, 1), torch.prelu(x, y), x.prelu(y), torch.polygamma(1, x), torch.lerp(x, y,
    0.5), x.lerp(y, y), x.lerp_(y, 0.5), torch.addcmul(x, y, y, { value: 2 }), x.addcmul(y, y),
    x.addcmul_(y, y), torch.addcdiv(x, y, y), x.addcdiv(y, y), x.addcdiv_(y, y, { value: 2 }),
    torch.clamp(x, 0, 1), x.clamp({ min: 0 }), x.clamp_(0), torch.clip(x, { max: 1 }), x.clip(0, 1),
    x.clip_(0, 1), torch.clamp_min(x, 0), x.clamp_min(0), x.clamp_min_(0), torch.clamp_max(x, y),
    x.clamp_max(0), x.clamp_max_(0), torch.where(mask, x, 0), ...torch.where(mask), x.where(mask, y),
    torch.masked_fill(x, mask, 0), x.masked_fill(mask, 0), x.masked_fill_(mask, y), torch.isclose(x, y,
    { rtol: 1e-3 }), x.isclose(y), torch.softmax(x, 1), x.softmax(-1), torch.log_softmax(x, 1),
    x.log_softmax(1), torch.isin(x, y, { invert: true }), torch.searchsorted(x, y, { right: true }),
    torch.bucketize(x, y),
    // Dropout
    torch.dropout(x, 0.5, true), torch.alpha_dropout(x, 0.5, true), torch.feature_dropout(x, 0.5, true),
    torch.feature_alpha_dropout(x, 0.5, true), torch.dropout_(x, 0.5, true), torch.alpha_dropout_(x,
    0.5, true), torch.feature_dropout_(x, 0.5, true), torch.feature_alpha_dropout_(x, 0.5, true),
    // nn.functional
    F.relu(x, true), F.relu6(x, true), F.selu(x, true), F.silu(x, true), F.mish(x, true),
    F.hardsigmoid(x, true), F.hardswish(x, true), F.sigmoid(x), F.tanh(x), F.logsigmoid(x),
    F.softsign(x), F.tanhshrink(x), F.gelu(x, { approximate: 'tanh' }), F.glu(x, -1), F.hardshrink(x,
    0.5), F.softshrink(x, 0.5), F.softplus(x, 1, 20), F.prelu(x, y), F.elu(x, 1, true), F.celu(x, {
    alpha: 2 }), F.leaky_relu(x, { negative_slope: 0.1, inplace: true }), F.hardtanh(x, -1, 1),
    F.threshold(x, 0, 1, true), F.softmax(x, 1), F.log_softmax(x, 1), F.softmin(x, 1), F.softmax(x, { dim: 1 }), F.dropout(x,
    0.1), F.dropout1d(x, { p: 0.1 }), F.dropout2d(x, 0.1, false), F.dropout3d(x), F.alpha_dropout(x, {
    training: true }), F.feature_alpha_dropout(x, 0.1, true, true),
  ];
}

export function answers(x: Tensor, y: Tensor): boolean[] {
  return [torch.equal(x, y), x.equal(y), torch.allclose(x, y, { atol: 1e-3 }), x.allclose(y)];
}
