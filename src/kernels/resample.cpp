#include "kernels/resample.h"

#include <algorithm>
#include <utility>

#include "base/parallel.h"
#include "kernels/transpose.h"
#include "simd/vec.h"

namespace torch::kernels {

namespace {

// Output o of some registers of neighbouring lines from `lines` on, of which place 0 has `inner`.
template <size_t... I, class T>
void sum_taps(std::index_sequence<I...>, const T* lines, size_t inner, size_t o, TapsRef<T> taps,
              T* y) {
  using V = simd::Vec<T>;
  const V start(taps.start);
  V total[] = {(static_cast<void>(I), start)...};
  for (size_t t = taps.first[o]; t < taps.first[o + 1]; ++t) {
    const V weight(taps.weight[t]);
    const T* from = lines + static_cast<size_t>(taps.index[t]) * inner;
    ((total[I] = total[I] + weight * V::load(from + I * V::kLanes)), ...);
  }
  (total[I].store(y + I * V::kLanes), ...);
}

template <class T>
void resample_across(const T* lines, size_t inner, size_t o, TapsRef<T> taps, T* y) {
  constexpr size_t kLanes = simd::Vec<T>::kLanes, kSome = kLanes > 1 ? 4 : 1;
  size_t j = 0;
  for (; j + kSome * kLanes <= inner; j += kSome * kLanes) {
    sum_taps(std::make_index_sequence<kSome>{}, lines + j, inner, o, taps, y + j);
  }
  for (; j + kLanes <= inner; j += kLanes) {
    sum_taps(std::index_sequence<0>{}, lines + j, inner, o, taps, y + j);
  }
  for (; j < inner; ++j) {
    T total = taps.start;
    for (size_t t = taps.first[o]; t < taps.first[o + 1]; ++t) {
      total += taps.weight[t] * lines[static_cast<size_t>(taps.index[t]) * inner + j];
    }
    y[j] = total;
  }
}

// Lines that are turned at a time, and how many threads can be at it.
constexpr size_t kTurned = 16, kShares = 16;

size_t groups_of(size_t outer) { return (outer + kTurned - 1) / kTurned; }

}  // namespace

size_t resample_workspace(size_t outer, size_t in, size_t inner, size_t out) {
  if (inner != 1) return 0;
  return std::min(kShares, groups_of(outer)) * std::min(kTurned, outer) * (in + out);
}

template <class T>
void resample(const T* x, size_t outer, size_t in, size_t inner, size_t out, TapsRef<T> taps, T* y,
              T* workspace) {
  if (inner != 1) {
    const size_t grain = 1 + 16384 / (4 * inner + 1);
    parallel_for(outer * out, grain, [=](size_t begin, size_t end) {
      size_t o = begin % out;
      const T* lines = x + begin / out * in * inner;
      for (size_t i = begin; i < end; ++i) {
        resample_across(lines, inner, o, taps, y + i * inner);
        if (++o < out) continue;
        o = 0;
        lines += in * inner;
      }
    });
    return;
  }
  // Lines that are to be resampled along themselves are turned, so that places of theirs lie side
  // by side.
  const size_t groups = groups_of(outer), shares = std::min(kShares, groups);
  const size_t most = std::min(kTurned, outer), room = most * (in + out);
  const size_t grain = 1 + 16384 / (groups * room / std::max<size_t>(1, shares) + 1);
  parallel_for(shares, grain, [=](size_t begin, size_t end) {
    T* const from = workspace + begin * room;
    T* const to = from + most * in;
    for (size_t group = begin * groups / shares; group < end * groups / shares; ++group) {
      const size_t line = group * kTurned, count = std::min(kTurned, outer - line);
      const auto wide = static_cast<ptrdiff_t>(count);
      transpose<T>(x + line * in, static_cast<ptrdiff_t>(in), from, wide, in, count);
      for (size_t o = 0; o < out; ++o) resample_across(from, count, o, taps, to + o * count);
      transpose<T>(to, wide, y + line * out, static_cast<ptrdiff_t>(out), count, out);
    }
  });
}

template void resample(const float*, size_t, size_t, size_t, size_t, TapsRef<float>, float*,
                       float*);
template void resample(const double*, size_t, size_t, size_t, size_t, TapsRef<double>, double*,
                       double*);

}  // namespace torch::kernels
