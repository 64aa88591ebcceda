// Softmax over rows: one pass for the largest, one for the exponentials and their sum, one to
// scale. Cross-entropy takes its value and its gradient from the same passes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kernels/elementwise.h"
#include "kernels/reduce.h"
#include "simd/math.h"

namespace torch::kernels {

// Passes over NaN, which comes through the sum of the exponentials.
struct LargestNumber : LargestOf {
  template <class V>
  V step(V acc, V x) const {
    return larger(acc, x);
  }
  template <class V>
  V combine(V a, V b) const {
    return larger(a, b);
  }
};

// The sum of e^(x - shift) over a row, whose largest is `shift`; with y, the terms times 2^64 are
// stored there. Out of line: three loops over rows call it, and it is long.
template <class T>
[[gnu::noinline]] Wide<T> exp_sum(const T* x, T shift, T* y, size_t n) {
  using V = simd::Vec<T>;
  constexpr size_t kLanes = V::kLanes;
  const auto term = [=](size_t i) {
    const V e = exp_lifted(V::load(x + i) - V(shift));
    if (y) e.store(y + i);
    return e;
  };
  V even(0), odd(0);
  size_t i = 0;
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    even = even + term(i);
    odd = odd + term(i + kLanes);
  }
  Wide<T> total = 0;
  T lanes[kLanes];
  for (const V& sum : {even, odd}) {
    sum.store(lanes);
    for (T lane : lanes) total += lane;
  }
  for (; i < n; i += kLanes) {
    const size_t rest = std::min(kLanes, n - i);
    exp_lifted(V::load_n(x + i, rest) - V(shift)).store(lanes);
    for (size_t k = 0; k < rest; ++k) {
      if (y) y[i + k] = lanes[k];
      total += lanes[k];
    }
  }
  return total * simd::kTakenBack;
}

// The logarithm of the sum of e^x over a row, in two parts: log_softmax takes them off one by one.
template <class T>
struct LogSumExp {
  T largest, rest;
};

template <class T>
[[gnu::noinline]] LogSumExp<T> log_sum_exp(const T* x, size_t n) {
  const T largest = static_cast<T>(reduce_block(LargestNumber{}, x, n));
  return {largest, static_cast<T>(std::log(exp_sum(x, largest, static_cast<T*>(nullptr), n)))};
}

// Rows that are worth a thread.
inline size_t softmax_grain(size_t n) { return std::max<size_t>(1, 4096 / std::max<size_t>(n, 1)); }

// y = e^(x - max) / sum, row by row.
template <class T>
void softmax_rows(const T* x, T* y, size_t rows, size_t n) {
  using V = simd::Vec<T>;
  parallel_for(rows, softmax_grain(n), [=](size_t begin, size_t end) {
    for (size_t r = begin; r < end; ++r) {
      const T* from = x + r * n;
      T* to = y + r * n;
      const T top = static_cast<T>(reduce_block(LargestNumber{}, from, n));
      const V scale(static_cast<T>(1 / exp_sum(from, top, to, n)) * T(simd::kTakenBack));
      elementwise<T, T>([scale](V e) { return e * scale; }, n, to, static_cast<const T*>(to));
    }
  });
}

// Of each row's log_softmax, the value at target[r], 0 where that is `ignored`; the row's max and
// log(sum) in tops and rests.
template <class T>
void log_softmax_at(const T* x, const int64_t* target, int64_t ignored, T* picked, T* tops,
                    T* rests, size_t rows, size_t n) {
  parallel_for(rows, softmax_grain(n), [=](size_t begin, size_t end) {
    for (size_t r = begin; r < end; ++r) {
      const T* from = x + r * n;
      const auto [top, rest] = log_sum_exp(from, n);
      picked[r] = target[r] == ignored ? T(0) : (from[target[r]] - top) - rest;
      tops[r] = top;
      rests[r] = rest;
    }
  });
}

// gx = -g e^log_softmax(x), and at the target g more.
template <class T>
void log_softmax_at_grad(const T* x, const T* tops, const T* rests, const int64_t* target,
                         int64_t ignored, const T* g, T* gx, size_t rows, size_t n) {
  using V = simd::Vec<T>;
  parallel_for(rows, softmax_grain(n), [=](size_t begin, size_t end) {
    for (size_t r = begin; r < end; ++r) {
      const bool counts = target[r] != ignored;
      const V factor(counts ? -g[r] : T(0)), top(tops[r]), rest(rests[r]);
      elementwise<T, T>([=](V x) { return exp_negative((x - top) - rest) * factor; }, n, gx + r * n,
                        x + r * n);
      if (counts) gx[r * n + static_cast<size_t>(target[r])] += g[r];
    }
  });
}

// y = (x - max) - log(sum), in this order.
template <class T>
void log_softmax_rows(const T* x, T* y, size_t rows, size_t n) {
  using V = simd::Vec<T>;
  parallel_for(rows, softmax_grain(n), [=](size_t begin, size_t end) {
    for (size_t r = begin; r < end; ++r) {
      const T* from = x + r * n;
      T* to = y + r * n;
      const auto [top, rest] = log_sum_exp(from, n);
      size_t i = 0;
      for (; i + V::kLanes <= n; i += V::kLanes) {
        ((V::load(from + i) - V(top)) - V(rest)).store(to + i);
      }
      for (; i < n; ++i) to[i] = (from[i] - top) - rest;
    }
  });
}

// From the output: gx = (g - sum(g y)) y.
template <class T>
void softmax_grad_rows(const T* y, const T* g, T* gx, size_t rows, size_t n) {
  using V = simd::Vec<T>;
  parallel_for(rows, softmax_grain(n), [=](size_t begin, size_t end) {
    for (size_t r = begin; r < end; ++r) {
      const size_t start = r * n;
      elementwise<T, T>([](V y, V g) { return g * y; }, n, gx + start, y + start, g + start);
      const V total(static_cast<T>(reduce_block(SumOf{}, gx + start, n)));
      elementwise<T, T>([total](V y, V g) { return (g - total) * y; }, n, gx + start, y + start,
                        g + start);
    }
  });
}

// From the output: gx = g - e^y sum(g).
template <class T>
void log_softmax_grad_rows(const T* y, const T* g, T* gx, size_t rows, size_t n) {
  using V = simd::Vec<T>;
  parallel_for(rows, softmax_grain(n), [=](size_t begin, size_t end) {
    for (size_t r = begin; r < end; ++r) {
      const size_t start = r * n;
      const V total(static_cast<T>(reduce_block(SumOf{}, g + start, n)));
      elementwise<T, T>([total](V y, V g) { return g - exp_negative(y) * total; }, n, gx + start,
                        y + start, g + start);
    }
  });
}

}  // namespace torch::kernels
