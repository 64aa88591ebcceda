#include "kernels/window.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/resample.h"

using torch::kernels::Sliding;
using torch::kernels::Span;
using torch::kernels::Spans;
using torch::kernels::Windows;

namespace {

// Every combination of small sizes, strides, paddings and dilations that has an output.
template <class F>
void each_sliding(const F& f) {
  for (int64_t in : {1, 4, 7}) {
    for (int64_t kernel : {1, 2, 3}) {
      for (int64_t stride : {1, 2, 3}) {
        for (int64_t padding : {0, 1, 4}) {
          for (int64_t dilation : {1, 2}) {
            const int64_t room = in + 2 * padding - dilation * (kernel - 1) - 1;
            if (room >= 0) f(Sliding{in, room / stride + 1, kernel, stride, padding, dilation});
          }
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("sliding: first and last bound the outputs whose tap lies inside") {
  each_sliding([](const Sliding& s) {
    for (int64_t k = 0; k < s.kernel; ++k) {
      for (int64_t o = 0; o < s.out; ++o) {
        const bool inside = s.at(o, k) >= 0 && s.at(o, k) < s.in;
        REQUIRE(inside == (o >= s.first(k) && o < s.last(k)));
      }
    }
  });
}

TEST_CASE("windows: columns hold what each tap sees, and scattering is the adjoint of gathering") {
  const Sliding h{4, 3, 2, 2, 1, 1};
  int checked = 0;
  each_sliding([&](const Sliding& w) {
    const Windows s{2, h, w};
    const int64_t examples = 2, rows = examples * h.out;
    std::vector<double> x(static_cast<size_t>(examples * 2 * s.plane()));
    for (size_t i = 0; i < x.size(); ++i) x[i] = double(i % 13) - 6 + 0.25 * double(i);
    // Two stretches of rows; the border between them lies inside an example.
    std::vector<double> back(x.size(), 0.0);
    double left = 0, right = 0;
    for (int64_t begin : {int64_t(0), int64_t(2)}) {
      const int64_t end = begin == 0 ? 2 : rows, width = (end - begin) * w.out;
      std::vector<double> columns(static_cast<size_t>(s.taps() * width), 99.0);
      torch::kernels::gather_windows(s, x.data(), begin, end, columns.data());
      for (int64_t tap = 0; tap < s.taps(); ++tap) {
        const int64_t kx = tap % w.kernel, ky = tap / w.kernel % 2, channel = tap / w.kernel / 2;
        for (int64_t i = 0; i < width; ++i) {
          const int64_t row = begin + i / w.out, at_x = w.at(i % w.out, kx);
          const int64_t at_y = h.at(row % h.out, ky), example = row / h.out;
          const bool inside = at_x >= 0 && at_x < w.in && at_y >= 0 && at_y < h.in;
          const int64_t from = ((example * 2 + channel) * h.in + at_y) * w.in + at_x;
          const double due = inside ? x[static_cast<size_t>(from)] : 0;
          REQUIRE(columns[static_cast<size_t>(tap * width + i)] == due);
        }
      }
      std::vector<double> g(columns.size());
      for (size_t i = 0; i < g.size(); ++i) g[i] = double(i % 5) - 2;
      for (size_t i = 0; i < g.size(); ++i) left += g[i] * columns[i];
      torch::kernels::scatter_windows(s, g.data(), begin, end, back.data());
    }
    for (size_t i = 0; i < x.size(); ++i) right += back[i] * x[i];
    REQUIRE(left == doctest::Approx(right).epsilon(1e-12));
    ++checked;
  });
  CHECK(checked > 50);
}

TEST_CASE("add_line: every length and step, in vectors and in the rest") {
  for (size_t n = 0; n < 12; ++n) {
    for (size_t x_step : {1, 2}) {
      for (size_t y_step : {1, 3}) {
        std::vector<float> x(24, 99.0f), y(36, 1.0f);
        for (size_t i = 0; i < n; ++i) x[i * x_step] = float(i);
        torch::kernels::add_line(2.0f, x.data(), x_step, n, y.data(), y_step);
        for (size_t i = 0; i < 36; ++i) {
          const bool written = i % y_step == 0 && i / y_step < n;
          REQUIRE(y[i] == (written ? 1 + 2 * float(i / y_step) : 1.0f));
        }
      }
    }
  }
}

TEST_CASE("shift_line: every length") {
  for (size_t n = 0; n < 18; ++n) {
    std::vector<float> x(n), y(n + 1, 99.0f);
    for (size_t i = 0; i < n; ++i) x[i] = float(i);
    torch::kernels::shift_line(x.data(), 0.5f, n, y.data());
    for (size_t i = 0; i < n; ++i) REQUIRE(y[i] == float(i) + 0.5f);
    REQUIRE(y[n] == 99);
  }
}

TEST_CASE("largest_of_windows: the first of equals, the last NaN, and -inf is a value") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float low = -std::numeric_limits<float>::infinity();
  const auto largest = [](const std::vector<float>& line) {
    const Span row{0, 1}, column{0, static_cast<int64_t>(line.size())};
    const Spans rows{&row, 1, 1, 1, {0, 1}}, columns{&column, 1, 1, 1, {0, 1}};
    int64_t at = -1;
    float most = 99, alone = 99;
    torch::kernels::largest_of_windows(line.data(), 1, 1, line.size(), rows, columns, &most, &at);
    torch::kernels::largest_of_windows<float>(line.data(), 1, 1, line.size(), rows, columns, &alone,
                                              nullptr);
    CHECK(std::memcmp(&most, &line[static_cast<size_t>(at)], sizeof most) == 0);
    CHECK((std::isnan(most) ? std::isnan(alone) : std::memcmp(&most, &alone, sizeof most) == 0));
    return at;
  };
  CHECK(largest({1, 3, 3, 2}) == 1);
  CHECK(largest({0.0f, -0.0f}) == 0);
  CHECK(largest({-0.0f, 0.0f}) == 0);
  CHECK(largest({1, nan, 5, nan, 2}) == 3);
  CHECK(largest({low, low}) == 0);
  CHECK(largest({low, 1, low}) == 1);
}

namespace {

// The windows of a slide, of which those that see only padding are left out.
struct Line {
  std::vector<Span> spans;
  Spans view;

  explicit Line(const Sliding& s) {
    for (int64_t o = 0; o < s.out; ++o) {
      int64_t k = 0, last = s.kernel - 1;
      while (k <= last && s.at(o, k) < 0) ++k;
      while (last >= k && s.at(o, last) >= s.in) --last;
      if (k <= last) spans.push_back({s.at(o, k), s.at(o, last) + 1});
    }
    const bool all = static_cast<int64_t>(spans.size()) == s.out;
    const Span whole = all ? Span{s.first(0), s.last(s.kernel - 1)} : Span{0, 0};
    view = {spans.data(), static_cast<int64_t>(spans.size()), s.dilation, s.stride, whole};
  }
};

template <class T>
void check_windows(const Line& rows, size_t high, const Line& columns, size_t wide) {
  const size_t planes = 3, size = high * wide;
  std::vector<T> x(planes * size);
  for (size_t i = 0; i < x.size(); ++i) x[i] = i % 11 == 7 ? T(NAN) : T(i * 5 % 7);
  const size_t count = rows.spans.size() * columns.spans.size() * planes;
  std::vector<T> most(count + 1, T(99)), alone(count + 1, T(99));
  std::vector<int64_t> at(count);
  torch::kernels::largest_of_windows(x.data(), planes, high, wide, rows.view, columns.view,
                                     most.data(), at.data());
  torch::kernels::largest_of_windows<T>(x.data(), planes, high, wide, rows.view, columns.view,
                                        alone.data(), nullptr);
  REQUIRE((most[count] == 99 && alone[count] == 99));
  size_t o = 0;
  for (size_t plane = 0; plane < planes; ++plane) {
    for (const Span& row : rows.spans) {
      for (const Span& column : columns.spans) {
        int64_t best = -1;
        for (int64_t r = row.begin; r < row.end; r += rows.view.step) {
          for (int64_t c = column.begin; c < column.end; c += columns.view.step) {
            const auto i = static_cast<int64_t>(plane * size) + r * static_cast<int64_t>(wide) + c;
            const T v = x[size_t(i)];
            if (best < 0 || v > x[size_t(best)] || std::isnan(v)) best = i;
          }
        }
        const T due = x[size_t(best)];
        REQUIRE(at[o] == best);
        REQUIRE((std::isnan(due) ? std::isnan(most[o]) : most[o] == due));
        REQUIRE((std::isnan(due) ? std::isnan(alone[o]) : alone[o] == due));
        ++o;
      }
    }
  }
}

}  // namespace

TEST_CASE("largest_of_windows: every slide of a row, with positions or without") {
  const Line rows(Sliding{5, 3, 2, 2, 1, 1});
  int checked = 0;
  for (int64_t in = 1; in < 18; ++in) {
    for (int64_t kernel : {1, 2, 3}) {
      for (int64_t stride : {1, 2, 3}) {
        for (int64_t padding : {0, 1}) {
          for (int64_t dilation : {1, 2}) {
            const int64_t room = in + 2 * padding - dilation * (kernel - 1) - 1;
            if (room < 0) continue;
            const Line columns(Sliding{in, room / stride + 1, kernel, stride, padding, dilation});
            check_windows<float>(rows, 5, columns, size_t(in));
            check_windows<double>(rows, 5, columns, size_t(in));
            ++checked;
          }
        }
      }
    }
  }
  CHECK(checked > 500);
}

TEST_CASE("resample: weighted sums along the middle dimension, of every outer and inner length") {
  const std::vector<size_t> first{0, 2, 2, 3};
  const std::vector<int64_t> index{0, 3, 1};
  const std::vector<float> weight{2, -1, 0.5f};
  for (size_t outer : {0, 1, 2, 3, 4, 5, 6, 15, 16, 17, 35, 300}) {
    for (size_t inner = 0; inner < 24; ++inner) {
      std::vector<float> x(outer * 4 * inner), y(outer * 3 * inner + 1, 99.0f);
      for (size_t i = 0; i < x.size(); ++i) x[i] = float(i) - 3;
      std::vector<float> room(torch::kernels::resample_workspace(outer, 4, inner, 3));
      torch::kernels::resample<float>(x.data(), outer, 4, inner, 3,
                                      {first.data(), index.data(), weight.data(), 0}, y.data(),
                                      room.data());
      REQUIRE(y.back() == 99);
      for (size_t o = 0; o < outer; ++o) {
        for (size_t j = 0; j < inner; ++j) {
          const auto in = [&](size_t k) { return x[(o * 4 + k) * inner + j]; };
          REQUIRE(y[(o * 3 + 0) * inner + j] == 2 * in(0) - in(3));
          REQUIRE(y[(o * 3 + 1) * inner + j] == 0);
          REQUIRE(y[(o * 3 + 2) * inner + j] == 0.5f * in(1));
        }
      }
    }
  }
}

TEST_CASE("resample: what is repeated keeps the sign of its zero, a sum from 0 does not") {
  const std::vector<size_t> first{0, 1, 2};
  const std::vector<int64_t> index{0, 0};
  const std::vector<float> weight{1, 1};
  for (float start : {0.0f, -0.0f}) {
    for (size_t inner : {1, 3, 4, 16}) {
      const std::vector<float> x(inner, -0.0f);
      std::vector<float> y(2 * inner, 1.0f);
      std::vector<float> room(torch::kernels::resample_workspace(1, 1, inner, 2));
      torch::kernels::resample<float>(x.data(), 1, 1, inner, 2,
                                      {first.data(), index.data(), weight.data(), start}, y.data(),
                                      room.data());
      for (float v : y) REQUIRE((v == 0 && std::signbit(v) == std::signbit(start)));
    }
  }
}
