#include "ops/pooling.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "autograd/record.h"
#include "kernels/window.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/reduce.h"
#include "ops/resample.h"
#include "ops/rows.h"
#include "ops/view.h"

namespace torch {

namespace {

using kernels::Span;

// The windows of one dimension.
struct Line {
  int64_t in = 1, step = 1, stride = 1;
  std::vector<Span> spans;
  // Windows of one size, each a stride behind the one before.
  Span whole{0, 0};
  // Sizes of the windows, with what they cover of the padding.
  std::vector<int64_t> padded;

  kernels::Spans view() const {
    return {spans.data(), static_cast<int64_t>(spans.size()), step, stride, whole};
  }
};

Line adaptive_line(int64_t in, int64_t out) {
  Line line;
  line.in = in;
  if (out > 0 && in % out == 0) {
    line.stride = in / out;
    line.whole = {0, out};
  }
  for (int64_t o = 0; o < out; ++o) {
    line.spans.push_back({o * in / out, ((o + 1) * in + out - 1) / out});
    line.padded.push_back(line.spans.back().end - line.spans.back().begin);
  }
  return line;
}

Line sliding_line(int64_t in, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation,
                  bool ceil_mode) {
  const int64_t reach = dilation * (kernel - 1) + 1;
  const int64_t room = in + 2 * padding - reach + (ceil_mode ? stride - 1 : 0);
  int64_t out = room < 0 ? 0 : room / stride + 1;
  // A window begins in the input or before it, not in the padding after it.
  if (ceil_mode && (out - 1) * stride >= in + padding) --out;
  Line line;
  line.in = in;
  line.step = dilation;
  line.stride = stride;
  line.whole = {std::min((padding + stride - 1) / stride, out),
                std::min(in + padding < reach ? 0 : (in + padding - reach) / stride + 1, out)};
  for (int64_t o = 0; o < out; ++o) {
    const int64_t at = o * stride - padding, behind = std::min(at + reach, in + padding);
    const int64_t skipped = at < 0 ? (-at + dilation - 1) / dilation : 0;
    line.spans.push_back({at + skipped * dilation, std::min(behind, in)});
    line.padded.push_back(behind - at);
  }
  return line;
}

struct Window {
  const Shape &kernel, &stride, &padding, &dilation;
};

void check_rank(const Tensor& x, int spatial, const char* op) {
  check(spatial == 1 || spatial == 2, op, "d: one or two dimensions can be pooled, got ", spatial);
  check(x.dim() == spatial + 1 || x.dim() == spatial + 2, op, spatial, "d: Expected ", spatial + 1,
        "D or ", spatial + 2, "D (batch mode) tensor for input, but got: ", x.sizes());
  for (int d = x.dim() - spatial - 1; d < x.dim(); ++d) {
    check(x.sizes()[d] > 0, op, spatial,
          "d: Expected input to have non-zero size for non-batch dimensions, but input has sizes ",
          x.sizes(), " with dimension ", d, " being empty");
  }
}

// "2x3x4"
std::string text(const Shape& sizes) {
  std::string out;
  for (int d = 0; d < sizes.size(); ++d) out += concat(d > 0 ? "x" : "", sizes[d]);
  return out;
}

std::vector<Line> sliding_lines(const Tensor& x, const Window& w, bool ceil_mode, const char* op) {
  const int spatial = w.kernel.size();
  check_rank(x, spatial, op);
  for (const Shape* list : {&w.stride, &w.padding, &w.dilation}) {
    check(list->size() == spatial, op, spatial, "d: expected ", spatial,
          " numbers for stride, padding and dilation, got ", list->size());
  }
  std::vector<Line> lines;
  Shape in{x.size(-spatial - 1)}, out = in;
  bool fits = true;
  for (int d = 0; d < spatial; ++d) {
    check(w.kernel[d] > 0, op, spatial, "d: kernel size should be greater than zero, but got ",
          w.kernel);
    check(w.stride[d] > 0, op, spatial, "d: stride should be greater than zero, but got ",
          w.stride);
    check(w.dilation[d] > 0, op, spatial, "d: dilation should be greater than zero, but got ",
          w.dilation);
    check(w.padding[d] >= 0, "pad must be non-negative, but got pad: ", w.padding[d]);
    check(w.padding[d] <= (w.dilation[d] * (w.kernel[d] - 1) + 1) / 2,
          "pad should be at most half of effective kernel size, but got pad=", w.padding[d],
          ", kernel_size=", w.kernel[d], " and dilation=", w.dilation[d]);
    in.push_back(x.size(d - spatial));
    lines.push_back(
        sliding_line(in.back(), w.kernel[d], w.stride[d], w.padding[d], w.dilation[d], ceil_mode));
    out.push_back(static_cast<int64_t>(lines.back().spans.size()));
    fits = fits && out.back() > 0;
  }
  check(fits, "Given input size: (", text(in), "). Calculated output size: (", text(out),
        "). Output size is too small");
  return lines;
}

std::vector<Line> adaptive_lines(const Tensor& x, const Shape& output_size, const char* op) {
  check_rank(x, output_size.size(), op);
  std::vector<Line> lines;
  for (int d = 0; d < output_size.size(); ++d) {
    check(output_size[d] >= 0, op, output_size.size(),
          "d: elements of output_size must be greater than or equal to 0 but received ",
          output_size);
    lines.push_back(adaptive_line(x.size(d - output_size.size()), output_size[d]));
  }
  return lines;
}

// The largest of each window, by position, so that derivatives of every order are those of taking.
// With or without the positions in their planes.
std::pair<Tensor, Tensor> largest(const char* name, const Tensor& x, const std::vector<Line>& lines,
                                  bool with_indices) {
  const int lead = x.dim() - static_cast<int>(lines.size());
  for (const Line& line : lines) {
    check(std::all_of(line.spans.begin(), line.spans.end(),
                      [](const Span& span) { return span.begin < span.end; }),
          "a window of max pooling lies in the padding alone");
  }
  const Line& w = lines.back();
  const Line h = lines.size() > 1 ? lines[0] : adaptive_line(1, 1);
  Shape planes, sizes;
  for (int d = 0; d < lead; ++d) planes.push_back(x.sizes()[d]);
  sizes = planes;
  for (const Line& line : lines) sizes.push_back(static_cast<int64_t>(line.spans.size()));
  const int64_t count = numel(planes);
  const kernels::Spans rows = h.view(), columns = w.view();
  planes.push_back(rows.count * columns.count);

  const bool wanted = with_indices || autograd::any_requires_grad({x});
  const Tensor indices = wanted ? Tensor::empty(planes, DType::Int64) : Tensor{};
  const Tensor from = contiguous(x.detach()), y = Tensor::empty(sizes, x.dtype());
  dispatch_floating("max_pool2d", x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    const auto high = static_cast<size_t>(h.in), wide = static_cast<size_t>(w.in);
    const auto find = [&](int64_t many, const kernels::Spans& in_columns) {
      kernels::largest_of_windows(from.data<T>(), static_cast<size_t>(many), high, wide, rows,
                                  in_columns, y.data<T>(),
                                  wanted ? indices.data<int64_t>() : nullptr);
    };
    if (rows.count * columns.count != 1) {
      find(count, columns);
    } else {
      // One window a plane: they lie side by side, as those of a row do.
      std::vector<Span> spans;
      for (int64_t i = 0, size = h.in * w.in; i < count; ++i) {
        spans.push_back({w.spans[0].begin + i * size, w.spans[0].end + i * size});
      }
      find(1, {spans.data(), count, w.step, h.in * w.in, {0, count}});
    }
  });
  return {
      wanted ? taken_rows(name, x, {reshape(indices, {-1}), 1}, y) : y,
      with_indices ? reshape(remainder(indices, Tensor::number(h.in * w.in)), sizes) : Tensor{}};
}

Tensor averaged(const char* name, const Tensor& x, const std::vector<Line>& lines, bool whole,
                double divisor) {
  const int lead = x.dim() - static_cast<int>(lines.size());
  Tensor y = x;
  for (size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    auto taps = std::make_shared<Taps>();
    taps->start = 0;
    taps->in = line.in;
    for (size_t o = 0; o < line.spans.size(); ++o) {
      const auto [begin, end] = line.spans[o];
      const double count = static_cast<double>(whole ? line.padded[o] : end - begin);
      for (int64_t at = begin; at < end; ++at) taps->add(at, divisor != 0 ? 1 : 1 / count);
      taps->end();
    }
    y = resample(name, y, lead + static_cast<int>(i), taps);
  }
  return divisor != 0 ? named(name, div(y, Tensor::number(divisor))) : y;
}

}  // namespace

std::pair<Tensor, Tensor> max_pool_with_indices(const Tensor& x, const Shape& kernel,
                                                const Shape& stride, const Shape& padding,
                                                const Shape& dilation, bool ceil_mode) {
  return largest("MaxPool2DWithIndicesBackward0", x,
                 sliding_lines(x, {kernel, stride, padding, dilation}, ceil_mode, "max_pool"),
                 true);
}

Tensor max_pool(const Tensor& x, const Shape& kernel, const Shape& stride, const Shape& padding,
                const Shape& dilation, bool ceil_mode) {
  return largest("MaxPool2DWithIndicesBackward0", x,
                 sliding_lines(x, {kernel, stride, padding, dilation}, ceil_mode, "max_pool"),
                 false)
      .first;
}

std::pair<Tensor, Tensor> adaptive_max_pool(const Tensor& x, const Shape& output_size) {
  return largest("AdaptiveMaxPool2DBackward0", x,
                 adaptive_lines(x, output_size, "adaptive_max_pool"), true);
}

Tensor avg_pool(const Tensor& x, const Shape& kernel, const Shape& stride, const Shape& padding,
                bool ceil_mode, bool count_include_pad, double divisor_override) {
  check_implemented("avg_pool2d", x.dtype());
  const Shape ones(kernel.size(), 1);
  return averaged("AvgPool2DBackward0", x,
                  sliding_lines(x, {kernel, stride, padding, ones}, ceil_mode, "avg_pool"),
                  count_include_pad, divisor_override);
}

Tensor adaptive_avg_pool(const Tensor& x, const Shape& output_size) {
  const std::vector<Line> lines = adaptive_lines(x, output_size, "adaptive_avg_pool");
  const bool to_one =
      std::all_of(output_size.begin(), output_size.end(), [](int64_t size) { return size == 1; });
  if (to_one) {
    Shape dims;
    for (int d = 0; d < output_size.size(); ++d) dims.push_back(d - output_size.size());
    return mean(x, dims, true, std::nullopt);
  }
  check_implemented("adaptive_avg_pool2d", x.dtype());
  return averaged("AdaptiveAvgPool2DBackward0", x, lines, true, 0);
}

}  // namespace torch
