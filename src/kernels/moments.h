// Mean and sum of squared deviations of rows, in one pass over memory: each block's deviations are
// from a guess at its mean, and blocks combine without cancellation (Chan, Golub and LeVeque 1979).
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
  V s0(T(0)), s1 = s0, s2 = s0, s3 = s0, q0 = s0, q1 = s0, q2 = s0, q3 = s0;
  const auto take = [=](V& s, V& q, const T* from) {
    const V d = V::load(from) - m;
    s = s + d;
    q = q + d * d;
  };
  size_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    take(s0, q0, x + i);
    take(s1, q1, x + i + kLanes);
    take(s2, q2, x + i + 2 * kLanes);
    take(s3, q3, x + i + 3 * kLanes);
  }
  Deviations total;
  const auto add = [&total](V s, V q) {
    T sums[kLanes], squares[kLanes];
    s.store(sums);
    q.store(squares);
    for (size_t k = 0; k < kLanes; ++k) {
      total.sum += static_cast<double>(sums[k]);
      total.squares += static_cast<double>(squares[k]);
    }
  };
  add(s0, q0);
  add(s1, q1);
  add(s2, q2);
  add(s3, q3);
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
  const auto mean_of = [x](size_t n) {
    return static_cast<T>(reduce_block(SumOf{}, x, n) / static_cast<double>(n));
  };
  // A guess at the mean, by the first elements. How far it is off is put back, and where that is
  // more than a standard deviation, so that putting it back would cancel, all elements are asked.
  constexpr size_t kGuess = 16;
  T mean = mean_of(std::min(n, kGuess));
  Deviations d = block_deviations(x, n, mean);
  if (!(d.sum * d.sum <= d.squares * count * 0.5)) {
    mean = mean_of(n);
    d = block_deviations(x, n, mean);
  }
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
