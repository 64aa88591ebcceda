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
  const double* from = wide.data<double>();
  std::transform(from, from + x.numel(), keys.data<int64_t>(),
                 [](double v) { return kernels::sort_key(v); });
  return keys;
}

// f(pairs, j) for line j of x along a dimension, in a buffer that has room for twice as many.
template <class F>
void each_line(const Tensor& x, const Lines& lines, bool descending, const F& f) {
  if (lines.empty()) return;
  const Tensor keys = keys_of(x);
  std::vector<kernels::Ranked> pairs(2 * lines.count);
  for (size_t j = 0; j < lines.outer * lines.inner; ++j) {
    const int64_t* from = keys.data<int64_t>() + lines.start(j);
    for (size_t k = 0; k < lines.count; ++k, from += lines.inner) {
      pairs[k] = {descending ? ~*from : *from, static_cast<int64_t>(k)};
    }
    f(pairs.data(), j);
  }
}

int64_t size_along(const Tensor& x, int dim) { return x.dim() == 0 ? 1 : x.size(dim); }

Tensor indices_of(const Tensor& x, int dim, int64_t count) {
  Shape sizes = x.sizes();
  if (x.dim() > 0) sizes[dim] = count;
  return Tensor::empty(sizes, DType::Int64);
}

// The indices of the first k of each line in order.
Tensor leading(const Tensor& x, int dim, bool descending, int64_t k) {
  const Tensor index = indices_of(x, dim, k);
  const Lines lines(x.sizes(), dim), to(index.sizes(), dim);
  if (k == 0) return index;
  each_line(x, lines, descending, [&](kernels::Ranked* pairs, size_t j) {
    if (to.count <= kernels::kFew) {
      kernels::sort_first(pairs, lines.count, to.count);
    } else {
      kernels::Ranked *end = pairs + lines.count, *const spare = end;
      if (to.count < lines.count) {
        // Those that are wanted, in the order they come in.
        const kernels::Ranked last = kernels::nth_ranked(pairs, spare, lines.count, to.count);
        end = std::remove_if(pairs, end,
                             [&](const auto& p) { return kernels::comes_first(last, p); });
      }
      kernels::sort_ranked(pairs, spare, static_cast<size_t>(end - pairs));
    }
    int64_t* at = index.data<int64_t>() + to.start(j);
    for (size_t i = 0; i < to.count; ++i, at += to.inner) *at = pairs[i].index;
  });
  return index;
}

Tensor order_of(const Tensor& x, int dim, bool descending) {
  return leading(x, dim, descending, size_along(x, dim));
}

// The index of the element of each line before which rank(pairs) others come.
template <class Rank>
Tensor index_at(const Tensor& x, int dim, const Rank& rank) {
  const Tensor index = indices_of(x, dim, 1);
  const Lines lines(x.sizes(), dim);
  each_line(x, lines, false, [&](kernels::Ranked* pairs, size_t j) {
    kernels::Ranked* const place = pairs + rank(pairs);
    std::nth_element(pairs, place, pairs + lines.count, kernels::comes_first);
    index.data<int64_t>()[j] = place->index;
  });
  return index;
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

int dim_to_reduce(const char* op, const Tensor& x, int64_t dim) {
  const int d = wrap_dim(dim, x.dim());
  check_index(size_along(x, d) > 0, op, "(): Expected reduction dim ", d,
              " to have non-zero size.");
  return d;
}

// Where the lower median of each line stands: of its numbers, or where a NaN counts, the first one.
Tensor median_index(const Tensor& x, int dim, bool ignore_nan) {
  const int64_t n = size_along(x, dim);
  const bool floating = is_floating(x.dtype());
  return index_at(x, dim, [=](const kernels::Ranked* pairs) {
    const int64_t numbers =
        floating ? std::count_if(pairs, pairs + n, [](const auto& p) { return p.key != INT64_MAX; })
                 : n;
    return numbers < n && !ignore_nan ? numbers : std::max<int64_t>(numbers - 1, 0) / 2;
  });
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
  const Tensor first = leading(x, d, largest, x.dim() == 0 ? 1 : k);
  return {named("TopkBackward0", take_along(x, first, d)), first};
}

std::pair<Tensor, Tensor> kthvalue(const Tensor& x, int64_t k, int64_t dim, bool keepdim) {
  const int d = dim_to_reduce("kthvalue", x, dim);
  check(k >= 1 && k <= size_along(x, d),
        "kthvalue(): selected number k out of range for dimension ", d);
  return chosen("KthvalueBackward0", x, index_at(x, d, [k](auto) { return k - 1; }), d, keepdim);
}

std::pair<Tensor, Tensor> median_dim(const Tensor& x, int64_t dim, bool keepdim, bool ignore_nan) {
  const int d = dim_to_reduce(ignore_nan ? "nanmedian" : "median", x, dim);
  return chosen(ignore_nan ? "NanmedianBackward1" : "MedianBackward1", x,
                median_index(x, d, ignore_nan), d, keepdim);
}

Tensor median(const Tensor& x, bool ignore_nan) {
  if (x.numel() == 0) return full({}, std::numeric_limits<double>::quiet_NaN(), x.dtype());
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
  const Tensor index = indices_of(x, d, 1);
  const Lines lines(x.sizes(), d);
  each_line(x, lines, false, [&](kernels::Ranked* pairs, size_t j) {
    kernels::sort_ranked(pairs, pairs + lines.count, lines.count);
    size_t longest = 0, run = 0, best = 0;
    for (size_t k = 0; k < lines.count; ++k) {
      run = k > 0 && pairs[k].key == pairs[k - 1].key ? run + 1 : 1;
      if (run > longest) {
        longest = run;
        best = k;
      }
    }
    index.data<int64_t>()[j] = pairs[best].index;
  });
  return chosen("ModeBackward0", x, index, d, keepdim);
}

std::vector<Tensor> unique(const Tensor& x) {
  const Tensor flat = reshape(x.detach(), {x.numel()});
  // As long as they may get; cut to what there is.
  const Tensor first = Tensor::empty(flat.sizes(), DType::Int64), inverse = clone(first);
  const Tensor counts = zeros(flat.sizes(), DType::Int64);
  int64_t *starts = first.data<int64_t>(), *place = inverse.data<int64_t>(),
          *count = counts.data<int64_t>(), found = 0;
  const Lines lines(flat.sizes(), 0);
  each_line(flat, lines, false, [&](kernels::Ranked* pairs, size_t) {
    kernels::sort_ranked(pairs, pairs + lines.count, lines.count);
    for (size_t k = 0; k < lines.count; ++k) {
      // No NaN equals another.
      const bool nan = is_floating(x.dtype()) && pairs[k].key == INT64_MAX;
      if (k == 0 || nan || pairs[k].key != pairs[k - 1].key) starts[found++] = pairs[k].index;
      ++count[found - 1];
      place[pairs[k].index] = found - 1;
    }
  });
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
