#include "ops/statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/record.h"
#include "ops/along.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/join.h"
#include "ops/matmul.h"
#include "ops/reduce.h"
#include "ops/sort.h"
#include "ops/unary.h"
#include "ops/view.h"

namespace torch {

namespace {

Tensor number(int64_t v) { return Tensor::number(v); }

void check_quantile(const char* op, const Tensor& x, const Tensor& q) {
  check(x.numel() > 0, op, "() input tensor must be non-empty");
  check(q.dim() <= 1, op, "() q must be a scalar or 1D tensor");
  check(is_floating(x.dtype()), op, "() input tensor must be either float or double dtype");
  check(q.is_number() || q.dtype() == x.dtype(), op,
        "() q tensor must be same dtype as the input tensor");
  const Tensor values = contiguous(to(q.detach(), DType::Float64));
  for (int64_t i = 0; i < values.numel(); ++i) {
    const double v = values.data<double>()[i];
    const bool fits = v >= 0 && v <= 1;
    check(fits || !q.is_number(), op, "() q must be in the range [0, 1] but got ", v);
    check(fits, op, "() q values must be in the range [0, 1]");
  }
}

}  // namespace

Tensor quantile(const Tensor& x, const Tensor& q, std::optional<int64_t> dim, bool keepdim,
                Interpolation interpolation, bool ignore_nan) {
  check_quantile(ignore_nan ? "nanquantile" : "quantile", x, q);
  const int d = dim ? wrap_dim(*dim, x.dim()) : 0;
  const bool one_line = !dim || x.dim() == 0;
  const Tensor lines = one_line ? reshape(x, {x.numel()}) : movedim(x, {d}, {-1});
  const int along = lines.dim() - 1;
  const Tensor sorted = sort(lines, along, false).first;

  // Among the numbers of a line, or where a NaN counts, at the last element, which is one.
  const Tensor whole = number(lines.size(-1));
  const Tensor count = sum(eq(lines.detach(), lines.detach()), {-1}, true, std::nullopt);
  const Tensor last = clamp(sub(ignore_nan ? count : whole, number(1)), number(0), {});
  const Tensor shares = reshape(to(q, x.dtype()), {q.numel()});
  Tensor rank = mul(to(last, x.dtype()), shares);
  if (!ignore_nan) rank = where(lt(count, whole), to(last, x.dtype()), rank);
  if (interpolation == Interpolation::Lower) rank = floor(rank);
  if (interpolation == Interpolation::Higher) rank = ceil(rank);
  if (interpolation == Interpolation::Nearest) rank = round(rank);

  const auto at = [&](const Tensor& rank) {
    return take_along(sorted, to(rank, DType::Int64), along);
  };
  const Tensor below = floor(rank);
  Tensor y = at(below);
  if (interpolation == Interpolation::Linear) {
    y = lerp(y, at(ceil(rank)), sub(rank, below));
  } else if (interpolation == Interpolation::Midpoint) {
    y = lerp(y, at(ceil(rank)), Tensor::number(0.5));
  }
  // [lines…, q] becomes [q, lines…].
  if (keepdim) {
    Shape sizes = one_line ? Shape(x.dim(), 1) : x.sizes();
    if (!one_line) sizes[d] = 1;
    sizes.push_back(q.numel());
    y = reshape(one_line ? y : unsqueeze(y, d), sizes);
  }
  return q.dim() == 0 ? squeeze_dims(y, {-1}) : movedim(y, {-1}, {0});
}

Tensor bincount(const Tensor& x, const Tensor& weights, int64_t minlength) {
  if (!is_integral(x.dtype())) {
    fail(ErrorKind::NotImplemented, "\"bincount_cpu\" not implemented for '",
         scalar_type_name(x.dtype()), "'");
  }
  check(minlength >= 0, "minlength should be >= 0");
  const Tensor values = contiguous(to(x, DType::Int64));
  int64_t bins = minlength, least = 0;
  const int64_t* value = values.data<int64_t>();
  for (int64_t i = 0; i < x.numel(); ++i) {
    bins = std::max(bins, value[i] + 1);
    least = std::min(least, value[i]);
  }
  check(x.dim() == 1 && least >= 0, "bincount only supports 1-d non-negative integral inputs.");
  const bool weighted = weights.defined();
  check(!weighted || weights.sizes() == x.sizes(),
        "weights should be 1-d and have the same length as input");
  const Tensor share =
      weighted ? contiguous(to(weights.detach(), DType::Float64)) : ones(x.sizes(), DType::Float64);
  const Tensor y = zeros({bins}, DType::Float64);
  const double* from = share.data<double>();
  double* bin = y.data<double>();
  for (int64_t i = 0; i < x.numel(); ++i) bin[value[i]] += from[i];
  return to(y, !weighted                           ? DType::Int64
               : weights.dtype() == DType::Float32 ? DType::Float32
                                                   : DType::Float64);
}

Tensor histc(const Tensor& x, int64_t bins, double low, double high) {
  if (!is_floating(x.dtype())) {
    fail(ErrorKind::NotImplemented, "\"histogram_cpu\" not implemented for '",
         scalar_type_name(x.dtype()), "'");
  }
  check(bins > 0, "torch.histogram(): bins must be > 0, but got ", bins, " for dimension 0");
  if (low == high && x.numel() > 0) {
    low = item(min_all(x.detach()));
    high = item(max_all(x.detach()));
  }
  if (low == high) {
    low -= 1;
    high += 1;
  }
  check(std::isfinite(low) && std::isfinite(high), "torch.histc: range of [", low, ", ", high,
        "] is not finite");
  check(low < high, "torch.histc: max must be larger than min");
  const Tensor values = contiguous(to(x.detach(), DType::Float64));
  const Tensor y = zeros({bins}, DType::Float64);
  const double* from = values.data<double>();
  double* counts = y.data<double>();
  for (int64_t i = 0; i < x.numel(); ++i) {
    const double v = from[i];
    if (!(v >= low && v <= high)) continue;
    const auto bin = static_cast<int64_t>((v - low) / (high - low) * static_cast<double>(bins));
    // The last part has its end too.
    ++counts[std::min(bin, bins - 1)];
  }
  return to(y, x.dtype());
}

Tensor diff(const Tensor& x, int64_t n, int64_t dim, const Tensor& prepend, const Tensor& append) {
  check(x.dim() > 0, "diff expects input to be at least one-dimensional");
  const int d = wrap_dim(dim, x.dim());
  std::vector<Tensor> parts;
  for (const Tensor& part : {prepend, x, append}) {
    if (part.defined()) parts.push_back(part);
  }
  Tensor y = parts.size() > 1 ? cat(parts, d) : x;
  n = std::min(n, y.size(d));
  if (n <= 0) return clone(y);
  for (; n > 0; --n) {
    const int64_t count = std::max<int64_t>(y.size(d) - 1, 0);
    const Tensor later = narrow(y, d, y.size(d) - count, count), earlier = narrow(y, d, 0, count);
    y = x.dtype() == DType::Bool ? logical_xor(later, earlier) : sub(later, earlier);
  }
  return y;
}

namespace {

Tensor without_nan(const Tensor& x) {
  return is_floating(x.dtype()) ? where(isnan(x), number(0), x) : x;
}

}  // namespace

Tensor nansum(const Tensor& x, const Shape& dims, bool keepdim, std::optional<DType> dtype) {
  return sum(without_nan(x), dims, keepdim, dtype);
}

Tensor nanmean(const Tensor& x, const Shape& dims, bool keepdim, std::optional<DType> dtype) {
  check(is_floating(x.dtype()), "nanmean(): expected input to have floating point dtype but got ",
        scalar_type_name(x.dtype()));
  return div(nansum(x, dims, keepdim, dtype),
             sum(eq(x.detach(), x.detach()), dims, keepdim, std::nullopt));
}

Tensor dist(const Tensor& x, const Tensor& y, double p) { return norm(sub(x, y), p, {}, false); }

namespace {

// |x|^2 - 2 x.y + |y|^2, whose rounding may fall below 0.
Tensor distances_by_product(const Tensor& x, const Tensor& y) {
  const Tensor yt = transpose(y, -2, -1);
  const Tensor squares_x = sum(square(x), {-1}, true, std::nullopt);
  const Tensor squares_y = sum(square(yt), {-2}, true, std::nullopt);
  const Tensor cross = mul(matmul(x, yt), number(-2));
  return sqrt(clamp(add(add(squares_x, cross), squares_y), number(0), {}));
}

}  // namespace

Tensor cdist(const Tensor& x, const Tensor& y, double p, bool by_product) {
  check(x.dim() >= 2, "cdist only supports at least 2D tensors, X1 got: ", x.dim(), "D");
  check(y.dim() >= 2, "cdist only supports at least 2D tensors, X2 got: ", y.dim(), "D");
  check(x.size(-1) == y.size(-1),
        "X1 and X2 must have the same number of columns. X1: ", x.size(-1), " X2: ", y.size(-1));
  check(p >= 0, "cdist only supports non-negative p values");
  if (!by_product) {
    // Without features nothing lies apart, in any norm.
    return norm(sub(unsqueeze(x, -2), unsqueeze(y, -3)), x.size(-1) == 0 ? 1 : p, {-1}, false);
  }
  const Tensor d = distances_by_product(x.detach(), y.detach());
  return record("EuclideanDistBackward0", d, {x, y}, {x, y, d},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor x = ctx.saved(0), y = ctx.saved(1), d = ctx.saved(2);
                  const Tensor ratio = where(eq(d, number(0)), number(0), div(g, d));
                  const Tensor back = transpose(ratio, -2, -1);
                  return {sub(mul(x, sum(ratio, {-1}, true, std::nullopt)), matmul(ratio, y)),
                          sub(mul(y, sum(back, {-1}, true, std::nullopt)), matmul(back, x))};
                });
}

}  // namespace torch
