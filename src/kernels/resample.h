// Weighted sums along one dimension: pooling by averages, interpolation and padding are this.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/parallel.h"
#include "simd/vec.h"

namespace torch::kernels {

// Output o is the sum of weight[t] * x[index[t]] over t in [first[o], first[o + 1]).
template <class T>
struct TapsRef {
  const size_t* first;
  const int64_t* index;
  const T* weight;
};

// y[outer, o, inner] from x[outer, in, inner], both contiguous.
template <class T>
void resample(const T* x, size_t outer, size_t in, size_t inner, size_t out, TapsRef<T> taps,
              T* y) {
  using V = simd::Vec<T>;
  const size_t grain = 1 + 16384 / (4 * inner + 1);
  parallel_for(outer * out, grain, [=](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const T* lines = x + i / out * in * inner;
      const size_t first = taps.first[i % out], last = taps.first[i % out + 1];
      T* to = y + i * inner;
      size_t j = 0;
      for (; j + V::kLanes <= inner; j += V::kLanes) {
        V total(T(0));
        for (size_t t = first; t < last; ++t) {
          const T* p = lines + static_cast<size_t>(taps.index[t]) * inner + j;
          total = total + V(taps.weight[t]) * V::load(p);
        }
        total.store(to + j);
      }
      for (; j < inner; ++j) {
        T total = 0;
        for (size_t t = first; t < last; ++t) {
          total += taps.weight[t] * lines[static_cast<size_t>(taps.index[t]) * inner + j];
        }
        to[j] = total;
      }
    }
  });
}

}  // namespace torch::kernels
