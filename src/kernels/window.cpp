#include "kernels/window.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/parallel.h"
#include "simd/copy.h"
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
    for (; i + V::kLanes <= n; i += V::kLanes) step(i, V::load_every(x + 2 * i, 2));
  }
  return i;
}

}  // namespace

template <class T>
void shift_line(const T* x, T shift, size_t n, T* y) {
  using V = simd::Vec<T>;
  size_t i = each_register(x, 1, n,
                           [=, by = V(shift)](size_t at, V lanes) { (lanes + by).store(y + at); });
  for (; i < n; ++i) y[i] = x[i] + shift;
}

template <class T>
void add_line(T factor, const T* x, size_t x_step, size_t n, T* y, size_t y_step) {
  using V = simd::Vec<T>;
  const V f(factor);
  size_t i = y_step > 1 ? 0 : each_register(x, x_step, n, [=](size_t at, V lanes) {
    (V::load(y + at) + f * lanes).store(y + at);
  });
  for (; i < n; ++i) y[i * y_step] += factor * x[i * x_step];
}

namespace {

// y[i] = x[i * x_step]
template <class T>
void copy_line(const T* x, size_t x_step, size_t n, T* y) {
  if (x_step == 1) {
    simd::copy_bytes(x, y, n * sizeof(T));
    return;
  }
  size_t i =
      each_register(x, x_step, n, [=](size_t at, simd::Vec<T> lanes) { lanes.store(y + at); });
  for (; i < n; ++i) y[i] = x[i * x_step];
}

// One tap of one channel and what it sees, row after row of the outputs.
struct Tap {
  int64_t channel, ky, kx, top, bottom, left, right;

  Tap(const Windows& s, int64_t tap)
      : channel(tap / (s.h.kernel * s.w.kernel)),
        ky(tap / s.w.kernel % s.h.kernel),
        kx(tap % s.w.kernel),
        top(s.h.first(ky)),
        bottom(std::max(top, s.h.last(ky))),
        left(s.w.first(kx)),
        right(std::max(left, s.w.last(kx))) {}

  // Where in x it is that output (row, left) sees.
  int64_t at(const Windows& s, int64_t example, int64_t row) const {
    return ((example * s.channels + channel) * s.h.in + s.h.at(row, ky)) * s.w.in +
           s.w.at(left, kx);
  }
};

}  // namespace

template <class T>
void gather_windows(const Windows& s, const T* x, int64_t begin, int64_t end, T* columns) {
  const int64_t width = (end - begin) * s.w.out;
  const size_t grain = 1 + kWindowGrain / static_cast<size_t>(width + 1);
  parallel_for(static_cast<size_t>(s.taps()), grain, [=](size_t from, size_t to) {
    for (auto i = static_cast<int64_t>(from); i < static_cast<int64_t>(to); ++i) {
      const Tap tap(s, i);
      const auto stride = static_cast<size_t>(s.w.stride);
      T* y = columns + i * width;
      each_example(s.h.out, begin, end, [&](int64_t example, int64_t top, int64_t bottom) {
        const int64_t first = std::clamp(tap.top, top, bottom);
        const int64_t last = std::clamp(tap.bottom, first, bottom);
        const T* line = x + tap.at(s, example, first);
        y = std::fill_n(y, (first - top) * s.w.out, T(0));
        for (int64_t row = first; row < last; ++row, line += s.h.stride * s.w.in, y += s.w.out) {
          if (tap.left > 0) std::fill_n(y, tap.left, T(0));
          copy_line(line, stride, static_cast<size_t>(tap.right - tap.left), y + tap.left);
          if (tap.right < s.w.out) std::fill_n(y + tap.right, s.w.out - tap.right, T(0));
        }
        y = std::fill_n(y, (bottom - last) * s.w.out, T(0));
      });
    }
  });
}

// A channel belongs to one thread, so the order of the sums is always the same.
template <class T>
void scatter_windows(const Windows& s, const T* columns, int64_t begin, int64_t end, T* x) {
  const int64_t width = (end - begin) * s.w.out, kernel = s.h.kernel * s.w.kernel;
  const size_t grain = 1 + kWindowGrain / static_cast<size_t>(width * kernel + 1);
  parallel_for(static_cast<size_t>(s.channels), grain, [=](size_t from, size_t to) {
    for (auto i = static_cast<int64_t>(from) * kernel; i < static_cast<int64_t>(to) * kernel; ++i) {
      const Tap tap(s, i);
      const T* y = columns + i * width + tap.left;
      each_example(s.h.out, begin, end, [&](int64_t example, int64_t top, int64_t bottom) {
        const int64_t first = std::clamp(tap.top, top, bottom);
        const int64_t last = std::clamp(tap.bottom, first, bottom);
        T* line = x + tap.at(s, example, first);
        for (int64_t row = first; row < last; ++row, line += s.h.stride * s.w.in) {
          add_line(T(1), y + (row - top) * s.w.out, 1, static_cast<size_t>(tap.right - tap.left),
                   line, static_cast<size_t>(s.w.stride));
        }
        y += (bottom - top) * s.w.out;
      });
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

// Elements that a window sees, from its first: lines of them, and how far apart they are.
struct Taps {
  size_t lines, line_step, count, step;
};

// The largest of one window a lane, and where it is seen from x if that is asked for; the lanes'
// windows begin `stride` apart.
template <bool kPlaces, class T>
std::pair<simd::Vec<T>, Places<T>> largest(const T* x, size_t begin, Taps taps, size_t stride) {
  using V = simd::Vec<T>;
  V most = V::load_every(x + begin, stride);
  Places<T> best(static_cast<int32_t>(begin));
  for (size_t l = 0; l < taps.lines; ++l, begin += taps.line_step) {
    for (size_t k = 0, at = begin; k < taps.count; ++k, at += taps.step) {
      const V value = V::load_every(x + at, stride);
      if constexpr (kPlaces) {
        const auto better = (value > most) | (value != value);
        most = select(better, value, most);
        best = select(better, Places<T>(static_cast<int32_t>(at)), best);
      } else {
        most = with_nan(larger(most, value), value);
      }
    }
  }
  return {most, best};
}

// One row of windows. Lanes are windows side by side, where these are whole: the last register of
// them begins early enough to be full.
template <bool kPlaces, class T>
void largest_in_row(const T* x, size_t w, Span rows, size_t row_step, const Spans& columns, T* y,
                    int64_t* at, int64_t plane) {
  constexpr size_t kLanes = simd::Vec<T>::kLanes;
  const auto size = [](Span s, size_t step) {
    return (static_cast<size_t>(s.end - s.begin) + step - 1) / step;
  };
  const size_t top = static_cast<size_t>(rows.begin) * w, lines = size(rows, row_step);
  const auto step = static_cast<size_t>(columns.step);
  const auto put = [=](size_t o, const auto& found, size_t count, size_t apart) {
    if (count == kLanes) {
      found.first.store(y + o);
    } else {
      found.first.store_n(y + o, 1);
    }
    if constexpr (kPlaces) {
      int32_t places[kLanes];
      found.second.store(places);
      for (size_t l = 0; l < count; ++l) {
        at[o + l] = plane + places[l] + static_cast<int64_t>(l * apart);
      }
    }
  };
  const auto one = [=](size_t o) {
    const Span s = columns.of[o];
    put(o,
        largest<kPlaces>(x, top + static_cast<size_t>(s.begin),
                         {lines, row_step * w, size(s, step), step}, 0),
        1, 0);
  };
  const auto count = static_cast<size_t>(columns.count);
  const auto first = static_cast<size_t>(columns.whole.begin),
             last = static_cast<size_t>(columns.whole.end);
  size_t o = 0;
  if (kLanes > 1 && last >= first + kLanes) {
    for (; o < first; ++o) one(o);
    const Span s = columns.of[first];
    const Taps taps{lines, row_step * w, size(s, step), step};
    const size_t left = top + static_cast<size_t>(s.begin);
    const auto each = [&](size_t apart) {
      for (; o < last; o += kLanes) {
        o = std::min(o, last - kLanes);
        put(o, largest<kPlaces>(x, left + (o - first) * apart, taps, apart), kLanes, apart);
      }
    };
    if (!kPlaces && columns.stride == 1) {
      each(1);
    } else if (!kPlaces && columns.stride == 2) {
      each(2);
    } else {
      each(static_cast<size_t>(columns.stride));
    }
  }
  for (; o < count; ++o) one(o);
}

}  // namespace

template <class T>
void largest_of_windows(const T* x, size_t planes, size_t h, size_t w, const Spans& rows,
                        const Spans& columns, T* y, int64_t* at) {
  const auto high = static_cast<size_t>(rows.count), wide = static_cast<size_t>(columns.count);
  const auto step = static_cast<size_t>(rows.step);
  const size_t grain = 1 + kWindowGrain / (h * w / std::max<size_t>(high, 1) + wide + 1);
  parallel_for(planes * high, grain, [=](size_t from, size_t to) {
    for (size_t row = from; row < to; ++row) {
      const size_t plane = row / high * h * w, o = row * wide;
      const Span span = rows.of[row % high];
      if (at) {
        largest_in_row<true>(x + plane, w, span, step, columns, y + o, at + o,
                             static_cast<int64_t>(plane));
      } else {
        largest_in_row<false>(x + plane, w, span, step, columns, y + o, at, 0);
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
template void shift_line(const float*, float, size_t, float*);
template void add_line(float, const float*, size_t, size_t, float*, size_t);
template void largest_of_windows(const float*, size_t, size_t, size_t, const Spans&, const Spans&,
                                 float*, int64_t*);
template void gather_windows(const Windows&, const double*, int64_t, int64_t, double*);
template void scatter_windows(const Windows&, const double*, int64_t, int64_t, double*);
template void add_depthwise(const Windows&, int64_t, int64_t, const double*, const double*, double*,
                            bool);
template void add_depthwise_weight(const Windows&, int64_t, int64_t, const double*, double*,
                                   const double*);
template void shift_line(const double*, double, size_t, double*);
template void add_line(double, const double*, size_t, size_t, double*, size_t);
template void largest_of_windows(const double*, size_t, size_t, size_t, const Spans&, const Spans&,
                                 double*, int64_t*);

}  // namespace torch::kernels
