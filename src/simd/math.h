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

// x = n * ln 2 + r with |r| <= ln(2) / 2, and e^r - 1. Cody and Waite's two-part ln 2; Cephes'
// expf polynomial.
struct ExpParts {
  F32 q;
  I32 n;
};
inline ExpParts exp_parts(F32 x) {
  // Added to 1.5 * 2^23 a number is rounded to an integer, which the last bits of the sum are: no
  // conversion, which is slow because it must see to NaN and overflow.
  const F32 magic(12582912.0f);
  const F32 sum = x * F32(1.44269504088896341f) + magic;
  const F32 rounded = sum - magic;
  F32 r = x - rounded * F32(0.693359375f);
  r = r - rounded * F32(-2.12194440e-4f);
  F32 p = F32(1.9875691500e-4f);
  p = p * r + F32(1.3981999507e-3f);
  p = p * r + F32(8.3334519073e-3f);
  p = p * r + F32(4.1665795894e-2f);
  p = p * r + F32(1.6666665459e-1f);
  p = p * r + F32(5.0000001201e-1f);
  return {p * (r * r) + r, bits(sum) - bits(magic)};
}

// 1.5 ulp. Underflows gradually; beyond the clamps the result is 0 or infinity anyway.
inline F32 exp(F32 x) {
  const ExpParts e = exp_parts(between(x, F32(-105.0f), F32(89.0f)));
  // In two steps, so that 2^n may lie outside the range of float.
  const I32 half = e.n >> 1;
  return (e.q + F32(1.0f)) * exp2_int(half) * exp2_int(e.n - half);
}

// 2 ulp, near zero too.
inline F32 expm1(F32 x) {
  const ExpParts e = exp_parts(between(x, F32(-30.0f), F32(89.0f)));
  // Half of the result, so that 2^n up to 2^128 stays finite; 2^n - 1 is exact where it matters.
  const F32 scale = exp2_int(e.n - I32(1));
  const F32 halved = e.q * scale + (scale - F32(0.5f));
  // Below 2^-25 the result is x itself: keeps subnormals and the sign of zero.
  return select(abs(x) < F32(2.98e-8f), x, halved + halved);
}

// 1 ulp. Cephes' logf polynomial on [sqrt(1/2), sqrt(2)).
inline F32 log(F32 x) {
  const Mask4 subnormal = x < F32(1.17549435e-38f);
  const F32 normal = select(subnormal, x * F32(8388608.0f), x);  // 2^23
  const I32 raw = bits(normal);
  F32 e = to_float((raw >> 23) - I32(126)) - select(subnormal, F32(23.0f), F32(0.0f));
  F32 m = from_bits((raw & I32(0x007fffff)) | I32(0x3f000000));
  const Mask4 low = m < F32(0.707106781186547524f);
  e = e - select(low, F32(1.0f), F32(0.0f));
  m = m - F32(1.0f) + select(low, m, F32(0.0f));
  const F32 z = m * m;
  F32 p = F32(7.0376836292e-2f);
  p = p * m + F32(-1.1514610310e-1f);
  p = p * m + F32(1.1676998740e-1f);
  p = p * m + F32(-1.2420140846e-1f);
  p = p * m + F32(1.4249322787e-1f);
  p = p * m + F32(-1.6668057665e-1f);
  p = p * m + F32(2.0000714765e-1f);
  p = p * m + F32(-2.4999993993e-1f);
  p = p * m + F32(3.3333331174e-1f);
  F32 y = p * m * z;
  y = y + e * F32(-2.12194440e-4f);
  y = y - z * F32(0.5f);
  F32 result = m + y + e * F32(0.693359375f);
  const F32 infinity(std::numeric_limits<float>::infinity());
  result = select(x == infinity, infinity, result);
  result = select(x == F32(0.0f), -infinity, result);
  return select(x >= F32(0.0f), result, F32(std::numeric_limits<float>::quiet_NaN()));
}

// 2 ulp. log(u) for u = 1 + x rounded, plus what the rounding lost.
inline F32 log1p(F32 x) {
  const F32 u = x + F32(1.0f);
  const F32 y = log(u) + (x - (u - F32(1.0f))) / u;
  const F32 infinity(std::numeric_limits<float>::infinity());
  const F32 ends = select((u == F32(0.0f)) | (u == infinity), log(u), y);
  return select(u == F32(1.0f), x, ends);
}

// 2 ulp. Cephes' tanhf: a polynomial near zero, 1 - 2 / (e^2x + 1) beyond.
inline F32 tanh(F32 x) {
  const F32 z = x * x;
  F32 p = F32(-5.70498872745e-3f);
  p = p * z + F32(2.06390887954e-2f);
  p = p * z + F32(-5.37397155531e-2f);
  p = p * z + F32(1.33314422036e-1f);
  p = p * z + F32(-3.33332819422e-1f);
  const F32 near_zero = p * z * x + x;
  const F32 a = abs(x);
  const F32 far = F32(1.0f) - F32(2.0f) / (exp(a + a) + F32(1.0f));
  const F32 y = select(a < F32(0.625f), near_zero, copysign(far, x));
  return select(x == F32(0.0f), x, y);
}

// 2.5 ulp where the result is a normal number; 0 below x = -89, where e^-x overflows.
template <class V>
V sigmoid(V x) {
  return V(1) / (V(1) + exp(-x));
}

// 1.3 ulp. x + x P(x^2) up to 0.9; beyond, 1 - e^-Q(|x|). P and Q, of degree 6, are minimax fits of
// erf(x) / x - 1 and of -ln erfc(x), weighted for the relative error of erf.
inline F32 erf(F32 x) {
  const F32 t = x * x;
  F32 p = F32(8.5131396190e-05f);
  p = p * t + F32(-8.1756489817e-04f);
  p = p * t + F32(5.2038603462e-03f);
  p = p * t + F32(-2.6860509068e-02f);
  p = p * t + F32(1.1283715069e-01f);
  p = p * t + F32(-3.7612634897e-01f);
  p = p * t + F32(1.2837916613e-01f);
  const F32 a = between(abs(x), F32(0.0f), F32(4.0f));  // from 3.92 on it is 1
  F32 q = F32(-1.9821999012e-04f);
  q = q * a + F32(3.0654934235e-03f);
  q = q * a + F32(-2.2315224633e-02f);
  q = q * a + F32(1.0411370546e-01f);
  q = q * a + F32(6.3697606325e-01f);
  q = q * a + F32(1.1277972460e+00f);
  q = q * a + F32(1.6644386051e-04f);
  const F32 far = F32(1.0f) - exp(-q);
  return select(abs(x) < F32(0.9f), x * p + x, copysign(far, x));
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
