// Elementary functions of lanes. Each says its largest error in ulp; tests/simd/math_test.cpp holds
// it to that. The float versions use no fused operation and no libm in their vector part, so they
// give the same bits in every build. One-lane types call the standard library.
#pragma once

#include <cmath>
#include <limits>

#include "simd/vec.h"

namespace torch::simd {

// 2^n for n in [-126, 127].
inline F32 exp2_int(I32 n) { return from_bits((n + I32(127)) << 23); }

inline constexpr float kOne = 1.0f;

// x = n * ln 2 + r with |r| <= ln(2) / 2, and e^r - 1. Cody and Waite's two-part ln 2; Cephes'
// expf polynomial.
struct ExpParts {
  F32 q;
  I32 n;
};
inline constexpr float kLog2E = 1.44269504088896341f, kLn2High = 0.693359375f,
                       kLn2Low = -2.12194440e-4f;
// Added to 1.5 * 2^23 a number is rounded to an integer, which the last bits of the sum are: no
// conversion, which is slow because it must see to NaN and overflow.
inline constexpr float kRounder = 12582912.0f;
inline constexpr int32_t kRounderBits = 0x4b400000;
inline constexpr float kExp[] = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                                 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};

inline ExpParts exp_parts(F32 x) {
  const F32 sum = x * constant(kLog2E) + constant(kRounder);
  const F32 rounded = sum - constant(kRounder);
  F32 r = x - rounded * constant(kLn2High);
  r = r - rounded * constant(kLn2Low);
  return {polynomial(kExp, r) * (r * r) + r, bits(sum) - I32(kRounderBits)};
}

// 1.5 ulp. Underflows gradually; beyond the clamps the result is 0 or infinity anyway.
inline constexpr float kExpEnds[] = {-105.0f, 89.0f};
inline F32 exp(F32 x) {
  const ExpParts e = exp_parts(between(x, constant(kExpEnds[0]), constant(kExpEnds[1])));
  // In two steps, so that 2^n may lie outside the range of float.
  const I32 half = e.n >> 1;
  return (e.q + constant(kOne)) * exp2_int(half) * exp2_int(e.n - half);
}

// 2 ulp, near zero too.
inline constexpr float kExpm1Ends[] = {-30.0f, 89.0f}, kTiny = 2.98e-8f, kHalf = 0.5f;
inline F32 expm1(F32 x) {
  const ExpParts e = exp_parts(between(x, constant(kExpm1Ends[0]), constant(kExpm1Ends[1])));
  // Half of the result, so that 2^n up to 2^128 stays finite; 2^n - 1 is exact where it matters.
  const F32 scale = exp2_int(e.n - I32(1));
  const F32 halved = e.q * scale + (scale - constant(kHalf));
  // Below 2^-25 the result is x itself: keeps subnormals and the sign of zero.
  return select(abs(x) < constant(kTiny), x, halved + halved);
}

// 1 ulp. Cephes' logf polynomial on [sqrt(1/2), sqrt(2)).
inline constexpr float kLog[] = {7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f,
                                 -1.2420140846e-1f, 1.4249322787e-1f,  -1.6668057665e-1f,
                                 2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f};
inline constexpr float kSqrtHalf = 0.707106781186547524f, kSmallest = 1.17549435e-38f,
                       kLift = 8388608.0f, kLifted = 23.0f;  // 2^23
inline F32 log(F32 x) {
  const Mask4 subnormal = x < constant(kSmallest);
  const F32 normal = select(subnormal, x * constant(kLift), x);
  const I32 raw = bits(normal);
  const F32 one = constant(kOne);
  F32 e = to_float((raw >> 23) - I32(126)) - where(subnormal, constant(kLifted));
  F32 m = from_bits((raw & I32(0x007fffff)) | I32(0x3f000000));
  const Mask4 low = m < constant(kSqrtHalf);
  e = e - where(low, one);
  m = m - one + where(low, m);
  const F32 z = m * m;
  F32 y = polynomial(kLog, m) * m * z;
  y = y + e * constant(kLn2Low);
  y = y - z * constant(kHalf);
  F32 result = m + y + e * constant(kLn2High);
  const F32 infinity(std::numeric_limits<float>::infinity());
  result = select(x == infinity, infinity, result);
  result = select(x == F32(0.0f), -infinity, result);
  return select(x >= F32(0.0f), result, F32(std::numeric_limits<float>::quiet_NaN()));
}

// 2 ulp. log(u) for u = 1 + x rounded, plus what the rounding lost.
inline F32 log1p(F32 x) {
  const F32 one = constant(kOne);
  const F32 u = x + one;
  const F32 l = log(u);
  const F32 y = l + (x - (u - one)) / u;
  const F32 infinity(std::numeric_limits<float>::infinity());
  const F32 ends = select((u == F32(0.0f)) | (u == infinity), l, y);
  return select(u == one, x, ends);
}

// 2 ulp. Cephes' tanhf: a polynomial near zero, 1 - 2 / (e^2x + 1) beyond.
inline constexpr float kTanh[] = {-5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f,
                                  1.33314422036e-1f, -3.33332819422e-1f};
inline constexpr float kNearZero = 0.625f;
inline F32 tanh(F32 x) {
  const F32 z = x * x;
  const F32 near_zero = polynomial(kTanh, z) * z * x + x;
  const F32 a = abs(x), one = constant(kOne);
  const F32 far = one - (one + one) / (exp(a + a) + one);
  const F32 y = select(a < constant(kNearZero), near_zero, copysign(far, x));
  return select(x == F32(0.0f), x, y);
}

// 2.5 ulp where the result is a normal number; 0 below x = -89, where e^-x overflows.
template <class V>
V sigmoid(V x) {
  return V(1) / (V(1) + exp(-x));
}

// 1.3 ulp. x + x P(x^2) up to 0.9; beyond, 1 - e^-Q(|x|). P and Q, of degree 6, are minimax fits of
// erf(x) / x - 1 and of -ln erfc(x), weighted for the relative error of erf.
inline constexpr float kErfNear[] = {8.5131396190e-05f,  -8.1756489817e-04f, 5.2038603462e-03f,
                                     -2.6860509068e-02f, 1.1283715069e-01f,  -3.7612634897e-01f,
                                     1.2837916613e-01f};
inline constexpr float kErfFar[] = {-1.9821999012e-04f, 3.0654934235e-03f, -2.2315224633e-02f,
                                    1.0411370546e-01f,  6.3697606325e-01f, 1.1277972460e+00f,
                                    1.6644386051e-04f};
inline constexpr float kErfEnd = 4.0f, kErfBorder = 0.9f;  // from 3.92 on it is 1
inline F32 erf(F32 x) {
  const F32 p = polynomial(kErfNear, x * x);
  const F32 a = between(abs(x), F32(0.0f), constant(kErfEnd));
  const F32 far = constant(kOne) - exp(-polynomial(kErfFar, a));
  return select(abs(x) < constant(kErfBorder), x * p + x, copysign(far, x));
}

// f of every lane through double: correctly rounded but for one result in about 10^8.
template <class F>
F32 through_double(const F& f, F32 x) {
  float lanes[4];
  x.store(lanes);
  for (float& v : lanes) v = static_cast<float>(f(static_cast<double>(v)));
  return F32::load(lanes);
}
template <class F>
F32 through_double(const F& f, F32 x, F32 y) {
  float a[4], b[4];
  x.store(a);
  y.store(b);
  for (int i = 0; i < 4; ++i) {
    a[i] = static_cast<float>(f(static_cast<double>(a[i]), static_cast<double>(b[i])));
  }
  return F32::load(a);
}

// 0.501 ulp each.
inline F32 exp2(F32 x) {
  return through_double([](double v) { return std::exp2(v); }, x);
}
inline F32 log2(F32 x) {
  return through_double([](double v) { return std::log2(v); }, x);
}
inline F32 log10(F32 x) {
  return through_double([](double v) { return std::log10(v); }, x);
}
inline F32 sin(F32 x) {
  return through_double([](double v) { return std::sin(v); }, x);
}
inline F32 cos(F32 x) {
  return through_double([](double v) { return std::cos(v); }, x);
}
inline F32 tan(F32 x) {
  return through_double([](double v) { return std::tan(v); }, x);
}
inline F32 asin(F32 x) {
  return through_double([](double v) { return std::asin(v); }, x);
}
inline F32 acos(F32 x) {
  return through_double([](double v) { return std::acos(v); }, x);
}
inline F32 atan(F32 x) {
  return through_double([](double v) { return std::atan(v); }, x);
}
inline F32 sinh(F32 x) {
  return through_double([](double v) { return std::sinh(v); }, x);
}
inline F32 cosh(F32 x) {
  return through_double([](double v) { return std::cosh(v); }, x);
}
inline F32 erfc(F32 x) {
  return through_double([](double v) { return std::erfc(v); }, x);
}
inline F32 pow(F32 x, F32 y) {
  return through_double([](double a, double b) { return std::pow(a, b); }, x, y);
}
inline F32 atan2(F32 y, F32 x) {
  return through_double([](double a, double b) { return std::atan2(a, b); }, y, x);
}

#define TORCH_ONE_LANE(name) \
  template <class T>         \
  Vec<T> name(Vec<T> x) {    \
    return std::name(x.v);   \
  }
TORCH_ONE_LANE(exp)
TORCH_ONE_LANE(exp2)
TORCH_ONE_LANE(expm1)
TORCH_ONE_LANE(log)
TORCH_ONE_LANE(log2)
TORCH_ONE_LANE(log10)
TORCH_ONE_LANE(log1p)
TORCH_ONE_LANE(sin)
TORCH_ONE_LANE(cos)
TORCH_ONE_LANE(tan)
TORCH_ONE_LANE(asin)
TORCH_ONE_LANE(acos)
TORCH_ONE_LANE(atan)
TORCH_ONE_LANE(sinh)
TORCH_ONE_LANE(cosh)
TORCH_ONE_LANE(tanh)
TORCH_ONE_LANE(erf)
TORCH_ONE_LANE(erfc)
#undef TORCH_ONE_LANE

template <class T>
Vec<T> pow(Vec<T> x, Vec<T> y) {
  return std::pow(x.v, y.v);
}
template <class T>
Vec<T> atan2(Vec<T> y, Vec<T> x) {
  return std::atan2(y.v, x.v);
}

}  // namespace torch::simd
