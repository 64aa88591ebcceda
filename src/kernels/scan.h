// Running results along the middle dimension of [outer, count, inner] contiguous memory, in place.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/parallel.h"

namespace torch::kernels {

// For each of the outer * inner lines, walk(first, step) with its first offset and its stride; from
// the end backwards where `reverse`.
template <class Walk>
void for_each_line(size_t outer, size_t count, size_t inner, bool reverse, const Walk& walk) {
  const size_t grain = count == 0 ? 1 : 1 + 4096 / count;
  parallel_for(outer * inner, grain, [&](size_t begin, size_t end) {
    for (size_t j = begin; j < end; ++j) {
      const size_t first = j / inner * count * inner + j % inner;
      const auto step = static_cast<ptrdiff_t>(inner);
      if (reverse) {
        walk(first + (count - 1) * inner, -step);
      } else {
        walk(first, step);
      }
    }
  });
}

// log(e^a + e^b)
inline double log_add_exp(double a, double b) {
  const double low = b < a ? b : a, high = b < a ? a : b;
  if (low == high && std::isinf(low)) return low;
  return high + std::log1p(std::exp(low - high));
}

// x[k] = f(x[k - 1], x[k]). One loop a type: f is called.
template <class T>
void scan(T (*f)(T a, T b), T* x, size_t outer, size_t count, size_t inner, bool reverse) {
  for_each_line(outer, count, inner, reverse, [=](size_t first, ptrdiff_t step) {
    T* p = x + first;
    T total = *p;
    for (size_t k = 1; k < count; ++k) {
      p += step;
      *p = total = f(total, *p);
    }
  });
}

// The largest so far, or the smallest, and where it was last met; NaN wins and stays.
template <class T>
void scan_extreme(T* x, int64_t* indices, size_t outer, size_t count, size_t inner, bool largest) {
  for_each_line(outer, count, inner, false, [=](size_t first, ptrdiff_t step) {
    T best = x[first];
    int64_t at = 0;
    size_t i = first;
    for (size_t k = 0; k < count; ++k, i += static_cast<size_t>(step)) {
      const T v = x[i];
      if (v != v || (best == best && (largest ? v >= best : v <= best))) {
        best = v;
        at = static_cast<int64_t>(k);
      }
      x[i] = best;
      indices[i] = at;
    }
  });
}

}  // namespace torch::kernels
