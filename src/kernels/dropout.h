// Dropout with the mask at hand, one bit an element: what happens to kept and to dropped elements.
// The arithmetic is PyTorch's to the bit: separate roundings, and a dropped element still passes
// through x * 0, so that inf and NaN do not vanish.
#pragma once

#include <cmath>

#include "base/parallel.h"
#include "kernels/activation.h"
#include "kernels/bernoulli.h"

namespace torch::kernels {

// Kept: x * scale. Dropped: x * 0. With the right scale also the gradient of every dropout.
template <class T>
struct KeepScaled {
  T scale;
  template <class V>
  V operator()(typename V::Mask keep, V x) const {
    return x * select(keep, V(scale), V(0));
  }
};

// Kept: x * scale + shift. Dropped: x * 0 + floor.
template <class T>
struct KeepAffine {
  T scale, shift, floor;
  template <class V>
  V operator()(typename V::Mask keep, V x) const {
    return x * select(keep, V(scale), V(0)) + select(keep, V(shift), V(floor));
  }
};

// Scaled so that the mean survives.
template <class T>
KeepScaled<T> plain_dropout(double p) {
  return {T(1) / static_cast<T>(1 - p)};
}

// Drops to SELU's floor, -scale * alpha, instead of to zero; then a * (…) + b gives back zero mean
// and unit variance: a = ((1 - p) * (1 + p * floor^2))^(-1/2), b = a * p * -floor (Klambauer et al.
// 2017, section 2). The floor is the product as PyTorch writes it.
struct AlphaDropout {
  static constexpr double kFloor = -1.7580993408473766;
  double a, b;

  explicit AlphaDropout(double p)
      : a(1 / std::sqrt((kFloor * kFloor * p + 1) * (1 - p))), b(-kFloor * a * p) {}

  template <class T>
  KeepAffine<T> affine() const {
    const T shift = static_cast<T>(b);
    return {static_cast<T>(a), shift, shift - static_cast<T>(-kFloor * a)};
  }
};

namespace detail {

template <class T, class F>
void masked_range(F f, const uint8_t* bits, size_t begin, size_t end, const T* x, T* y) {
  using V = simd::Vec<T>;
  if constexpr (V::kLanes == 4) {
    size_t i = begin;  // a multiple of 8
    for (; i + 8 <= end; i += 8) {
      const int byte = bits[i / 8];
      f(simd::mask_from_bits(byte), V::load(x + i)).store(y + i);
      f(simd::mask_from_bits(byte >> 4), V::load(x + i + 4)).store(y + i + 4);
    }
    for (size_t step; i < end; i += step) {
      step = std::min<size_t>(4, end - i);
      const simd::Mask4 keep = simd::mask_from_bits(bits[i / 8] >> (i % 8));
      f(keep, V::load_n(x + i, step)).store_n(y + i, step);
    }
  } else {
    for (size_t i = begin; i < end; ++i) y[i] = f(bit(bits, i), V(x[i])).v;
  }
}

template <class T, class F>
void uniform_run(F f, bool keep, size_t n, const T* x, T* y) {
  using V = simd::Vec<T>;
  typename V::Mask mask;
  if constexpr (V::kLanes == 4) {
    mask = simd::mask_from_bits(keep ? 15 : 0);
  } else {
    mask = keep;
  }
  size_t i = 0;
  for (; i + V::kLanes <= n; i += V::kLanes) f(mask, V::load(x + i)).store(y + i);
  if (i < n) f(mask, V::load_n(x + i, n - i)).store_n(y + i, n - i);
}

}  // namespace detail

// y[i] = f(bit i, x[i]).
template <class T, class F>
void masked(F f, const uint8_t* bits, size_t n, const T* x, T* y) {
  constexpr size_t kGrain = 16384;
  parallel_for(n, kGrain,
               [=](size_t begin, size_t end) { detail::masked_range(f, bits, begin, end, x, y); });
}

// y[c, i] = f(bit c, x[c, i]): a bit drops a whole channel of `inner` elements.
template <class T, class F>
void masked_channels(F f, const uint8_t* bits, size_t channels, size_t inner, const T* x, T* y) {
  const size_t grain = inner > 0 ? 16384 / inner + 1 : channels;
  parallel_for(channels, grain, [=](size_t begin, size_t end) {
    for (size_t c = begin; c < end; ++c) {
      detail::uniform_run(f, bit(bits, c), inner, x + c * inner, y + c * inner);
    }
  });
}

}  // namespace torch::kernels
