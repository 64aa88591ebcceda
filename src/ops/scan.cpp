#include "ops/scan.h"

#include "autograd/record.h"
#include "kernels/scan.h"
#include "ops/along.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/unary.h"

namespace torch {

namespace {

Tensor number(int64_t v) { return Tensor::number(v); }

// A copy to scan in place: in double for floats, as PyTorch accumulates, else in int64.
Tensor scannable(const Tensor& x) {
  const DType wide = is_floating(x.dtype()) ? DType::Float64 : DType::Int64;
  return x.dtype() == wide ? clone(x.detach()) : contiguous(to(x.detach(), wide));
}

template <class F>
Tensor scanned(const F& f, const Tensor& x, int dim, bool reverse) {
  const Tensor y = scannable(x);
  const Lines lines(y.sizes(), dim);
  if (lines.empty()) return to(y, x.dtype());
  const auto run = [&](auto* values) {
    kernels::scan(f, values, lines.outer, lines.count, lines.inner, reverse);
  };
  if (y.dtype() == DType::Float64) {
    run(y.data<double>());
  } else if constexpr (std::is_invocable_r_v<int64_t, F, int64_t, int64_t>) {
    run(y.data<int64_t>());
  }
  return to(y, x.dtype());
}

DType accumulated(const Tensor& x, std::optional<DType> dtype) {
  return dtype ? *dtype : is_floating(x.dtype()) ? x.dtype() : DType::Int64;
}

Tensor running_sum(const Tensor& x, int dim, bool reverse) {
  Tensor y = scanned(kernels::RunningSum{}, x, dim, reverse);
  return record("CumsumBackward0", y, {x}, {}, [=](const Tensor& g, const Context&) -> Grads {
    return {running_sum(g, dim, !reverse)};
  });
}

Tensor running_product(const Tensor& x, int dim) {
  Tensor y = scanned(kernels::RunningProduct{}, x, dim, false);
  return record("CumprodBackward0", y, {x}, {x, y},
                [dim](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor x = ctx.saved(0), y = ctx.saved(1), one = number(1);
                  // Up to the first zero the products of all others are y / x; at it, they are the
                  // products with 1 in its place; behind it they are 0.
                  const Tensor zero = eq(x, number(0));
                  const Tensor zeros = running_sum(to(zero, DType::Int64), dim, false);
                  const Tensor first = logical_and(zero, eq(zeros, one));
                  const Tensor before = div(running_sum(mul(g, y), dim, true), where(zero, one, x));
                  const Tensor others = running_product(where(first, one, x), dim);
                  const Tensor after = where(ge(zeros, one), mul(g, others), number(0));
                  return {where(eq(zeros, number(0)), before,
                                where(first, running_sum(after, dim, true), number(0)))};
                });
}

Tensor running_logsumexp(const Tensor& x, int dim, bool reverse) {
  const Tensor z = scanned(kernels::log_add_exp, x, dim, reverse);
  return record("LogcumsumexpBackward0", z, {x}, {x, z},
                [=](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor x = ctx.saved(0), y = ctx.saved(1);
                  // The positive and the negative part of g, each as a logarithm: no sum overflows.
                  // The logarithm of 0 is a number, for -inf would give the second derivative NaN.
                  const auto part = [&](const Tensor& g) {
                    const Tensor positive = gt(g, number(0));
                    const Tensor logarithm =
                        where(positive, log(where(positive, g, number(1))), Tensor::number(-1e30));
                    return exp(add(running_logsumexp(sub(logarithm, y), dim, !reverse), x));
                  };
                  return {sub(part(g), part(neg(g)))};
                });
}

std::pair<Tensor, Tensor> running_extreme(const char* name, const Tensor& x, int64_t dim,
                                          bool largest) {
  const int d = wrap_dim(dim, x.dim());
  const Tensor y = scannable(x);
  const Tensor indices = Tensor::empty(x.sizes(), DType::Int64);
  const Lines lines(y.sizes(), d);
  if (!lines.empty()) {
    const auto run = [&](auto* values) {
      kernels::scan_extreme(values, indices.data<int64_t>(), lines.outer, lines.count, lines.inner,
                            largest);
    };
    if (y.dtype() == DType::Int64) {
      run(y.data<int64_t>());
    } else {
      run(y.data<double>());
    }
  }
  const Tensor values = record(name, to(y, x.dtype()), {x}, {indices},
                               [d](const Tensor& g, const Context& ctx) -> Grads {
                                 return {put_along(g, ctx.saved(0), d, ctx.sizes(0))};
                               });
  return {values, indices};
}

}  // namespace

Tensor cumsum(const Tensor& x, int64_t dim, std::optional<DType> dtype) {
  return running_sum(to(x, accumulated(x, dtype)), wrap_dim(dim, x.dim()), false);
}

Tensor cumprod(const Tensor& x, int64_t dim, std::optional<DType> dtype) {
  return running_product(to(x, accumulated(x, dtype)), wrap_dim(dim, x.dim()));
}

Tensor logcumsumexp(const Tensor& x, int64_t dim) {
  if (!is_floating(x.dtype())) {
    fail(ErrorKind::NotImplemented, "\"logcumsumexp_out_cpu\" not implemented for '",
         scalar_type_name(x.dtype()), "'");
  }
  return running_logsumexp(x, wrap_dim(dim, x.dim()), false);
}

std::pair<Tensor, Tensor> cummax(const Tensor& x, int64_t dim) {
  return running_extreme("CummaxBackward0", x, dim, true);
}

std::pair<Tensor, Tensor> cummin(const Tensor& x, int64_t dim) {
  return running_extreme("CumminBackward0", x, dim, false);
}

}  // namespace torch
