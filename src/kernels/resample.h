// Weighted sums along one dimension: pooling by averages, interpolation and padding are this.
#pragma once

#include <cstddef>
#include <cstdint>

namespace torch::kernels {

// Output o is `start`, which is a zero, plus the sum of weight[t] * x[index[t]] over t from
// first[o] to before first[o + 1].
template <class T>
struct TapsRef {
  const size_t* first;
  const int64_t* index;
  const T* weight;
  T start;
};

// Elements of workspace that resample() needs: room to turn some lines, where inner is 1.
size_t resample_workspace(size_t outer, size_t in, size_t inner, size_t out);

// y[outer, o, inner] from x[outer, in, inner], both contiguous, of floats or doubles.
template <class T>
void resample(const T* x, size_t outer, size_t in, size_t inner, size_t out, TapsRef<T> taps, T* y,
              T* workspace);

}  // namespace torch::kernels
