// Functions of floats by way of double, and two that are computed there closely enough that the
// float is the nearest one but for one result in thousands. Where a fast formula does not hold, the
// library's answers.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "simd/vec.h"

namespace torch::simd {

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

namespace in_double {

inline constexpr double kLargest = 0x1.fffffep127;  // of all finite floats

// c[0] + c[1] x + c[2] x^2 + …
template <size_t N>
double polynomial(const double (&c)[N], double x) {
  double y = c[N - 1];
  for (size_t i = N - 1; i-- > 0;) y = y * x + c[i];
  return y;
}

// A minimax fit of log2(m) / t in t^2, where t = (m - 1) / (m + 1), for m from sqrt(1/2) to
// sqrt(2): relative error 2^-45.
inline constexpr double kLog2[] = {2.8853900817778499,  0.96179669411349522, 0.57707794231669152,
                                   0.41220925760129212, 0.31990546881110982, 0.28290360665398046};
// And of (2^f - 1) / f in f, for |f| <= 1/2; relative error of 2^f: 2^-40.
inline constexpr double kExp2[] = {
    0.69314718054819402,   0.24022650698114115,   0.055504109353478055,  0.0096181286155329736,
    0.0013333454778530246, 0.0001540382569971192, 1.530917864524342e-05, 1.3178918643533803e-06};

// Of a float that is positive and finite: in double, it is not subnormal.
inline double log2_of_positive(double x) {
  constexpr uint64_t kHalfRoot = 0x3fe6a09e667f3bcd;  // sqrt(1/2)
  const auto bits = std::bit_cast<uint64_t>(x);
  const int64_t exponent = static_cast<int64_t>(bits - kHalfRoot) >> 52;
  const double m = std::bit_cast<double>(bits - (static_cast<uint64_t>(exponent) << 52));
  const double t = (m - 1) / (m + 1);
  return static_cast<double>(exponent) + t * polynomial(kLog2, t * t);
}

// |x| < 1000
inline double exp2_of_moderate(double x) {
  const double whole = std::nearbyint(x), f = x - whole;
  const auto scale = static_cast<uint64_t>(static_cast<int64_t>(whole) + 1023) << 52;
  return (1 + f * polynomial(kExp2, f)) * std::bit_cast<double>(scale);
}

inline double pow(double x, double y) {
  if (x > 0 && x <= kLargest) {
    const double power = y * log2_of_positive(x);
    if (std::fabs(power) < 1000) return exp2_of_moderate(power);
  }
  return std::pow(x, y);
}

// Floats whose quotient is below 2^29: unless it is whole, it is 2^-24 of itself away from a whole
// number, so trunc finds the right one, and what is left over is exact.
inline double fmod(double x, double y) {
  const double whole = std::trunc(x / y);
  if (!(std::fabs(whole) < 0x1p29 && std::fabs(y) <= kLargest)) return std::fmod(x, y);
  return std::copysign(x - whole * y, x);
}

}  // namespace in_double
}  // namespace torch::simd
