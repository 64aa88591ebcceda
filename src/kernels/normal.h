// Normals in pairs by Box and Muller (1958), 16 at a time, as PyTorch's x86 build computes them.
// The logarithm, sine and cosine are Cephes' single-precision polynomials (S. L. Moshier) in
// avx_mathfun.h's order of evaluation (G. Garberoglio, after J. Pommier; zlib licence), with every
// multiply-add fused.
#pragma once

#include <cmath>
#include <numbers>

#include "base/parallel.h"
#include "kernels/uniform.h"

namespace torch::kernels {

namespace detail {

// x = 2^exponent * (1 + fraction), fraction in [sqrt(1/2) - 1, sqrt(2) - 1).
struct LogParts {
  simd::F32 fraction, exponent;

  explicit LogParts(simd::F32 x) {
    using simd::F32, simd::I32;
    const I32 raw = bits(x);
    const F32 m = from_bits((raw & I32(0x007fffff)) | I32(0x3f000000));
    const simd::Mask4 low = m < F32(0.707106781186547524f);
    exponent = to_float((raw >> 23) - I32(126)) - select(low, F32(1), F32(0));
    fraction = (m - F32(1)) + select(low, m, F32(0));
  }
};

// ln x of eight normal x > 0.
inline simd::Held8 cephes_log(simd::F32 x_low, simd::F32 x_high) {
  using simd::Held8;
  const LogParts low(x_low), high(x_high);
  const Held8 e(low.exponent, high.exponent), x(low.fraction, high.fraction);
  const Held8 z = x * x;
  Held8 y = 7.0376836292e-2f;
  y = fma(y, x, -1.1514610310e-1f);
  y = fma(y, x, 1.1676998740e-1f);
  y = fma(y, x, -1.2420140846e-1f);
  y = fma(y, x, 1.4249322787e-1f);
  y = fma(y, x, -1.6668057665e-1f);
  y = fma(y, x, 2.0000714765e-1f);
  y = fma(y, x, -2.4999993993e-1f);
  y = fma(y, x, 3.3333331174e-1f);
  y = y * x;
  y = fma(y, z, e * -2.12194440e-4f);
  // Both sums are exact in double, or else their smaller part is too small to matter: x is 0 or at
  // least 2^-24 from 0, and the constants are short.
  y = fma_exact(-z, 0.5f, y);
  const Held8 sum(low.fraction + y.low(), high.fraction + y.high());
  return fma_exact(e, 0.693359375f, sum);
}

// t = octant * pi/4 + rest for the nearest even octant, 0 <= t <= 2 pi.
struct Octant {
  simd::I32 j;

  explicit Octant(simd::F32 t)
      : j((to_int(t * simd::F32(1.27323954473516f)) + simd::I32(1)) & simd::I32(~1)) {}
  simd::F32 number() const { return to_float(j); }

  // From the sine and cosine of the rest: every second octant swaps the two, the quadrant gives the
  // signs.
  simd::F32 sin(simd::F32 s, simd::F32 c) const {
    return from_bits(bits(select(straight(), s, c)) ^ ((j & simd::I32(4)) << 29));
  }
  simd::F32 cos(simd::F32 s, simd::F32 c) const {
    const simd::I32 sign = ((j - simd::I32(2)) & simd::I32(4)) << 29;
    return from_bits(bits(select(straight(), c, s)) ^ sign ^ simd::I32(INT32_MIN));
  }
  simd::Mask4 straight() const { return (j & simd::I32(2)) == simd::I32(0); }
};

// 16 words to y[0..16): words[0..8) give radii, words[8..16) angles.
inline void normal_block(const uint32_t* words, float mean, float std, float* y) {
  using simd::F32, simd::Held8, simd::U32;
  const auto uniform = [=](size_t i) { return uniform24(U32::load(words + 4 * i)); };
  const Held8 log = cephes_log(F32(1) - uniform(0), F32(1) - uniform(1));
  const F32 r_low = sqrt(F32(-2) * log.low()), r_high = sqrt(F32(-2) * log.high());

  const F32 two_pi(2 * std::numbers::pi);
  const F32 t_low = two_pi * uniform(2), t_high = two_pi * uniform(3);
  const Octant low(t_low), high(t_high);
  const Held8 octant(low.number(), high.number());
  Held8 x(t_low, t_high);
  x = fma_exact(octant, -0.78515625f, x);
  x = fma_exact(octant, -2.4187564849853515625e-4f, x);
  x = fma_exact(octant, -3.77489497744594108e-8f, x);
  const Held8 z = x * x;
  Held8 c = fma(2.443315711809948e-5f, z, -1.388731625493765e-3f);
  c = fma(c, z, 4.166664568298827e-2f) * z;
  c = fma(c, z, -(z * 0.5f));
  Held8 s = fma(-1.9515295891e-4f, z, 8.3321608736e-3f);
  s = fma(s, z, -1.6666654611e-1f) * z;
  s = fma(s, x, x);

  const F32 s_low = s.low(), s_high = s.high();
  const F32 c_low = c.low() + F32(1), c_high = c.high() + F32(1);
  const auto put = [=](size_t i, F32 n) {
    // The fma of 1 and 0 is an addition: it makes -0 into 0.
    n = mean == 0 && std == 1 ? n + F32(0) : fma(n, F32(std), F32(mean));
    n.store(y + 4 * i);
  };
  put(0, r_low * low.cos(s_low, c_low));
  put(1, r_high * high.cos(s_high, c_high));
  put(2, r_low * low.sin(s_low, c_low));
  put(3, r_high * high.sin(s_high, c_high));
}

// 32 words to y[0..16).
inline void normal_block(const uint32_t* words, double mean, double std, double* y) {
  for (size_t k = 0; k < 8; ++k) {
    const double r = std::sqrt(-2 * std::log(1 - uniform53(words + 2 * k)));
    const double t = 2 * std::numbers::pi * uniform53(words + 2 * k + 16);
    y[k] = std::fma(r * std::cos(t), std, mean);
    y[k + 8] = std::fma(r * std::sin(t), std, mean);
  }
}

// The words for n elements of T, into the memory of y.
template <class T>
void draw_words(Mt19937& engine, size_t n, T* y) {
  constexpr size_t kEach = sizeof(T) / sizeof(uint32_t);
  draw<kEach>(engine, n, [y](const uint32_t* words, size_t first, size_t count) {
    std::memcpy(y + first, words, count * sizeof(T));
  });
}

// 16 elements that hold words become normals.
template <class T>
void finish_block(T mean, T std, T* y) {
  uint32_t words[16 * sizeof(T) / sizeof(uint32_t)];
  std::memcpy(words, y, sizeof words);
  normal_block(words, mean, std, y);
}

}  // namespace detail

// n >= 16 normals. Words come one after the other, blocks are independent. What is left over at the
// end is drawn, then the last 16 are drawn anew.
template <class T>
void normal(Mt19937& engine, T mean, T std, size_t n, T* y) {
  constexpr size_t kGrain = 256;  // blocks
  detail::draw_words(engine, n, y);
  parallel_for(n / 16, kGrain, [=](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) detail::finish_block(mean, std, y + i * 16);
  });
  if (n % 16 == 0) return;
  detail::draw_words(engine, 16, y + n - 16);
  detail::finish_block(mean, std, y + n - 16);
}

}  // namespace torch::kernels
