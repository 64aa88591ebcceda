// Stable sorting of (key, index) pairs. Values of every type become int64 keys in the same order,
// so there is one sort.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace torch::kernels {

struct Ranked {
  int64_t key, index;
};

// Equal keys in the order they come in.
inline bool comes_first(const Ranked& a, const Ranked& b) {
  return a.key != b.key ? a.key < b.key : a.index < b.index;
}

// NaN comes after all numbers, the two zeros are equal.
inline int64_t sort_key(double x) {
  if (x != x) return INT64_MAX;
  const auto bits = std::bit_cast<int64_t>(x + 0.0);
  return bits < 0 ? bits ^ INT64_MAX : bits;
}
inline int64_t sort_key(int64_t x) { return x; }

// The k-th of n pairs in order, 0 < k <= n; `spare` has room for n. Candidates gather there, and
// when there are 2 k the k first stay: most of a long line is then only compared.
inline Ranked nth_ranked(const Ranked* x, Ranked* spare, size_t n, size_t k) {
  Ranked last{INT64_MAX, INT64_MAX};
  size_t kept = 0;
  for (size_t i = 0; i < n; ++i) {
    if (comes_first(x[i], last)) spare[kept++] = x[i];
    if (kept == 2 * k || i + 1 == n) {
      std::nth_element(spare, spare + k - 1, spare + kept, comes_first);
      last = spare[k - 1];
      kept = k;
    }
  }
  return last;
}

// Few enough to be sorted by insertion.
inline constexpr size_t kFew = 16;

// The k first of n pairs in order, 0 < k <= kFew, to the front; equal keys in the order they come
// in.
inline void sort_first(Ranked* x, size_t n, size_t k) {
  for (size_t i = 0; i < n; ++i) {
    const Ranked moving = x[i];
    if (i >= k && x[k - 1].key <= moving.key) continue;
    size_t j = std::min(i, k - 1);
    for (; j > 0 && x[j - 1].key > moving.key; --j) x[j] = x[j - 1];
    x[j] = moving;
  }
}

// Sorts n pairs by key, equal ones in the order they come in; `spare` has room for n. Runs of a few
// are sorted, then merged.
inline void sort_ranked(Ranked* x, Ranked* spare, size_t n) {
  for (size_t start = 0; start < n; start += kFew) {
    const size_t run = std::min(kFew, n - start);
    sort_first(x + start, run, run);
  }
  Ranked *from = x, *to = spare;
  for (size_t run = kFew; run < n; run *= 2) {
    for (size_t start = 0; start < n; start += 2 * run) {
      const size_t middle = start + run < n ? start + run : n;
      const size_t end = middle + run < n ? middle + run : n;
      size_t a = start, b = middle;
      for (size_t k = start; k < end; ++k) {
        const bool left = b == end || (a < middle && from[a].key <= from[b].key);
        to[k] = from[left ? a++ : b++];
      }
    }
    Ranked* sorted = to;
    to = from;
    from = sorted;
  }
  if (from == x) return;
  for (size_t i = 0; i < n; ++i) x[i] = from[i];
}

}  // namespace torch::kernels
