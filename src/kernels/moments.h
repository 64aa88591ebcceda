// Mean and sum of squared deviations of rows, in one pass over memory: each block is read twice
// while it is in L1, and blocks combine without cancellation (Chan, Golub and LeVeque 1979).
#pragma once

#include <cmath>

#include "kernels/reduce.h"

namespace torch::kernels {

struct Moments {
  double count = 0, mean = 0, m2 = 0;
};

inline Moments combine_moments(const Moments& a, const Moments& b) {
  const double count = a.count + b.count;
  const double delta = b.mean - a.mean;
  return {count, a.mean + delta * (b.count / count),
          a.m2 + b.m2 + delta * delta * (a.count * b.count / count)};
}

// Sums of d and of d * d, where d is the distance from `mean`.
struct Deviations {
  double sum = 0, squares = 0;
};

template <class T>
Deviations block_deviations(const T* x, size_t n, T mean) {
  using V = simd::Vec<T>;
  constexpr size_t kLanes = V::kLanes;
  const V m(mean);
  V s0(T(0)), s1(T(0)), q0(T(0)), q1(T(0));
  size_t i = 0;
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    const V d0 = V::load(x + i) - m, d1 = V::load(x + i + kLanes) - m;
    s0 = s0 + d0;
    s1 = s1 + d1;
    q0 = q0 + d0 * d0;
    q1 = q1 + d1 * d1;
  }
  T sums[2 * kLanes], squares[2 * kLanes];
  s0.store(sums);
  s1.store(sums + kLanes);
  q0.store(squares);
  q1.store(squares + kLanes);
  Deviations total;
  for (size_t k = 0; k < 2 * kLanes; ++k) {
    total.sum += static_cast<double>(sums[k]);
    total.squares += static_cast<double>(squares[k]);
  }
  for (; i < n; ++i) {
    const double d = static_cast<double>(x[i]) - static_cast<double>(mean);
    total.sum += d;
    total.squares += d * d;
  }
  return total;
}

// The same block in double throughout.
template <class T>
Moments block_moments_in_double(const T* x, size_t n) {
  const double count = static_cast<double>(n);
  // Shares of the distance from the first element: exact for equal elements, and no overflow.
  const double first = static_cast<double>(x[0]);
  double mean = first, squares = 0;
  for (size_t i = 0; i < n; ++i) mean += static_cast<double>(x[i]) / count - first / count;
  for (size_t i = 0; i < n; ++i) {
    const double d = static_cast<double>(x[i]) - mean;
    squares += d * d;
  }
  return {count, mean, squares};
}

template <class T>
Moments block_moments(const T* x, size_t n) {
  const double count = static_cast<double>(n);
  // Deviations from a rounded mean; what the rounding lost is put back.
  const T mean = static_cast<T>(reduce_block(SumOf{}, x, n) / count);
  const Deviations d = block_deviations(x, n, mean);
  // Squares of floats that overflow or vanish do neither in double.
  if (!(d.squares > 1e-30 * count && d.squares < 1e38)) return block_moments_in_double(x, n);
  return {count, static_cast<double>(mean) + d.sum / count, d.squares - d.sum * d.sum / count};
}

// emit(o, moments) for each of `outer` rows. `partials` has room for reduce_blocks(count) values;
// count is not 0.
template <class T, class Emit>
void moments_of_rows(const T* x, size_t outer, size_t count, Moments* partials, const Emit& emit) {
  reduce_by_blocks(
      outer, count, partials, [=](size_t start, size_t n) { return block_moments(x + start, n); },
      combine_moments, emit);
}

}  // namespace torch::kernels
