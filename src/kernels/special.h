// Functions of one and two operands that are called too seldom for lanes.
#pragma once

#include <cmath>

#include "kernels/arithmetic.h"

namespace torch::kernels {

// F::at(double) in each lane.
template <class F>
struct InDouble {
  template <class V>
  V operator()(V x) const {
    using T = typename V::Scalar;
    return per_lane([](T v) -> T { return static_cast<T>(F::at(static_cast<double>(v))); }, x);
  }
};

struct AsinhOf {
  static double at(double x) { return std::asinh(x); }
};
struct AcoshOf {
  static double at(double x) { return std::acosh(x); }
};
struct AtanhOf {
  static double at(double x) { return std::atanh(x); }
};
struct LgammaOf {
  static double at(double x) { return std::lgamma(x); }
};

// The logarithmic derivative of the gamma function: up by its recurrence, then Stirling's series.
struct DigammaOf {
  static double at(double x) {
    if (x == 0) return std::copysign(HUGE_VAL, -x);
    if (x < 0) {
      const double fraction = x - std::floor(x);
      if (fraction == 0) return NAN;
      return at(1 - x) - M_PI / std::tan(M_PI * fraction);
    }
    double y = 0;
    for (; x < 10; x += 1) y -= 1 / x;
    const double z = 1 / (x * x);
    const double series =
        z * (1. / 12 - z * (1. / 120 - z * (1. / 252 - z * (1. / 240 - z * (1. / 132 - z * 691. / 32760)))));
    return y + std::log(x) - 0.5 / x - series;
  }
};

// The n-th derivative of digamma, n >= 1: (-1)^(n + 1) n! times the sum of (x + k)^(-n - 1) over all
// k, the tail by Euler and Maclaurin's formula.
struct Polygamma {
  double n;

  double at(double x) const {
    // Poles and steps without end: so far down nobody asks.
    if (x < -1e6) return NAN;
    const double s = n + 1;
    double y = 0;
    for (; x < 12; x += 1) y += std::pow(x, -s);
    double power = std::pow(x, -s);
    y += power * (x / n + 0.5);
    // Bernoulli numbers over factorials: B2 / 2!, B4 / 4!, …
    constexpr double kTerms[] = {1. / 12, -1. / 720, 1. / 30240, -1. / 1209600, 1. / 47900160,
                                 -691. / 1307674368000.};
    double rising = s;
    power /= x;
    for (int k = 0; k < 6; ++k) {
      y += kTerms[k] * rising * power;
      rising *= (s + 2 * k + 1) * (s + 2 * k + 2);
      power /= x * x;
    }
    return (std::fmod(n, 2) == 0 ? -1 : 1) * std::tgamma(s) * y;
  }
  template <class V>
  V operator()(V x) const {
    using T = typename V::Scalar;
    return per_lane([this](T v) -> T { return static_cast<T>(at(static_cast<double>(v))); }, x);
  }
};

// Integers only. A shift by all bits or more leaves nothing, or the sign.
struct ShiftLeft {
  template <class V>
  V operator()(V a, V b) const {
    using T = typename V::Scalar;
    return per_lane(
        [](T x, T n) -> T {
          return n < 0 || n > 63 ? T(0) : static_cast<T>(static_cast<uint64_t>(x) << n);
        },
        a, b);
  }
};

struct ShiftRight {
  template <class V>
  V operator()(V a, V b) const {
    using T = typename V::Scalar;
    return per_lane([](T x, T n) -> T { return x >> (n < 0 || n > 63 ? 63 : n); }, a, b);
  }
};

}  // namespace torch::kernels
