#include "ops/softmax.h"

#include <array>
#include <tuple>

#include "autograd/record.h"
#include "kernels/softmax.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/reduce.h"
#include "ops/unary.h"
#include "ops/view.h"

namespace torch {

namespace {

// kernel(x…, y, rows, n) with dim brought to the end; the inputs are of one shape and dtype.
template <class Kernel, class... In>
Tensor along_rows(const char* name, int dim, const Kernel& kernel, const Tensor& x,
                  const In&... more) {
  if (x.numel() == 0) return Tensor::empty(x.sizes(), x.dtype());
  const auto rows = [dim](const Tensor& t) {
    const Tensor last = t.dim() == 0 ? t.detach() : transpose(t.detach(), dim, t.dim() - 1);
    return contiguous(last);
  };
  const std::array<Tensor, 1 + sizeof...(In)> inputs = {rows(x), rows(more)...};
  const Tensor y = Tensor::empty(inputs[0].sizes(), x.dtype());
  const size_t n = x.dim() == 0 ? 1 : static_cast<size_t>(x.sizes()[dim]);
  dispatch_floating(name, x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    std::apply(
        [&](const auto&... in) {
          kernel(in.template data<T>()..., y.data<T>(), static_cast<size_t>(x.numel()) / n, n);
        },
        inputs);
  });
  return x.dim() == 0 ? y : transpose(y, dim, x.dim() - 1);
}

}  // namespace

Tensor softmax(const Tensor& x, int64_t dim, std::optional<DType> dtype) {
  if (dtype && *dtype != x.dtype()) return softmax(to(x, *dtype), dim, std::nullopt);
  const int d = wrap_dim(dim, x.dim());
  const Tensor y = along_rows(
      "softmax_lastdim_kernel_impl", d, [](auto... a) { kernels::softmax_rows(a...); }, x);
  return record("SoftmaxBackward0", y, {x}, {y}, [d](const Tensor& g, const Context& ctx) -> Grads {
    const Tensor y = ctx.saved(0);
    if (!autograd::grad_enabled()) {
      return {along_rows(
          "softmax_backward", d, [](auto... a) { kernels::softmax_grad_rows(a...); }, y, g)};
    }
    return {mul(sub(g, sum(mul(g, y), {d}, true, std::nullopt)), y)};
  });
}

Tensor log_softmax(const Tensor& x, int64_t dim, std::optional<DType> dtype) {
  if (dtype && *dtype != x.dtype()) return log_softmax(to(x, *dtype), dim, std::nullopt);
  const int d = wrap_dim(dim, x.dim());
  const Tensor y = along_rows(
      "log_softmax_lastdim_kernel_impl", d, [](auto... a) { kernels::log_softmax_rows(a...); }, x);
  return record("LogSoftmaxBackward0", y, {x}, {y},
                [d](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor y = ctx.saved(0);
                  if (!autograd::grad_enabled()) {
                    return {along_rows(
                        "log_softmax_backward", d,
                        [](auto... a) { kernels::log_softmax_grad_rows(a...); }, y, g)};
                  }
                  return {sub(g, mul(exp(y), sum(g, {d}, true, std::nullopt)))};
                });
}

}  // namespace torch
