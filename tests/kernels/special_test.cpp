// Special functions against their identities.
#include "kernels/special.h"

#include <doctest/doctest.h>

using namespace torch::kernels;

namespace {
constexpr double kEuler = 0.57721566490153286;
const double kPi = std::numbers::pi;

bool near(double a, double b) { return std::fabs(a - b) <= 2e-14 * (1 + std::fabs(b)); }
}  // namespace

TEST_CASE("digamma: known values, recurrence and reflection") {
  CHECK(near(digamma(0, 1), -kEuler));
  CHECK(near(digamma(0, 0.5), -kEuler - 2 * std::numbers::ln2));
  for (double x : {0.1, 0.7, 3.3, 9.9, 25.5, -0.3, -4.6}) {
    CAPTURE(x);
    CHECK(near(digamma(0, x + 1), digamma(0, x) + 1 / x));
    CHECK(near(digamma(0, 1 - x) - digamma(0, x), kPi / std::tan(kPi * x)));
  }
  CHECK(digamma(0, 0.0) == -HUGE_VAL);
  CHECK(digamma(0, -0.0) == HUGE_VAL);
  CHECK(std::isnan(digamma(0, -2)));
}

TEST_CASE("polygamma: known values and recurrence") {
  CHECK(near(polygamma(1, 1), kPi * kPi / 6));
  CHECK(near(polygamma(1, 0.5), kPi * kPi / 2));
  CHECK(near(polygamma(3, 1), std::pow(kPi, 4) / 15));
  for (double x : {0.4, 2.5, 11.9, 40.0, -0.5}) {
    CAPTURE(x);
    CHECK(near(polygamma(2, x + 1), polygamma(2, x) + 2 / (x * x * x)));
  }
  CHECK(polygamma(1, 0) == HUGE_VAL);
}

TEST_CASE("log_add_exp neither overflows nor loses the larger") {
  CHECK(log_add_exp(1000, 1000) == doctest::Approx(1000 + std::numbers::ln2));
  CHECK(log_add_exp(-HUGE_VAL, -HUGE_VAL) == -HUGE_VAL);
  CHECK(log_add_exp(HUGE_VAL, HUGE_VAL) == HUGE_VAL);
  CHECK(log_add_exp(-HUGE_VAL, 3) == 3);
  CHECK(std::isnan(log_add_exp(NAN, 3)));
  CHECK(std::isnan(log_add_exp(3, NAN)));
}
