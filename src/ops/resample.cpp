#include "ops/resample.h"

#include <algorithm>
#include <cmath>

#include "autograd/record.h"
#include "kernels/resample.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/view.h"

namespace torch {

void Taps::add(int64_t at, double w) {
  index.push_back(at);
  weight.push_back(w);
}

namespace {

// The adjoint: each input collects from the outputs it went to.
Taps transposed(const Taps& taps) {
  Taps out;
  out.start = 0;
  out.in = taps.out();
  out.first.assign(static_cast<size_t>(taps.in) + 1, 0);
  for (int64_t at : taps.index) ++out.first[static_cast<size_t>(at) + 1];
  for (size_t i = 1; i < out.first.size(); ++i) out.first[i] += out.first[i - 1];
  std::vector<size_t> next = out.first;
  out.index.resize(taps.index.size());
  out.weight.resize(taps.index.size());
  for (size_t o = 0; o + 1 < taps.first.size(); ++o) {
    for (size_t t = taps.first[o]; t < taps.first[o + 1]; ++t) {
      const size_t place = next[static_cast<size_t>(taps.index[t])]++;
      out.index[place] = static_cast<int64_t>(o);
      out.weight[place] = taps.weight[t];
    }
  }
  return out;
}

}  // namespace

Tensor resample(const char* name, const Tensor& x, int dim, std::shared_ptr<const Taps> taps) {
  const Tensor from = contiguous(x.detach());
  Shape sizes = x.sizes();
  sizes[dim] = taps->out();
  size_t outer = 1, inner = 1;
  for (int d = 0; d < dim; ++d) outer *= static_cast<size_t>(sizes[d]);
  for (int d = dim + 1; d < x.dim(); ++d) inner *= static_cast<size_t>(sizes[d]);
  Tensor y = Tensor::empty(sizes, x.dtype());
  dispatch_floating(name, x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    const std::vector<T> weight(taps->weight.begin(), taps->weight.end());
    const auto in = static_cast<size_t>(taps->in), out = static_cast<size_t>(taps->out());
    const auto workspace =
        std::make_unique_for_overwrite<T[]>(kernels::resample_workspace(outer, in, inner, out));
    kernels::resample<T>(
        from.data<T>(), outer, in, inner, out,
        {taps->first.data(), taps->index.data(), weight.data(), static_cast<T>(taps->start)},
        y.data<T>(), workspace.get());
  });
  return record(name, y, {x}, {}, [=](const Tensor& g, const Context&) -> Grads {
    return {resample(name, g, dim, std::make_shared<const Taps>(transposed(*taps)))};
  });
}

namespace {

// In T, as PyTorch counts positions for elements of T.
template <class T>
Taps resizing(int64_t in, int64_t out, Resize mode, bool align_corners, double scale) {
  Taps taps;
  taps.in = in;
  const T ratio = scale > 0 ? static_cast<T>(1 / scale) : static_cast<T>(in) / static_cast<T>(out);
  const T stretched = out > 1 ? static_cast<T>(in - 1) / static_cast<T>(out - 1) : T(0);
  for (int64_t o = 0; o < out; ++o) {
    const T at = static_cast<T>(o);
    if (mode != Resize::Linear) {
      const T exact = mode == Resize::NearestExact ? (at + T(0.5)) * ratio : at * ratio;
      const bool same = mode == Resize::Nearest && in == out;
      taps.add(same ? o : std::min(static_cast<int64_t>(std::floor(exact)), in - 1), 1);
    } else if (in == out) {
      taps.add(o, 1);
    } else {
      const T place =
          align_corners ? stretched * at : std::max(T(0), ratio * (at + T(0.5)) - T(0.5));
      const int64_t below = std::min(static_cast<int64_t>(place), in - 1);
      const T share = std::clamp(place - static_cast<T>(below), T(0), T(1));
      taps.add(below, T(1) - share);
      taps.add(std::min(below + 1, in - 1), share);
    }
    taps.end();
  }
  return taps;
}

// What a position before or behind a line of n repeats.
int64_t repeated(int64_t i, int64_t n, Padding mode) {
  if (mode == Padding::Replicate) return std::clamp<int64_t>(i, 0, n - 1);
  if (mode == Padding::Circular) return (i % n + n) % n;
  return i < 0 ? -i : i < n ? i : 2 * (n - 1) - i;
}

Tensor constant_pad(const Tensor& x, const Shape& pads, double value) {
  Shape sizes = x.sizes(), opposite;
  for (int i = 0; i < pads.size(); ++i) {
    sizes[x.dim() - 1 - i / 2] += pads[i];
    opposite.push_back(-pads[i]);
  }
  for (int64_t size : sizes) {
    check(size >= 0, "The input size ", x.sizes(), ", plus negative padding ", pads,
          " resulted in a negative output size, which is invalid.");
  }
  Tensor y = full(sizes, value, x.dtype());
  {
    const GradMode off(false);
    Tensor from = x.detach(), to = y;
    for (int i = 0; i < pads.size(); i += 2) {
      const int d = x.dim() - 1 - i / 2;
      const auto cut = [d, end = pads[i + 1]](const Tensor& t, int64_t before, int64_t after) {
        return slice(t, d, std::max<int64_t>(before, 0), t.sizes()[d] - std::max<int64_t>(after, 0),
                     1);
      };
      from = cut(from, -pads[i], -pads[i + 1]);
      to = cut(to, pads[i], pads[i + 1]);
    }
    copy_into(to, from);
  }
  return record("ConstantPadNdBackward0", y, {x}, {},
                [opposite](const Tensor& g, const Context&) -> Grads {
                  return {constant_pad(g, opposite, 0)};
                });
}

}  // namespace

Tensor upsample(const Tensor& x, const Shape& sizes, Resize mode, bool align_corners,
                const std::vector<double>& scales) {
  const int lead = x.dim() - sizes.size();
  for (int64_t size : x.sizes()) {
    check(size > 0 || x.sizes()[0] == 0, "Non-empty ", x.dim(),
          "D data tensor expected but got a tensor with sizes ", x.sizes());
  }
  for (int64_t size : sizes) {
    check(size > 0, "Input and output sizes should be greater than 0, but got input ", x.sizes(),
          " output ", sizes);
  }
  constexpr const char* kNames[3][2] = {
      {"UpsampleNearest1DBackward0", "UpsampleNearest2DBackward0"},
      {"UpsampleNearestExact1DBackward0", "UpsampleNearestExact2DBackward0"},
      {"UpsampleLinear1DBackward0", "UpsampleBilinear2DBackward0"}};
  const char* name = kNames[static_cast<int>(mode)][sizes.size() > 1];
  check_implemented(
      mode == Resize::Linear ? "compute_indices_weights_linear" : "compute_indices_weights_nearest",
      x.dtype());
  Tensor y = x;
  // What grows grows last in its lines: they are the dearer ones.
  const bool grows = sizes.back() > x.size(-1);
  for (int k = 0; k < sizes.size(); ++k) {
    const int i = grows ? sizes.size() - 1 - k : k;
    const int64_t in = x.sizes()[lead + i];
    const double scale = scales.empty() ? 0 : scales[static_cast<size_t>(i)];
    y = resample(name, y, lead + i,
                 std::make_shared<const Taps>(
                     x.dtype() == DType::Float64
                         ? resizing<double>(in, sizes[i], mode, align_corners, scale)
                         : resizing<float>(in, sizes[i], mode, align_corners, scale)));
  }
  return y;
}

Tensor pad(const Tensor& x, const Shape& pads, Padding mode, double value) {
  check(pads.size() % 2 == 0, "Padding length must be divisible by 2");
  check(pads.size() / 2 <= x.dim(),
        "Padding length should be less than or equal to two times the input dimension but got "
        "padding length ",
        pads.size(), " and input of dimension ", x.dim());
  if (mode == Padding::Constant) return constant_pad(x, pads, value);
  const bool line = pads.size() == 2;
  if (mode == Padding::Reflect) {
    check_implemented(line ? "reflection_pad1d" : "reflection_pad2d", x.dtype());
  } else if (mode == Padding::Replicate) {
    check_implemented(line ? "replication_pad1d_cpu" : "replication_pad2d_cpu", x.dtype());
  }
  Tensor y = x;
  for (int i = 0; i < pads.size(); i += 2) {
    const int d = x.dim() - 1 - i / 2;
    const int64_t n = x.sizes()[d], before = pads[i], after = pads[i + 1], out = n + before + after;
    check(mode != Padding::Reflect || (before < n && after < n),
          "Argument #4: Padding size should be less than the corresponding input dimension, but "
          "got: padding (",
          before, ", ", after, ") at dimension ", d, " of input ", x.sizes());
    check(mode != Padding::Circular || (before <= n && after <= n),
          "Padding value causes wrapping around more than once.");
    // A circle closes around what negative padding leaves.
    const bool closed = mode == Padding::Circular;
    const int64_t from = closed ? std::max<int64_t>(-before, 0) : 0;
    const int64_t kept = closed ? n - from - std::max<int64_t>(-after, 0) : n;
    check(out > 0 && kept > 0, "pad: nothing is left of dimension ", d, " of input ", x.sizes());
    Taps taps;
    taps.in = n;
    for (int64_t o = 0; o < out; ++o) {
      taps.add(from + repeated(o - before - from, kept, mode), 1);
      taps.end();
    }
    constexpr const char* kNames[] = {"", "ReflectionPad2DBackward0", "ReplicationPad2DBackward0",
                                      "CopySlices"};
    y = resample(kNames[static_cast<int>(mode)], y, d, std::make_shared<const Taps>(taps));
  }
  return y;
}

}  // namespace torch
