// A transposed copy of a matrix, in blocks that stay in the cache.
#pragma once

#include <algorithm>
#include <cstddef>

#include "simd/vec.h"

namespace torch::kernels {

namespace detail {

template <class T>
void transpose_block(const T* x, ptrdiff_t x_step, T* y, ptrdiff_t y_step, size_t rows,
                     size_t columns) {
  size_t r = 0;
  if constexpr (sizeof(T) == 4) {
    for (; r + 4 <= rows && columns % 4 == 0; r += 4) {
      for (size_t c = 0; c < columns; c += 4) {
        const T* from = x + static_cast<ptrdiff_t>(c) * x_step + r;
        T* to = y + static_cast<ptrdiff_t>(r) * y_step + c;
        simd::transpose4(from, x_step, to, y_step);
      }
    }
  }
  for (; r < rows; ++r) {
    const T* from = x + r;
    T* to = y + static_cast<ptrdiff_t>(r) * y_step;
    for (size_t c = 0; c < columns; ++c, from += x_step) to[c] = *from;
  }
}

}  // namespace detail

// y[r * y_step + c] = x[c * x_step + r], for any elements of T's size.
template <class T>
void transpose(const void* from, ptrdiff_t x_step, void* to, ptrdiff_t y_step, size_t rows,
               size_t columns) {
  const T* x = static_cast<const T*>(from);
  T* y = static_cast<T*>(to);
  constexpr size_t kBlock = 64 / sizeof(T);  // a cache line each way
  for (size_t c = 0; c < columns; c += kBlock) {
    const size_t width = std::min(kBlock, columns - c);
    for (size_t r = 0; r < rows; r += kBlock) {
      detail::transpose_block(x + static_cast<ptrdiff_t>(c) * x_step + r, x_step,
                              y + static_cast<ptrdiff_t>(r) * y_step + c, y_step,
                              std::min(kBlock, rows - r), width);
    }
  }
}

}  // namespace torch::kernels
