#include "ops/special.h"

#include <cmath>
#include <numbers>

#include "kernels/special.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/pointwise.h"
#include "ops/unary.h"

namespace torch {

namespace {

Tensor number(double v) { return Tensor::number(v); }

// f of the two, computed in float64 whatever their dtype.
Tensor in_double(double (*f)(double a, double b), const Tensor& a, const Tensor& b) {
  static constexpr Loops kLoop{nullptr, &contiguous_loop<double, double, kernels::InDouble, 2>,
                               nullptr};
  const kernels::InDouble loop{f};
  return to(pointwise(kLoop, &loop, {&a, &b}, DType::Float64),
            floating_result(result_type({&a, &b})));
}

// Of one operand, which f takes second.
Tensor in_double(double (*f)(double a, double b), const Tensor& x) {
  return in_double(f, Tensor::number(0), x);
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
  y = where(eq(x, number(HUGE_VAL)), number(posinf), y);
  return where(eq(x, number(-HUGE_VAL)), number(neginf), y);
}

Tensor hypot(const Tensor& a, const Tensor& b) {
  check_floating("hypot_cpu", a, b);
  const Tensor h = in_double([](double a, double b) { return std::hypot(a, b); }, a, b);
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

// log_base(base^a + base^b) and its derivative, where base^x = e^(rate x).
Tensor add_exponentials(const char* name, double (*f)(double a, double b), const Tensor& a,
                        const Tensor& b, double rate) {
  return record(name, in_double(f, a, b), {a, b}, {a, b},
                [rate](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor one = number(1);
                  const Tensor apart = mul(sub(ctx.saved(1), ctx.saved(0)), number(rate));
                  return {div(g, add(one, exp(apart))), div(g, add(one, exp(neg(apart))))};
                });
}

}  // namespace

Tensor logaddexp(const Tensor& a, const Tensor& b) {
  check_floating("logaddexp_cpu", a, b);
  return add_exponentials("LogaddexpBackward0", kernels::log_add_exp, a, b, 1);
}

Tensor logaddexp2(const Tensor& a, const Tensor& b) {
  check_floating("logaddexp2_cpu", a, b);
  return add_exponentials("Logaddexp2Backward0", kernels::log2_add_exp2, a, b, std::numbers::ln2);
}

Tensor sinc(const Tensor& x) {
  return record("SincBackward0", in_double(kernels::sinc, x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor x = ctx.saved(0), zero = eq(x, number(0));
                  const Tensor safe = where(zero, number(1), x);
                  const Tensor angle = mul(safe, number(std::numbers::pi));
                  const Tensor slope = sub(mul(cos(angle), angle), sin(angle));
                  return {where(zero, number(0), mul(g, div(slope, mul(angle, safe))))};
                });
}

Tensor logit(const Tensor& x) {
  const Tensor p = x.detach();
  return record("LogitBackward0", log(div(p, sub(number(1), p))), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor x = ctx.saved(0), slope = mul(x, sub(number(1), x));
                  // What has no logit has no gradient either, though the formula has one.
                  return {where(lt(slope, number(0)), number(std::nan("")), div(g, slope))};
                });
}

Tensor xlogy(const Tensor& a, const Tensor& b) {
  return record(
      "XlogyBackward0", in_double(kernels::xlogy, a, b), {a, b}, {a, b},
      [](const Tensor& g, const Context& ctx) -> Grads {
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
  return record("AsinhBackward0", in_double([](double, double v) { return std::asinh(v); }, x), {x},
                {x}, [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(g, rsqrt(add(square(ctx.saved(0)), number(1))))};
                });
}

Tensor acosh(const Tensor& x) {
  return record("AcoshBackward0", in_double([](double, double v) { return std::acosh(v); }, x), {x},
                {x}, [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(g, rsqrt(sub(square(ctx.saved(0)), number(1))))};
                });
}

Tensor atanh(const Tensor& x) {
  return record("AtanhBackward0", in_double([](double, double v) { return std::atanh(v); }, x), {x},
                {x}, [](const Tensor& g, const Context& ctx) -> Grads {
                  return {div(g, sub(number(1), square(ctx.saved(0))))};
                });
}

Tensor lgamma(const Tensor& x) {
  return record(
      "LgammaBackward0", in_double([](double, double v) { return std::lgamma(v); }, x), {x}, {x},
      [](const Tensor& g, const Context& ctx) -> Grads { return {mul(g, digamma(ctx.saved(0)))}; });
}

Tensor digamma(const Tensor& x) {
  return record("DigammaBackward0", in_double(kernels::digamma, x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(g, polygamma(1, ctx.saved(0)))};
                });
}

Tensor polygamma(int64_t n, const Tensor& x) {
  check(n >= 0, "polygamma(n, x) does not support negative n.");
  if (n == 0) return digamma(x);
  const Tensor y = in_double(kernels::polygamma, Tensor::number(n), x);
  return record("PolygammaBackward0", y, {x}, {x},
                [n](const Tensor& g, const Context& ctx) -> Grads {
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
