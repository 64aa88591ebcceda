// Yes with probability p: u < p for a uniform u of 53 bits.
#pragma once

#include <cmath>

#include "kernels/uniform.h"

namespace torch::kernels {

namespace detail {

// u = k / 2^53 < p exactly when the integer k < ceil(p * 2^53): no conversion, and p times a power
// of two is exact.
struct Threshold {
  uint32_t high, low;

  explicit Threshold(double p) {
    const auto limit = static_cast<uint64_t>(std::ceil(p * 0x1p53));
    high = static_cast<uint32_t>(limit >> 32);
    low = static_cast<uint32_t>(limit);
  }

  bool above(const uint32_t* words) const {
    const uint32_t k = words[0] & kUpperBits;
    return k < high || (k == high && words[1] < low);
  }

  // Of eight draws, a bit each, from raw words. The lower words matter, and are tempered, only
  // where an upper half equals the limit's: once in 2^21 draws.
  int above8(const uint32_t* raw) const {
    using simd::I32, simd::U32;
    const auto upper = [raw](size_t i) {
      const U32 even = even_lanes(U32::load(raw + i), U32::load(raw + i + 4));
      return as_signed(Mt19937::tempered(even)) & simd::constant(kUpperBits);
    };
    const I32 a = upper(0), b = upper(8), limit(static_cast<int32_t>(high));
    const int below = mask_bits(a < limit) | mask_bits(b < limit) << 4;
    const bool close = any((a == limit) | (b == limit));
    if (!close) return below;
    uint32_t words[16];
    for (size_t i = 0; i < 16; i += 4) Mt19937::tempered(U32::load(raw + i)).store(words + i);
    int exact = 0;
    for (int i = 0; i < 8; ++i) exact |= above(words + 2 * i) << i;
    return exact;
  }

  static constexpr int32_t kUpperBits = 0x1fffff;
};

}  // namespace detail

// One bit an element, the first in the lowest bit; the rest of the last byte is 0. Two words an
// element.
inline void bernoulli_bits(Mt19937& engine, double p, size_t n, uint8_t* bits) {
  const detail::Threshold threshold(p);
  draw_raw<16>(engine, n / 8, [=](const uint32_t* raw, size_t first, size_t count) {
    for (size_t i = 0; i < count; ++i, raw += 16) {
      bits[first + i] = static_cast<uint8_t>(threshold.above8(raw));
    }
  });
  if (n % 8 == 0) return;
  int last = 0;
  draw<2>(engine, n % 8, [&](const uint32_t* words, size_t first, size_t count) {
    for (size_t i = 0; i < count; ++i) last |= threshold.above(words + 2 * i) << (first + i);
  });
  bits[n / 8] = static_cast<uint8_t>(last);
}

inline bool bit(const uint8_t* bits, size_t i) { return bits[i / 8] >> (i % 8) & 1; }

// The same draws as 0 and 1.
template <class T>
void bernoulli(Mt19937& engine, double p, size_t n, T* y) {
  using V = simd::Vec<T>;
  constexpr size_t kChunk = 8192;
  uint8_t bits[kChunk / 8];
  for (size_t i = 0; i < n; i += kChunk) {
    const size_t count = std::min(kChunk, n - i);
    bernoulli_bits(engine, p, count, bits);
    if constexpr (V::kLanes == 4) {
      for (size_t k = 0; k < count; k += 4) {
        const V value = where(simd::mask_from_bits(bits[k / 8] >> (k % 8)), V(1));
        if (k + 4 <= count) {
          value.store(y + i + k);
        } else {
          value.store_n(y + i + k, count - k);
        }
      }
    } else {
      for (size_t k = 0; k < count; ++k) y[i + k] = bit(bits, k);
    }
  }
}

// A probability for each element; a float one is compared with a uniform of 24 bits.
inline void bernoulli_each(Mt19937& engine, const float* p, size_t n, bool* y) {
  draw<1>(engine, n, [=](const uint32_t* words, size_t first, size_t count) {
    for (size_t i = 0; i < count; ++i) y[first + i] = uniform24(words[i]) < p[first + i];
  });
}
inline void bernoulli_each(Mt19937& engine, const double* p, size_t n, bool* y) {
  draw<2>(engine, n, [=](const uint32_t* words, size_t first, size_t count) {
    for (size_t i = 0; i < count; ++i) y[first + i] = uniform53(words + 2 * i) < p[first + i];
  });
}

}  // namespace torch::kernels
