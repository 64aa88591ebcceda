// Functions that are called too seldom for lanes: each is a plain function of doubles.
#pragma once

#include <cmath>
#include <numbers>

#include "kernels/arithmetic.h"
#include "kernels/scan.h"

namespace torch::kernels {

// One loop for all of them.
struct InDouble {
  double (*f)(double a, double b);

  template <class V>
  V operator()(V a, V b) const {
    return per_lane(f, a, b);
  }
};

inline double sinc(double, double x) {
  if (x == 0) return 1;
  const double angle = std::numbers::pi * x;
  return std::sin(angle) / angle;
}

inline double xlogy(double a, double b) { return a == 0 && b == b ? 0 : a * std::log(b); }

inline double log2_add_exp2(double a, double b) {
  return log_add_exp(a * std::numbers::ln2, b * std::numbers::ln2) / std::numbers::ln2;
}

// The logarithmic derivative of the gamma function: up by its recurrence, then Stirling's series.
inline double digamma(double, double x) {
  if (x == 0) return std::copysign(HUGE_VAL, -x);
  if (x < 0) {
    const double fraction = x - std::floor(x);
    if (fraction == 0) return NAN;
    return digamma(0, 1 - x) - std::numbers::pi / std::tan(std::numbers::pi * fraction);
  }
  double y = 0;
  for (; x < 10; x += 1) y -= 1 / x;
  constexpr double kTerms[] = {1. / 12, -1. / 120, 1. / 252, -1. / 240, 1. / 132, -691. / 32760};
  const double z = 1 / (x * x);
  double power = z;
  for (double term : kTerms) {
    y -= term * power;
    power *= z;
  }
  return y + std::log(x) - 0.5 / x;
}

// The n-th derivative of digamma, n >= 1: (-1)^(n + 1) n! times the sum of (x + k)^(-n - 1) over
// all k, the tail by Euler and Maclaurin's formula.
inline double polygamma(double n, double x) {
  // So far down there are only steps without end.
  if (x < -1e6) return NAN;
  const double s = n + 1;
  double y = 0;
  // Where the series converges; the factorial of more than 170 is infinite in any case.
  for (const double far = 12 + std::fmin(n, 171); x < far; x += 1) y += std::pow(x, -s);
  double power = std::pow(x, -s);
  y += power * (x / n + 0.5);
  // Bernoulli numbers over factorials: B2 / 2!, B4 / 4!, …
  constexpr double kTerms[] = {1. / 12,       -1. / 720,     1. / 30240,
                               -1. / 1209600, 1. / 47900160, -691. / 1307674368000.};
  double rising = s;
  power /= x;
  for (int k = 0; k < 6; ++k) {
    y += kTerms[k] * rising * power;
    rising *= (s + 2 * k + 1) * (s + 2 * k + 2);
    power /= x * x;
  }
  double factorial = 1;
  for (double k = n; k > 1 && factorial < INFINITY; --k) factorial *= k;
  y *= factorial;
  return std::fmod(n, 2) == 0 ? -y : y;
}

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
