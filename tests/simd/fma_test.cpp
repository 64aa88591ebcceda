#include "simd/fma.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

using torch::simd::F32;
using torch::simd::Held8;

namespace {

struct Triple {
  float a, b, c;
};

// Sums that lie half way between two floats, or within 2^-50 of it on either side, and random ones.
std::vector<Triple> triples() {
  std::vector<Triple> out;
  for (float sign : {1.0f, -1.0f}) {
    for (int odd : {0, 1}) {
      const float c = sign * (1 + float(odd) * 0x1p-23f);
      out.push_back({0x1p-12f, 0x1p-12f, c});  // half way
      out.push_back({0x1p-12f, -0x1p-12f, c});
      out.push_back({0x1.000002p-12f, 0x1p-12f, c});         // above, in double too
      out.push_back({0x1.000002p-12f, 0x1.fffffep-13f, c});  // above, lost in double
      out.push_back({0x1.000002p-12f, -0x1.fffffep-13f, c});
      out.push_back({0x1.000004p-12f, 0x1.fffff8p-13f, c});  // below, lost in double
      out.push_back({0x1.000004p-12f, -0x1.fffff8p-13f, c});
    }
  }
  uint64_t state = 1;
  const auto random = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const auto word = static_cast<uint32_t>(state >> 32);
    // Exponents near 0, so that the three meet.
    return std::bit_cast<float>((word & 0x807fffffu) | ((112 + (word >> 23 & 15)) << 23));
  };
  for (int i = 0; i < 400000; ++i) {
    const float a = random(), b = random();
    out.push_back({a, b, random()});
    // Near a tie: c is about 2^24 times the product's last bits.
    out.push_back({a, std::ldexp(1.0f, -24), 1 + float(i % 7) * 0x1p-23f});
  }
  out.resize(out.size() / 8 * 8);
  return out;
}

bool same(float a, float b) { return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b); }

}  // namespace

TEST_CASE("fma: one rounding, as libm's") {
  const std::vector<Triple> t = triples();
  size_t wrong = 0, twice = 0;
  for (size_t i = 0; i < t.size(); i += 8) {
    float a[8], b[8], c[8], y[8], held[8];
    for (size_t k = 0; k < 8; ++k) a[k] = t[i + k].a, b[k] = t[i + k].b, c[k] = t[i + k].c;
    for (size_t k = 0; k < 8; k += 4) {
      fma(F32::load(a + k), F32::load(b + k), F32::load(c + k)).store(y + k);
    }
    const Held8 h =
        fma(Held8(F32::load(a), F32::load(a + 4)), Held8(F32::load(b), F32::load(b + 4)),
            Held8(F32::load(c), F32::load(c + 4)));
    h.low().store(held);
    h.high().store(held + 4);
    for (size_t k = 0; k < 8; ++k) {
      const float expected = std::fma(a[k], b[k], c[k]);
      wrong += !same(y[k], expected) + !same(held[k], expected);
      twice += !same(static_cast<float>(double(a[k]) * double(b[k]) + double(c[k])), expected);
    }
  }
  CHECK(wrong == 0);
  // The cases are such that rounding twice would be noticed.
  CHECK(twice > 0);
}
