#include "ops/arithmetic.h"

#include "kernels/arithmetic.h"
#include "kernels/unary.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/inplace.h"
#include "ops/pointwise.h"
#include "ops/unary.h"

namespace torch {

namespace {

void check_divisor(const Tensor& a, const Tensor& b) {
  const DType type = result_type({&a, &b});
  if (is_floating(type) || a.numel() == 0) return;
  bool zero = false;
  // What the loop divides by: in uint8, 256 is 0 too.
  const Tensor flat = contiguous(to(to(b.detach(), type), DType::Int64));
  for (int64_t i = 0; i < flat.numel(); ++i) zero |= flat.data<int64_t>()[i] == 0;
  check(!zero, "ZeroDivisionError");
}

Tensor needed(const Tensor& who, const Tensor& what) {
  return who.requires_grad() ? what : Tensor{};
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) {
  Tensor y = zip_any(kernels::Add{}, a, b);
  return record("AddBackward0", y, {a, b}, {}, [](const Tensor& g, const Context&) -> Grads {
    return {g, g};
  });
}

Tensor sub(const Tensor& a, const Tensor& b) {
  check(a.dtype() != DType::Bool || b.dtype() != DType::Bool,
        "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or "
        "`logical_xor()` operator instead.");
  check(a.dtype() != DType::Bool && b.dtype() != DType::Bool,
        "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to "
        "invert a mask, use the `~` or `logical_not()` operator instead.");
  Tensor y = zip_any(kernels::Sub{}, a, b);
  return record("SubBackward0", y, {a, b}, {}, [](const Tensor& g, const Context& ctx) -> Grads {
    return {g, ctx.needs(1) ? neg(g) : Tensor{}};
  });
}

Tensor mul(const Tensor& a, const Tensor& b) {
  Tensor y = zip_any(kernels::Mul{}, a, b);
  return record("MulBackward0", y, {a, b}, {needed(b, a), needed(a, b)},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  return {ctx.needs(0) ? mul(g, ctx.saved(1)) : Tensor{},
                          ctx.needs(1) ? mul(g, ctx.saved(0)) : Tensor{}};
                });
}

Tensor div(const Tensor& a, const Tensor& b) {
  Tensor y = zip_floating(kernels::Div{}, a, b);
  return record("DivBackward0", y, {a, b}, {needed(b, a), b},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor b = ctx.saved(1);
                  return {ctx.needs(0) ? div(g, b) : Tensor{},
                          ctx.needs(1) ? mul(neg(g), div(div(ctx.saved(0), b), b)) : Tensor{}};
                });
}

Tensor floor_divide(const Tensor& a, const Tensor& b) {
  check_divisor(a, b);
  return zip_any(kernels::FloorDivide{}, a, b);
}

Tensor trunc_divide(const Tensor& a, const Tensor& b) {
  check_divisor(a, b);
  return zip_any(kernels::TruncDivide{}, a, b);
}

Tensor remainder(const Tensor& a, const Tensor& b) {
  check_divisor(a, b);
  Tensor y = zip_any(kernels::Remainder{}, a, b);
  return record(
      "RemainderBackward0", y, {a, b}, {needed(b, a), needed(b, b)},
      [](const Tensor& g, const Context& ctx) -> Grads {
        return {g, ctx.needs(1) ? neg(mul(g, floor_divide(ctx.saved(0), ctx.saved(1)))) : Tensor{}};
      });
}

Tensor fmod(const Tensor& a, const Tensor& b) {
  check_divisor(a, b);
  Tensor y = zip_any(kernels::Fmod{}, a, b);
  return record(
      "FmodBackward0", y, {a, b}, {needed(b, a), needed(b, b)},
      [](const Tensor& g, const Context& ctx) -> Grads {
        return {g, ctx.needs(1) ? neg(mul(g, trunc_divide(ctx.saved(0), ctx.saved(1)))) : Tensor{}};
      });
}

namespace {

// PyTorch's: by a few usual numbers the power is what they say, in its roundings and at its far
// ends (aten/native/cpu/PowKernel.cpp).
Tensor power(const Tensor& a, const Tensor& b) {
  if (b.is_number() && is_floating(a.dtype())) {
    const double exponent = item(b);
    const auto squared = [&] { return map_any(kernels::Square{}, a); };
    if (exponent == 2) return squared();
    if (exponent == 3) return zip_any(kernels::Mul{}, squared(), a);
    if (exponent == 1) return clone(a.detach());
    if (exponent == -2) return map_floating(kernels::Reciprocal{}, squared());
    if (exponent == 0.5) return map_floating(kernels::Sqrt{}, a);
    if (exponent == -0.5) return map_floating(kernels::Rsqrt{}, a);
    if (exponent == -1) return map_floating(kernels::Reciprocal{}, a);
  }
  return zip_any(kernels::Pow{}, a, b);
}

}  // namespace

Tensor pow(const Tensor& a, const Tensor& b) {
  check(is_floating(result_type({&a, &b})) || !b.is_number() || item(b) >= 0,
        "Integers to negative integer powers are not allowed.");
  Tensor y = power(a, b);
  return record("PowBackward0", y, {a, b}, {a, b, needed(b, y)},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor a = ctx.saved(0), b = ctx.saved(1), zero = Tensor::number(0);
                  Tensor ga, gb;
                  // x^0 has gradient 0, also at x = 0.
                  if (ctx.needs(0) && b.is_number()) {
                    const double exponent = item(b);
                    ga = exponent == 0 ? zeros(g.sizes(), g.dtype())
                                       : mul(g, mul(pow(a, Tensor::number(exponent - 1)), b));
                  } else if (ctx.needs(0)) {
                    const Tensor slope = mul(b, pow(a, sub(b, Tensor::number(1))));
                    ga = where(eq(b, zero), zero, mul(g, slope));
                  }
                  if (ctx.needs(1)) {
                    // 0^b for b >= 0 has gradient 0 in b.
                    gb = where(logical_and(eq(a, zero), ge(b, zero)), zero,
                               mul(g, mul(ctx.saved(2), log(a))));
                  }
                  return {ga, gb};
                });
}

namespace {

// At equality each side takes half.
template <class Prefer>
Grads split_between(const Tensor& g, const Context& ctx, Prefer prefer) {
  const Tensor a = ctx.saved(0), b = ctx.saved(1), zero = Tensor::number(0);
  const Tensor half = where(eq(a, b), mul(g, Tensor::number(0.5)), g);
  return {where(prefer(b, a), zero, half), where(prefer(a, b), zero, half)};
}

}  // namespace

Tensor maximum(const Tensor& a, const Tensor& b) {
  Tensor y = zip_any(kernels::Maximum{}, a, b);
  return record("MaximumBackward0", y, {a, b}, {a, b},
                [](const Tensor& g, const Context& ctx) { return split_between(g, ctx, gt); });
}

Tensor minimum(const Tensor& a, const Tensor& b) {
  Tensor y = zip_any(kernels::Minimum{}, a, b);
  return record("MinimumBackward0", y, {a, b}, {a, b},
                [](const Tensor& g, const Context& ctx) { return split_between(g, ctx, lt); });
}

Tensor atan2(const Tensor& a, const Tensor& b) {
  Tensor y = zip_floating(kernels::Atan2{}, a, b);
  return record("Atan2Backward0", y, {a, b}, {a, b},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor a = ctx.saved(0), b = ctx.saved(1);
                  const Tensor scaled = div(g, add(mul(a, a), mul(b, b)));
                  return {mul(scaled, b), neg(mul(scaled, a))};
                });
}

Tensor lerp(const Tensor& a, const Tensor& b, const Tensor& w) {
  Tensor y = zip_floating(kernels::Lerp{}, a, b, w);
  return record("LerpBackward0", y, {a, b, w}, {needed(w, a), needed(w, b), w},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor w = ctx.saved(2);
                  // As a number it is a double, and float32 would round it.
                  const Tensor rest =
                      w.is_number() ? Tensor::number(1 - item(w)) : sub(Tensor::number(1), w);
                  return {mul(g, rest), mul(g, w),
                          ctx.needs(2) ? mul(g, sub(ctx.saved(1), ctx.saved(0))) : Tensor{}};
                });
}

Tensor addcmul(const Tensor& x, const Tensor& a, const Tensor& b, double value) {
  Tensor y = zip_floating(kernels::AddCMul{value}, x, a, b);
  return record("AddcmulBackward0", y, {x, a, b}, {a, b},
                [value](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor scaled = mul(g, Tensor::number(value));
                  return {g, ctx.needs(1) ? mul(scaled, ctx.saved(1)) : Tensor{},
                          ctx.needs(2) ? mul(scaled, ctx.saved(0)) : Tensor{}};
                });
}

Tensor addcdiv(const Tensor& x, const Tensor& a, const Tensor& b, double value) {
  Tensor y = zip_floating(kernels::AddCDiv{value}, x, a, b);
  return record("AddcdivBackward0", y, {x, a, b}, {a, b},
                [value](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor a = ctx.saved(0), b = ctx.saved(1);
                  const Tensor scaled = div(mul(g, Tensor::number(value)), b);
                  return {g, ctx.needs(1) ? scaled : Tensor{},
                          ctx.needs(2) ? neg(mul(scaled, div(a, b))) : Tensor{}};
                });
}

Tensor add_(const Tensor& x, const Tensor& other) { return assign_(x, add(x, other)); }
Tensor sub_(const Tensor& x, const Tensor& other) { return assign_(x, sub(x, other)); }
Tensor mul_(const Tensor& x, const Tensor& other) { return assign_(x, mul(x, other)); }
Tensor div_(const Tensor& x, const Tensor& other) { return assign_(x, div(x, other)); }

}  // namespace torch
