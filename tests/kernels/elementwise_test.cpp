#include "kernels/elementwise.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "expect.h"
#include "kernels/activation.h"
#include "kernels/arithmetic.h"
#include "kernels/cast.h"
#include "kernels/comparison.h"
#include "kernels/unary.h"

using namespace torch::kernels;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

// Values whose far ends fall on other lanes for every `seed`.
std::vector<float> far_values(size_t n, size_t seed) {
  const float far[] = {0.f,    -0.f, 1.5f,  -2.25f, kInf,    -kInf, NAN,
                       1e-42f, 3.f,  -0.5f, 1e30f,  -1e-42f, -3.f};
  std::vector<float> x(n);
  for (size_t i = 0; i < n; ++i) x[i] = far[(i * 5 + seed * 3) % 13];
  return x;
}

// Lengths around one and several turns of a loop that takes sixteen at a time.
constexpr size_t kLengths = 50;

template <class Out, class F, class G>
void compare(const F& f, const G& expected) {
  for (size_t n = 0; n < kLengths; ++n) {
    CAPTURE(n);
    const std::vector<float> a = far_values(n, n), b = far_values(n, n + 1);
    // One more, which must stay.
    std::vector<uint8_t> y((n + 1) * sizeof(Out), 0x55);
    Out* out = reinterpret_cast<Out*>(y.data());
    elementwise<float, Out>(f, n, out, a.data(), b.data());
    for (size_t i = 0; i < n; ++i) {
      const Out want = expected(a[i], b[i]);
      CAPTURE(i);
      if constexpr (std::is_same_v<Out, float>) {
        if (std::isnan(want)) {
          REQUIRE(std::isnan(out[i]));
          continue;
        }
      }
      REQUIRE(std::memcmp(out + i, &want, sizeof(Out)) == 0);
    }
    for (size_t k = 0; k < sizeof(Out); ++k) REQUIRE(y[n * sizeof(Out) + k] == 0x55);
  }
}

struct First {
  using Cheap = void;
  template <class V>
  V operator()(V a, V) const {
    return a;
  }
};

}  // namespace

TEST_CASE("a cheap functor gives at every length what it gives one by one") {
  compare<float>(First{}, [](float a, float) { return a; });
  compare<float>(Add{}, [](float a, float b) { return a + b; });
  compare<float>(Mul{}, [](float a, float b) { return a * b; });
  compare<float>(ReluGrad{}, [](float y, float g) { return y <= 0 ? 0.f : g; });
  compare<float>(SeluGrad{}, [](float y, float g) {
    const float scale = static_cast<float>(kSeluScale), alpha = static_cast<float>(kSeluAlpha);
    return g * (y > 0 ? scale : y + scale * alpha);
  });
}

TEST_CASE("masks come as bools of 0 and 1 at every length") {
  compare<bool>(Lt{}, [](float a, float b) { return a < b; });
  compare<bool>(Ne{}, [](float a, float b) { return a != b; });
  compare<bool>(LogicalAnd{}, [](float a, float b) { return a != 0 && b != 0; });
}

TEST_CASE("bools become floats at every length") {
  for (size_t n = 0; n < kLengths; ++n) {
    std::vector<uint8_t> bytes(n);
    for (size_t i = 0; i < n; ++i) bytes[i] = (i * 7 + n) % 3 == 0;
    std::vector<float> y(n + 1, -1.f);
    copy_strided<bool, float>(bytes.data(), 1, y.data(), 1, n);
    for (size_t i = 0; i < n; ++i) REQUIRE(y[i] == static_cast<float>(bytes[i]));
    REQUIRE(y[n] == -1.f);
  }
}
