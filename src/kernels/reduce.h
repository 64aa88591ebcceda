// Reductions of [outer, count, inner] contiguous memory over the middle dimension. The order of
// combination is a fixed tree over fixed blocks, so it depends on the sizes alone: not on threads,
// and a long sum's error grows with the tree's depth instead of its length.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "base/parallel.h"
#include "simd/vec.h"

namespace torch::kernels {

// What lanes and blocks are combined in: double for float.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, float>, double, T>;

// A reducer has an identity, step(acc, x) that takes one element in, and combine(a, b) of two
// accumulators; all three for any lane type V.
struct SumOf {
  template <class V>
  static V identity() {
    return V(0);
  }
  template <class V>
  V step(V acc, V x) const {
    return acc + x;
  }
  template <class V>
  V combine(V a, V b) const {
    return a + b;
  }
};

struct SumOfAbs : SumOf {
  template <class V>
  V step(V acc, V x) const {
    return acc + abs(x);
  }
};

struct SumOfSquares : SumOf {
  template <class V>
  V step(V acc, V x) const {
    return acc + x * x;
  }
};

// How many are not zero.
struct CountOf : SumOf {
  template <class V>
  V step(V acc, V x) const {
    return acc + select(x != V(0), V(1), V(0));
  }
};

struct ProductOf {
  template <class V>
  static V identity() {
    return V(1);
  }
  template <class V>
  V step(V acc, V x) const {
    return acc * x;
  }
  template <class V>
  V combine(V a, V b) const {
    return a * b;
  }
};

// NaN wins.
struct LargestOf {
  template <class V>
  static V identity() {
    using T = typename V::Scalar;
    if constexpr (std::is_floating_point_v<T>) return V(-std::numeric_limits<T>::infinity());
    return V(std::numeric_limits<T>::lowest());
  }
  template <class V>
  V step(V acc, V x) const {
    return max(acc, x);
  }
  template <class V>
  V combine(V a, V b) const {
    return max(a, b);
  }
};

struct SmallestOf {
  template <class V>
  static V identity() {
    using T = typename V::Scalar;
    if constexpr (std::is_floating_point_v<T>) return V(std::numeric_limits<T>::infinity());
    return V(std::numeric_limits<T>::max());
  }
  template <class V>
  V step(V acc, V x) const {
    return min(acc, x);
  }
  template <class V>
  V combine(V a, V b) const {
    return min(a, b);
  }
};

struct LargestAbsOf : LargestOf {
  template <class V>
  static V identity() {
    return V(0);
  }
  template <class V>
  V step(V acc, V x) const {
    return max(acc, abs(x));
  }
};

// 1024 elements: 64 steps in each of 16 float lanes.
inline constexpr size_t kReduceBlock = 1024;
// Rows that one accumulator of a column reduction takes before it is combined.
inline constexpr size_t kColumnBlock = 64;

// Combines leaf(0) … leaf(count - 1) pairwise.
template <class A, class Combine, class Leaf>
A combine_tree(size_t first, size_t count, const Combine& combine, const Leaf& leaf) {
  if (count == 1) return leaf(first);
  const size_t half = count / 2;
  return combine(combine_tree<A>(first, half, combine, leaf),
                 combine_tree<A>(first + half, count - half, combine, leaf));
}

template <class T, class R>
Wide<T> reduce_block(const R& r, const T* x, size_t n) {
  using V = simd::Vec<T>;
  using W = simd::Vec<Wide<T>>;
  constexpr size_t kAccumulators = 4;
  V acc[kAccumulators];
  for (V& a : acc) a = R::template identity<V>();
  size_t i = 0;
  for (; i + kAccumulators * V::kLanes <= n; i += kAccumulators * V::kLanes) {
    for (size_t k = 0; k < kAccumulators; ++k) {
      acc[k] = r.step(acc[k], V::load(x + i + k * V::kLanes));
    }
  }
  W total = R::template identity<W>();
  if (i > 0) {
    T lanes[V::kLanes];
    for (const V& a : acc) {
      a.store(lanes);
      for (T lane : lanes) total = r.combine(total, W(lane));
    }
  }
  for (; i < n; ++i) total = r.step(total, W(x[i]));
  return total.v;
}

// How many partial results reduce_row() needs room for.
inline size_t reduce_blocks(size_t n) {
  return std::max<size_t>(1, (n + kReduceBlock - 1) / kReduceBlock);
}

template <class T, class R>
Wide<T> reduce_row(const R& r, const T* x, size_t n, Wide<T>* partials) {
  using W = simd::Vec<Wide<T>>;
  const size_t blocks = reduce_blocks(n);
  const auto block = [&](size_t b) {
    return reduce_block(r, x + b * kReduceBlock, std::min(kReduceBlock, n - b * kReduceBlock));
  };
  if (blocks == 1) return block(0);
  parallel_for(blocks, 16, [&](size_t begin, size_t end) {
    for (size_t b = begin; b < end; ++b) partials[b] = block(b);
  });
  return combine_tree<Wide<T>>(
      0, blocks, [&](Wide<T> a, Wide<T> b) { return r.combine(W(a), W(b)).v; },
      [&](size_t b) { return partials[b]; });
}

// y[o] = reduction of row o. `partials` has room for reduce_blocks(count) values.
template <class T, class R>
void reduce_rows(const R& r, const T* x, T* y, size_t outer, size_t count, Wide<T>* partials) {
  if (outer == 1 || count >= 64 * kReduceBlock) {
    for (size_t o = 0; o < outer; ++o) {
      y[o] = static_cast<T>(reduce_row(r, x + o * count, count, partials));
    }
    return;
  }
  using W = simd::Vec<Wide<T>>;
  const size_t blocks = reduce_blocks(count);
  const size_t grain = std::max<size_t>(1, 16384 / std::max<size_t>(count, 1));
  parallel_for(outer, grain, [=](size_t begin, size_t end) {
    for (size_t o = begin; o < end; ++o) {
      const T* row = x + o * count;
      y[o] = static_cast<T>(combine_tree<Wide<T>>(
          0, blocks, [&](Wide<T> a, Wide<T> b) { return r.combine(W(a), W(b)).v; },
          [&](size_t b) {
            const size_t start = b * kReduceBlock;
            return reduce_block(r, row + start, std::min(kReduceBlock, count - start));
          }));
    }
  });
}

// y[o, i] = reduction of x[o, :, i], `lanes` columns at a time.
template <class T, class R>
void reduce_columns(const R& r, const T* x, T* y, size_t outer, size_t count, size_t inner) {
  using V = simd::Vec<T>;
  const size_t tiles = (inner + V::kLanes - 1) / V::kLanes;
  const size_t blocks = std::max<size_t>(1, (count + kColumnBlock - 1) / kColumnBlock);
  const size_t grain = std::max<size_t>(1, 4096 / std::max<size_t>(count, 1));
  parallel_for(outer * tiles, grain, [=](size_t begin, size_t end) {
    for (size_t t = begin; t < end; ++t) {
      const size_t column = t % tiles * V::kLanes;
      const size_t width = std::min(V::kLanes, inner - column);
      const T* from = x + t / tiles * count * inner + column;
      T* to = y + t / tiles * inner + column;
      const V total = combine_tree<V>(
          0, blocks, [&](V a, V b) { return r.combine(a, b); },
          [&](size_t b) {
            V acc = R::template identity<V>();
            const size_t last = std::min(count, (b + 1) * kColumnBlock);
            for (size_t k = b * kColumnBlock; k < last; ++k) {
              const T* p = from + k * inner;
              acc = r.step(acc, width == V::kLanes ? V::load(p) : V::load_n(p, width));
            }
            return acc;
          });
      if (width == V::kLanes) {
        total.store(to);
      } else {
        total.store_n(to, width);
      }
    }
  });
}

// The first largest (or smallest) of each [o, :, i] and its index; NaN counts as both.
template <bool kLargest, class T>
void reduce_arg(const T* x, T* values, int64_t* indices, size_t outer, size_t count, size_t inner) {
  parallel_for(outer * inner, std::max<size_t>(1, 4096 / count), [=](size_t begin, size_t end) {
    for (size_t j = begin; j < end; ++j) {
      const T* from = x + j / inner * count * inner + j % inner;
      T best = from[0];
      size_t at = 0;
      for (size_t k = 1; k < count && best == best; ++k) {
        const T v = from[k * inner];
        if (v != v || (kLargest ? v > best : v < best)) {
          best = v;
          at = k;
        }
      }
      if (values) values[j] = best;
      indices[j] = static_cast<int64_t>(at);
    }
  });
}

// Mean and sum of squared deviations of a stretch, which combine without cancellation (Chan, Golub
// and LeVeque 1979).
struct Moments {
  double count = 0, mean = 0, m2 = 0;
};

inline Moments combine_moments(const Moments& a, const Moments& b) {
  const double count = a.count + b.count;
  const double delta = b.mean - a.mean;
  return {count, a.mean + delta * (b.count / count),
          a.m2 + b.m2 + delta * delta * (a.count * b.count / count)};
}

template <class T>
struct DeviationSum : SumOf {
  T mean;
  template <class V>
  V step(V acc, V x) const {
    return acc + (x - V(mean));
  }
};

template <class T>
struct DeviationSquares : SumOf {
  T mean;
  template <class V>
  V step(V acc, V x) const {
    const V d = x - V(mean);
    return acc + d * d;
  }
};

template <class T>
Moments block_moments(const T* x, size_t n) {
  const double count = static_cast<double>(n);
  // Deviations from a rounded mean; what the rounding lost is put back.
  const T mean = static_cast<T>(reduce_block(SumOf{}, x, n) / count);
  const double rest = reduce_block(DeviationSum<T>{{}, mean}, x, n);
  const double squares = reduce_block(DeviationSquares<T>{{}, mean}, x, n);
  return {count, static_cast<double>(mean) + rest / count, squares - rest * rest / count};
}

// One pass over memory: each block is read three times while it is in L1.
template <class T>
Moments row_moments(const T* x, size_t n, Moments* partials) {
  const size_t blocks = reduce_blocks(n);
  const auto block = [&](size_t b) {
    return block_moments(x + b * kReduceBlock, std::min(kReduceBlock, n - b * kReduceBlock));
  };
  if (blocks == 1) return block(0);
  parallel_for(blocks, 16, [&](size_t begin, size_t end) {
    for (size_t b = begin; b < end; ++b) partials[b] = block(b);
  });
  return combine_tree<Moments>(0, blocks, combine_moments, [&](size_t b) { return partials[b]; });
}

}  // namespace torch::kernels
