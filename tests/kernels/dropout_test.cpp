#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/dropout.h"

using namespace torch::kernels;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
const std::vector<double> kFar = {0.0,  -0.0,  1,      -1,    kInf,  -kInf,
                                  NAN,  1e-40, -1e-45, 3e38,  -3e38, 1.17549435e-38,
                                  2.5f, -0.3,  1e-30,  5e-324};

template <class T>
std::vector<T> input(size_t n) {
  std::vector<T> x(n);
  for (size_t i = 0; i < n; ++i) x[i] = static_cast<T>(kFar[i % kFar.size()]);
  return x;
}

template <class T>
bool same(T a, T b) {
  return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof(T)) == 0;
}

std::vector<uint8_t> mask(size_t n, uint32_t seed) {
  Mt19937 engine(seed);
  std::vector<uint8_t> bits(n / 8 + 1);
  bernoulli_bits(engine, 0.6, n, bits.data());
  return bits;
}

// f, written with ifs, for every length up to 40 and two long ones.
template <class T, class F, class G>
void compare(const F& f, const G& expected) {
  for (size_t n = 0; n <= 42; ++n) {
    const size_t length = n <= 40 ? n : n == 41 ? 1003 : 50021;
    CAPTURE(length);
    const std::vector<T> x = input<T>(length);
    const std::vector<uint8_t> bits = mask(length, uint32_t(n));
    std::vector<T> y(length + 1, T(77));
    masked(f, bits.data(), length, x.data(), y.data());
    size_t wrong = 0;
    for (size_t i = 0; i < length; ++i) {
      wrong += !same(y[i], T(expected(bit(bits.data(), i), x[i])));
    }
    REQUIRE(wrong == 0);
    REQUIRE(y[length] == T(77));
    // In place gives the same.
    std::vector<T> z = x;
    masked(f, bits.data(), length, z.data(), z.data());
    for (size_t i = 0; i < length; ++i) wrong += !same(y[i], z[i]);
    REQUIRE(wrong == 0);
  }
}

template <class T>
void every_p() {
  for (double p : {0.05, 0.1, 0.5, 0.9, 1 / 3.0, 1 - 0x1p-30}) {
    CAPTURE(p);
    // PyTorch's own steps: noise of 0 and 1, then arithmetic on it.
    const T scale = T(1) / T(1 - p);
    compare<T>(plain_dropout<T>(p), [=](bool keep, T x) { return x * (T(keep) * scale); });

    const double alpha = 1.7580993408473766;
    const double a = 1 / std::sqrt((alpha * alpha * p + 1) * (1 - p));
    const T A = T(a), B = T(alpha * a), C = T(alpha * a * p);
    compare<T>(AlphaDropout(p).affine<T>(), [=](bool keep, T x) {
      const T noise = T(keep);
      const T b = (noise - 1) * B + C;
      return x * (noise * A) + b;
    });
    compare<T>(KeepScaled<T>{A}, [=](bool keep, T x) { return x * (keep ? A : T(0)); });
  }
}

}  // namespace

TEST_CASE("dropout: masked arithmetic is PyTorch's, step by step, at the far ends too") {
  every_p<float>();
  every_p<double>();
}

TEST_CASE("dropout: a bit drops a whole channel") {
  for (size_t inner : {size_t{1}, size_t{3}, size_t{4}, size_t{17}, size_t{20000}}) {
    const size_t channels = 19, n = channels * inner;
    const std::vector<float> x = input<float>(n);
    const std::vector<uint8_t> bits = mask(channels, 5);
    std::vector<float> y(n);
    const auto f = AlphaDropout(0.3).affine<float>();
    masked_channels(f, bits.data(), channels, inner, x.data(), y.data());
    size_t wrong = 0;
    for (size_t i = 0; i < n; ++i) {
      const bool keep = bit(bits.data(), i / inner);
      wrong += !same(y[i], x[i] * (keep ? f.scale : 0) + (keep ? f.shift : f.floor));
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("alpha dropout: PyTorch's constants") {
  // p, A, what is added to kept elements, and what a dropped one becomes.
  const double rows[][4] = {{0.05, 0.9548444747924805, 0.08393557369709015, -1.5947757959365845},
                            {0.1, 0.9212844967842102, 0.16197097301483154, -1.4577387571334839},
                            {0.2, 0.8789035677909851, 0.3090399503707886, -1.2361598014831543},
                            {0.25, 0.8672579526901245, 0.38118138909339905, -1.1435441970825195},
                            {0.5, 0.8864048719406128, 0.7791939377784729, -0.7791939377784729},
                            {0.9, 1.6261082887649536, 2.5729739665985107, -0.2858858108520508}};
  for (const auto& [p, scale, shift, floor] : rows) {
    const auto f = AlphaDropout(p).affine<float>();
    CHECK(f.scale == scale);
    CHECK(f.shift == shift);
    CHECK(f.floor == floor);
  }
}
