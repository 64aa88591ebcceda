// Windows that slide over planes: gathered into columns, scattered back, weighted, searched for
// their largest.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

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

// visit(example, top, bottom) for the rows [begin, end) of a batch, `rows` of each example.
template <class Visit>
void each_example(int64_t rows, int64_t begin, int64_t end, const Visit& visit) {
  for (int64_t example = begin / rows; example * rows < end; ++example) {
    visit(example, std::max<int64_t>(begin - example * rows, 0),
          std::min(end - example * rows, rows));
  }
}

// The output rows [begin, end) of a batch, counted over all its examples, as columns:
// columns[tap][row - begin][o] is what the tap of window o sees. x is [n, channels, h, w]. Of
// floats or doubles, as all below.
template <class T>
void gather_windows(const Windows& s, const T* x, int64_t begin, int64_t end, T* columns);

// The adjoint of gather_windows: adds each column's element to where it was taken from.
template <class T>
void scatter_windows(const Windows& s, const T* columns, int64_t begin, int64_t end, T* x);

// A convolution in which each of `outputs` planes of y is made of one of x's channels, as many of
// each: y += w x, or its adjoint x += w^T y where `into_x`. x is [n, channels, h, w] of the
// windows. A channel belongs to one thread, so the order of the sums is always the same.
template <class T>
void add_depthwise(const Windows& s, int64_t n, int64_t outputs, const T* from, const T* w, T* to,
                   bool into_x);
// Its gradient in w: w += y x^T.
template <class T>
void add_depthwise_weight(const Windows& s, int64_t n, int64_t outputs, const T* x, T* w,
                          const T* y);

// What a thread takes on at least.
inline constexpr size_t kWindowGrain = 16384;

// y[i] = x[i] + shift
template <class T>
void shift_line(const T* x, T shift, size_t n, T* y);

// y[i * y_step] += factor * x[i * x_step]
template <class T>
void add_line(T factor, const T* x, size_t x_step, size_t n, T* y, size_t y_step);

// Positions begin, begin + step, … before end, all inside the input.
struct Span {
  int64_t begin, end;
};

// The windows of one dimension, each of at least one element and in steps of `step`. Those from
// `whole.begin` to `whole.end` are of one size, each `stride` behind the one before.
struct Spans {
  const Span* of;
  int64_t count, step, stride;
  Span whole;
};

// The largest element of each window, rows x columns of them in each plane, and, if `at` is given,
// its position in x: of equal ones the first; the last NaN where there is one, as in PyTorch.
template <class T>
void largest_of_windows(const T* x, size_t planes, size_t h, size_t w, const Spans& rows,
                        const Spans& columns, T* y, int64_t* at);

}  // namespace torch::kernels
