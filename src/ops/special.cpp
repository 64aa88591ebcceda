#include "ops/special.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "kernels/special.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/pointwise.h"
#include "ops/unary.h"

namespace torch {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Tensor number(double v) { return Tensor::number(v); }

template <class F>
Tensor in_double(const Tensor& x) {
  return map_floating(kernels::InDouble<F>{}, x);
}

template <class F>
Tensor shift(const char* name, const F& f, const Tensor& a, const Tensor& b) {
  const DType dtype = result_type({&a, &b});
  if (!is_integral(dtype)) {
    fail(ErrorKind::NotImplemented, "\"", name, "\" not implemented for '", scalar_type_name(dtype),
         "'");
  }
  static constexpr Loops kIntegralLoops{nullptr, nullptr, &contiguous_loop<int64_t, int64_t, F, 2>};
  return pointwise(kIntegralLoops, &f, {&a, &b}, dtype);
}

void check_floating(const char* name, const Tensor& a, const Tensor& b) {
  const DType dtype = result_type({&a, &b});
  if (is_floating(dtype)) return;
  fail(ErrorKind::NotImplemented, "\"", name, "\" not implemented for '", scalar_type_name(dtype),
       "'");
}

}  // namespace

Tensor fmax(const Tensor& a, const Tensor& b) {
  return where(logical_or(ge(a, b), isnan(b)), a, b);
}

Tensor fmin(const Tensor& a, const Tensor& b) {
  return where(logical_or(le(a, b), isnan(b)), a, b);
}

Tensor nan_to_num(const Tensor& x, double nan, double posinf, double neginf) {
  if (!is_floating(x.dtype())) return clone(x);
  Tensor y = where(isnan(x), number(nan), x);
  y = where(eq(x, number(kInfinity)), number(posinf), y);
  return where(eq(x, number(-kInfinity)), number(neginf), y);
}

Tensor hypot(const Tensor& a, const Tensor& b) {
  check_floating("hypot_cpu", a, b);
  const Tensor x = to(a.detach(), DType::Float64), y = to(b.detach(), DType::Float64);
  // By the larger, lest the squares leave the range.
  const Tensor scale = maximum(abs(x), abs(y));
  const Tensor divisor = where(logical_and(gt(scale, number(0)), isfinite(scale)), scale, number(1));
  const Tensor wide = mul(sqrt(add(square(div(x, divisor)), square(div(y, divisor)))), divisor);
  const Tensor h = to(wide, result_type({&a, &b}));
  return record("HypotBackward0", h, {a, b}, {a, b, h},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor h = ctx.saved(2);
                  return {mul(g, div(ctx.saved(0), h)), mul(g, div(ctx.saved(1), h))};
                });
}

Tensor round_decimals(const Tensor& x, int64_t decimals) {
  if (!is_floating(x.dtype())) {
    fail(ErrorKind::NotImplemented, "\"round_cpu\" not implemented for '",
         scalar_type_name(x.dtype()), "'");
  }
  const Tensor scale = number(std::pow(10.0, std::fabs(static_cast<double>(decimals))));
  return decimals < 0 ? mul(round(div(x, scale)), scale) : div(round(mul(x, scale)), scale);
}

namespace {

// log_base(base^a + base^b), base^x = e^(rate x).
Tensor add_exponentials(const char* name, const Tensor& a, const Tensor& b, double rate) {
  const Tensor x = a.detach(), y = b.detach();
  const Tensor apart = abs(sub(x, y)), top = maximum(x, y);
  const Tensor rest = div(log1p(exp(mul(apart, number(-rate)))), number(rate));
  // Two equal infinities have no difference.
  const Tensor z = where(logical_and(eq(x, y), isinf(x)), top, add(top, rest));
  return record(name, z, {a, b}, {a, b}, [rate](const Tensor& g, const Context& ctx) -> Grads {
    const Tensor a = ctx.saved(0), b = ctx.saved(1), one = number(1);
    const Tensor apart = mul(sub(b, a), number(rate));
    return {div(g, add(one, exp(apart))), div(g, add(one, exp(neg(apart))))};
  });
}

}  // namespace

Tensor logaddexp(const Tensor& a, const Tensor& b) {
  check_floating("logaddexp_cpu", a, b);
  return add_exponentials("LogaddexpBackward0", a, b, 1);
}

Tensor logaddexp2(const Tensor& a, const Tensor& b) {
  check_floating("logaddexp2_cpu", a, b);
  return add_exponentials("Logaddexp2Backward0", a, b, std::numbers::ln2);
}

Tensor sinc(const Tensor& x) {
  const Tensor zero = eq(x, number(0));
  const Tensor angle = where(zero, number(1), mul(x, number(std::numbers::pi)));
  return where(zero, number(1), div(sin(angle), angle));
}

Tensor xlogy(const Tensor& a, const Tensor& b) {
  const Tensor x = a.detach(), y = b.detach();
  const Tensor nothing = logical_and(eq(x, number(0)), logical_not(isnan(y)));
  const Tensor z = where(nothing, number(0), mul(x, log(y)));
  return record("XlogyBackward0", z, {a, b}, {a, b}, [](const Tensor& g, const Context& ctx) -> Grads {
    const Tensor a = ctx.saved(0), b = ctx.saved(1), zero = number(0);
    const Tensor flat = logical_and(eq(a, zero), le(b, zero));
    return {mul(g, where(flat, zero, log(where(flat, number(1), b)))), mul(g, div(a, b))};
  });
}

Tensor heaviside(const Tensor& x, const Tensor& values) {
  check(x.dtype() == values.dtype(),
        "heaviside is not yet implemented for tensors with different dtypes.");
  return where(eq(x, number(0)), values.detach(), to(gt(x, number(0)), x.dtype()));
}

Tensor asinh(const Tensor& x) {
  return record("AsinhBackward0", in_double<kernels::AsinhOf>(x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(g, rsqrt(add(square(ctx.saved(0)), number(1))))};
                });
}

Tensor acosh(const Tensor& x) {
  return record("AcoshBackward0", in_double<kernels::AcoshOf>(x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(g, rsqrt(sub(square(ctx.saved(0)), number(1))))};
                });
}

Tensor atanh(const Tensor& x) {
  return record("AtanhBackward0", in_double<kernels::AtanhOf>(x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {div(g, sub(number(1), square(ctx.saved(0))))};
                });
}

Tensor lgamma(const Tensor& x) {
  return record("LgammaBackward0", in_double<kernels::LgammaOf>(x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(g, digamma(ctx.saved(0)))};
                });
}

Tensor digamma(const Tensor& x) {
  return record("DigammaBackward0", in_double<kernels::DigammaOf>(x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(g, polygamma(1, ctx.saved(0)))};
                });
}

Tensor polygamma(int64_t n, const Tensor& x) {
  check(n >= 0, "polygamma(n, x) does not support negative n.");
  if (n == 0) return digamma(x);
  const Tensor y = map_floating(kernels::Polygamma{static_cast<double>(n)}, x);
  return record("PolygammaBackward0", y, {x}, {x}, [n](const Tensor& g, const Context& ctx) -> Grads {
    return {mul(g, polygamma(n + 1, ctx.saved(0)))};
  });
}

Tensor bitwise_left_shift(const Tensor& a, const Tensor& b) {
  return shift("lshift_cpu", kernels::ShiftLeft{}, a, b);
}

Tensor bitwise_right_shift(const Tensor& a, const Tensor& b) {
  return shift("rshift_cpu", kernels::ShiftRight{}, a, b);
}

}  // namespace torch
