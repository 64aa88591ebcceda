// Uniforms in [0, 1) and [from, to): the low 24 or 53 bits of a draw, as PyTorch takes them.
#pragma once

#include "kernels/mt19937.h"
#include "simd/fma.h"

namespace torch::kernels {

inline constexpr uint32_t kLow24 = 0xffffff;
inline constexpr float kUnit24 = 0x1p-24f;
inline simd::F32 uniform24(simd::U32 word) {
  return to_float(as_signed(word & simd::constant(kLow24))) * simd::constant(kUnit24);
}
inline float uniform24(uint32_t word) { return static_cast<float>(word & kLow24) * kUnit24; }

// Two words, the upper half first.
inline double uniform53(const uint32_t* words) {
  const uint64_t wide = uint64_t{words[0]} << 32 | words[1];
  return static_cast<double>(wide & ((uint64_t{1} << 53) - 1)) * 0x1p-53;
}
inline double uniform53(Mt19937& engine) {
  return static_cast<double>(engine.next64() & ((uint64_t{1} << 53) - 1)) * 0x1p-53;
}

namespace detail {

// from + u * (to - from), fused as in PyTorch's x86 build. Where that rounds to `to`, `from`.
template <class T>
struct Between {
  T from, to;
  template <class V>
  V operator()(V u) const {
    const V value = fma(u, V(to - from), V(from));
    return select(value == V(to), V(from), value);
  }
};

template <class F>
void uniform_with(Mt19937& engine, F f, size_t n, float* y) {
  draw<1>(engine, n, [=](const uint32_t* words, size_t first, size_t count) {
    using simd::F32, simd::U32;
    float* out = y + first;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) f(uniform24(U32::load(words + i))).store(out + i);
    float rest[4] = {};
    for (size_t k = 0; i + k < count; ++k) rest[k] = uniform24(words[i + k]);
    f(F32::load(rest)).store_n(out + i, count - i);
  });
}

template <class F>
void uniform_with(Mt19937& engine, F f, size_t n, double* y) {
  draw<2>(engine, n, [=](const uint32_t* words, size_t first, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      y[first + i] = f(simd::Vec<double>(uniform53(words + 2 * i))).v;
    }
  });
}

}  // namespace detail

template <class T>
void uniform(Mt19937& engine, T from, T to, size_t n, T* y) {
  if (from == 0 && to == 1) {
    detail::uniform_with(
        engine, [](auto u) { return u; }, n, y);
  } else {
    detail::uniform_with(engine, detail::Between<T>{from, to}, n, y);
  }
}

}  // namespace torch::kernels
