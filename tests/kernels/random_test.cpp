#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "kernels/bernoulli.h"
#include "kernels/normal.h"
#include "kernels/random.h"

using torch::kernels::Mt19937;

namespace {

// The engine and the samplers once more, one word at a time, from their definitions.
struct Model {
  std::vector<uint32_t> s;
  size_t at = 624;

  explicit Model(uint32_t seed) : s(1, seed) {
    while (s.size() < 624) {
      s.push_back(1812433253u * (s.back() ^ (s.back() >> 30)) + uint32_t(s.size()));
    }
  }
  uint32_t word() {
    if (at == 624) {
      for (size_t k = 0; k < 624; ++k) {
        const uint32_t y = (s[k] & 0x80000000u) | (s[(k + 1) % 624] & 0x7fffffffu);
        s[k] = s[(k + 397) % 624] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
      }
      at = 0;
    }
    uint32_t y = s[at++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
  }
  uint64_t word64() {
    const uint64_t high = word();
    return high << 32 | word();
  }
  float uniform24() { return float(word() % (1u << 24)) / float(1 << 24); }
  double uniform53() { return double(word64() % (1ull << 53)) / double(1ull << 53); }

  // Sixteen normals by the scalar formulas, with the hardware's or libm's fma.
  void normal16(float mean, float std, float* y) {
    float u[16];
    for (float& v : u) v = uniform24();
    for (int j = 0; j < 8; ++j) {
      const float r = std::sqrt(-2 * log(1 - u[j]));
      float sin, cos;
      sincos(6.2831853071795862f * u[j + 8], sin, cos);
      y[j] = std::fma(r * cos, std, mean);
      y[j + 8] = std::fma(r * sin, std, mean);
    }
  }
  static float log(float x) {
    const uint32_t raw = std::bit_cast<uint32_t>(x);
    float e = float(int(raw >> 23) - 126);
    float m = std::bit_cast<float>((raw & 0x007fffffu) | 0x3f000000u);
    if (m < 0.707106781186547524f) {
      e -= 1;
      m = (m - 1) + m;
    } else {
      m -= 1;
    }
    const float z = m * m;
    float y = 7.0376836292e-2f;
    for (float c : {-1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f,
                    -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f}) {
      y = std::fma(y, m, c);
    }
    y = y * m;
    y = std::fma(y, z, e * -2.12194440e-4f);
    y = std::fma(-z, 0.5f, y);
    return std::fma(e, 0.693359375f, m + y);
  }
  static void sincos(float t, float& sin, float& cos) {
    const int j = (int(t * 1.27323954473516f) + 1) & ~1;
    float x = std::fma(float(j), -0.78515625f, t);
    x = std::fma(float(j), -2.4187564849853515625e-4f, x);
    x = std::fma(float(j), -3.77489497744594108e-8f, x);
    const float z = x * x;
    float p = std::fma(2.443315711809948e-5f, z, -1.388731625493765e-3f);
    p = std::fma(p, z, 4.166664568298827e-2f) * z;
    p = std::fma(p, z, -(z * 0.5f)) + 1;
    float q = std::fma(-1.9515295891e-4f, z, 8.3321608736e-3f);
    q = std::fma(q, z, -1.6666654611e-1f) * z;
    q = std::fma(q, x, x);
    sin = j & 2 ? p : q;
    cos = j & 2 ? q : p;
    if (j & 4) sin = -sin;
    if (~(j - 2) & 4) cos = -cos;
  }
};

// An engine and a model, both `taken` words into the stream.
struct Pair {
  Mt19937 engine;
  Model model;
  Pair(uint32_t seed, size_t taken) : engine(seed), model(seed) {
    engine.skip(taken);
    for (size_t i = 0; i < taken; ++i) model.word();
  }
};

// Starts around the border between two blocks, and every residue of a group of 16 words.
const std::vector<size_t> kStarts = {0,   1,   2,   3,   5,   7,   11,  15,  16,  31,  580, 592,
                                     600, 607, 608, 609, 616, 619, 620, 621, 622, 623, 624, 625};

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

// check(pair, n) for every start and every n from 0 to 40 and a few longer ones.
template <class F>
void everywhere(const F& check) {
  for (size_t start : kStarts) {
    for (size_t n = 0; n < 44; ++n) {
      const size_t length = n <= 40 ? n : n * 16 + n;
      CAPTURE(start);
      CAPTURE(length);
      Pair pair(uint32_t(start * 1000 + n), start);
      check(pair, length);
      // As many words taken, no more.
      REQUIRE(pair.engine.next() == pair.model.word());
    }
  }
}

}  // namespace

TEST_CASE("mt19937: the words of the definition, over several blocks") {
  for (uint32_t seed : {0u, 1u, 5489u, 0xffffffffu}) {
    Pair pair(seed, 0);
    int wrong = 0;
    for (int i = 0; i < 2000; ++i) wrong += pair.engine.next() != pair.model.word();
    CHECK(wrong == 0);
  }
  // Matsumoto and Nishimura's own check: the 10000th word of seed 5489.
  Mt19937 engine(5489);
  engine.skip(9999);
  CHECK(engine.next() == 4123659995u);
}

TEST_CASE("uniform: the low 24 and 53 bits, from any start") {
  everywhere([](Pair& pair, size_t n) {
    std::vector<float> y(n), expected(n);
    torch::kernels::uniform(pair.engine, 0.0f, 1.0f, n, y.data());
    for (float& v : expected) v = pair.model.uniform24();
    REQUIRE(same_bits(y, expected));
    std::vector<double> wide(n), wide_expected(n);
    torch::kernels::uniform(pair.engine, 0.0, 1.0, n, wide.data());
    for (double& v : wide_expected) v = pair.model.uniform53();
    REQUIRE(same_bits(wide, wide_expected));
  });
}

TEST_CASE("uniform: between two bounds with one rounding, never the upper bound") {
  const float bounds[][2] = {{-1, 1},         {-0.57735f, 0.57735f}, {0, 10},          {1000, 1001},
                             {1, 1.0000001f}, {-1e30f, 3e30f},       {1e-40f, 3e-40f}, {5, 5}};
  for (const auto& [from, to] : bounds) {
    Pair pair(7, 3);
    std::vector<float> y(5003), expected(5003);
    torch::kernels::uniform(pair.engine, from, to, y.size(), y.data());
    for (float& v : expected) {
      v = std::fma(pair.model.uniform24(), to - from, from);
      if (v == to) v = from;
    }
    CHECK(same_bits(y, expected));
  }
}

TEST_CASE("bernoulli: bits and values are u < p on 53 bits, from any start") {
  for (double p : {0.0, 0.3, 0.5, 1.0, 0x1p-53, 1 - 0x1p-53, 1e-320, 0.9999999}) {
    CAPTURE(p);
    everywhere([p](Pair& pair, size_t n) {
      std::vector<uint8_t> bits((n + 7) / 8 + 1, 0xa5);
      const auto values = std::make_unique<bool[]>(n);
      torch::kernels::bernoulli_bits(pair.engine, p, n, bits.data());
      size_t wrong = 0;
      for (size_t i = 0; i < n; ++i) {
        wrong += torch::kernels::bit(bits.data(), i) != (pair.model.uniform53() < p);
      }
      REQUIRE(wrong == 0);
      // The rest of the last byte is 0, and nothing beyond it is touched.
      if (n % 8 != 0) REQUIRE((bits[n / 8] >> (n % 8)) == 0);
      REQUIRE(bits[(n + 7) / 8] == 0xa5);
      torch::kernels::bernoulli(pair.engine, p, n, values.get());
      for (size_t i = 0; i < n; ++i) wrong += values[i] != (pair.model.uniform53() < p);
      REQUIRE(wrong == 0);
    });
  }
}

TEST_CASE("bernoulli: the threshold is exact at each draw itself") {
  // p a hair below, at and above the uniform that a draw gives: of eight at once, whose lower words
  // are not looked at as a rule, and of one.
  std::array<double, 9> u;
  Model model(3);
  for (double& v : u) v = model.uniform53();
  for (double at : u) {
    for (double p : {at, std::nextafter(at, 1.0), at + 0x1p-53, at - 0x1p-53}) {
      Mt19937 engine(3);
      uint8_t bits[2];
      torch::kernels::bernoulli_bits(engine, p, 9, bits);
      for (size_t i = 0; i < 9; ++i) CHECK((bits[i / 8] >> i % 8 & 1) == (u[i] < p));
    }
  }
}

TEST_CASE("bernoulli: a probability for each element") {
  everywhere([](Pair& pair, size_t n) {
    std::vector<float> p(n);
    std::vector<double> wide(n);
    const auto y = std::make_unique<bool[]>(n);
    for (size_t i = 0; i < n; ++i) p[i] = float(i % 5) / 4, wide[i] = p[i];
    size_t wrong = 0;
    torch::kernels::bernoulli_each(pair.engine, p.data(), n, y.get());
    for (size_t i = 0; i < n; ++i) wrong += y[i] != (pair.model.uniform24() < p[i]);
    torch::kernels::bernoulli_each(pair.engine, wide.data(), n, y.get());
    for (size_t i = 0; i < n; ++i) wrong += y[i] != (pair.model.uniform53() < wide[i]);
    REQUIRE(wrong == 0);
  });
}

// In doubles, and by hardware that fuses: wasm may have that, and natively there is a stand-in.
std::vector<bool> ways_of_fma() {
#if defined(__wasm__)
  if (!torch::kernels::fuses()) return {false};
#endif
  return {false, true};
}

TEST_CASE("normal: blocks of 16 and the redrawn end, from any start") {
  const float settings[][2] = {{0, 1}, {0.3f, 1.7f}, {-100, 1e-3f}};
  for (const auto& [mean, std] : settings) {
    everywhere([mean = mean, std = std](Pair& start, size_t n) {
      if (n < 16) return;
      for (const bool fused : ways_of_fma()) {
        Pair pair = start;
        std::vector<float> y(n), expected(n);
        torch::kernels::normal(pair.engine, mean, std, n, y.data(), fused);
        for (size_t i = 0; i + 16 <= n; i += 16) pair.model.normal16(mean, std, &expected[i]);
        for (size_t i = 0; i < n % 16; ++i) pair.model.word();
        if (n % 16 != 0) pair.model.normal16(mean, std, &expected[n - 16]);
        REQUIRE(same_bits(y, expected));
      }
    });
  }
}

TEST_CASE("normal: SIMD and scalar agree over a million") {
  for (const bool fused : ways_of_fma()) {
    Pair pair(99, 0);
    const size_t n = 1 << 20;
    std::vector<float> y(n), expected(n);
    torch::kernels::normal(pair.engine, 0.0f, 1.0f, n, y.data(), fused);
    for (size_t i = 0; i < n; i += 16) pair.model.normal16(0, 1, &expected[i]);
    CHECK(same_bits(y, expected));
  }
}

TEST_CASE("integers: one word below 2^28, two from there on") {
  for (uint64_t range : {uint64_t{1}, uint64_t{100}, (uint64_t{1} << 28) - 1, uint64_t{1} << 28,
                         (uint64_t{1} << 32) - 1, uint64_t{1} << 32, uint64_t{1} << 63}) {
    CAPTURE(range);
    Pair pair(17, 622);
    std::vector<int64_t> y(50);
    torch::kernels::random_integers(pair.engine, -7, range, y.size(), y.data());
    for (int64_t v : y) {
      const uint64_t word = range >= uint64_t{1} << 28 ? pair.model.word64() : pair.model.word();
      CHECK(v == static_cast<int64_t>(word % range) - 7);
    }
  }
}
