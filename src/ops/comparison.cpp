#include "ops/comparison.h"

#include <cmath>
#include <limits>

#include "kernels/activation.h"
#include "kernels/comparison.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/pointwise.h"
#include "ops/unary.h"

namespace torch {

namespace {

template <class F>
Tensor zip_integral(const char* name, const F& f, const Tensor& a, const Tensor& b) {
  const DType dtype = result_type({&a, &b});
  if (is_floating(dtype)) {
    fail(ErrorKind::NotImplemented, "\"", name, "\" not implemented for '", scalar_type_name(dtype),
         "'");
  }
  static constexpr Loops kIntegralLoops{nullptr, nullptr, &contiguous_loop<int64_t, int64_t, F, 2>};
  return pointwise(kIntegralLoops, &f, {&a, &b}, dtype);
}

bool all_true(const Tensor& mask) {
  const Tensor dense = contiguous(mask);
  const bool* values = dense.data<bool>();
  for (int64_t i = 0; i < dense.numel(); ++i) {
    if (!values[i]) return false;
  }
  return true;
}

}  // namespace

Tensor eq(const Tensor& a, const Tensor& b) { return compare(kernels::Eq{}, a, b); }
Tensor ne(const Tensor& a, const Tensor& b) { return compare(kernels::Ne{}, a, b); }
Tensor lt(const Tensor& a, const Tensor& b) { return compare(kernels::Lt{}, a, b); }
Tensor le(const Tensor& a, const Tensor& b) { return compare(kernels::Le{}, a, b); }
Tensor gt(const Tensor& a, const Tensor& b) { return compare(kernels::Gt{}, a, b); }
Tensor ge(const Tensor& a, const Tensor& b) { return compare(kernels::Ge{}, a, b); }

Tensor isnan(const Tensor& x) { return map_mask(kernels::IsNan{}, x); }

Tensor isinf(const Tensor& x) {
  return eq(abs(x.detach()), Tensor::number(std::numeric_limits<double>::infinity()));
}

Tensor isfinite(const Tensor& x) { return map_mask(kernels::IsFinite{}, x); }

Tensor logical_not(const Tensor& x) { return map_mask(kernels::LogicalNot{}, x); }

Tensor logical_and(const Tensor& a, const Tensor& b) {
  return compare(kernels::LogicalAnd{}, a, b);
}

Tensor logical_or(const Tensor& a, const Tensor& b) { return compare(kernels::LogicalOr{}, a, b); }

Tensor logical_xor(const Tensor& a, const Tensor& b) {
  return compare(kernels::LogicalXor{}, a, b);
}

Tensor bitwise_not(const Tensor& x) {
  if (x.dtype() == DType::Bool) return logical_not(x);
  return zip_integral("bitwise_not_cpu", kernels::BitXor{}, x, Tensor::number(-1));
}

Tensor bitwise_and(const Tensor& a, const Tensor& b) {
  return zip_integral("bitwise_and_cpu", kernels::BitAnd{}, a, b);
}

Tensor bitwise_or(const Tensor& a, const Tensor& b) {
  return zip_integral("bitwise_or_cpu", kernels::BitOr{}, a, b);
}

Tensor bitwise_xor(const Tensor& a, const Tensor& b) {
  return zip_integral("bitwise_xor_cpu", kernels::BitXor{}, a, b);
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  check(condition.dtype() == DType::Bool || condition.dtype() == DType::UInt8,
        "where expected condition to be a boolean tensor, but got a tensor with dtype ",
        scalar_type_name(condition.dtype()));
  const kernels::Where choose;
  Tensor y =
      pointwise(kLoops<kernels::Where, 3>, &choose, {&condition, &a, &b}, result_type({&a, &b}));
  return record("WhereBackward0", y, {a, b}, {condition},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor c = ctx.saved(0), zero = Tensor::number(0);
                  return {ctx.needs(0) ? where(c, g, zero) : Tensor{},
                          ctx.needs(1) ? where(c, zero, g) : Tensor{}};
                });
}

Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value) {
  check(mask.dtype() == DType::Bool,
        "masked_fill_ only supports boolean masks, but got mask with "
        "dtype ",
        scalar_type_name(mask.dtype()));
  check_can_cast(value.is_number() ? result_type({&value}) : value.dtype(), x.dtype());
  check(value.dim() == 0,
        "masked_fill only supports a 0-dimensional value tensor, but got tensor "
        "with ",
        value.dim(), " dimension(s).");
  return where(mask, to(value, x.dtype()), x);
}

namespace {

// NaN, unless it is a number, or none and so at the far `end`.
double fixed(const Tensor& bound, double end) {
  return !bound.defined() ? end : bound.is_number() ? item(bound) : std::nan("");
}

Tensor clamped(const Tensor& x, const Tensor& low, const Tensor& high) {
  constexpr double kEnd = std::numeric_limits<double>::infinity();
  const kernels::Hardtanh f{fixed(low, -kEnd), fixed(high, kEnd)};
  if (is_floating(x.dtype()) && f.low == f.low && f.high == f.high) return map_floating(f, x);
  if (!high.defined()) return zip_any(kernels::Maximum{}, x, low);
  if (!low.defined()) return zip_any(kernels::Minimum{}, x, high);
  return zip_any(kernels::Clamp{}, x, low, high);
}

}  // namespace

Tensor clamp(const Tensor& x, const Tensor& low, const Tensor& high) {
  check(low.defined() || high.defined(),
        "torch.clamp: At least one of 'min' or 'max' must not be None");
  const Tensor y = clamped(x, low, high);
  if (!high.defined()) {
    return record(
        "ClampMinBackward0", y, {x, low}, {x, low},
        [](const Tensor& g, const Context& ctx) -> Grads {
          const Tensor inside = ge(ctx.saved(0), ctx.saved(1)), zero = Tensor::number(0);
          return {where(inside, g, zero), ctx.needs(1) ? where(inside, zero, g) : Tensor{}};
        });
  }
  if (!low.defined()) {
    return record(
        "ClampMaxBackward0", y, {x, high}, {x, high},
        [](const Tensor& g, const Context& ctx) -> Grads {
          const Tensor inside = le(ctx.saved(0), ctx.saved(1)), zero = Tensor::number(0);
          return {where(inside, g, zero), ctx.needs(1) ? where(inside, zero, g) : Tensor{}};
        });
  }
  return record("ClampBackward1", y, {x, low, high}, {x, low, high},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor x = ctx.saved(0), low = ctx.saved(1), high = ctx.saved(2);
                  const Tensor zero = Tensor::number(0);
                  Tensor g_low, g_high;
                  if (ctx.needs(1)) g_low = where(logical_and(lt(x, low), lt(low, high)), g, zero);
                  if (ctx.needs(2)) g_high = where(logical_or(gt(x, high), lt(high, low)), g, zero);
                  return {where(logical_and(ge(x, low), le(x, high)), g, zero), g_low, g_high};
                });
}

bool equal(const Tensor& a, const Tensor& b) {
  return a.sizes() == b.sizes() && all_true(eq(a, b));
}

Tensor isclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  check(a.dtype() == b.dtype(), scalar_type_name(a.dtype()), " did not match ",
        scalar_type_name(b.dtype()));
  check(rtol >= 0, "rtol must be greater than or equal to zero, but got ", rtol);
  check(atol >= 0, "atol must be greater than or equal to zero, but got ", atol);
  const Tensor x = a.detach(), y = b.detach();
  Tensor close = eq(x, y);
  if (equal_nan) close = logical_or(close, logical_and(isnan(x), isnan(y)));
  const DType real = floating_result(x.dtype());
  const Tensor expected = to(y, real);
  const Tensor allowed = add(Tensor::number(atol), abs(mul(Tensor::number(rtol), expected)));
  const Tensor error = abs(sub(to(x, real), expected));
  return logical_or(close, logical_and(isfinite(error), le(error, allowed)));
}

bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  return all_true(isclose(a, b, rtol, atol, equal_nan));
}

}  // namespace torch
