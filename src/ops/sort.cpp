#include "ops/sort.h"

#include <algorithm>
#include <limits>

#include "autograd/record.h"
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

// use(first, step, sorted) for each line of x along `dim`: where its elements lie, and its keys with
// their indices in order.
template <class Use>
void each_sorted_line(const Tensor& x, int dim, bool descending, const Use& use) {
  const bool floating = is_floating(x.dtype());
  const Tensor wide = contiguous(to(x.detach(), floating ? DType::Float64 : DType::Int64));
  const Lines lines(x.sizes(), dim);
  std::vector<kernels::Ranked> pairs(2 * lines.count);
  for (size_t j = 0; j < lines.outer * lines.inner; ++j) {
    const size_t first = j / lines.inner * lines.count * lines.inner + j % lines.inner;
    for (size_t k = 0; k < lines.count; ++k) {
      const size_t i = first + k * lines.inner;
      const int64_t key = floating ? kernels::sort_key(wide.data<double>()[i])
                                   : kernels::sort_key(wide.data<int64_t>()[i]);
      pairs[k] = {descending ? ~key : key, static_cast<int64_t>(k)};
    }
    kernels::sort_ranked(pairs.data(), pairs.data() + lines.count, lines.count);
    use(first, lines.inner, static_cast<const kernels::Ranked*>(pairs.data()));
  }
}

// The indices that sort x along dim.
Tensor order_of(const Tensor& x, int dim, bool descending) {
  const Tensor order = Tensor::empty(x.sizes(), DType::Int64);
  const size_t count = Lines(x.sizes(), dim).count;
  if (x.numel() == 0) return order;
  int64_t* to = order.data<int64_t>();
  each_sorted_line(x, dim, descending,
                   [=](size_t first, size_t step, const kernels::Ranked* sorted) {
                     for (size_t k = 0; k < count; ++k) to[first + k * step] = sorted[k].index;
                   });
  return order;
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
  check_index(size_along(x, d) > 0, op, "(): Expected reduction dim ", d, " to have non-zero size.");
  return d;
}

// Where the median of each line stands, with size 1 along dim.
Tensor median_index(const Tensor& x, int dim, bool ignore_nan) {
  const Tensor order = order_of(x, dim, false);
  const Tensor last = number(size_along(x, dim) - 1);
  // NaN is sorted behind the numbers, of which there are `count`.
  const Tensor count = sum(eq(x.detach(), x.detach()), x.dim() == 0 ? Shape{} : Shape{dim}, true,
                           std::nullopt);
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
  const size_t count = static_cast<size_t>(size_along(x, d));
  int64_t* to = index.data<int64_t>();
  each_sorted_line(x, d, false, [&](size_t, size_t, const kernels::Ranked* sorted) {
    size_t longest = 0, run = 0;
    int64_t best = 0;
    for (size_t k = 0; k < count; ++k) {
      run = k > 0 && sorted[k].key == sorted[k - 1].key ? run + 1 : 1;
      if (run > longest) {
        longest = run;
        best = sorted[k].index;
      }
    }
    *to++ = best;
  });
  return chosen("ModeBackward0", x, index, d, keepdim);
}

std::vector<Tensor> unique(const Tensor& x) {
  const Tensor flat = reshape(x.detach(), {x.numel()});
  const Tensor inverse = Tensor::empty({x.numel()}, DType::Int64);
  std::vector<int64_t> first, counts;
  const bool floating = is_floating(x.dtype());
  if (x.numel() > 0) {
    int64_t* to = inverse.data<int64_t>();
    const auto n = static_cast<size_t>(x.numel());
    each_sorted_line(flat, 0, false, [&](size_t, size_t, const kernels::Ranked* sorted) {
      for (size_t k = 0; k < n; ++k) {
        // No NaN equals another.
        const bool nan = floating && sorted[k].key == INT64_MAX;
        if (k == 0 || nan || sorted[k].key != sorted[k - 1].key) {
          first.push_back(sorted[k].index);
          counts.push_back(0);
        }
        ++counts.back();
        to[sorted[k].index] = static_cast<int64_t>(counts.size()) - 1;
      }
    });
  }
  const auto as_tensor = [](const std::vector<int64_t>& values) {
    Tensor t = Tensor::empty({static_cast<int64_t>(values.size())}, DType::Int64);
    std::copy(values.begin(), values.end(), t.data<int64_t>());
    return t;
  };
  return {take_along(flat, as_tensor(first), 0), reshape(inverse, x.sizes()), as_tensor(counts)};
}

}  // namespace torch
