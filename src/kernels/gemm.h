// Matrix product: C = A B, all strides free for A and B, C row-major.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

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

namespace detail {

// Elements of C at a time: with an element of A and one of B they fit sixteen registers.
inline constexpr size_t kPlainRows = 4, kPlainColumns = 2;

// sums[r * kPlainColumns + q] of row i + r and column j + q; where there are too few of these, the
// last ones again. Written out by index sequences, as the tile of gemm().
template <class T, size_t... R, size_t... Q, size_t... I>
void multiply_plain(std::index_sequence<R...>, std::index_sequence<Q...>, std::index_sequence<I...>,
                    size_t i, size_t m, size_t j, size_t n, size_t k, MatrixRef<T> a,
                    MatrixRef<T> b, simd::Vec<T> (&sums)[sizeof...(I)]) {
  using V = simd::Vec<T>;
  const T* left[] = {a.at(std::min(i + R, m - 1), 0)...};
  const T* right[] = {b.at(0, std::min(j + Q, n - 1))...};
  V tile[] = {(static_cast<void>(I), V(T(0)))...};
  for (size_t p = 0; p < k; ++p) {
    ((tile[I] = tile[I] + V(*left[I / kPlainColumns]) * V(*right[I % kPlainColumns])), ...);
    ((left[R] += a.column), ...);
    ((right[Q] += b.row), ...);
  }
  ((sums[I] = tile[I]), ...);
}

}  // namespace detail

// The other dtypes, where speed is not asked for: some elements of C at a time, so that each
// element of A and B that is read serves several.
template <class T>
void gemm_plain(size_t m, size_t n, size_t k, MatrixRef<T> a, MatrixRef<T> b, T* c) {
  using detail::kPlainColumns, detail::kPlainRows;
  if (k == 0) {
    std::fill(c, c + m * n, T(0));
    return;
  }
  const size_t strips = (m + kPlainRows - 1) / kPlainRows;
  const size_t grain = std::max<size_t>(1, 16384 / std::max<size_t>(1, kPlainRows * n * k));
  parallel_for(strips, grain, [=](size_t begin, size_t end) {
    for (size_t i = begin * kPlainRows; i < std::min(end * kPlainRows, m); i += kPlainRows) {
      for (size_t j = 0; j < n; j += kPlainColumns) {
        simd::Vec<T> sums[kPlainRows * kPlainColumns];
        detail::multiply_plain(
            std::make_index_sequence<kPlainRows>{}, std::make_index_sequence<kPlainColumns>{},
            std::make_index_sequence<kPlainRows * kPlainColumns>{}, i, m, j, n, k, a, b, sums);
        for (size_t r = 0; r < std::min(kPlainRows, m - i); ++r) {
          for (size_t q = 0; q < std::min(kPlainColumns, n - j); ++q) {
            c[(i + r) * n + j + q] = sums[r * kPlainColumns + q].v;
          }
        }
      }
    }
  });
}

}  // namespace torch::kernels
