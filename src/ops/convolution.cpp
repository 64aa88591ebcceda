#include "ops/convolution.h"

#include <algorithm>
#include <array>
#include <memory>

#include "autograd/record.h"
#include "kernels/gemm.h"
#include "kernels/window.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/reduce.h"
#include "ops/view.h"

namespace torch {

namespace {

using kernels::MatrixRef;
using kernels::Sliding;
using kernels::Windows;

// sum of y * conv(x, w) is linear in each of the three. Given two of them, its gradient in the
// third is a convolution, a transposed convolution or the gradient of the weight; and each
// derivative of one of these is another of them, of the same geometry.
struct Geometry {
  int64_t examples, outputs, groups;
  Windows windows;

  Shape x() const { return {examples, windows.channels, windows.h.in, windows.w.in}; }
  Shape w() const {
    return {outputs, windows.channels / groups, windows.h.kernel, windows.w.kernel};
  }
  Shape y() const { return {examples, outputs, windows.h.out, windows.w.out}; }
};

// Columns are made for some output rows at a time: 2 MB of them, which stay in L2, but at least
// 128, so that each packing of the weight serves many.
constexpr int64_t kColumnElements = 1 << 19;
constexpr int64_t kLeastColumns = 128;
// As many outputs of one channel make up for the columns.
constexpr int64_t kShared = 4;

template <class T>
void multiply(int64_t m, int64_t n, int64_t k, MatrixRef<T> a, MatrixRef<T> b, T* c) {
  const auto rows = static_cast<size_t>(m), columns = static_cast<size_t>(n),
             depth = static_cast<size_t>(k);
  if constexpr (std::is_same_v<T, float>) {
    const size_t size = kernels::gemm_workspace(rows, columns, depth);
    const auto workspace = std::make_unique_for_overwrite<float[]>(size);
    kernels::gemm(rows, columns, depth, a, b, c, workspace.get());
  } else {
    kernels::gemm_plain(rows, columns, depth, a, b, c);
  }
}

// y's rows [begin, end), as [outputs][row][o], out of y or into it.
template <class T>
void move_rows(const Geometry& s, T* y, int64_t begin, int64_t end, T* rows, const T* bias,
               bool into_y) {
  const int64_t h = s.windows.h.out, w = s.windows.w.out, width = (end - begin) * w;
  parallel_for(static_cast<size_t>(s.outputs),
               1 + kernels::kWindowGrain / static_cast<size_t>(width), [=](size_t from, size_t to) {
                 for (auto o = static_cast<int64_t>(from); o < static_cast<int64_t>(to); ++o) {
                   T* part = rows + o * width;
                   kernels::each_example(
                       h, begin, end, [&](int64_t example, int64_t top, int64_t bottom) {
                         T* place = y + ((example * s.outputs + o) * h + top) * w;
                         const int64_t n = (bottom - top) * w;
                         if (!into_y) {
                           std::copy_n(place, n, part);
                         } else if (bias) {
                           kernels::shift_line(part, bias[o], static_cast<size_t>(n), place);
                         } else {
                           std::copy_n(part, n, place);
                         }
                         part += n;
                       });
                 }
               });
}

enum Part { X, W, Y };

// Fills the wanted one of x, w and y (X and W start as zeros) from the other two.
template <class T>
void convolve(const Geometry& s, Part wanted, T* x, T* w, T* y, const T* bias) {
  const int64_t total = s.examples * s.windows.h.out, width = s.windows.w.out;
  const int64_t taps = s.windows.taps(), group_taps = taps / s.groups;
  const int64_t group_outputs = s.outputs / s.groups;
  if (s.windows.channels == s.groups && group_outputs < kShared) {
    if (wanted == W) kernels::add_depthwise_weight(s.windows, s.examples, s.outputs, x, w, y);
    if (wanted == X) kernels::add_depthwise<T>(s.windows, s.examples, s.outputs, y, w, x, true);
    if (wanted != Y) return;
    const int64_t plane = s.windows.h.out * width;
    for (int64_t i = 0; i < s.examples * s.outputs; ++i) {
      std::fill_n(y + i * plane, plane, bias ? bias[i % s.outputs] : T(0));
    }
    return kernels::add_depthwise<T>(s.windows, s.examples, s.outputs, x, w, y, false);
  }
  const int64_t most = std::max(kLeastColumns, kColumnElements / std::max<int64_t>(taps, 1));
  const int64_t step = std::min(total, std::max<int64_t>(1, most / width));
  const auto space = [](int64_t count) {
    return std::make_unique_for_overwrite<T[]>(static_cast<size_t>(count));
  };
  const auto columns = space(taps * step * width), rows = space(s.outputs * step * width);
  const auto part = space(wanted == W ? group_outputs * group_taps : 0);

  for (int64_t begin = 0; begin < total; begin += step) {
    const int64_t end = std::min(total, begin + step), n = (end - begin) * width;
    if (wanted != X) gather_windows(s.windows, x, begin, end, columns.get());
    if (wanted != Y) move_rows<T>(s, y, begin, end, rows.get(), nullptr, false);
    for (int64_t group = 0; group < s.groups; ++group) {
      T* weight = w + group * group_outputs * group_taps;
      T* out = rows.get() + group * group_outputs * n;
      T* in = columns.get() + group * group_taps * n;
      const MatrixRef<T> a{weight, static_cast<ptrdiff_t>(group_taps), 1},
          b{in, static_cast<ptrdiff_t>(n), 1}, c{out, static_cast<ptrdiff_t>(n), 1};
      if (wanted == Y) {
        multiply(group_outputs, n, group_taps, a, b, out);
      } else if (wanted == X) {
        multiply(group_taps, n, group_outputs, a.transposed(), c, in);
      } else {
        multiply(group_outputs, group_taps, n, c, b.transposed(), part.get());
        kernels::add_line(T(1), part.get(), 1, static_cast<size_t>(group_outputs * group_taps),
                          weight, 1);
      }
    }
    if (wanted == Y) move_rows(s, y, begin, end, rows.get(), bias, true);
    if (wanted == X) scatter_windows(s.windows, columns.get(), begin, end, x);
  }
}

// x, w and y, of which the wanted one may be undefined.
using Parts = std::array<Tensor, 3>;

Tensor convolve(const Geometry& s, Part wanted, const Parts& parts, const Tensor& bias) {
  const auto dense = [](const Tensor& t) { return contiguous(t.detach()); };
  const DType dtype = parts[wanted == X ? W : X].dtype();
  const Tensor x = wanted == X ? zeros(s.x(), dtype) : dense(parts[X]);
  const Tensor w = wanted == W ? zeros(s.w(), dtype) : dense(parts[W]);
  const Tensor y = wanted == Y ? Tensor::empty(s.y(), dtype) : dense(parts[Y]);
  const Tensor b = bias.defined() ? dense(bias) : bias;
  if (y.numel() > 0) {
    dispatch_floating("slow_conv2d_cpu", dtype, [&](auto t) {
      using T = typename decltype(t)::type;
      convolve<T>(s, wanted, x.data<T>(), w.data<T>(), y.data<T>(),
                  b.defined() ? b.data<T>() : nullptr);
    });
  }
  return wanted == X ? x : wanted == W ? w : y;
}

// The wanted part from the two others, and a bias for each output where y is wanted.
Tensor side(const Geometry& s, Part wanted, const Parts& parts, const Tensor& bias) {
  const Part p = wanted == X ? W : X, q = wanted == Y ? W : Y;
  const Tensor &a = parts[p], &b = parts[q];
  return record("ConvolutionBackward0", convolve(s, wanted, parts, bias), {a, b, bias},
                {b.requires_grad() ? a : Tensor{}, a.requires_grad() ? b : Tensor{}},
                [=](const Tensor& g, const Context& ctx) -> Grads {
                  const auto gradient = [&](size_t i, Part of, Part other) {
                    if (!ctx.needs(i)) return Tensor{};
                    Parts given;
                    given[wanted] = g;
                    given[other] = ctx.saved(1 - i);
                    return side(s, of, given, {});
                  };
                  return {gradient(0, p, q), gradient(1, q, p),
                          ctx.needs(2) ? sum(g, {0, 2, 3}, false, std::nullopt) : Tensor{}};
                });
}

const char* type_word(DType dtype) {
  return dtype == DType::Float32   ? "float"
         : dtype == DType::Float64 ? "double"
                                   : scalar_type_name(dtype);
}

// "1 x 2"
std::string by(const Shape& sizes) {
  std::string text;
  for (int d = 0; d < sizes.size(); ++d) text += concat(d > 0 ? " x " : "", sizes[d]);
  return text;
}

// A list of one or two numbers for two dimensions: the first is that of a plane of one line.
struct Pair {
  int64_t h, w;
};
Pair pair(const Shape& values, int64_t missing) {
  return values.size() > 1 ? Pair{values[0], values[1]} : Pair{missing, values[0]};
}

struct Arguments {
  Shape stride, before, after, dilation;
  int64_t groups;
};

// What PyTorch checks of a convolution before it looks at the sizes.
void check_arguments(const Tensor& x, const Tensor& weight, const Tensor& bias, const Arguments& a,
                     const char* op) {
  const int spatial = weight.dim() - 2;
  check(spatial == 1 || spatial == 2, op, ": the weight must have 3 or 4 dimensions, got ",
        weight.dim());
  check(x.dim() == spatial + 1 || x.dim() == spatial + 2, "Expected ", spatial + 1,
        "D (unbatched) or ", spatial + 2, "D (batched) input to ", op, spatial,
        "d, but got input of size: ", x.sizes());
  check(x.dtype() == weight.dtype(), "Input type (", type_word(x.dtype()), ") and weight type (",
        type_word(weight.dtype()), ") should be the same");
  check(!bias.defined() || bias.dtype() == x.dtype(), "Input type (", type_word(x.dtype()),
        ") and bias type (", bias.defined() ? type_word(bias.dtype()) : "", ") should be the same");
  for (const Shape* list : {&a.stride, &a.before, &a.after, &a.dilation}) {
    check(list->size() == spatial, op, spatial, "d: expected ", spatial,
          " numbers for stride, padding and dilation, got ", list->size());
  }
  const auto none_below = [](const Shape& list, int64_t least) {
    return std::all_of(list.begin(), list.end(), [=](int64_t v) { return v >= least; });
  };
  check(none_below(a.before, 0) && none_below(a.after, 0), "negative padding is not supported");
  check(none_below(a.stride, 1), "non-positive stride is not supported");
  check(none_below(a.dilation, 1), "dilation should be greater than zero, but got ", a.dilation);
  check(a.groups > 0, "non-positive groups is not supported");
  check(weight.sizes()[0] >= a.groups, "Given groups=", a.groups,
        ", expected weight to be at least ", a.groups, " at dimension 0, but got weight of size ",
        weight.sizes(), " instead");
  check(weight.sizes()[0] % a.groups == 0, "Given groups=", a.groups,
        ", expected weight to be divisible by ", a.groups,
        " at dimension 0, but got weight of size ", weight.sizes(), " instead");
}

void check_bias(const Tensor& weight, const Tensor& bias, int64_t outputs) {
  check(!bias.defined() || (bias.dim() == 1 && bias.sizes()[0] == outputs), "Given weight of size ",
        weight.sizes(), ", expected bias to be 1-dimensional with ", outputs,
        " elements, but got bias of size ", bias.defined() ? bias.sizes() : Shape{}, " instead");
}

Shape batched(Shape sizes, int spatial) {
  if (sizes.size() == spatial + 1) sizes.insert(0, 1);
  return sizes;
}

// Batched, and with a dimension of one line where there is only one.
Tensor as_planes(const Tensor& x, int spatial) {
  const Tensor batch = x.dim() == spatial + 1 ? unsqueeze(x, 0) : x;
  return spatial == 1 ? unsqueeze(batch, 2) : batch;
}

Tensor as_given(const Tensor& y, const Tensor& x, int spatial) {
  const Tensor batch = spatial == 1 ? squeeze_dims(y, {2}) : y;
  return x.dim() == spatial + 1 ? squeeze_dims(batch, {0}) : batch;
}

Windows windows_of(const Shape& plane, const Shape& kernel, const Shape& stride,
                   const Shape& padding, const Shape& dilation, const Shape& out) {
  const auto [in_h, in_w] = pair(plane, 1);
  const auto [out_h, out_w] = pair(out, 1);
  const auto [kernel_h, kernel_w] = pair(kernel, 1);
  const auto [stride_h, stride_w] = pair(stride, 1);
  const auto [padding_h, padding_w] = pair(padding, 0);
  const auto [dilation_h, dilation_w] = pair(dilation, 1);
  return {0,
          {in_h, out_h, kernel_h, stride_h, padding_h, dilation_h},
          {in_w, out_w, kernel_w, stride_w, padding_w, dilation_w}};
}

Shape trailing(const Tensor& x, int count) {
  Shape sizes;
  for (int d = x.dim() - count; d < x.dim(); ++d) sizes.push_back(x.sizes()[d]);
  return sizes;
}

}  // namespace

Tensor conv(const Tensor& x, const Tensor& weight, const Tensor& bias, const Shape& stride,
            const Shape& padding_begin, const Shape& padding_end, const Shape& dilation,
            int64_t groups) {
  check_arguments(x, weight, bias, {stride, padding_begin, padding_end, dilation, groups}, "conv");
  const int spatial = weight.dim() - 2;
  const int64_t channels = x.size(-spatial - 1), due = weight.sizes()[1] * groups;
  check(channels == due, "Given groups=", groups, ", weight of size ", weight.sizes(),
        ", expected input", batched(x.sizes(), spatial), " to have ", due, " channels, but got ",
        channels, " channels instead");
  check_bias(weight, bias, weight.sizes()[0]);
  const Shape plane = trailing(x, spatial), kernel = trailing(weight, spatial);
  Shape padded, reach, out;
  bool fits = true;
  for (int d = 0; d < spatial; ++d) {
    padded.push_back(plane[d] + padding_begin[d] + padding_end[d]);
    reach.push_back(dilation[d] * (kernel[d] - 1) + 1);
    out.push_back((padded[d] - reach[d]) / stride[d] + 1);
    fits = fits && padded[d] >= reach[d];
  }
  check(fits, "Calculated padded input size per channel: (", by(padded), "). Kernel size: (",
        by(reach), "). Kernel size can't be greater than actual input size");

  const Tensor planes = as_planes(x, spatial);
  const Tensor filters = spatial == 1 ? unsqueeze(weight, 2) : weight;
  Geometry s{planes.sizes()[0], weight.sizes()[0], groups,
             windows_of(plane, kernel, stride, padding_begin, dilation, out)};
  s.windows.channels = channels;
  return as_given(side(s, Y, {planes, filters, Tensor{}}, bias), x, spatial);
}

Tensor conv_transpose(const Tensor& x, const Tensor& weight, const Tensor& bias,
                      const Shape& stride, const Shape& padding, const Shape& output_padding,
                      int64_t groups, const Shape& dilation) {
  check_arguments(x, weight, bias, {stride, padding, output_padding, dilation, groups},
                  "conv_transpose");
  const int spatial = weight.dim() - 2;
  const int64_t inputs = x.size(-spatial - 1), outputs = weight.sizes()[1] * groups;
  check(inputs == weight.sizes()[0], "Given transposed=1, weight of size ", weight.sizes(),
        ", expected input", batched(x.sizes(), spatial), " to have ", weight.sizes()[0],
        " channels, but got ", inputs, " channels instead");
  check_bias(weight, bias, outputs);
  const Shape given = trailing(x, spatial), kernel = trailing(weight, spatial);
  Shape out;
  for (int d = 0; d < spatial; ++d) {
    check(output_padding[d] < std::max(stride[d], dilation[d]),
          "output padding must be smaller than either stride or dilation, but got output_padding: ",
          output_padding, " stride: ", stride, " dilation: ", dilation);
    out.push_back((given[d] - 1) * stride[d] - 2 * padding[d] + dilation[d] * (kernel[d] - 1) +
                  output_padding[d] + 1);
    check(out[d] > 0, "Given input size per channel: (", by(given),
          "). Calculated output size per channel is too small");
  }
  const Tensor planes = as_planes(x, spatial);
  const Tensor filters = spatial == 1 ? unsqueeze(weight, 2) : weight;
  Geometry s{planes.sizes()[0], inputs, groups,
             windows_of(out, kernel, stride, padding, dilation, given)};
  s.windows.channels = outputs;
  const Tensor y = side(s, X, {Tensor{}, filters, planes}, {});
  const Tensor shifted = bias.defined() ? add(y, reshape(bias, {outputs, 1, 1})) : y;
  return as_given(shifted, x, spatial);
}

namespace {

Tensor columns_to_planes(const Tensor& x, const Windows& s);

Tensor planes_to_columns(const Tensor& x, const Windows& s) {
  const Tensor from = contiguous(x.detach());
  const int64_t n = x.sizes()[0], windows = s.h.out * s.w.out;
  Tensor y = Tensor::empty({n, s.taps(), windows}, x.dtype());
  dispatch_floating("im2col", x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    for (int64_t i = 0; i < n; ++i) {
      kernels::gather_windows(s, from.data<T>(), i * s.h.out, (i + 1) * s.h.out,
                              y.data<T>() + i * s.taps() * windows);
    }
  });
  return record("Im2ColBackward0", y, {x}, {}, [s](const Tensor& g, const Context&) -> Grads {
    return {columns_to_planes(g, s)};
  });
}

Tensor columns_to_planes(const Tensor& x, const Windows& s) {
  const Tensor from = contiguous(x.detach());
  const int64_t n = x.sizes()[0], windows = s.h.out * s.w.out;
  Tensor y = zeros({n, s.channels, s.h.in, s.w.in}, x.dtype());
  dispatch_floating("col2im", x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    for (int64_t i = 0; i < n; ++i) {
      kernels::scatter_windows(s, from.data<T>() + i * s.taps() * windows, i * s.h.out,
                               (i + 1) * s.h.out, y.data<T>());
    }
  });
  return record("Col2ImBackward0", y, {x}, {}, [s](const Tensor& g, const Context&) -> Grads {
    return {planes_to_columns(g, s)};
  });
}

// The windows over a plane, and how many of them there are.
Windows sliding(const Shape& plane, const Shape& kernel, const Shape& dilation,
                const Shape& padding, const Shape& stride) {
  Shape out;
  for (int d = 0; d < 2; ++d) {
    check(kernel[d] > 0,
          "kernel size should be greater than zero, but got kernel_height: ", kernel[0],
          " kernel_width: ", kernel[1]);
    check(stride[d] > 0, "stride should be greater than zero, but got stride_height: ", stride[0],
          " stride_width: ", stride[1]);
    check(dilation[d] > 0,
          "dilation should be greater than zero, but got dilation_height: ", dilation[0],
          " dilation_width: ", dilation[1]);
    check(padding[d] >= 0, "padding should be non-negative, but got pad_height: ", padding[0],
          " pad_width: ", padding[1]);
    const int64_t room = plane[d] + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1;
    out.push_back(room < 0 ? 0 : room / stride[d] + 1);
  }
  return windows_of(plane, kernel, stride, padding, dilation, out);
}

}  // namespace

Tensor unfold(const Tensor& x, const Shape& kernel, const Shape& dilation, const Shape& padding,
              const Shape& stride) {
  check(x.dim() == 3 || x.dim() == 4,
        "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero "
        "dimensions for input, but got: ",
        x.sizes());
  const Tensor batch = as_planes(x, 2);
  Windows s = sliding(trailing(x, 2), kernel, dilation, padding, stride);
  check(s.h.out > 0 && s.w.out > 0, "Given input with spatial size (", s.h.in, ", ", s.w.in,
        "), kernel_size=(", kernel[0], ", ", kernel[1], "), dilation=(", dilation[0], ", ",
        dilation[1], "), padding=(", padding[0], ", ", padding[1],
        "), calculated shape of the array of sliding blocks as (", s.h.out, ", ", s.w.out,
        "), but its components must be at least one.");
  s.channels = batch.sizes()[1];
  const Tensor y = planes_to_columns(batch, s);
  return x.dim() == 3 ? squeeze_dims(y, {0}) : y;
}

Tensor fold(const Tensor& x, const Shape& output_size, const Shape& kernel, const Shape& dilation,
            const Shape& padding, const Shape& stride) {
  check(x.dim() == 2 || x.dim() == 3,
        "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero "
        "dimensions for input, but got: ",
        x.sizes());
  Windows s = sliding(output_size, kernel, dilation, padding, stride);
  const int64_t taps = kernel[0] * kernel[1], windows = s.h.out * s.w.out;
  check(x.size(-2) % taps == 0,
        "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but "
        "got input.size(1)=",
        x.size(-2), " and kernel_size=(", kernel[0], ", ", kernel[1], ").");
  check(x.size(-1) == windows, "Given output_size=(", output_size[0], ", ", output_size[1],
        "), kernel_size=(", kernel[0], ", ", kernel[1], "), dilation=(", dilation[0], ", ",
        dilation[1], "), padding=(", padding[0], ", ", padding[1], "), stride=(", stride[0], ", ",
        stride[1], "), expected size of input's dimension 2 to match the calculated number of ",
        "sliding blocks ", s.h.out, " * ", s.w.out, " = ", windows,
        ", but got input.size(2)=", x.size(-1), ".");
  s.channels = x.size(-2) / taps;
  const Tensor y = columns_to_planes(x.dim() == 2 ? unsqueeze(x, 0) : x, s);
  return x.dim() == 2 ? squeeze_dims(y, {0}) : y;
}

}  // namespace torch
