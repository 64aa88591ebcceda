// Matrix product: C = A B, all strides free for A and B, C row-major.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/parallel.h"

namespace torch::kernels {

// A matrix anywhere in memory: element (i, j) is data[i * row + j * column].
template <class T>
struct MatrixRef {
  const T* data;
  ptrdiff_t row, column;
};

// Floats of workspace that gemm() needs for one product of this size.
size_t gemm_workspace(size_t m, size_t n, size_t k);

// float32, packed and in SIMD. The sum over k runs in one order for any number of threads.
void gemm(size_t m, size_t n, size_t k, MatrixRef<float> a, MatrixRef<float> b, float* c,
          float* workspace);

// The other dtypes, where speed is not asked for: rows of C, one row of B at a time.
template <class T>
void gemm_plain(size_t m, size_t n, size_t k, MatrixRef<T> a, MatrixRef<T> b, T* c) {
  parallel_for(
      m, std::max<size_t>(1, 16384 / std::max<size_t>(1, n * k)), [=](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) {
          T* row = c + i * n;
          std::fill(row, row + n, T(0));
          for (size_t p = 0; p < k; ++p) {
            const T x =
                a.data[static_cast<ptrdiff_t>(i) * a.row + static_cast<ptrdiff_t>(p) * a.column];
            const T* from = b.data + static_cast<ptrdiff_t>(p) * b.row;
            for (size_t j = 0; j < n; ++j) {
              row[j] = static_cast<T>(row[j] + x * from[static_cast<ptrdiff_t>(j) * b.column]);
            }
          }
        }
      });
}

}  // namespace torch::kernels
