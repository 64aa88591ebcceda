// Matrix product: C = A B, all strides free for A and B, C row-major.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/parallel.h"
#include "simd/vec.h"

namespace torch::kernels {

// A matrix anywhere in memory: element (i, j) is data[i * row + j * column].
template <class T>
struct MatrixRef {
  const T* data;
  ptrdiff_t row, column;

  const T* at(size_t i, size_t j) const {
    return data + static_cast<ptrdiff_t>(i) * row + static_cast<ptrdiff_t>(j) * column;
  }
  MatrixRef transposed() const { return {data, column, row}; }
};

// Floats of workspace that gemm() needs for one product of this size: 3.3 MB at most, or one
// vector.
size_t gemm_workspace(size_t m, size_t n, size_t k);

// float32, packed and in SIMD. The sum over k runs in one order for any number of threads.
void gemm(size_t m, size_t n, size_t k, MatrixRef<float> a, MatrixRef<float> b, float* c,
          float* workspace);

// The other dtypes, where speed is not asked for: 4 x 4 elements of C at a time, so that each
// element of A and B that is read serves four times.
template <class T>
void gemm_plain(size_t m, size_t n, size_t k, MatrixRef<T> a, MatrixRef<T> b, T* c) {
  using V = simd::Vec<T>;
  constexpr size_t kSide = 4;
  const size_t strips = (m + kSide - 1) / kSide;
  const size_t grain = std::max<size_t>(1, 16384 / std::max<size_t>(1, kSide * n * k));
  parallel_for(strips, grain, [=](size_t begin, size_t end) {
    for (size_t s = begin; s < end; ++s) {
      const size_t i = s * kSide, rows = std::min(kSide, m - i);
      for (size_t j = 0; j < n; j += kSide) {
        const size_t columns = std::min(kSide, n - j);
        V tile[kSide][kSide];
        for (V(&row)[kSide] : tile) std::fill(row, row + kSide, V(T(0)));
        for (size_t p = 0; p < k; ++p) {
          V left[kSide], right[kSide];
          for (size_t r = 0; r < kSide; ++r) left[r] = V(*a.at(i + std::min(r, rows - 1), p));
          for (size_t q = 0; q < kSide; ++q) right[q] = V(*b.at(p, j + std::min(q, columns - 1)));
          for (size_t r = 0; r < kSide; ++r) {
            for (size_t q = 0; q < kSide; ++q) tile[r][q] = tile[r][q] + left[r] * right[q];
          }
        }
        for (size_t r = 0; r < rows; ++r) {
          for (size_t q = 0; q < columns; ++q) c[(i + r) * n + j + q] = tile[r][q].v;
        }
      }
    }
  });
}

}  // namespace torch::kernels
