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

// 1024 elements: 64 steps in each of 16 float lanes.
inline constexpr size_t kReduceBlock = 1024;
// Rows that one accumulator of a column reduction takes before it is combined.
inline constexpr size_t kColumnBlock = 64;

// Combines leaf(first) … leaf(first + count - 1) pairwise.
template <class A, class Combine, class Leaf>
A combine_tree(size_t first, size_t count, const Combine& combine, const Leaf& leaf) {
  if (count == 1) return leaf(first);
  const size_t half = count / 2;
  return combine(combine_tree<A>(first, half, combine, leaf),
                 combine_tree<A>(first + half, count - half, combine, leaf));
}

// Four accumulators by name: an array of them would live in memory wherever the compiler does not
// unroll its loop.
template <class T, class R>
Wide<T> reduce_block(const R& r, const T* x, size_t n) {
  using V = simd::Vec<T>;
  using W = simd::Vec<Wide<T>>;
  constexpr size_t kStep = 4 * V::kLanes;
  V a = R::template identity<V>(), b = a, c = a, d = a;
  const T* const end = x + n;
  const T* const whole = end - n % kStep;
  W total = R::template identity<W>();
  if (x != whole) {
    for (; x != whole; x += kStep) {
      a = r.step(a, V::load(x));
      b = r.step(b, V::load(x + V::kLanes));
      c = r.step(c, V::load(x + 2 * V::kLanes));
      d = r.step(d, V::load(x + 3 * V::kLanes));
    }
    T lanes[kStep];
    a.store(lanes);
    b.store(lanes + V::kLanes);
    c.store(lanes + 2 * V::kLanes);
    d.store(lanes + 3 * V::kLanes);
    // Halves onto each other, as no lane then waits for all others.
    W wide[kStep];
    for (size_t k = 0; k < kStep; ++k) wide[k] = W(static_cast<Wide<T>>(lanes[k]));
    for (size_t half = kStep / 2; half > 0; half /= 2) {
      for (size_t k = 0; k < half; ++k) wide[k] = r.combine(wide[k], wide[k + half]);
    }
    total = wide[0];
  }
  for (; x != end; ++x) total = r.step(total, W(static_cast<Wide<T>>(*x)));
  return total.v;
}

// Blocks per row: how many partial results reduce_by_blocks() needs room for.
inline size_t reduce_blocks(size_t n) {
  return std::max<size_t>(1, (n + kReduceBlock - 1) / kReduceBlock);
}

// emit(o, total) for each of `outer` rows of `count` elements, where total combines
// block(start, n) over the row's blocks; `start` counts from the first row's start. Threads share
// the rows, or where rows are few and long, the blocks of one.
template <class A, class Block, class Combine, class Emit>
void reduce_by_blocks(size_t outer, size_t count, A* partials, const Block& block,
                      const Combine& combine, const Emit& emit) {
  const size_t blocks = reduce_blocks(count);
  const auto at = [=, &block](size_t row, size_t b) {
    return block(row * count + b * kReduceBlock, std::min(kReduceBlock, count - b * kReduceBlock));
  };
  if (outer == 1 || blocks >= 64) {
    for (size_t o = 0; o < outer; ++o) {
      parallel_for(blocks, 16, [&](size_t begin, size_t end) {
        for (size_t b = begin; b < end; ++b) partials[b] = at(o, b);
      });
      emit(o, combine_tree<A>(0, blocks, combine, [&](size_t b) { return partials[b]; }));
    }
    return;
  }
  const size_t grain = std::max<size_t>(1, 16384 / std::max<size_t>(count, 1));
  parallel_for(outer, grain, [&](size_t begin, size_t end) {
    for (size_t o = begin; o < end; ++o) {
      emit(o, combine_tree<A>(0, blocks, combine, [&](size_t b) { return at(o, b); }));
    }
  });
}

// y[o] = reduction of row o. `partials` has room for reduce_blocks(count) values.
template <class T, class R>
void reduce_rows(const R& r, const T* x, T* y, size_t outer, size_t count, Wide<T>* partials) {
  using W = simd::Vec<Wide<T>>;
  reduce_by_blocks(
      outer, count, partials, [&](size_t start, size_t n) { return reduce_block(r, x + start, n); },
      [&](Wide<T> a, Wide<T> b) { return r.combine(W(a), W(b)).v; },
      [&](size_t o, Wide<T> total) { y[o] = static_cast<T>(total); });
}

namespace detail {

// Four neighbouring vectors of columns: for floats, a cache line.
template <class V>
struct Vec4 {
  V a, b, c, d;
};

// step(acc, k) for k < count, in blocks that combine in a tree.
template <class A, class Step, class Combine>
A reduce_strided(size_t count, const A& identity, const Step& step, const Combine& combine) {
  const size_t blocks = std::max<size_t>(1, (count + kColumnBlock - 1) / kColumnBlock);
  return combine_tree<A>(0, blocks, combine, [&](size_t block) {
    A acc = identity;
    const size_t last = std::min(count, (block + 1) * kColumnBlock);
    for (size_t k = block * kColumnBlock; k < last; ++k) step(acc, k);
    return acc;
  });
}

// Columns [0, 4 * lanes) from x on.
template <class T, class R>
void reduce_wide_columns(const R& r, const T* x, T* y, size_t count, size_t inner) {
  using V = simd::Vec<T>;
  using A = Vec4<V>;
  constexpr size_t kLanes = V::kLanes;
  const V identity = R::template identity<V>();
  const A total = reduce_strided(
      count, A{identity, identity, identity, identity},
      [=](A& acc, size_t k) {
        const T* p = x + k * inner;
        acc.a = r.step(acc.a, V::load(p));
        acc.b = r.step(acc.b, V::load(p + kLanes));
        acc.c = r.step(acc.c, V::load(p + 2 * kLanes));
        acc.d = r.step(acc.d, V::load(p + 3 * kLanes));
      },
      [=](const A& p, const A& q) {
        return A{r.combine(p.a, q.a), r.combine(p.b, q.b), r.combine(p.c, q.c),
                 r.combine(p.d, q.d)};
      });
  total.a.store(y);
  total.b.store(y + kLanes);
  total.c.store(y + 2 * kLanes);
  total.d.store(y + 3 * kLanes);
}

// `width` <= lanes columns from x on.
template <class T, class R>
void reduce_few_columns(const R& r, const T* x, T* y, size_t count, size_t inner, size_t width) {
  using V = simd::Vec<T>;
  const auto reduced = [&](const auto& load) {
    return reduce_strided(
        count, R::template identity<V>(),
        [=](V& acc, size_t k) { acc = r.step(acc, load(x + k * inner)); },
        [=](V a, V b) { return r.combine(a, b); });
  };
  if (width == V::kLanes) {
    reduced([](const T* p) { return V::load(p); }).store(y);
  } else {
    reduced([=](const T* p) { return V::load_n(p, width); }).store_n(y, width);
  }
}

}  // namespace detail

// y[o, i] = reduction of x[o, :, i].
template <class T, class R>
void reduce_columns(const R& r, const T* x, T* y, size_t outer, size_t count, size_t inner) {
  constexpr size_t kLanes = simd::Vec<T>::kLanes;
  constexpr size_t kWide = 4 * kLanes;
  const size_t tiles = (inner + kWide - 1) / kWide;
  const size_t grain = std::max<size_t>(1, 1024 / std::max<size_t>(count, 1));
  parallel_for(outer * tiles, grain, [=](size_t begin, size_t end) {
    for (size_t t = begin; t < end; ++t) {
      const size_t o = t / tiles, first = t % tiles * kWide, last = std::min(first + kWide, inner);
      const T* from = x + o * count * inner;
      T* to = y + o * inner;
      if constexpr (kLanes > 1) {
        if (last - first == kWide) {
          detail::reduce_wide_columns(r, from + first, to + first, count, inner);
          continue;
        }
      }
      for (size_t i = first; i < last; i += kLanes) {
        detail::reduce_few_columns(r, from + i, to + i, count, inner, std::min(kLanes, last - i));
      }
    }
  });
}

namespace detail {

// From k on, past whole blocks of a line that hold neither a NaN nor more (or less) than `best`.
template <bool kLargest, class T>
size_t skip_lesser(const T* line, size_t k, size_t count, T best) {
  using V = simd::Vec<T>;
  if constexpr (V::kLanes > 1) {
    constexpr size_t kBlock = 4 * V::kLanes;
    for (const V most(best); k + kBlock <= count; k += kBlock) {
      auto found = simd::mask_of<V>(false);
      for (size_t i = k; i < k + kBlock; i += V::kLanes) {
        const V v = V::load(line + i);
        found = found | (kLargest ? v > most : v < most) | (v != v);
      }
      if (any(found)) break;
    }
  }
  return k;
}

}  // namespace detail

// The first largest (or smallest) of each [o, :, i] and its index; NaN counts as both. `values` may
// be null; count is not 0.
template <bool kLargest, class T>
void reduce_arg(const T* x, T* values, int64_t* indices, size_t outer, size_t count, size_t inner) {
  constexpr size_t kSome = 16;
  parallel_for(outer * inner, std::max<size_t>(1, 4096 / count), [=](size_t begin, size_t end) {
    for (size_t j = begin; j < end; ++j) {
      const T* from = x + j / inner * count * inner + j % inner;
      T best = from[0];
      size_t at = 0;
      for (size_t k = 1; k < count && best == best;) {
        if (inner == 1 && count > kSome) k = detail::skip_lesser<kLargest>(from, k, count, best);
        for (const size_t end = std::min(k + kSome, count); k < end && best == best; ++k) {
          const T v = from[k * inner];
          if (v != v || (kLargest ? v > best : v < best)) {
            best = v;
            at = k;
          }
        }
      }
      if (values) values[j] = best;
      indices[j] = static_cast<int64_t>(at);
    }
  });
}

}  // namespace torch::kernels
