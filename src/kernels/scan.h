// Running results along the middle dimension of [outer, count, inner] contiguous memory, in place.
#pragma once

#include <algorithm>
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

struct RunningSum {
  double operator()(double a, double b) const { return a + b; }
  // Integers wrap around.
  int64_t operator()(int64_t a, int64_t b) const {
    return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  }
};

struct RunningProduct {
  double operator()(double a, double b) const { return a * b; }
  int64_t operator()(int64_t a, int64_t b) const {
    return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  }
};

// log(e^a + e^b)
inline double log_add_exp(double a, double b) {
  const double low = b < a ? b : a, high = b < a ? a : b;
  if (low == high && std::isinf(low)) return low;
  return high + std::log1p(std::exp(low - high));
}

// x[k] = f(x[k - 1], x[k]), line by line or, where lines lie side by side, row by row.
template <class T, class F>
void scan(const F& f, T* x, size_t outer, size_t count, size_t inner, bool reverse) {
  if (inner == 1) {
    for_each_line(outer, count, inner, reverse, [=](size_t first, ptrdiff_t step) {
      T* p = x + first;
      T total = *p;
      for (size_t k = 1; k < count; ++k) {
        p += step;
        *p = total = f(total, *p);
      }
    });
    return;
  }
  constexpr size_t kStrip = 64;
  const size_t strips = (inner + kStrip - 1) / kStrip;
  parallel_for(outer * strips, 1 + 16384 / (count * kStrip), [=](size_t begin, size_t end) {
    for (size_t j = begin; j < end; ++j) {
      const size_t column = j % strips * kStrip, width = std::min(kStrip, inner - column);
      const ptrdiff_t step =
          reverse ? -static_cast<ptrdiff_t>(inner) : static_cast<ptrdiff_t>(inner);
      T* row = x + j / strips * count * inner + column + (reverse ? (count - 1) * inner : 0);
      for (size_t k = 1; k < count; ++k) {
        T* next = row + step;
        for (size_t i = 0; i < width; ++i) next[i] = f(row[i], next[i]);
        row = next;
      }
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
