// The tables of the ops beside the everyday ones, as in bind_ops.cpp.
#include <emscripten/bind.h>

#include "ops/einsum.h"
#include "ops/linalg.h"
#include "ops/products.h"
#include "ops/scan.h"
#include "ops/sort.h"
#include "ops/special.h"
#include "ops/statistics.h"
#include "wire.h"

namespace torch::bindings {

template <>
struct Wire<Interpolation> {
  using type = int32_t;
  static Interpolation from(int32_t value) { return static_cast<Interpolation>(value); }
};

using emscripten::function;

void set_default_dtype(DType dtype) { default_dtype = dtype; }

EMSCRIPTEN_BINDINGS(products) {
  function("einsum(equation, operands)", wire<&torch::einsum>);
  function("baddbmm(x, a, b, beta, alpha)", wire<&torch::baddbmm>);
  function("addbmm(x, a, b, beta, alpha)", wire<&torch::addbmm>);
  function("addmv(x, matrix, vector, beta, alpha)", wire<&torch::addmv>);
  function("addr(x, a, b, beta, alpha)", wire<&torch::addr>);
  function("tensordot(a, b, dims_a, dims_b)", wire<&torch::tensordot>);
  function("kron(a, b)", wire<&torch::kron>);
  function("trace(x)", wire<&torch::trace>);
  function("matrix_power(x, n)", wire<&torch::matrix_power>);
  function("multi_dot(tensors)", wire<&torch::multi_dot>);
}

EMSCRIPTEN_BINDINGS(scan) {
  function("cumsum(x, dim, dtype)", wire<&torch::cumsum>);
  function("cumprod(x, dim, dtype)", wire<&torch::cumprod>);
  function("logcumsumexp(x, dim)", wire<&torch::logcumsumexp>);
  function("cummax(x, dim)", wire<&torch::cummax>);
  function("cummin(x, dim)", wire<&torch::cummin>);
}

EMSCRIPTEN_BINDINGS(sort) {
  function("sort(x, dim, descending)", wire<&torch::sort>);
  function("argsort(x, dim, descending)", wire<&torch::argsort>);
  function("topk(x, k, dim, largest)", wire<&torch::topk>);
  function("kthvalue(x, k, dim, keepdim)", wire<&torch::kthvalue>);
  function("median(x, ignore_nan)", wire<&torch::median>);
  function("median_dim(x, dim, keepdim, ignore_nan)", wire<&torch::median_dim>);
  function("mode(x, dim, keepdim)", wire<&torch::mode>);
  function("unique(x)", wire<&torch::unique>);
  function("searchsorted(sorted, values, right)", wire<&torch::searchsorted>);
}

EMSCRIPTEN_BINDINGS(linalg) {
  function("inv(a)", wire<&torch::inv>);
  function("det(a)", wire<&torch::det>);
  function("slogdet(a)", wire<&torch::slogdet>);
  function("solve(a, b)", wire<&torch::solve>);
  function("solve_triangular(a, b, upper, left, unitriangular)", wire<&torch::solve_triangular>);
  function("cholesky(a, upper)", wire<&torch::cholesky>);
  function("qr(a, complete)", wire<&torch::qr>);
  function("eigh(a, upper)", wire<&torch::eigh>);
  function("svd(a, full_matrices)", wire<&torch::svd>);
  function("pinv(a, atol, rtol)", wire<&torch::pinv>);
  function("matrix_rank(a, atol, rtol)", wire<&torch::matrix_rank>);
  function("matrix_norm(a, order, dims, keepdim)", wire<&torch::matrix_norm>);
}

EMSCRIPTEN_BINDINGS(statistics) {
  function("quantile(x, q, dim, keepdim, interpolation, ignore_nan)", wire<&torch::quantile>);
  function("bincount(x, weights, minlength)", wire<&torch::bincount>);
  function("histc(x, bins, low, high)", wire<&torch::histc>);
  function("diff(x, n, dim, prepend, append)", wire<&torch::diff>);
  function("nansum(x, dims, keepdim, dtype)", wire<&torch::nansum>);
  function("nanmean(x, dims, keepdim, dtype)", wire<&torch::nanmean>);
  function("dist(x, y, p)", wire<&torch::dist>);
  function("cdist(x, y, p, by_product)", wire<&torch::cdist>);
}

EMSCRIPTEN_BINDINGS(default_dtype) {
  function("set_default_dtype(dtype)", wire<&set_default_dtype>);
}

EMSCRIPTEN_BINDINGS(special) {
  function("fmax(a, b)", wire<&torch::fmax>);
  function("fmin(a, b)", wire<&torch::fmin>);
  function("nan_to_num(x, nan, posinf, neginf)", wire<&torch::nan_to_num>);
  function("hypot(a, b)", wire<&torch::hypot>);
  function("round_decimals(x, decimals)", wire<&torch::round_decimals>);
  function("logaddexp(a, b)", wire<&torch::logaddexp>);
  function("logaddexp2(a, b)", wire<&torch::logaddexp2>);
  function("sinc(x)", wire<&torch::sinc>);
  function("logit(x)", wire<&torch::logit>);
  function("xlogy(a, b)", wire<&torch::xlogy>);
  function("heaviside(x, values)", wire<&torch::heaviside>);
  function("asinh(x)", wire<&torch::asinh>);
  function("acosh(x)", wire<&torch::acosh>);
  function("atanh(x)", wire<&torch::atanh>);
  function("lgamma(x)", wire<&torch::lgamma>);
  function("digamma(x)", wire<&torch::digamma>);
  function("polygamma(n, x)", wire<&torch::polygamma>);
  function("bitwise_left_shift(a, b)", wire<&torch::bitwise_left_shift>);
  function("bitwise_right_shift(a, b)", wire<&torch::bitwise_right_shift>);
}

}  // namespace torch::bindings
