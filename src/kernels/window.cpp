#include "kernels/window.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/parallel.h"
#include "simd/vec.h"

namespace torch::kernels {

namespace {

// step(i, lanes) for i = 0, 4, … while whole registers of x[i * x_step] can be had; where i ends.
template <class T, class Step>
size_t each_register(const T* x, size_t x_step, size_t n, const Step& step) {
  using V = simd::Vec<T>;
  size_t i = 0;
  if (V::kLanes == 1) return i;
  if (x_step == 1) {
    for (; i + V::kLanes <= n; i += V::kLanes) step(i, V::load(x + i));
  } else if (x_step == 2) {
    for (; i + V::kLanes <= n; i += V::kLanes) step(i, V::load_even(x + 2 * i));
  }
  return i;
}

}  // namespace

template <class T>
void add_line(T factor, const T* x, size_t x_step, size_t n, T* y, size_t y_step) {
  using V = simd::Vec<T>;
  const V f(factor);
  size_t i = y_step > 1 ? 0 : each_register(x, x_step, n, [=](size_t at, V lanes) {
    (V::load(y + at) + f * lanes).store(y + at);
  });
  for (; i < n; ++i) y[i * y_step] += factor * x[i * x_step];
}

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

// A channel belongs to one thread, so the order of the sums is always the same.
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
        add_line(T(1), y + first, 1, size_t(last - first), line + s.w.at(first, kx),
                 size_t(s.w.stride));
      }
    }
  });
}

namespace {

// Outputs that stay in L1 together with what they see, while tap after tap is added.
constexpr int64_t kBand = 4096;

// visit(x, w, y, count): where the stretches begin that tap w leads from x, in steps of the stride,
// to y.
template <class Visit>
void each_stretch(const Windows& s, int64_t n, int64_t outputs, const Visit& visit) {
  const int64_t taps = s.h.kernel * s.w.kernel, of_each = outputs / s.channels;
  const int64_t work = n * of_each * taps * s.h.out * s.w.out;
  const int64_t band = std::max<int64_t>(1, kBand / s.w.out);
  const auto rows = [=](int64_t e, int64_t o, int64_t tap, int64_t begin) {
    const int64_t ky = tap / s.w.kernel, kx = tap % s.w.kernel;
    const int64_t top = std::max(begin, s.h.first(ky));
    const int64_t left = s.w.first(kx), width = s.w.last(kx) - left;
    if (width <= 0) return;
    auto x = static_cast<size_t>(
        ((e * s.channels + o / of_each) * s.h.in + s.h.at(top, ky)) * s.w.in + s.w.at(left, kx));
    auto y = static_cast<size_t>(((e * outputs + o) * s.h.out + top) * s.w.out + left);
    for (int64_t due = std::min(begin + band, s.h.last(ky)) - top; due > 0; --due) {
      visit(x, static_cast<size_t>(o * taps + tap), y, static_cast<size_t>(width));
      x += static_cast<size_t>(s.h.stride * s.w.in);
      y += static_cast<size_t>(s.w.out);
    }
  };
  parallel_for(static_cast<size_t>(s.channels), 1 + kWindowGrain / static_cast<size_t>(work + 1),
               [=](size_t from, size_t to) {
                 for (int64_t o = int64_t(from) * of_each; o < int64_t(to) * of_each; ++o) {
                   for (int64_t e = 0; e < n; ++e) {
                     for (int64_t begin = 0; begin < s.h.out; begin += band) {
                       for (int64_t tap = 0; tap < taps; ++tap) rows(e, o, tap, begin);
                     }
                   }
                 }
               });
}

template <class T>
T dot(const T* x, size_t x_step, const T* y, size_t n) {
  using V = simd::Vec<T>;
  V total(T(0));
  size_t i = each_register(x, x_step, n,
                           [&](size_t at, V lanes) { total = total + lanes * V::load(y + at); });
  T lanes[V::kLanes], sum = 0;
  total.store(lanes);
  for (T lane : lanes) sum += lane;
  for (; i < n; ++i) sum += x[i * x_step] * y[i];
  return sum;
}

}  // namespace

template <class T>
void add_depthwise(const Windows& s, int64_t n, int64_t outputs, const T* from, const T* w, T* to,
                   bool into_x) {
  const auto step = static_cast<size_t>(s.w.stride);
  const size_t from_step = into_x ? 1 : step, to_step = into_x ? step : 1;
  each_stretch(s, n, outputs, [=](size_t x, size_t tap, size_t y, size_t count) {
    add_line(w[tap], from + (into_x ? y : x), from_step, count, to + (into_x ? x : y), to_step);
  });
}

template <class T>
void add_depthwise_weight(const Windows& s, int64_t n, int64_t outputs, const T* x, T* w,
                          const T* y) {
  each_stretch(s, n, outputs,
               [=, step = size_t(s.w.stride)](size_t i, size_t tap, size_t o, size_t count) {
                 w[tap] += dot(x + i, step, y + o, count);
               });
}

namespace {

template <class T>
using Places = std::conditional_t<simd::Vec<T>::kLanes == 4, simd::I32, simd::Vec<int32_t>>;

// The largest of one window in each of some planes of w columns, and where it is.
template <class T>
std::pair<simd::Vec<T>, Places<T>> largest(const simd::LinesOf<const T>& planes, size_t w,
                                           const Spans& s, size_t row, size_t column) {
  const auto [top, bottom] = s.rows[row];
  const auto [left, right] = s.columns[column];
  size_t line = static_cast<size_t>(top) * w;
  simd::Vec<T> most = planes.load(line + static_cast<size_t>(left));
  Places<T> best(static_cast<int32_t>(line + static_cast<size_t>(left)));
  const auto row_step = static_cast<size_t>(s.row_step) * w;
  const auto column_step = static_cast<size_t>(s.column_step);
  for (const size_t end = static_cast<size_t>(bottom) * w; line < end; line += row_step) {
    const size_t last = line + static_cast<size_t>(right);
    for (size_t at = line + static_cast<size_t>(left); at < last; at += column_step) {
      const auto value = planes.load(at);
      const auto better = (value > most) | (value != value);
      most = select(better, value, most);
      best = select(better, Places<T>(static_cast<int32_t>(at)), best);
    }
  }
  return {most, best};
}

}  // namespace

// Lanes are planes side by side.
template <class T>
void largest_of_windows(const T* x, size_t planes, size_t h, size_t w, const Spans& s, T* y,
                        int64_t* at) {
  constexpr size_t kLanes = simd::Vec<T>::kLanes;
  const auto rows = static_cast<size_t>(s.row_count), columns = static_cast<size_t>(s.column_count);
  const size_t count = rows * columns, size = h * w;
  const size_t grain = 1 + kWindowGrain / (kLanes * (size + count) + 1);
  parallel_for((planes + kLanes - 1) / kLanes, grain, [=](size_t from, size_t to) {
    for (size_t plane = from * kLanes; plane < std::min(to * kLanes, planes); plane += kLanes) {
      const simd::LinesOf in(x, size, plane, planes);
      const simd::LinesOf out(y, count, plane, planes);
      for (size_t window = 0; window < count; ++window) {
        const auto [most, best] = largest(in, w, s, window / columns, window % columns);
        out.store(window, most);
        if (!at) continue;
        int32_t places[kLanes];
        best.store(places);
        for (size_t l = 0; l < std::min(kLanes, planes - plane); ++l) {
          at[(plane + l) * count + window] = static_cast<int64_t>((plane + l) * size) + places[l];
        }
      }
    }
  });
}

template void gather_windows(const Windows&, const float*, int64_t, int64_t, float*);
template void scatter_windows(const Windows&, const float*, int64_t, int64_t, float*);
template void add_depthwise(const Windows&, int64_t, int64_t, const float*, const float*, float*,
                            bool);
template void add_depthwise_weight(const Windows&, int64_t, int64_t, const float*, float*,
                                   const float*);
template void add_line(float, const float*, size_t, size_t, float*, size_t);
template void largest_of_windows(const float*, size_t, size_t, size_t, const Spans&, float*,
                                 int64_t*);
template void gather_windows(const Windows&, const double*, int64_t, int64_t, double*);
template void scatter_windows(const Windows&, const double*, int64_t, int64_t, double*);
template void add_depthwise(const Windows&, int64_t, int64_t, const double*, const double*, double*,
                            bool);
template void add_depthwise_weight(const Windows&, int64_t, int64_t, const double*, double*,
                                   const double*);
template void add_line(double, const double*, size_t, size_t, double*, size_t);
template void largest_of_windows(const double*, size_t, size_t, size_t, const Spans&, double*,
                                 int64_t*);

}  // namespace torch::kernels
