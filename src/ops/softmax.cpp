#include "ops/softmax.h"

#include "autograd/record.h"
#include "kernels/softmax.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/reduce.h"
#include "ops/unary.h"
#include "ops/view.h"

namespace torch {

namespace {

// kernel(x, y, rows, n) with dim brought to the end.
template <class Kernel>
Tensor along_rows(const char* name, const Tensor& x, int dim, const Kernel& kernel) {
  if (x.numel() == 0) return Tensor::empty(x.sizes(), x.dtype());
  const Tensor rows =
      x.dim() == 0 ? x.detach() : contiguous(transpose(x.detach(), dim, x.dim() - 1));
  const Tensor y = Tensor::empty(rows.sizes(), x.dtype());
  const size_t n = x.dim() == 0 ? 1 : static_cast<size_t>(x.sizes()[dim]);
  dispatch_floating(name, x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    kernel(rows.data<T>(), y.data<T>(), static_cast<size_t>(x.numel()) / n, n);
  });
  return x.dim() == 0 ? y : transpose(y, dim, x.dim() - 1);
}

}  // namespace

Tensor softmax(const Tensor& x, int64_t dim, std::optional<DType> dtype) {
  if (dtype && *dtype != x.dtype()) return softmax(to(x, *dtype), dim, std::nullopt);
  const int d = wrap_dim(dim, x.dim());
  const Tensor y = along_rows("softmax_lastdim_kernel_impl", x, d,
                              [](auto* from, auto* to, size_t rows, size_t n) {
                                kernels::softmax_rows(from, to, rows, n);
                              });
  return record("SoftmaxBackward0", y, {x}, {y}, [d](const Tensor& g, const Context& ctx) -> Grads {
    const Tensor y = ctx.saved(0);
    return {mul(sub(g, sum(mul(g, y), {d}, true, std::nullopt)), y)};
  });
}

Tensor log_softmax(const Tensor& x, int64_t dim, std::optional<DType> dtype) {
  if (dtype && *dtype != x.dtype()) return log_softmax(to(x, *dtype), dim, std::nullopt);
  const int d = wrap_dim(dim, x.dim());
  const Tensor y = along_rows("log_softmax_lastdim_kernel_impl", x, d,
                              [](auto* from, auto* to, size_t rows, size_t n) {
                                kernels::log_softmax_rows(from, to, rows, n);
                              });
  return record("LogSoftmaxBackward0", y, {x}, {y},
                [d](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor y = ctx.saved(0);
                  return {sub(g, mul(exp(y), sum(g, {d}, true, std::nullopt)))};
                });
}

}  // namespace torch
