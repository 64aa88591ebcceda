// Elementary functions of lanes. Each says its largest error in ulp; tests/simd/math_test.cpp holds
// it to that. The float versions use no fused operation and no libm in their vector part, so they
// give the same bits in every build. One-lane types call the standard library.
#pragma once

#include <cmath>
#include <limits>

#include "simd/angle.h"
#include "simd/in_double.h"
#include "simd/vec.h"

namespace torch::simd {

inline constexpr float kOne = 1.0f, kHalf = 0.5f;

// x = n * ln 2 + r with |r| <= ln(2) / 2: e^r - 1, and n + Bias in the last bits of `biased`. Cody
// and Waite's two-part ln 2; e^r - 1 = r + r^2 P(r), a minimax fit for the relative error: 1.3e-8.
struct ExpParts {
  F32 q;
  I32 biased;
};
inline constexpr float kLog2E = 1.44269504088896341f, kLn2High = 0.693359375f,
                       kLn2Low = -2.12194440e-4f;
// Added to 1.5 * 2^23 a number is rounded to an integer, which the last bits of the sum are: no
// conversion, which is slow because it must see to NaN and overflow. With a bias added as well,
// they are the exponent of a float.
template <int Bias>
inline constexpr float kRounder = 12582912.0f + Bias;
inline constexpr float kExp[] = {1.3882521594e-3f, 8.3665206191e-3f, 4.1667199859e-2f,
                                 1.6666543621e-1f, 4.9999998154e-1f};

template <int Bias>
ExpParts exp_parts(F32 x) {
  const F32 rounder = constant(kRounder<Bias>);
  const F32 sum = x * constant(kLog2E) + rounder;
  const F32 rounded = sum - rounder;
  F32 r = x - rounded * constant(kLn2High);
  r = r - rounded * constant(kLn2Low);
  return {polynomial(kExp, r) * (r * r) + r, bits(sum)};
}

// 2^(n - 127) for n in [1, 254], of which only the last eight bits are looked at.
inline F32 exp2_biased(I32 n) { return from_bits(n << 23); }

// 1.5 ulp. Underflows gradually; beyond the clamps the result is 0 or infinity anyway.
inline constexpr float kExpEnds[] = {-105.0f, 89.0f};
inline F32 exp(F32 x) {
  // In two steps, so that 2^n may lie outside the range of float: n twice biased is two halves that
  // are biased once.
  const ExpParts e = exp_parts<2 * 127>(between(x, constant(kExpEnds[0]), constant(kExpEnds[1])));
  const I32 half = e.biased >> 1;
  return (e.q + constant(kOne)) * exp2_biased(half) * exp2_biased(e.biased - half);
}

// The same for x <= 43. 2^(n + 64) is a float, and what takes 2^64 back underflows gradually: a
// factor that the caller has anyway, or this one.
inline constexpr float kTakenBack = 0x1p-64f;
inline F32 exp_lifted(F32 x) {
  const ExpParts e = exp_parts<127 + 64>(larger(x, constant(kExpEnds[0])));
  return (e.q + constant(kOne)) * exp2_biased(e.biased);
}
inline F32 exp_negative(F32 x) { return exp_lifted(x) * constant(kTakenBack); }

// 2 ulp, near zero too.
inline constexpr float kExpm1Ends[] = {-30.0f, 89.0f}, kTiny = 2.98e-8f;
inline F32 expm1(F32 x) {
  // Half of the result, so that 2^n up to 2^128 stays finite; 2^n - 1 is exact where it matters.
  const ExpParts e = exp_parts<126>(between(x, constant(kExpm1Ends[0]), constant(kExpm1Ends[1])));
  const F32 scale = exp2_biased(e.biased);
  const F32 halved = e.q * scale + (scale - constant(kHalf));
  // Below 2^-25 the result is x itself: keeps subnormals and the sign of zero.
  return select(abs(x) < constant(kTiny), x, halved + halved);
}

// The same for x <= 0, in three quarters of the steps: nothing overflows, and no half loses a bit.
// Of -0 it is 0, of x > 0 anything.
inline F32 expm1_negative(F32 x) {
  const ExpParts e = exp_parts<127>(larger(x, constant(kExpm1Ends[0])));
  const F32 scale = exp2_biased(e.biased);
  return e.q * scale + (scale - constant(kOne));
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
  F32 y = polynomial(kLog, m, z) * m * z;
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

// 3 ulp. For e = e^(-2|x|) - 1 it is -e / (e + 2), without cancellation.
inline constexpr float kTwo = 2.0f;
inline F32 tanh(F32 x) {
  const F32 two = constant(kTwo);
  const F32 e = expm1_negative(-two * abs(x));
  return copysign(e / (e + two), x);
}

// 2.5 ulp where the result is a normal number; 0 below x = -89.1.
inline constexpr float kSigmoidEnds[] = {-86.0f, 89.5f};
inline F32 sigmoid(F32 x) {
  // Both sides of 1 / (1 + e^-x) halved, so that 2^n has one step. From n = 129 on it is infinite.
  const ExpParts e =
      exp_parts<126>(between(-x, constant(kSigmoidEnds[0]), constant(kSigmoidEnds[1])));
  const F32 half = constant(kHalf);
  return half / (half + (e.q + constant(kOne)) * exp2_biased(e.biased));
}

// 3 ulp. 1 - e^(-Q) for Q = -ln erfc(a) = a c + a^2 P(a), a = |x|: it vanishes with a, so nothing
// cancels. c = 2 / sqrt(pi) and -P are a minimax fit of Q / a on [0, 3.95], weighted for the
// relative error of erf: 4e-9.
inline constexpr float kErf[] = {9.2562659576e-06f,  -1.1764127720e-04f, 6.3283687128e-04f,
                                 -1.6670274828e-03f, 1.6039608344e-04f,  1.9153063893e-02f,
                                 -1.0277783050e-01f, -6.3661938197e-01f};
inline constexpr float kErfSlope = -1.1283791716e+00f;
inline constexpr float kErfEnd = 3.95f;  // from 3.92 on it is 1
inline F32 erf(F32 x) {
  const F32 a = smaller(abs(x), constant(kErfEnd));
  const F32 a2 = a * a;
  return copysign(expm1_negative(polynomial(kErf, a, a2) * a2 + a * constant(kErfSlope)), x);
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
inline F32 sin(F32 x) { return of_angles(signed_sine, std::sin, 0, x); }
inline F32 cos(F32 x) { return of_angles(signed_sine, std::cos, 1, x); }
inline F32 tan(F32 x) { return of_angles(tangent, std::tan, 0, x); }
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
inline F32 pow(F32 x, F32 y) { return through_double(in_double::pow, x, y); }
inline F32 fmod(F32 x, F32 y) { return through_double(in_double::fmod, x, y); }
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
Vec<T> exp_lifted(Vec<T> x) {
  return std::exp(x.v) / T(kTakenBack);
}
template <class T>
Vec<T> exp_negative(Vec<T> x) {
  return std::exp(x.v);
}
template <class T>
Vec<T> expm1_negative(Vec<T> x) {
  return std::expm1(x.v);
}
template <class T>
Vec<T> sigmoid(Vec<T> x) {
  return T(1) / (T(1) + std::exp(-x.v));
}

template <class T>
Vec<T> pow(Vec<T> x, Vec<T> y) {
  return std::pow(x.v, y.v);
}
template <class T>
Vec<T> fmod(Vec<T> x, Vec<T> y) {
  return std::fmod(x.v, y.v);
}
template <class T>
Vec<T> atan2(Vec<T> y, Vec<T> x) {
  return std::atan2(y.v, x.v);
}

}  // namespace torch::simd
