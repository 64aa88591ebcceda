#include "ops/unary.h"

#include <cmath>
#include <numbers>

#include "kernels/unary.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/pointwise.h"

namespace torch {

namespace {

Tensor number(double v) { return Tensor::number(v); }

// A step function: integers are their own value, and the gradient is zero everywhere.
template <class F>
Tensor step_function(const char* op, const char* name, const F& f, const Tensor& x) {
  check(x.dtype() != DType::Bool, "\"", op, "_vml_cpu\" not implemented for 'Bool'");
  if (!is_floating(x.dtype())) return clone(x);
  return record(name, map_floating(f, x), {x}, {}, [](const Tensor& g, const Context&) -> Grads {
    return {zeros(g.sizes(), g.dtype())};
  });
}

}  // namespace

Tensor neg(const Tensor& x) {
  check(x.dtype() != DType::Bool,
        "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to "
        "invert a mask, use the `~` or `logical_not()` operator instead.");
  return record("NegBackward0", map_any(kernels::Neg{}, x), {x}, {},
                [](const Tensor& g, const Context&) -> Grads { return {neg(g)}; });
}

Tensor abs(const Tensor& x) {
  return record(
      "AbsBackward0", map_any(kernels::Abs{}, x), {x}, {x},
      [](const Tensor& g, const Context& ctx) -> Grads { return {mul(g, sign(ctx.saved(0)))}; });
}

Tensor sign(const Tensor& x) {
  return record(
      "SignBackward0", map_any(kernels::Sign{}, x), {x}, {},
      [](const Tensor& g, const Context&) -> Grads { return {zeros(g.sizes(), g.dtype())}; });
}

Tensor square(const Tensor& x) {
  const Tensor wide = x.dtype() == DType::Bool ? to(x, DType::Int64) : x;
  return record("PowBackward0", map_any(kernels::Square{}, wide), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(g, mul(number(2), ctx.saved(0)))};
                });
}

Tensor reciprocal(const Tensor& x) {
  Tensor y = map_floating(kernels::Reciprocal{}, x);
  return record("ReciprocalBackward0", y, {x}, {y},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(neg(g), square(ctx.saved(0)))};
                });
}

Tensor sqrt(const Tensor& x) {
  Tensor y = map_floating(kernels::Sqrt{}, x);
  return record("SqrtBackward0", y, {x}, {y}, [](const Tensor& g, const Context& ctx) -> Grads {
    return {div(g, mul(number(2), ctx.saved(0)))};
  });
}

Tensor rsqrt(const Tensor& x) {
  Tensor y = map_floating(kernels::Rsqrt{}, x);
  return record("RsqrtBackward0", y, {x}, {y}, [](const Tensor& g, const Context& ctx) -> Grads {
    const Tensor y = ctx.saved(0);
    return {mul(mul(number(-0.5), g), mul(y, square(y)))};
  });
}

Tensor floor(const Tensor& x) {
  return step_function("floor", "FloorBackward0", kernels::Floor{}, x);
}
Tensor ceil(const Tensor& x) { return step_function("ceil", "CeilBackward0", kernels::Ceil{}, x); }
Tensor trunc(const Tensor& x) {
  return step_function("trunc", "TruncBackward0", kernels::Trunc{}, x);
}
Tensor round(const Tensor& x) {
  return step_function("round", "RoundBackward0", kernels::Round{}, x);
}

Tensor frac(const Tensor& x) {
  return record("FracBackward0", map_floating(kernels::Frac{}, x), {x}, {},
                [](const Tensor& g, const Context&) -> Grads { return {g}; });
}

Tensor exp(const Tensor& x) {
  Tensor y = map_floating(kernels::Exp{}, x);
  return record("ExpBackward0", y, {x}, {y}, [](const Tensor& g, const Context& ctx) -> Grads {
    return {mul(g, ctx.saved(0))};
  });
}

Tensor exp2(const Tensor& x) {
  Tensor y = map_floating(kernels::Exp2{}, x);
  return record("Exp2Backward0", y, {x}, {y}, [](const Tensor& g, const Context& ctx) -> Grads {
    return {mul(mul(g, ctx.saved(0)), number(std::numbers::ln2))};
  });
}

Tensor expm1(const Tensor& x) {
  Tensor y = map_floating(kernels::Expm1{}, x);
  return record("Expm1Backward0", y, {x}, {y}, [](const Tensor& g, const Context& ctx) -> Grads {
    return {mul(g, add(ctx.saved(0), number(1)))};
  });
}

Tensor log(const Tensor& x) {
  return record(
      "LogBackward0", map_floating(kernels::Log{}, x), {x}, {x},
      [](const Tensor& g, const Context& ctx) -> Grads { return {div(g, ctx.saved(0))}; });
}

Tensor log2(const Tensor& x) {
  return record("Log2Backward0", map_floating(kernels::Log2{}, x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {div(g, mul(ctx.saved(0), number(std::numbers::ln2)))};
                });
}

Tensor log10(const Tensor& x) {
  return record("Log10Backward0", map_floating(kernels::Log10{}, x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {div(g, mul(ctx.saved(0), number(std::numbers::ln10)))};
                });
}

Tensor log1p(const Tensor& x) {
  return record("Log1PBackward0", map_floating(kernels::Log1p{}, x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {div(g, add(ctx.saved(0), number(1)))};
                });
}

Tensor sin(const Tensor& x) {
  return record(
      "SinBackward0", map_floating(kernels::Sin{}, x), {x}, {x},
      [](const Tensor& g, const Context& ctx) -> Grads { return {mul(g, cos(ctx.saved(0)))}; });
}

Tensor cos(const Tensor& x) {
  return record("CosBackward0", map_floating(kernels::Cos{}, x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(g, neg(sin(ctx.saved(0))))};
                });
}

Tensor tan(const Tensor& x) {
  Tensor y = map_floating(kernels::Tan{}, x);
  return record("TanBackward0", y, {x}, {y}, [](const Tensor& g, const Context& ctx) -> Grads {
    return {mul(g, add(number(1), square(ctx.saved(0))))};
  });
}

Tensor asin(const Tensor& x) {
  return record("AsinBackward0", map_floating(kernels::Asin{}, x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {mul(g, rsqrt(sub(number(1), square(ctx.saved(0)))))};
                });
}

Tensor acos(const Tensor& x) {
  return record("AcosBackward0", map_floating(kernels::Acos{}, x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {neg(mul(g, rsqrt(sub(number(1), square(ctx.saved(0))))))};
                });
}

Tensor atan(const Tensor& x) {
  return record("AtanBackward0", map_floating(kernels::Atan{}, x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {div(g, add(square(ctx.saved(0)), number(1)))};
                });
}

Tensor sinh(const Tensor& x) {
  return record(
      "SinhBackward0", map_floating(kernels::Sinh{}, x), {x}, {x},
      [](const Tensor& g, const Context& ctx) -> Grads { return {mul(g, cosh(ctx.saved(0)))}; });
}

Tensor cosh(const Tensor& x) {
  return record(
      "CoshBackward0", map_floating(kernels::Cosh{}, x), {x}, {x},
      [](const Tensor& g, const Context& ctx) -> Grads { return {mul(g, sinh(ctx.saved(0)))}; });
}

namespace {

// factor * exp(-x^2) * g: the derivative of erf and, negated, of erfc.
Tensor gaussian_slope(const Tensor& g, const Tensor& x, double factor) {
  return mul(mul(number(factor), exp(neg(square(x)))), g);
}

constexpr double kTwoOverSqrtPi = 2 * std::numbers::inv_sqrtpi;

}  // namespace

Tensor erf(const Tensor& x) {
  return record("ErfBackward0", map_floating(kernels::Erf{}, x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {gaussian_slope(g, ctx.saved(0), kTwoOverSqrtPi)};
                });
}

Tensor erfc(const Tensor& x) {
  return record("ErfcBackward0", map_floating(kernels::Erfc{}, x), {x}, {x},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {gaussian_slope(g, ctx.saved(0), -kTwoOverSqrtPi)};
                });
}

Tensor erfinv(const Tensor& x) {
  Tensor y = map_floating(kernels::Erfinv{}, x);
  return record("ErfinvBackward0", y, {x}, {y}, [](const Tensor& g, const Context& ctx) -> Grads {
    return {mul(mul(number(1 / kTwoOverSqrtPi), exp(square(ctx.saved(0)))), g)};
  });
}

}  // namespace torch
