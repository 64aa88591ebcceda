// Normals in pairs by Box and Muller (1958), 16 at a time, as PyTorch's x86 build computes them.
// The logarithm, sine and cosine are Cephes' single-precision polynomials (S. L. Moshier) in
// avx_mathfun.h's order of evaluation (G. Garberoglio, after J. Pommier; zlib licence), with every
// multiply-add fused.
#pragma once

#include <cmath>
#include <numbers>

#include "kernels/uniform.h"

namespace torch::kernels {

namespace detail {

// ln x for normal x > 0.
inline simd::F32 cephes_log(simd::F32 x) {
  using simd::F32, simd::I32;
  const I32 raw = bits(x);
  F32 e = to_float((raw >> 23) - I32(126));
  F32 m = from_bits((raw & I32(0x007fffff)) | I32(0x3f000000));
  const simd::Mask4 low = m < F32(0.707106781186547524f);
  e = e - select(low, F32(1), F32(0));
  m = (m - F32(1)) + select(low, m, F32(0));
  const F32 z = m * m;
  F32 y = F32(7.0376836292e-2f);
  y = fma(y, m, F32(-1.1514610310e-1f));
  y = fma(y, m, F32(1.1676998740e-1f));
  y = fma(y, m, F32(-1.2420140846e-1f));
  y = fma(y, m, F32(1.4249322787e-1f));
  y = fma(y, m, F32(-1.6668057665e-1f));
  y = fma(y, m, F32(2.0000714765e-1f));
  y = fma(y, m, F32(-2.4999993993e-1f));
  y = fma(y, m, F32(3.3333331174e-1f));
  y = y * m;
  y = fma(y, z, e * F32(-2.12194440e-4f));
  y = fma(-z, F32(0.5f), y);
  return fma(e, F32(0.693359375f), m + y);
}

struct SinCos {
  simd::F32 sin, cos;
};

// For 0 <= t <= 2 pi.
inline SinCos cephes_sincos(simd::F32 t) {
  using simd::F32, simd::I32;
  // The nearest even multiple j of pi/4, and what is left.
  const I32 j = (to_int(t * F32(1.27323954473516f)) + I32(1)) & I32(~1);
  const F32 octant = to_float(j);
  F32 x = fma(octant, F32(-0.78515625f), t);
  x = fma(octant, F32(-2.4187564849853515625e-4f), x);
  x = fma(octant, F32(-3.77489497744594108e-8f), x);
  const F32 z = x * x;
  F32 p = fma(F32(2.443315711809948e-5f), z, F32(-1.388731625493765e-3f));
  p = fma(p, z, F32(4.166664568298827e-2f)) * z;
  p = fma(p, z, -(z * F32(0.5f))) + F32(1);
  F32 q = fma(F32(-1.9515295891e-4f), z, F32(8.3321608736e-3f));
  q = fma(q, z, F32(-1.6666654611e-1f)) * z;
  q = fma(q, x, x);
  // Every second octant swaps the two; the quadrant gives the signs.
  const simd::Mask4 straight = (j & I32(2)) == I32(0);
  const I32 sin_sign = (j & I32(4)) << 29;
  const I32 cos_sign = ((j - I32(2)) & I32(4)) << 29 ^ I32(INT32_MIN);
  return {from_bits(bits(select(straight, q, p)) ^ sin_sign),
          from_bits(bits(select(straight, p, q)) ^ cos_sign)};
}

// 16 words to y[0..16); a pair is 8 apart.
inline void normal_block(const uint32_t* words, float mean, float std, float* y) {
  using simd::F32, simd::U32;
  for (size_t k = 0; k < 8; k += F32::kLanes) {
    const F32 u1 = F32(1) - uniform24(U32::load(words + k));
    const F32 u2 = uniform24(U32::load(words + k + 8));
    const F32 r = sqrt(F32(-2) * cephes_log(u1));
    const SinCos angle = cephes_sincos(F32(2 * std::numbers::pi) * u2);
    fma(r * angle.cos, F32(std), F32(mean)).store(y + k);
    fma(r * angle.sin, F32(std), F32(mean)).store(y + k + 8);
  }
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

}  // namespace detail

// n >= 16 normals. What is left over at the end is drawn, then the last 16 are drawn anew.
template <class T>
void normal(Mt19937& engine, T mean, T std, size_t n, T* y) {
  constexpr size_t kEach = sizeof(T) / sizeof(uint32_t);  // words
  draw<16 * kEach>(engine, n / 16, [=](const uint32_t* words, size_t first, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      detail::normal_block(words + i * 16 * kEach, mean, std, y + (first + i) * 16);
    }
  });
  if (n % 16 == 0) return;
  engine.skip(n % 16 * kEach);
  draw<16 * kEach>(engine, 1, [=](const uint32_t* words, size_t, size_t) {
    detail::normal_block(words, mean, std, y + n - 16);
  });
}

}  // namespace torch::kernels
