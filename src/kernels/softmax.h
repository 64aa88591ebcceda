// Softmax over rows: one pass for the largest, one for the exponentials and their sum, one to
// scale.
#pragma once

#include <algorithm>
#include <cstddef>

#include "kernels/reduce.h"
#include "simd/math.h"

namespace torch::kernels {

// The sum of e^(x - shift) over a row; with y, the terms are stored there.
template <class T>
Wide<T> exp_sum(const T* x, T shift, T* y, size_t n) {
  using V = simd::Vec<T>;
  const auto term = [=](size_t i) {
    const V e = exp(V::load(x + i) - V(shift));
    if (y) e.store(y + i);
    return e;
  };
  V even(0), odd(0);
  size_t i = 0;
  for (; i + 2 * V::kLanes <= n; i += 2 * V::kLanes) {
    even = even + term(i);
    odd = odd + term(i + V::kLanes);
  }
  if (i + V::kLanes <= n) {
    even = even + term(i);
    i += V::kLanes;
  }
  Wide<T> total = 0;
  T lanes[V::kLanes];
  for (const V& sum : {even, odd}) {
    sum.store(lanes);
    for (T lane : lanes) total += lane;
  }
  if (i < n) {
    exp(V::load_n(x + i, n - i) - V(shift)).store(lanes);
    for (size_t k = 0; i + k < n; ++k) {
      if (y) y[i + k] = lanes[k];
      total += lanes[k];
    }
  }
  return total;
}

// y = e^(x - max) / sum, row by row.
template <class T>
void softmax_rows(const T* x, T* y, size_t rows, size_t n) {
  using V = simd::Vec<T>;
  parallel_for(rows, std::max<size_t>(1, 4096 / std::max<size_t>(n, 1)),
               [=](size_t begin, size_t end) {
                 for (size_t r = begin; r < end; ++r) {
                   const T* from = x + r * n;
                   T* to = y + r * n;
                   const T top = static_cast<T>(reduce_block(LargestOf{}, from, n));
                   const T scale = static_cast<T>(1 / exp_sum(from, top, to, n));
                   size_t i = 0;
                   for (; i + V::kLanes <= n; i += V::kLanes) {
                     (V::load(to + i) * V(scale)).store(to + i);
                   }
                   for (; i < n; ++i) to[i] *= scale;
                 }
               });
}

// y = (x - max) - log(sum), in this order.
template <class T>
void log_softmax_rows(const T* x, T* y, size_t rows, size_t n) {
  using V = simd::Vec<T>;
  parallel_for(
      rows, std::max<size_t>(1, 4096 / std::max<size_t>(n, 1)), [=](size_t begin, size_t end) {
        for (size_t r = begin; r < end; ++r) {
          const T* from = x + r * n;
          T* to = y + r * n;
          const T top = static_cast<T>(reduce_block(LargestOf{}, from, n));
          const T rest = static_cast<T>(std::log(exp_sum(from, top, static_cast<T*>(nullptr), n)));
          size_t i = 0;
          for (; i + V::kLanes <= n; i += V::kLanes) {
            ((V::load(from + i) - V(top)) - V(rest)).store(to + i);
          }
          for (; i < n; ++i) to[i] = (from[i] - top) - rest;
        }
      });
}

}  // namespace torch::kernels
