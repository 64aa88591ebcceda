// How many elements of a bool tensor are true: a byte each, eight at a time.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/parallel.h"

namespace torch::kernels {

inline int64_t count_block(const bool* x, size_t n) {
  int64_t total = 0;
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    uint64_t bytes;
    std::memcpy(&bytes, x + i, 8);
    total += std::popcount(bytes);
  }
  for (; i < n; ++i) total += x[i];
  return total;
}

// y[o, i] = how many of x[o, :, i] are true.
inline void count_true(const bool* x, int64_t* y, size_t outer, size_t count, size_t inner) {
  const size_t grain = std::max<size_t>(1, 65536 / std::max<size_t>(1, count * inner));
  parallel_for(outer, grain, [=](size_t begin, size_t end) {
    for (size_t o = begin; o < end; ++o) {
      const bool* from = x + o * count * inner;
      if (inner == 1) {
        y[o] = count_block(from, count);
        continue;
      }
      int64_t* to = y + o * inner;
      std::fill(to, to + inner, 0);
      for (size_t k = 0; k < count; ++k, from += inner) {
        for (size_t i = 0; i < inner; ++i) to[i] += from[i];
      }
    }
  });
}

}  // namespace torch::kernels
