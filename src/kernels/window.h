// Windows that slide over planes: gathered into columns, scattered back, searched for their
// largest.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/parallel.h"
#include "simd/vec.h"

namespace torch::kernels {

// One dimension of a sliding window: tap k of output o lies at o * stride + k * dilation - padding,
// and is zero where that is outside [0, in).
struct Sliding {
  int64_t in, out, kernel, stride, padding, dilation;

  // The outputs whose tap k lies inside are [first(k), last(k)).
  int64_t first(int64_t k) const {
    const int64_t before = padding - k * dilation;
    return std::min(before > 0 ? (before + stride - 1) / stride : 0, out);
  }
  int64_t last(int64_t k) const {
    const int64_t room = in - 1 + padding - k * dilation;
    return room < 0 ? 0 : std::min(room / stride + 1, out);
  }
  int64_t at(int64_t o, int64_t k) const { return o * stride + k * dilation - padding; }
};

// Planes and the windows over them.
struct Windows {
  int64_t channels;
  Sliding h, w;

  // Rows of the columns: one for each channel and tap.
  int64_t taps() const { return channels * h.kernel * w.kernel; }
  int64_t plane() const { return h.in * w.in; }
};

// What a thread takes on at least.
inline constexpr size_t kWindowGrain = 16384;

// The output rows [begin, end) of a batch, counted over all its examples, as columns:
// columns[tap][row - begin][o] is what the tap of window o sees. x is [n, channels, h, w].
template <class T>
void gather_windows(const Windows& s, const T* x, int64_t begin, int64_t end, T* columns) {
  const int64_t width = (end - begin) * s.w.out;
  const size_t grain = 1 + kWindowGrain / static_cast<size_t>(width + 1);
  parallel_for(static_cast<size_t>(s.taps()), grain, [=](size_t from, size_t to) {
    for (auto tap = static_cast<int64_t>(from); tap < static_cast<int64_t>(to); ++tap) {
      const int64_t kx = tap % s.w.kernel, ky = tap / s.w.kernel % s.h.kernel;
      const int64_t channel = tap / (s.w.kernel * s.h.kernel);
      const int64_t first = s.w.first(kx), last = std::max(first, s.w.last(kx));
      T* y = columns + tap * width;
      for (int64_t row = begin; row < end; ++row, y += s.w.out) {
        const int64_t at = s.h.at(row % s.h.out, ky);
        if (at < 0 || at >= s.h.in) {
          std::fill(y, y + s.w.out, T(0));
          continue;
        }
        const T* line = x + (row / s.h.out * s.channels + channel) * s.plane() + at * s.w.in;
        std::fill(y, y + first, T(0));
        if (s.w.stride == 1) {
          std::copy(line + s.w.at(first, kx), line + s.w.at(last, kx), y + first);
        } else {
          for (int64_t o = first; o < last; ++o) y[o] = line[s.w.at(o, kx)];
        }
        std::fill(y + last, y + s.w.out, T(0));
      }
    }
  });
}

// x += y
template <class T>
void add_line(const T* y, int64_t n, T* x) {
  using V = simd::Vec<T>;
  constexpr int64_t kLanes = V::kLanes;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) (V::load(x + i) + V::load(y + i)).store(x + i);
  for (; i < n; ++i) x[i] += y[i];
}

// The adjoint of gather_windows: adds each column's element to where it was taken from. A channel
// belongs to one thread, so the order of the sums is always the same.
template <class T>
void scatter_windows(const Windows& s, const T* columns, int64_t begin, int64_t end, T* x) {
  const int64_t width = (end - begin) * s.w.out, kernel = s.h.kernel * s.w.kernel;
  const size_t grain = 1 + kWindowGrain / static_cast<size_t>(width * kernel + 1);
  parallel_for(static_cast<size_t>(s.channels), grain, [=](size_t from, size_t to) {
    for (auto tap = static_cast<int64_t>(from) * kernel; tap < static_cast<int64_t>(to) * kernel;
         ++tap) {
      const int64_t kx = tap % s.w.kernel, ky = tap / s.w.kernel % s.h.kernel;
      const int64_t channel = tap / kernel;
      const int64_t first = s.w.first(kx), last = s.w.last(kx);
      const T* y = columns + tap * width;
      for (int64_t row = begin; row < end; ++row, y += s.w.out) {
        const int64_t at = s.h.at(row % s.h.out, ky);
        if (at < 0 || at >= s.h.in || first >= last) continue;
        T* line = x + (row / s.h.out * s.channels + channel) * s.plane() + at * s.w.in;
        if (s.w.stride == 1) {
          add_line(y + first, last - first, line + s.w.at(first, kx));
        } else {
          for (int64_t o = first; o < last; ++o) line[s.w.at(o, kx)] += y[o];
        }
      }
    }
  });
}

// Positions begin, begin + step, … before end, all inside the input.
struct Span {
  int64_t begin, end;
};

// The position of each window's largest element, where planes begin `apart` from each other: of
// equal ones the first; the last NaN where there is one, as in PyTorch. Windows are rows x columns
// and hold at least one element.
template <class T>
void largest_of_windows(const T* x, int64_t planes, int64_t h, int64_t w, int64_t apart,
                        const Span* rows, int64_t row_count, int64_t row_step, const Span* columns,
                        int64_t column_count, int64_t column_step, int64_t* y) {
  const int64_t count = row_count * column_count;
  const size_t grain = 1 + kWindowGrain / static_cast<size_t>(h * w + count + 1);
  parallel_for(static_cast<size_t>(planes), grain, [=](size_t from, size_t to) {
    for (auto p = static_cast<int64_t>(from); p < static_cast<int64_t>(to); ++p) {
      const T* plane = x + p * h * w;
      int64_t* out = y + p * count;
      for (int64_t r = 0; r < row_count; ++r) {
        for (int64_t c = 0; c < column_count; ++c, ++out) {
          // A choice and a load that is in the cache: no branch could be foretold.
          int32_t best = static_cast<int32_t>(rows[r].begin * w + columns[c].begin);
          for (int64_t i = rows[r].begin; i < rows[r].end; i += row_step) {
            for (int64_t j = columns[c].begin; j < columns[c].end; j += column_step) {
              const auto at = static_cast<int32_t>(i * w + j);
              const T value = plane[at], most = plane[best];
              best = ((value > most) | (value != value)) ? at : best;
            }
          }
          *out = p * apart + best;
        }
      }
    }
  });
}

}  // namespace torch::kernels
