// The op tables: a line per op, in the order of src/ops. The text in quotes is the signature that
// TypeScript sees. No logic here; an op that needs some keeps it in src/ops.
#include <emscripten/bind.h>

#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/inplace.h"
#include "ops/join.h"
#include "ops/loss.h"
#include "ops/matmul.h"
#include "ops/normalization.h"
#include "ops/reduce.h"
#include "ops/softmax.h"
#include "ops/unary.h"
#include "ops/view.h"
#include "wire.h"

namespace torch::bindings {

using emscripten::function;

EMSCRIPTEN_BINDINGS(creation) {
  function("empty(sizes, dtype)", wire<&torch::empty>);
  function("zeros(sizes, dtype)", wire<&torch::zeros>);
  function("ones(sizes, dtype)", wire<&torch::ones>);
  function("full(sizes, value, dtype)", wire<&torch::full>);
  function("eye(rows, columns, dtype)", wire<&torch::eye>);
  function("arange(start, end, step, dtype)", wire<&torch::arange>);
  function("linspace(start, end, steps, dtype)", wire<&torch::linspace>);
  function("logspace(start, end, steps, base, dtype)", wire<&torch::logspace>);
  function("fill_(x, value)", wire<&torch::fill_>);
  function("zero_(x)", wire<&torch::zero_>);
}

EMSCRIPTEN_BINDINGS(copy) {
  function("clone(x)", wire<&torch::clone>);
  function("contiguous(x)", wire<&torch::contiguous>);
  function("to(x, dtype, copy)", wire<&torch::to>);
  function("copy_(x, source)", wire<&torch::copy_>);
  function("item(x)", wire<&torch::item>);
  function("assign_(x, y)", wire<&torch::assign_>);
  function("become_(x, view)", wire<&torch::become_>);
}

EMSCRIPTEN_BINDINGS(view) {
  function("view(x, sizes)", wire<&torch::view>);
  function("reshape(x, sizes)", wire<&torch::reshape>);
  function("flatten(x, start_dim, end_dim)", wire<&torch::flatten>);
  function("unflatten(x, dim, sizes)", wire<&torch::unflatten>);
  function("transpose(x, dim0, dim1)", wire<&torch::transpose>);
  function("t(x)", wire<&torch::t>);
  function("permute(x, dims)", wire<&torch::permute>);
  function("movedim(x, source, destination)", wire<&torch::movedim>);
  function("unsqueeze(x, dim)", wire<&torch::unsqueeze>);
  function("squeeze(x)", wire<&torch::squeeze>);
  function("squeeze_dims(x, dims)", wire<&torch::squeeze_dims>);
  function("expand(x, sizes)", wire<&torch::expand>);
  function("select(x, dim, index)", wire<&torch::select>);
  function("narrow(x, dim, start, length)", wire<&torch::narrow>);
  function("slice(x, dim, start, end, step)", wire<&torch::slice>);
  function("diagonal(x, offset, dim1, dim2)", wire<&torch::diagonal>);
  function("as_strided(x, sizes, strides, offset)", wire<&torch::as_strided>);
  function("detach(x)", wire<&torch::detach>);
}

EMSCRIPTEN_BINDINGS(join) {
  function("cat(tensors, dim)", wire<&torch::cat>);
  function("stack(tensors, dim)", wire<&torch::stack>);
}

EMSCRIPTEN_BINDINGS(arithmetic) {
  function("add(a, b)", wire<&torch::add>);
  function("sub(a, b)", wire<&torch::sub>);
  function("mul(a, b)", wire<&torch::mul>);
  function("div(a, b)", wire<&torch::div>);
  function("floor_divide(a, b)", wire<&torch::floor_divide>);
  function("trunc_divide(a, b)", wire<&torch::trunc_divide>);
  function("remainder(a, b)", wire<&torch::remainder>);
  function("fmod(a, b)", wire<&torch::fmod>);
  function("pow(a, b)", wire<&torch::pow>);
  function("maximum(a, b)", wire<&torch::maximum>);
  function("minimum(a, b)", wire<&torch::minimum>);
  function("atan2(a, b)", wire<&torch::atan2>);
  function("add_(x, other)", wire<&torch::add_>);
  function("sub_(x, other)", wire<&torch::sub_>);
  function("mul_(x, other)", wire<&torch::mul_>);
  function("div_(x, other)", wire<&torch::div_>);
  function("lerp(a, b, w)", wire<&torch::lerp>);
  function("addcmul(x, a, b, value)", wire<&torch::addcmul>);
  function("addcdiv(x, a, b, value)", wire<&torch::addcdiv>);
}

EMSCRIPTEN_BINDINGS(comparison) {
  function("eq(a, b)", wire<&torch::eq>);
  function("ne(a, b)", wire<&torch::ne>);
  function("lt(a, b)", wire<&torch::lt>);
  function("le(a, b)", wire<&torch::le>);
  function("gt(a, b)", wire<&torch::gt>);
  function("ge(a, b)", wire<&torch::ge>);
  function("isnan(x)", wire<&torch::isnan>);
  function("isinf(x)", wire<&torch::isinf>);
  function("isfinite(x)", wire<&torch::isfinite>);
  function("logical_not(x)", wire<&torch::logical_not>);
  function("logical_and(a, b)", wire<&torch::logical_and>);
  function("logical_or(a, b)", wire<&torch::logical_or>);
  function("logical_xor(a, b)", wire<&torch::logical_xor>);
  function("bitwise_not(x)", wire<&torch::bitwise_not>);
  function("bitwise_and(a, b)", wire<&torch::bitwise_and>);
  function("bitwise_or(a, b)", wire<&torch::bitwise_or>);
  function("bitwise_xor(a, b)", wire<&torch::bitwise_xor>);
  function("where(condition, a, b)", wire<&torch::where>);
  function("masked_fill(x, mask, value)", wire<&torch::masked_fill>);
  function("clamp(x, low, high)", wire<&torch::clamp>);
  function("equal(a, b)", wire<&torch::equal>);
  function("isclose(a, b, rtol, atol, equal_nan)", wire<&torch::isclose>);
  function("allclose(a, b, rtol, atol, equal_nan)", wire<&torch::allclose>);
}

EMSCRIPTEN_BINDINGS(unary) {
  function("neg(x)", wire<&torch::neg>);
  function("abs(x)", wire<&torch::abs>);
  function("sign(x)", wire<&torch::sign>);
  function("square(x)", wire<&torch::square>);
  function("reciprocal(x)", wire<&torch::reciprocal>);
  function("sqrt(x)", wire<&torch::sqrt>);
  function("rsqrt(x)", wire<&torch::rsqrt>);
  function("floor(x)", wire<&torch::floor>);
  function("ceil(x)", wire<&torch::ceil>);
  function("trunc(x)", wire<&torch::trunc>);
  function("round(x)", wire<&torch::round>);
  function("frac(x)", wire<&torch::frac>);
  function("exp(x)", wire<&torch::exp>);
  function("exp2(x)", wire<&torch::exp2>);
  function("expm1(x)", wire<&torch::expm1>);
  function("log(x)", wire<&torch::log>);
  function("log2(x)", wire<&torch::log2>);
  function("log10(x)", wire<&torch::log10>);
  function("log1p(x)", wire<&torch::log1p>);
  function("sin(x)", wire<&torch::sin>);
  function("cos(x)", wire<&torch::cos>);
  function("tan(x)", wire<&torch::tan>);
  function("asin(x)", wire<&torch::asin>);
  function("acos(x)", wire<&torch::acos>);
  function("atan(x)", wire<&torch::atan>);
  function("sinh(x)", wire<&torch::sinh>);
  function("cosh(x)", wire<&torch::cosh>);
  function("erf(x)", wire<&torch::erf>);
  function("erfc(x)", wire<&torch::erfc>);
  function("erfinv(x)", wire<&torch::erfinv>);
}

EMSCRIPTEN_BINDINGS(activation) {
  function("relu(x)", wire<&torch::relu>);
  function("relu6(x)", wire<&torch::relu6>);
  function("hardtanh(x, min_val, max_val)", wire<&torch::hardtanh>);
  function("leaky_relu(x, negative_slope)", wire<&torch::leaky_relu>);
  function("elu(x, alpha)", wire<&torch::elu>);
  function("celu(x, alpha)", wire<&torch::celu>);
  function("selu(x)", wire<&torch::selu>);
  function("sigmoid(x)", wire<&torch::sigmoid>);
  function("tanh(x)", wire<&torch::tanh>);
  function("gelu(x, tanh_approximation)", wire<&torch::gelu>);
  function("silu(x)", wire<&torch::silu>);
  function("mish(x)", wire<&torch::mish>);
  function("softplus(x, beta, threshold)", wire<&torch::softplus>);
  function("logsigmoid(x)", wire<&torch::logsigmoid>);
  function("hardsigmoid(x)", wire<&torch::hardsigmoid>);
  function("hardswish(x)", wire<&torch::hardswish>);
  function("hardshrink(x, lambd)", wire<&torch::hardshrink>);
  function("softshrink(x, lambd)", wire<&torch::softshrink>);
  function("threshold(x, threshold, value)", wire<&torch::threshold>);
  function("glu(x, dim)", wire<&torch::glu>);
  function("prelu(x, weight)", wire<&torch::prelu>);
  function("softsign(x)", wire<&torch::softsign>);
  function("tanhshrink(x)", wire<&torch::tanhshrink>);
}

EMSCRIPTEN_BINDINGS(reduce) {
  function("sum(x, dims, keepdim, dtype)", wire<&torch::sum>);
  function("mean(x, dims, keepdim, dtype)", wire<&torch::mean>);
  function("prod(x)", wire<&torch::prod>);
  function("prod_dim(x, dim, keepdim)", wire<&torch::prod_dim>);
  function("var(x, dims, correction, keepdim)", wire<&torch::var>);
  function("var_mean(x, dims, correction, keepdim)", wire<&torch::var_mean>);
  function("std_(x, dims, correction, keepdim)", wire<&torch::std_>);
  function("amax(x, dims, keepdim)", wire<&torch::amax>);
  function("amin(x, dims, keepdim)", wire<&torch::amin>);
  function("max_all(x)", wire<&torch::max_all>);
  function("min_all(x)", wire<&torch::min_all>);
  function("max_dim(x, dim, keepdim)", wire<&torch::max_dim>);
  function("min_dim(x, dim, keepdim)", wire<&torch::min_dim>);
  function("argmax(x, dim, keepdim)", wire<&torch::argmax>);
  function("argmin(x, dim, keepdim)", wire<&torch::argmin>);
  function("all(x, dims, keepdim)", wire<&torch::all>);
  function("any(x, dims, keepdim)", wire<&torch::any>);
  function("count_nonzero(x, dims)", wire<&torch::count_nonzero>);
  function("norm(x, p, dims, keepdim)", wire<&torch::norm>);
  function("logsumexp(x, dims, keepdim)", wire<&torch::logsumexp>);
  function("sum_to_size(x, sizes)", wire<&torch::sum_to_size>);
}

EMSCRIPTEN_BINDINGS(softmax) {
  function("softmax(x, dim, dtype)", wire<&torch::softmax>);
  function("log_softmax(x, dim, dtype)", wire<&torch::log_softmax>);
}

EMSCRIPTEN_BINDINGS(matmul) {
  function("matmul(a, b)", wire<&torch::matmul>);
  function("mm(a, b)", wire<&torch::mm>);
  function("bmm(a, b)", wire<&torch::bmm>);
  function("mv(a, b)", wire<&torch::mv>);
  function("dot(a, b)", wire<&torch::dot>);
  function("outer(a, b)", wire<&torch::outer>);
  function("addmm(x, a, b, beta, alpha)", wire<&torch::addmm>);
  function("linear(x, weight, bias)", wire<&torch::linear>);
}

EMSCRIPTEN_BINDINGS(loss) {
  function("mse_loss(x, target, reduction)", wire<&torch::mse_loss>);
  function("l1_loss(x, target, reduction)", wire<&torch::l1_loss>);
  function("smooth_l1_loss(x, target, reduction, beta)", wire<&torch::smooth_l1_loss>);
  function("huber_loss(x, target, reduction, delta)", wire<&torch::huber_loss>);
  function("nll_loss(x, target, weight, ignore_index, reduction)", wire<&torch::nll_loss>);
  function("cross_entropy(x, target, weight, ignore_index, reduction, label_smoothing)",
           wire<&torch::cross_entropy>);
  function("binary_cross_entropy(x, target, weight, reduction)",
           wire<&torch::binary_cross_entropy>);
  function("binary_cross_entropy_with_logits(x, target, weight, pos_weight, reduction)",
           wire<&torch::binary_cross_entropy_with_logits>);
  function("kl_div(x, target, reduction, log_target)", wire<&torch::kl_div>);
  function("hinge_embedding_loss(x, target, margin, reduction)",
           wire<&torch::hinge_embedding_loss>);
  function("margin_ranking_loss(a, b, target, margin, reduction)",
           wire<&torch::margin_ranking_loss>);
  function("cosine_embedding_loss(a, b, target, margin, reduction)",
           wire<&torch::cosine_embedding_loss>);
  function("triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, reduction)",
           wire<&torch::triplet_margin_loss>);
  function("soft_margin_loss(x, target, reduction)", wire<&torch::soft_margin_loss>);
  function("poisson_nll_loss(x, target, log_input, full, eps, reduction)",
           wire<&torch::poisson_nll_loss>);
}

EMSCRIPTEN_BINDINGS(normalization) {
  function("batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps)",
           wire<&torch::batch_norm>);
  function("layer_norm(x, sizes, weight, bias, eps)", wire<&torch::layer_norm>);
}

}  // namespace torch::bindings
