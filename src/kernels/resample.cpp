#include "kernels/resample.h"

#include "base/parallel.h"
#include "simd/vec.h"

namespace torch::kernels {

namespace {

// total[i] = output o, of load(index, i).
template <size_t N, class T, class Load>
void sum_taps(TapsRef<T> taps, size_t o, simd::Vec<T> (&total)[N], const Load& load) {
  using V = simd::Vec<T>;
  const V start(taps.start);
  size_t t = taps.first[o];
  const size_t last = taps.first[o + 1];
  if (t == last) {
    for (V& each : total) each = start;
    return;
  }
  const auto term = [&](size_t i) {
    return V(taps.weight[t]) * load(static_cast<size_t>(taps.index[t]), i);
  };
  for (size_t i = 0; i < N; ++i) total[i] = start + term(i);
  for (++t; t < last; ++t) {
    for (size_t i = 0; i < N; ++i) total[i] = total[i] + term(i);
  }
}

// Output o of `inner` lines side by side: some registers at a time, one, what is left.
template <class T>
void resample_across(const T* lines, size_t inner, size_t o, TapsRef<T> taps, T* y) {
  using V = simd::Vec<T>;
  constexpr size_t kLanes = V::kLanes, kSome = 4;
  size_t j = 0;
  for (; kLanes > 1 && j + kSome * kLanes <= inner; j += kSome * kLanes) {
    V total[kSome];
    sum_taps(taps, o, total,
             [=](size_t at, size_t i) { return V::load(lines + at * inner + j + i * kLanes); });
    for (size_t i = 0; i < kSome; ++i) total[i].store(y + j + i * kLanes);
  }
  for (; j + kLanes <= inner; j += kLanes) {
    V total[1];
    sum_taps(taps, o, total, [=](size_t at, size_t) { return V::load(lines + at * inner + j); });
    total[0].store(y + j);
  }
  if constexpr (kLanes > 1) {
    const size_t rest = inner - j;
    if (rest == 0) return;
    V total[1];
    sum_taps(taps, o, total,
             [=](size_t at, size_t) { return V::load_n(lines + at * inner + j, rest); });
    total[0].store_n(y + j, rest);
  }
}

}  // namespace

// Lanes are neighbours of the inner dimension, or of the outer one where that is all there is.
template <class T>
void resample(const T* x, size_t outer, size_t in, size_t inner, size_t out, TapsRef<T> taps,
              T* y) {
  using V = simd::Vec<T>;
  constexpr size_t kLanes = V::kLanes;
  if (inner != 1) {
    const size_t grain = 1 + 16384 / (4 * inner + 1);
    parallel_for(outer * out, grain, [=](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        resample_across(x + i / out * in * inner, inner, i % out, taps, y + i * inner);
      }
    });
    return;
  }
  const size_t grain = 1 + 4096 / (out + 1);
  parallel_for((outer + kLanes - 1) / kLanes, grain, [=](size_t begin, size_t end) {
    for (size_t group = begin; group < end; ++group) {
      const simd::LinesOf from(x, in, group * kLanes, outer);
      const simd::LinesOf to(y, out, group * kLanes, outer);
      for (size_t o = 0; o < out; ++o) {
        V total[1];
        sum_taps(taps, o, total, [&](size_t at, size_t) { return from.load(at); });
        to.store(o, total[0]);
      }
    }
  });
}

template void resample(const float*, size_t, size_t, size_t, size_t, TapsRef<float>, float*);
template void resample(const double*, size_t, size_t, size_t, size_t, TapsRef<double>, double*);

}  // namespace torch::kernels
