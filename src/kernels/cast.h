// Strided copy with conversion between any two dtypes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "simd/vec.h"

namespace torch::kernels {

// One value converted as x86 PyTorch converts it: to bool by "is not zero"; float to integer
// truncates, and what does not fit (C++ leaves it undefined) becomes the smallest integer, as the
// cvttss2si instruction has it; integers wrap.
template <class To, class From>
To cast(From x) {
  if constexpr (std::is_same_v<To, From>) {
    return x;
  } else if constexpr (std::is_same_v<To, bool>) {
    return x != From(0);
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // 32-bit and narrower integers go through the 32-bit instruction, int64 through the 64-bit one.
    using Wide = std::conditional_t<sizeof(To) == 8, int64_t, int32_t>;
    constexpr From kLimit = static_cast<From>(uint64_t{1} << (8 * sizeof(Wide) - 1));
    const bool fits = x >= -kLimit && x < kLimit;
    return static_cast<To>(fits ? static_cast<Wide>(x) : std::numeric_limits<Wide>::min());
  } else {
    return static_cast<To>(x);
  }
}

// Strides count elements.
template <class From, class To>
void copy_strided(const void* from, ptrdiff_t from_stride, void* to, ptrdiff_t to_stride,
                  size_t n) {
  const From* x = static_cast<const From*>(from);
  To* y = static_cast<To*>(to);
  if (from_stride == 1 && to_stride == 1) {
    if constexpr (std::is_same_v<From, To>) {
      std::memcpy(y, x, n * sizeof(To));
    } else {
      size_t i = 0;
      if constexpr (std::is_same_v<From, bool> && std::is_same_v<To, float>) {
        for (; i + 4 <= n; i += 4) simd::load_bools(x + i).store(y + i);
      } else if constexpr (std::is_same_v<From, float> && std::is_same_v<To, bool>) {
        const auto four = [=](size_t i) { return simd::F32::load(x + i) != simd::F32(0); };
        for (; i + 16 <= n; i += 16) {
          simd::store_bools(four(i), four(i + 4), four(i + 8), four(i + 12), y + i);
        }
      }
      for (; i < n; ++i) y[i] = cast<To>(x[i]);
    }
  } else {
    for (size_t i = 0; i < n; ++i, x += from_stride, y += to_stride) *y = cast<To>(*x);
  }
}

// n of the one element of 1, 4 or 8 bytes at x; y has room for whole registers.
inline void fill(const std::byte* x, size_t size, std::byte* y, size_t n) {
  const v128_t lanes = size == 8   ? wasm_v128_load64_splat(x)
                       : size == 4 ? wasm_v128_load32_splat(x)
                                   : wasm_v128_load8_splat(x);
  for (size_t i = 0; i < n * size; i += sizeof lanes) wasm_v128_store(y + i, lanes);
}

// What the first `period` bytes hold, again and again in all.
inline void repeat(std::byte* x, size_t period, size_t bytes) {
  for (size_t have = period; have < bytes; have *= 2) {
    std::memcpy(x + have, x, std::min(have, bytes - have));
  }
}

// n elements of rows, the first of which has lost `skipped` of them: each row's is one of x. y has
// room for whole registers.
inline void spread(const std::byte* x, size_t size, size_t row, size_t skipped, std::byte* y,
                   size_t n) {
  size_t count = row - skipped;
  for (size_t i = 0; i < n; i += count, count = row, x += size) {
    fill(x, size, y + i * size, std::min(count, n - i));
  }
}

}  // namespace torch::kernels
