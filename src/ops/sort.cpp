#include "ops/sort.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "autograd/record.h"
#include "base/parallel.h"
#include "kernels/sort.h"
#include "ops/along.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/reduce.h"
#include "ops/view.h"

namespace torch {

namespace {

// A whole one, lest it turn integers into floats.
Tensor number(int64_t v) { return Tensor::number(v); }

// Integers that are in the order of x's elements, contiguous.
Tensor keys_of(const Tensor& x) {
  if (!is_floating(x.dtype())) return contiguous(to(x.detach(), DType::Int64));
  const Tensor wide = contiguous(to(x.detach(), DType::Float64));
  const Tensor keys = Tensor::empty(x.sizes(), DType::Int64);
  const auto n = static_cast<size_t>(x.numel());
  for (size_t i = 0; i < n; ++i) {
    keys.data<int64_t>()[i] = kernels::sort_key(wide.data<double>()[i]);
  }
  return keys;
}

// The keys of x's lines along a dimension, in order, and where each came from.
struct Sorted {
  Tensor keys, order;

  Sorted(const Tensor& x, int dim, bool descending)
      : keys(Tensor::empty(x.sizes(), DType::Int64)),
        order(Tensor::empty(x.sizes(), DType::Int64)) {
    const Tensor unsorted = keys_of(x);
    const Lines lines(x.sizes(), dim);
    if (lines.empty()) return;
    std::vector<kernels::Ranked> pairs(2 * lines.count);
    for (size_t j = 0; j < lines.outer * lines.inner; ++j) {
      const size_t first = j / lines.inner * lines.count * lines.inner + j % lines.inner;
      for (size_t k = 0; k < lines.count; ++k) {
        const int64_t key = unsorted.data<int64_t>()[first + k * lines.inner];
        pairs[k] = {descending ? ~key : key, static_cast<int64_t>(k)};
      }
      kernels::sort_ranked(pairs.data(), pairs.data() + lines.count, lines.count);
      for (size_t k = 0; k < lines.count; ++k) {
        keys.data<int64_t>()[first + k * lines.inner] = pairs[k].key;
        order.data<int64_t>()[first + k * lines.inner] = pairs[k].index;
      }
    }
  }
};

// The indices that sort x along dim.
Tensor order_of(const Tensor& x, int dim, bool descending) {
  return Sorted(x, dim, descending).order;
}

// What stands at `index`, which has size 1 along dim; with that dimension or without.
std::pair<Tensor, Tensor> chosen(const char* name, const Tensor& x, const Tensor& index, int dim,
                                 bool keepdim) {
  Tensor values = take_along(x, index, dim), at = index;
  if (!keepdim && x.dim() > 0) {
    values = squeeze_dims(values, {dim});
    at = squeeze_dims(at, {dim});
  }
  return {named(name, values), at};
}

int64_t size_along(const Tensor& x, int dim) { return x.dim() == 0 ? 1 : x.size(dim); }

int dim_to_reduce(const char* op, const Tensor& x, int64_t dim) {
  const int d = wrap_dim(dim, x.dim());
  check_index(size_along(x, d) > 0, op, "(): Expected reduction dim ", d,
              " to have non-zero size.");
  return d;
}

// Where the median of each line stands, with size 1 along dim.
Tensor median_index(const Tensor& x, int dim, bool ignore_nan) {
  const Tensor order = order_of(x, dim, false);
  const Tensor last = number(size_along(x, dim) - 1);
  // NaN is sorted behind the numbers, of which there are `count`.
  const Tensor count =
      sum(eq(x.detach(), x.detach()), x.dim() == 0 ? Shape{} : Shape{dim}, true, std::nullopt);
  const Tensor middle = clamp(floor_divide(sub(count, number(1)), number(2)), number(0), {});
  const Tensor rank = ignore_nan ? middle : where(gt(count, last), middle, count);
  return take_along(order, rank, dim);
}

}  // namespace

std::pair<Tensor, Tensor> sort(const Tensor& x, int64_t dim, bool descending) {
  const int d = wrap_dim(dim, x.dim());
  const Tensor order = order_of(x, d, descending);
  return {named("SortBackward0", take_along(x, order, d)), order};
}

Tensor argsort(const Tensor& x, int64_t dim, bool descending) {
  return order_of(x, wrap_dim(dim, x.dim()), descending);
}

std::pair<Tensor, Tensor> topk(const Tensor& x, int64_t k, int64_t dim, bool largest) {
  const int d = wrap_dim(dim, x.dim());
  check(k >= 0 && k <= size_along(x, d), "selected index k out of range");
  const Tensor order = order_of(x, d, largest);
  const Tensor first = x.dim() == 0 ? order : contiguous(narrow(order, d, 0, k));
  return {named("TopkBackward0", take_along(x, first, d)), first};
}

std::pair<Tensor, Tensor> kthvalue(const Tensor& x, int64_t k, int64_t dim, bool keepdim) {
  const int d = dim_to_reduce("kthvalue", x, dim);
  check(k >= 1 && k <= size_along(x, d),
        "kthvalue(): selected number k out of range for dimension ", d);
  const Tensor order = order_of(x, d, false);
  return chosen("KthvalueBackward0", x,
                x.dim() == 0 ? order : contiguous(narrow(order, d, k - 1, 1)), d, keepdim);
}

std::pair<Tensor, Tensor> median_dim(const Tensor& x, int64_t dim, bool keepdim, bool ignore_nan) {
  const int d = dim_to_reduce(ignore_nan ? "nanmedian" : "median", x, dim);
  return chosen(ignore_nan ? "NanmedianBackward1" : "MedianBackward1", x,
                median_index(x, d, ignore_nan), d, keepdim);
}

Tensor median(const Tensor& x, bool ignore_nan) {
  if (x.numel() == 0) {
    const double none = is_floating(x.dtype()) ? std::numeric_limits<double>::quiet_NaN() : 0;
    return full({}, none, x.dtype());
  }
  const Tensor flat = reshape(x.detach(), {x.numel()});
  const Tensor y = reshape(take_along(flat, median_index(flat, 0, ignore_nan), 0), {});
  return record(ignore_nan ? "NanmedianBackward0" : "MedianBackward0", y, {x}, {x, y},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor x = ctx.saved(0), y = ctx.saved(1);
                  const Tensor same = logical_or(eq(x, y), logical_and(isnan(x), isnan(y)));
                  const Tensor count = sum(same, {}, false, std::nullopt);
                  return {where(same, div(g, to(count, g.dtype())), number(0))};
                });
}

std::pair<Tensor, Tensor> mode(const Tensor& x, int64_t dim, bool keepdim) {
  const int d = dim_to_reduce("mode", x, dim);
  Shape sizes = x.sizes();
  if (x.dim() > 0) sizes[d] = 1;
  const Tensor index = Tensor::empty(sizes, DType::Int64);
  const Sorted sorted(x, d, false);
  const Lines lines(x.sizes(), d);
  for (size_t j = 0; j < lines.outer * lines.inner; ++j) {
    const size_t first = j / lines.inner * lines.count * lines.inner + j % lines.inner;
    const int64_t* keys = sorted.keys.data<int64_t>() + first;
    size_t longest = 0, run = 0, best = 0;
    for (size_t k = 0; k < lines.count * lines.inner; k += lines.inner) {
      run = k > 0 && keys[k] == keys[k - lines.inner] ? run + 1 : 1;
      if (run > longest) {
        longest = run;
        best = first + k;
      }
    }
    index.data<int64_t>()[j] = sorted.order.data<int64_t>()[best];
  }
  return chosen("ModeBackward0", x, index, d, keepdim);
}

std::vector<Tensor> unique(const Tensor& x) {
  const Tensor flat = reshape(x.detach(), {x.numel()});
  const Sorted sorted(flat, 0, false);
  const int64_t* keys = sorted.keys.data<int64_t>();
  const int64_t* order = sorted.order.data<int64_t>();
  // As long as they may get; cut to what there is.
  const Tensor first = Tensor::empty(flat.sizes(), DType::Int64), inverse = clone(first);
  const Tensor counts = zeros(flat.sizes(), DType::Int64);
  int64_t found = 0;
  for (int64_t k = 0; k < flat.numel(); ++k) {
    // No NaN equals another.
    const bool nan = is_floating(x.dtype()) && keys[k] == INT64_MAX;
    if (k == 0 || nan || keys[k] != keys[k - 1]) first.data<int64_t>()[found++] = order[k];
    ++counts.data<int64_t>()[found - 1];
    inverse.data<int64_t>()[order[k]] = found - 1;
  }
  const auto cut = [found](const Tensor& t) { return clone(narrow(t, 0, 0, found)); };
  return {take_along(flat, cut(first), 0), reshape(inverse, x.sizes()), cut(counts)};
}

Tensor searchsorted(const Tensor& sorted, const Tensor& values, bool right) {
  const int last = sorted.dim() - 1;
  check(last >= 0,
        "torch.searchsorted(): boundaries tensor should have positive dimension, but got 0 "
        "dimension");
  check(last == 0 || values.dim() > 0,
        "torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension "
        "is 1, but we got boundaries tensor dim(",
        sorted.dim(), ") and input value's dim(0) numel(1)");
  bool match = last == 0 || values.dim() == sorted.dim();
  for (int d = 0; match && d < last; ++d) match = values.size(d) == sorted.size(d);
  check(match,
        "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions "
        "of boundaries tensor and input value tensor must match, but we got boundaries tensor ",
        sorted.sizes(), " and input value tensor ", values.sizes());

  const DType common = result_type({&sorted, &values});
  const Tensor rows = keys_of(to(sorted, common)), wanted = keys_of(to(values, common));
  const Tensor found = Tensor::empty(values.sizes(), DType::Int64);
  const auto per_row = static_cast<size_t>(last == 0 ? values.numel() : values.size(last));
  const auto count = static_cast<size_t>(sorted.size(last));
  const int64_t *from = rows.data<int64_t>(), *keys = wanted.data<int64_t>();
  int64_t* y = found.data<int64_t>();
  // Then the largest key is NaN's, which stands behind all, NaN included.
  const bool floating = is_floating(common);
  parallel_for(static_cast<size_t>(values.numel()), 1024, [=](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const int64_t* row = from + i / per_row * count;
      const bool after = right || (floating && keys[i] == INT64_MAX);
      y[i] = (after ? std::upper_bound(row, row + count, keys[i])
                    : std::lower_bound(row, row + count, keys[i])) -
             row;
    }
  });
  return found;
}

}  // namespace torch
