// Every function's largest error over the whole range of float is held to what math.h claims.
#include "simd/math.h"

#include <bit>
#include <cmath>
#include <functional>

#include "expect.h"

using torch::simd::F32;

namespace {

// The distance from y to the exact value, in units of the last place of float at the exact value.
double ulps(float y, double exact) {
  if (std::isnan(exact)) return std::isnan(y) ? 0 : INFINITY;
  const float nearest = static_cast<float>(exact);
  if (std::isinf(nearest)) return y == nearest || std::fabs(y) > 3.4e38f ? 0 : INFINITY;
  const double spacing =
      std::fabs(nearest) < 1.17549435e-38f ? 0x1p-149 : std::ldexp(1.0, std::ilogb(nearest) - 23);
  return std::fabs(static_cast<double>(y) - exact) / spacing;
}

using Vector = std::function<F32(F32)>;
using Scalar = std::function<double(double)>;

// The largest error over 2^21 bit patterns spread over all floats in [low, high] and 2^18 evenly
// spaced values near zero.
double worst(const Vector& f, const Scalar& exact, float low, float high) {
  double most = 0;
  const auto probe = [&](float x0, float x1, float x2, float x3) {
    const float x[4] = {x0, x1, x2, x3};
    float y[4];
    f(F32::load(x)).store(y);
    for (int i = 0; i < 4; ++i) {
      if (x[i] >= low && x[i] <= high) most = std::max(most, ulps(y[i], exact(double(x[i]))));
    }
  };
  for (uint64_t bits = 0; bits < (uint64_t{1} << 32); bits += 4 * 2039) {
    const auto at = [&](int i) {
      return std::bit_cast<float>(uint32_t(bits + 2039 * uint32_t(i)));
    };
    probe(at(0), at(1), at(2), at(3));
  }
  for (int i = -(1 << 17); i < (1 << 17); i += 4) {
    const auto at = [&](int k) { return float(i + k) * 0x1p-13f; };
    probe(at(0), at(1), at(2), at(3));
  }
  return most;
}

float one(const Vector& f, float x) {
  float y[4];
  f(F32(x)).store(y);
  return y[2];
}

}  // namespace

TEST_CASE("math: errors stay within the claims") {
  using namespace torch::simd;
  const float inf = INFINITY;
  CHECK(worst([](F32 x) { return exp(x); }, [](double x) { return std::exp(x); }, -inf, inf) <=
        1.5);
  CHECK(worst([](F32 x) { return exp_negative(x); }, [](double x) { return std::exp(x); }, -inf,
              43) <= 1.5);
  CHECK(worst([](F32 x) { return expm1(x); }, [](double x) { return std::expm1(x); }, -inf, inf) <=
        2);
  CHECK(worst([](F32 x) { return expm1_negative(x); }, [](double x) { return std::expm1(x); }, -inf,
              0) <= 2);
  CHECK(worst([](F32 x) { return log(x); }, [](double x) { return std::log(x); }, 0, inf) <= 1);
  CHECK(worst([](F32 x) { return log1p(x); }, [](double x) { return std::log1p(x); }, -1, inf) <=
        2);
  CHECK(worst([](F32 x) { return tanh(x); }, [](double x) { return std::tanh(x); }, -inf, inf) <=
        3);
  CHECK(worst([](F32 x) { return sigmoid(x); }, [](double x) { return 1 / (1 + std::exp(-x)); },
              -87, inf) <= 2.5);
  CHECK(worst([](F32 x) { return sin(x); }, [](double x) { return std::sin(x); }, -inf, inf) <=
        0.501);
  CHECK(worst([](F32 x) { return cos(x); }, [](double x) { return std::cos(x); }, -inf, inf) <=
        0.501);
  CHECK(worst([](F32 x) { return tan(x); }, [](double x) { return std::tan(x); }, -inf, inf) <=
        0.501);
  CHECK(worst([](F32 x) { return erf(x); }, [](double x) { return std::erf(x); }, -inf, inf) <= 3);
}

TEST_CASE("math: the far ends") {
  using namespace torch::simd;
  const auto is_negative_zero = [](float v) { return v == 0 && std::signbit(v); };
  const Vector exp_ = [](F32 x) { return exp(x); }, expm1_ = [](F32 x) { return expm1(x); };
  const Vector log_ = [](F32 x) { return log(x); }, log1p_ = [](F32 x) { return log1p(x); };
  const Vector tanh_ = [](F32 x) { return tanh(x); }, sigmoid_ = [](F32 x) { return sigmoid(x); };
  const Vector erf_ = [](F32 x) { return erf(x); };
  for (const Vector& f : {exp_, expm1_, log_, log1p_, tanh_, sigmoid_, erf_})
    CHECK(std::isnan(one(f, NAN)));
  CHECK(one(exp_, INFINITY) == INFINITY);
  CHECK(one(exp_, -INFINITY) == 0);
  CHECK(one(exp_, 0) == 1);
  CHECK(one(exp_, 88.72283f) < INFINITY);
  CHECK(one(exp_, 88.7229f) == INFINITY);
  CHECK(one(exp_, -103.9f) == 0x1p-149f);  // underflow is gradual
  CHECK(one(exp_, -104.5f) == 0);
  const Vector exp_negative_ = [](F32 x) { return exp_negative(x); };
  CHECK(std::isnan(one(exp_negative_, NAN)));
  CHECK(one(exp_negative_, -INFINITY) == 0);
  CHECK(one(exp_negative_, -103.9f) == 0x1p-149f);
  CHECK(one(exp_negative_, -104.5f) == 0);
  CHECK(one(exp_negative_, 0) == 1);
  CHECK(one([](F32 x) { return expm1_negative(x); }, -1e-40f) == -1e-40f);
  CHECK(one([](F32 x) { return expm1_negative(x); }, -INFINITY) == -1);
  CHECK(std::isnan(one([](F32 x) { return expm1_negative(x); }, NAN)));
  const Vector sin_ = [](F32 x) { return sin(x); }, tan_ = [](F32 x) { return tan(x); };
  CHECK(is_negative_zero(one(sin_, -0.0f)));
  CHECK(is_negative_zero(one(tan_, -0.0f)));
  CHECK(one(sin_, 1e-45f) == 1e-45f);
  CHECK(std::isnan(one(sin_, INFINITY)));
  CHECK(std::isnan(one(tan_, NAN)));
  CHECK(one([](F32 x) { return cos(x); }, 0) == 1);
  // On both sides of where the formula ends.
  for (const float x : {999999.94f, 1e6f, -1e6f, 3e38f}) {
    CHECK(one(sin_, x) == static_cast<float>(std::sin(double(x))));
    CHECK(one(tan_, x) == static_cast<float>(std::tan(double(x))));
  }
  CHECK(is_negative_zero(one(erf_, -0.0f)));
  CHECK(one(erf_, INFINITY) == 1);
  CHECK(one(erf_, -INFINITY) == -1);
  CHECK(is_negative_zero(one(expm1_, -0.0f)));
  CHECK(one(expm1_, 1e-40f) == 1e-40f);
  CHECK(one(expm1_, -INFINITY) == -1);
  CHECK(one(expm1_, INFINITY) == INFINITY);
  CHECK(one(log_, 0) == -INFINITY);
  CHECK(one(log_, -0.0f) == -INFINITY);
  CHECK(std::isnan(one(log_, -1)));
  CHECK(one(log_, INFINITY) == INFINITY);
  CHECK(one(log_, 1) == 0);
  CHECK(one(log_, 1e-45f) == doctest::Approx(-103.27893));
  CHECK(is_negative_zero(one(log1p_, -0.0f)));
  CHECK(one(log1p_, -1) == -INFINITY);
  CHECK(std::isnan(one(log1p_, -1.5f)));
  CHECK(one(log1p_, INFINITY) == INFINITY);
  CHECK(is_negative_zero(one(tanh_, -0.0f)));
  CHECK(one(tanh_, INFINITY) == 1);
  CHECK(one(tanh_, -100) == -1);
  CHECK(one(sigmoid_, -INFINITY) == 0);
  CHECK(one(sigmoid_, INFINITY) == 1);
  CHECK(one(sigmoid_, -90) == 0);
  CHECK(one(sigmoid_, -89) == doctest::Approx(2.2274e-39).epsilon(1e-4));
  CHECK(one(sigmoid_, -88) == doctest::Approx(6.0546e-39).epsilon(1e-4));
}

TEST_CASE("math: a lane's result does not depend on its neighbours") {
  using namespace torch::simd;
  const float x[4] = {-3, 0.1f, 700, NAN};
  float y[4];
  expm1(F32::load(x)).store(y);
  for (int i = 0; i < 3; ++i) CHECK(y[i] == one([](F32 v) { return expm1(v); }, x[i]));
}

TEST_CASE("math: pow is the nearest float but for one result in thousands, fmod is exact") {
  using namespace torch::simd;
  // Bit patterns of a linear congruential generator: all exponents, both signs.
  double most = 0;
  int64_t apart = 0, compared = 0;
  uint64_t state = 1;
  const auto draw = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return std::bit_cast<float>(static_cast<uint32_t>(state >> 32));
  };
  for (int i = 0; i < (1 << 20); ++i) {
    const float x = draw(), y = draw(), near = std::exp2(std::fmod(draw(), 8.0f));
    for (const float base : {x, std::fabs(x), near, -near}) {
      for (const float power : {y, std::fmod(y, 64.0f), std::nearbyint(std::fmod(y, 40.0f))}) {
        const float got = static_cast<float>(in_double::pow(base, power));
        const double exact = std::pow(double(base), double(power));
        most = std::max(most, ulps(got, exact));
        apart += !(got == static_cast<float>(exact) || std::isnan(exact));
        ++compared;
      }
      const float rest = static_cast<float>(in_double::fmod(x, base * y));
      const float exact = std::fmod(x, base * y);
      CHECK_MESSAGE(
          (std::isnan(exact) ? std::isnan(rest)
                             : std::bit_cast<uint32_t>(rest) == std::bit_cast<uint32_t>(exact)),
          x, " mod ", base * y);
    }
  }
  CHECK(most <= 0.501);
  CHECK(apart < compared / 2000);
}

TEST_CASE("math: pow and fmod at the far ends are the standard library's") {
  using namespace torch::simd;
  const float ends[] = {0.0f,        -0.0f,   1.0f,           -1.0f,    2.0f,      -2.0f,
                        0.5f,        3.0f,    -3.0f,          INFINITY, -INFINITY, NAN,
                        1e-45f,      -1e-45f, 3.4e38f,        -3.4e38f, 1e-38f,    0x1p24f,
                        16777215.0f, 0x1p29f, 0x1.fffffep28f, 127.0f,   -149.0f};
  const auto same = [](float a, float b) {
    return std::isnan(b) ? std::isnan(a) : std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b);
  };
  for (const float x : ends) {
    for (const float y : ends) {
      CAPTURE(x);
      CAPTURE(y);
      CHECK(same(static_cast<float>(in_double::pow(x, y)),
                 static_cast<float>(std::pow(double(x), double(y)))));
      CHECK(same(static_cast<float>(in_double::fmod(x, y)), std::fmod(x, y)));
    }
  }
}
