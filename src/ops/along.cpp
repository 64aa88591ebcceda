#include "ops/along.h"

#include <algorithm>

#include "autograd/record.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/view.h"

namespace torch {

namespace {

// Where x's elements at `index` along dim are, for an x of `sizes`.
Rows elements_along(const Tensor& index, int dim, const Shape& sizes) {
  const Tensor at = contiguous(index);
  const Tensor starts = Tensor::empty({at.numel()}, DType::Int64);
  // One element alone is a line of one.
  const Shape strides = contiguous_strides(sizes.empty() ? Shape{1} : sizes);
  const int last = at.dim() - 1;
  const int64_t row = at.dim() == 0 ? 1 : at.sizes()[last];
  const int64_t along = strides[dim], step = last == dim ? 0 : 1;
  const int64_t* from = at.data<int64_t>();
  int64_t* to = starts.data<int64_t>();
  int64_t* const end = to + at.numel();
  Shape counter(std::max(last, 0), 0);
  int64_t base = 0;
  while (to != end) {
    for (int64_t k = 0; k < row; ++k) *to++ = base + *from++ * along + k * step;
    for (int d = last - 1; d >= 0; --d) {
      const int64_t stride = d == dim ? 0 : strides[d];
      base += stride;
      if (++counter[d] < at.sizes()[d]) break;
      base -= stride * counter[d];
      counter[d] = 0;
    }
  }
  return {starts, 1};
}

// PyTorch's checks of what is gathered from, or scattered into, x.
int checked_index(const char* op, const Tensor& x, int64_t dim, const Tensor& index) {
  const int d = wrap_dim(dim, x.dim());
  if (index.numel() == 0) return d;
  check(index.dtype() == DType::Int64, op, "(): Expected dtype int64 for index");
  check(std::max(x.dim(), 1) == std::max(index.dim(), 1), "Index tensor must have the same number ",
        "of dimensions as ", op == std::string_view("gather") ? "input" : "self", " tensor");
  for (int k = 0; k < std::min(x.dim(), index.dim()); ++k) {
    check(k == d || index.sizes()[k] <= x.sizes()[k], "Size does not match at dimension ", k,
          " expected index ", index.sizes(), " to be smaller than self ", x.sizes(),
          " apart from dimension ", d);
  }
  const int64_t size = x.dim() == 0 ? 1 : x.sizes()[d];
  const Tensor at = contiguous(index);
  const int64_t *first = at.data<int64_t>(), *last = first + at.numel();
  const int64_t* outside = std::find_if(first, last, [=](int64_t k) {
    return static_cast<uint64_t>(k) >= static_cast<uint64_t>(size);
  });
  if (outside != last) {
    fail(ErrorKind::Runtime, "index ", *outside, " is out of bounds for dimension ", d,
         " with size ", size);
  }
  return d;
}

// The part of `source` that has an index, or a number for each index; in x's dtype.
Tensor scattered(const char* op, const Tensor& x, int d, const Tensor& index,
                 const Tensor& source) {
  if (source.is_number()) return expand(to(source, x.dtype()), index.sizes());
  check(source.dtype() == x.dtype(), op, "(): Expected self.dtype to be equal to src.dtype");
  const Shape due = index.dim() == 0 ? Shape{1} : index.sizes();
  Tensor part = source.dim() == 0 ? unsqueeze(source, 0) : source;
  check(due.size() == part.dim(), "Index tensor must have the same number of ",
        "dimensions as src tensor");
  for (int k = 0; k < due.size(); ++k) {
    check(due[k] <= part.sizes()[k], "Expected index ", index.sizes(), " to be smaller than self ",
          x.sizes(), " apart from dimension ", d, " and to be smaller size than src ",
          source.sizes());
    if (due[k] < part.sizes()[k]) part = narrow(part, k, 0, due[k]);
  }
  return part.dim() == index.dim() ? part : reshape(part, index.sizes());
}

template <class T>
void reduce_elements(Reduce reduce, T* y, const T* values, const int64_t* at, int64_t n,
                     bool* fresh) {
  for (int64_t i = 0; i < n; ++i) {
    T& to = y[at[i]];
    const T v = values[i];
    if (fresh && fresh[at[i]]) {
      fresh[at[i]] = false;
      to = v;
    } else if (reduce == Reduce::Prod) {
      to *= v;
    } else if (reduce == Reduce::Amax) {
      to = to != to || to > v ? to : v;
    } else if (reduce == Reduce::Amin) {
      to = to != to || to < v ? to : v;
    } else {
      to += v;
    }
  }
}

// How much goes to each place, x's own share with it, at least 1.
Tensor scatter_count(const Tensor& x, int dim, const Tensor& index, bool include_self) {
  const Tensor self = full(x.sizes(), include_self ? 1 : 0, x.dtype());
  const Tensor counts = scatter_add(self, dim, index, ones(index.sizes(), x.dtype()), true);
  return maximum(counts, Tensor::number(1));
}

Tensor scatter_reduce_forward(const Tensor& x, int d, const Tensor& index, const Tensor& source,
                              Reduce reduce, bool include_self) {
  if (!is_floating(x.dtype()) && x.dtype() != DType::Int64) {
    return to(scatter_reduce_forward(to(x, DType::Int64), d, index, to(source, DType::Int64),
                                     reduce, include_self),
              x.dtype());
  }
  const Rows rows = elements_along(index, d, x.sizes());
  const Tensor y = clone(x), from = contiguous(source);
  const Tensor fresh = include_self ? Tensor{} : ones(x.sizes(), DType::Bool);
  const auto run = [&](auto t) {
    using T = typename decltype(t)::type;
    reduce_elements<T>(reduce, y.data<T>(), from.data<T>(), rows.starts.data<int64_t>(),
                       rows.starts.numel(), fresh.defined() ? fresh.data<bool>() : nullptr);
  };
  if (x.dtype() == DType::Int64) {
    run(TypeOf<int64_t>{});
  } else {
    dispatch_floating("scatter_reduce", x.dtype(), run);
  }
  if (reduce != Reduce::Mean) return y;
  const Tensor counts = scatter_count(x, d, index, include_self);
  return is_floating(x.dtype()) ? div(y, counts) : floor_divide(y, counts);
}

}  // namespace

Tensor take_along(const Tensor& x, const Tensor& index, int dim) {
  return take_rows("GatherBackward0", x, elements_along(index, dim, x.sizes()), index.sizes());
}

Tensor put_along(const Tensor& g, const Tensor& index, int dim, const Shape& sizes) {
  return spread_rows("ScatterAddBackward0", g, elements_along(index, dim, sizes), sizes);
}

Tensor gather(const Tensor& x, int64_t dim, const Tensor& index) {
  return take_along(x, index, checked_index("gather", x, dim, index));
}

Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
               bool in_place) {
  const int d = checked_index("scatter", x, dim, index);
  return put_rows("ScatterBackward0", x, elements_along(index, d, x.sizes()),
                  scattered("scatter", x, d, index, source),
                  in_place ? Write::InPlace : Write::Copy);
}

Tensor scatter_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
                   bool in_place) {
  const int d = checked_index("scatter_add", x, dim, index);
  return add_rows("ScatterAddBackward0", x, elements_along(index, d, x.sizes()),
                  scattered("scatter_add", x, d, index, source),
                  in_place ? Write::InPlace : Write::Copy);
}

Tensor scatter_reduce(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
                      Reduce reduce, bool include_self) {
  const int d = checked_index("scatter_reduce", x, dim, index);
  const Tensor part = scattered("scatter_reduce", x, d, index, source);
  const Tensor y =
      scatter_reduce_forward(x.detach(), d, index, part.detach(), reduce, include_self);
  return record("ScatterReduceBackward0", y, {x, part}, {x, index, part, y},
                [=](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor x = ctx.saved(0), index = ctx.saved(1), source = ctx.saved(2);
                  const auto at_source = [&](const Tensor& t) { return take_along(t, index, d); };
                  Tensor gx = g, gs;
                  if (reduce == Reduce::Sum) {
                    gs = at_source(g);
                  } else if (reduce == Reduce::Mean) {
                    gx = div(g, scatter_count(x, d, index, include_self));
                    gs = at_source(gx);
                  } else if (reduce == Reduce::Prod) {
                    // Each factor's derivative is the product of the others, for which a zero
                    // stands as 1.
                    const Tensor zero = Tensor::number(0), one = Tensor::number(1),
                                 y = ctx.saved(3);
                    const auto with = [&](const Tensor& x, const Tensor& source) {
                      return scatter_reduce(x, d, index, source, Reduce::Prod, include_self);
                    };
                    const Tensor nonzero_x = where(eq(x, zero), one, x);
                    gx = div(mul(g, with(nonzero_x, source)), nonzero_x);
                    const Tensor is_zero = eq(source, zero);
                    const Tensor zeros_there = at_source(scatter_add(
                        zeros(x.sizes(), g.dtype()), d, index, to(is_zero, g.dtype()), true));
                    const Tensor single = logical_and(is_zero, eq(zeros_there, one));
                    gs = where(single, at_source(mul(g, with(x, where(single, one, source)))),
                               div(at_source(mul(g, y)), where(is_zero, one, source)));
                  } else {
                    // Equal extremes share the gradient, x's among them even where it does not
                    // count.
                    const Tensor y = ctx.saved(3);
                    const Tensor self = to(eq(x, y), g.dtype());
                    const Tensor from = to(eq(source, at_source(y)), g.dtype());
                    const Tensor share = div(g, scatter_add(self, d, index, from, false));
                    gx = mul(self, share);
                    gs = mul(from, at_source(share));
                  }
                  if (!include_self) gx = scatter(gx, d, index, Tensor::number(0), false);
                  return {gx, gs};
                });
}

}  // namespace torch
