#include "ops/reduce.h"

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/count.h"
#include "kernels/moments.h"
#include "kernels/reduce.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/pointwise.h"
#include "ops/unary.h"
#include "ops/view.h"

namespace torch {

namespace {

Tensor number(double v) { return Tensor::number(v); }

// x as [outer, count, inner] contiguous memory, and the sizes of the result.
struct Reduction {
  Tensor data;
  size_t outer = 1, count = 1, inner = 1;
  Shape kept;     // without the reduced dimensions
  Shape keepdim;  // with them, as 1

  Reduction(const Tensor& x, const Shape& dims) {
    const uint32_t mask = x.dim() == 0 ? 0 : wrap_dims(dims, x.dim());
    for (int64_t d : dims) wrap_dim(d, x.dim());
    Shape order, reduced;
    int first = -1, last = -1;
    for (int d = 0; d < x.dim(); ++d) {
      const bool out = mask >> d & 1;
      keepdim.push_back(out ? 1 : x.sizes()[d]);
      if (!out) {
        kept.push_back(x.sizes()[d]);
        order.push_back(d);
        continue;
      }
      reduced.push_back(d);
      count *= static_cast<size_t>(x.sizes()[d]);
      if (first < 0) first = d;
      last = d;
    }
    const bool adjacent = last - first + 1 == reduced.size() || reduced.empty();
    if (x.is_contiguous() && adjacent) {
      data = x.detach();
      for (int d = 0; d < x.dim(); ++d) {
        if (d < first) outer *= static_cast<size_t>(x.sizes()[d]);
        if (d > last && last >= 0) inner *= static_cast<size_t>(x.sizes()[d]);
      }
      if (reduced.empty()) outer = static_cast<size_t>(x.numel());
      return;
    }
    for (int64_t d : reduced) order.push_back(d);
    data = contiguous(permute(x.detach(), order));
    outer = static_cast<size_t>(torch::numel(kept));
  }

  const Shape& sizes(bool keep) const { return keep ? keepdim : kept; }
};

// The dtypes that reductions have loops for: any other is converted to int64 and back, which is
// exact and costs a copy.
DType loop_dtype(DType dtype) { return is_floating(dtype) ? dtype : DType::Int64; }

template <class T, class R>
void run_loop(const R& reducer, const Reduction& r, const T* x, T* y) {
  if (r.inner > 1) {
    kernels::reduce_columns(reducer, x, y, r.outer, r.count, r.inner);
  } else {
    std::vector<kernels::Wide<T>> partials(kernels::reduce_blocks(r.count));
    kernels::reduce_rows(reducer, x, y, r.outer, r.count, partials.data());
  }
}

template <class R>
Tensor run(const R& reducer, const Reduction& r, bool keep) {
  const Tensor x = to(r.data, loop_dtype(r.data.dtype()));
  Tensor y = Tensor::empty(r.sizes(keep), x.dtype());
  if (x.dtype() == DType::Int64) {
    run_loop(reducer, r, x.data<int64_t>(), y.data<int64_t>());
  } else {
    dispatch_floating("reduce", x.dtype(), [&](auto t) {
      using T = typename decltype(t)::type;
      run_loop(reducer, r, x.data<T>(), y.data<T>());
    });
  }
  return to(y, r.data.dtype());
}

// g with the reduced dimensions put back as 1.
Tensor put_back(const Tensor& g, const Shape& sizes, const Shape& dims) {
  Shape keep = sizes;
  const uint32_t mask = sizes.empty() ? 0 : wrap_dims(dims, sizes.size());
  for (int d = 0; d < sizes.size(); ++d) {
    if (mask >> d & 1) keep[d] = 1;
  }
  return reshape(g, keep);
}

int64_t reduced_count(const Shape& sizes, const Shape& dims) {
  int64_t count = 1;
  const uint32_t mask = sizes.empty() ? 0 : wrap_dims(dims, sizes.size());
  for (int d = 0; d < sizes.size(); ++d) {
    if (mask >> d & 1) count *= sizes[d];
  }
  return count;
}

void check_floating(const char* op, DType dtype) {
  check(is_floating(dtype), op,
        "(): could not infer output dtype. Input dtype must be either a floating point or complex "
        "dtype. Got: ",
        scalar_type_name(dtype));
}

// Equal shares of g to every element of x that equals the extreme y.
Tensor share_among_equal(const Tensor& g, const Tensor& x, const Tensor& y, const Shape& dims) {
  const Tensor mask = eq(x, put_back(y, x.sizes(), dims));
  const Tensor count = sum(mask, dims, true, std::nullopt);
  return where(mask, div(put_back(g, x.sizes(), dims), to(count, g.dtype())), number(0));
}

template <class R>
Tensor extreme(const char* op, const char* name, const R& reducer, const Tensor& x,
               const Shape& dims, bool keepdim) {
  const Reduction r(x, dims);
  if (r.count == 0) {
    if (dims.empty()) {
      fail(ErrorKind::Runtime, op,
           "(): Expected reduction dim to be specified for input.numel() == 0. Specify the "
           "reduction dim with the 'dim' argument.");
    }
    fail(ErrorKind::Index, op, "(): Expected reduction dim ", wrap_dim(dims[0], x.dim()),
         " to have non-zero size.");
  }
  Tensor y = run(reducer, r, keepdim);
  return record(name, y, {x}, {x, y}, [dims](const Tensor& g, const Context& ctx) -> Grads {
    return {share_among_equal(g, ctx.saved(0), ctx.saved(1), dims)};
  });
}

template <bool kLargest>
std::pair<Tensor, Tensor> extreme_dim(const char* op, const Tensor& x, int64_t dim, bool keepdim,
                                      bool values) {
  const int d = wrap_dim(dim, x.dim());
  const Reduction r(x, x.dim() == 0 ? Shape{} : Shape{d});
  check_index(r.count > 0, op, "(): Expected reduction dim ", d, " to have non-zero size.");
  const Tensor data = to(r.data, loop_dtype(x.dtype()));
  Tensor y = values ? Tensor::empty(r.sizes(keepdim), data.dtype()) : Tensor{};
  Tensor indices = Tensor::empty(r.sizes(keepdim), DType::Int64);
  const auto find = [&]<class T>(const T* from) {
    kernels::reduce_arg<kLargest>(from, values ? y.data<T>() : nullptr, indices.data<int64_t>(),
                                  r.outer, r.count, r.inner);
  };
  if (data.dtype() == DType::Int64) {
    find(data.data<int64_t>());
  } else {
    dispatch_floating(op, data.dtype(),
                      [&](auto t) { find(data.data<typename decltype(t)::type>()); });
  }
  if (!values) return {y, indices};
  y = record(kLargest ? "MaxBackward0" : "MinBackward0", to(y, x.dtype()), {x}, {indices},
             [d, keepdim](const Tensor& g, const Context& ctx) -> Grads {
               const Shape& sizes = ctx.sizes(0);
               if (sizes.empty()) return {g};
               Shape along(sizes.size(), 1);
               along[d] = sizes[d];
               const Tensor position =
                   reshape(arange(0, static_cast<double>(sizes[d]), 1, DType::Int64), along);
               const auto back = [&](const Tensor& t) { return keepdim ? t : unsqueeze(t, d); };
               return {where(eq(position, back(ctx.saved(0))), back(g), number(0))};
             });
  return {y, indices};
}

}  // namespace

Tensor sum(const Tensor& x, const Shape& dims, bool keepdim, std::optional<DType> dtype) {
  const DType result = dtype ? *dtype : is_floating(x.dtype()) ? x.dtype() : DType::Int64;
  Tensor y = run(kernels::SumOf{}, Reduction(to(x.detach(), result), dims), keepdim);
  return record("SumBackward0", y, {x}, {}, [dims](const Tensor& g, const Context& ctx) -> Grads {
    const Shape& sizes = ctx.sizes(0);
    return {expand(put_back(g, sizes, dims), sizes)};
  });
}

namespace {

// y, the mean of x over dims, with its derivative.
Tensor record_mean(const Tensor& y, const Tensor& x, const Shape& dims) {
  const double count = static_cast<double>(reduced_count(x.sizes(), dims));
  return record("MeanBackward0", y, {x}, {},
                [dims, count](const Tensor& g, const Context& ctx) -> Grads {
                  const Shape& sizes = ctx.sizes(0);
                  return {div(expand(put_back(g, sizes, dims), sizes), number(count))};
                });
}

}  // namespace

Tensor mean(const Tensor& x, const Shape& dims, bool keepdim, std::optional<DType> dtype) {
  const DType result = dtype ? *dtype : x.dtype();
  check_floating("mean", result);
  const double count = static_cast<double>(reduced_count(x.sizes(), dims));
  return record_mean(div(sum(x.detach(), dims, keepdim, result), number(count)), x, dims);
}

namespace {

// The product of all the others: exact also where there are zeros.
Tensor product_of_others(const Tensor& x, const Shape& dims) {
  const Tensor zero = eq(x, number(0));
  const Tensor nonzero = where(zero, number(1), x);
  Tensor product = nonzero;
  for (int d = 0; d < x.dim(); ++d) {
    if (dims.empty() || d == dims[0]) product = prod_dim(product, d, true);
  }
  const Tensor zeros = sum(zero, dims, true, std::nullopt);
  return where(eq(zeros, number(0)), div(product, nonzero),
               where(logical_and(zero, eq(zeros, number(1))), product, number(0)));
}

Tensor product(const Tensor& x, const Shape& dims, bool keepdim) {
  const DType result = is_floating(x.dtype()) ? x.dtype() : DType::Int64;
  Tensor y = run(kernels::ProductOf{}, Reduction(to(x.detach(), result), dims), keepdim);
  return record("ProdBackward0", y, {x}, {x}, [dims](const Tensor& g, const Context& ctx) -> Grads {
    const Tensor x = ctx.saved(0);
    return {mul(put_back(g, x.sizes(), dims), product_of_others(x, dims))};
  });
}

}  // namespace

Tensor prod(const Tensor& x) { return product(x, {}, false); }

Tensor prod_dim(const Tensor& x, int64_t dim, bool keepdim) {
  return product(x, {wrap_dim(dim, x.dim())}, keepdim);
}

namespace {

// The variance with its derivative, and in m the mean without.
Tensor var_and_mean(const Tensor& x, const Shape& dims, double correction, bool keepdim,
                    Tensor& m) {
  check(is_floating(x.dtype()), "std and var only support floating point and complex dtypes");
  const Reduction r(x, dims);
  // Rows only: a variance over columns is rare, and copying them into rows is cheap beside it.
  const Tensor rows =
      r.inner == 1 ? r.data
                   : contiguous(transpose(
                         view(r.data, {static_cast<int64_t>(r.outer), static_cast<int64_t>(r.count),
                                       static_cast<int64_t>(r.inner)}),
                         1, 2));
  const Tensor y = Tensor::empty(r.sizes(keepdim), x.dtype());
  m = Tensor::empty(r.sizes(keepdim), x.dtype());
  const size_t count = r.count;
  const double freedom = std::max(0.0, static_cast<double>(count) - correction);
  dispatch_floating("var", x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    const size_t lines = r.outer * r.inner;
    T *variances = y.data<T>(), *means = m.data<T>();
    if (count == 0) {
      std::fill_n(variances, lines, std::numeric_limits<T>::quiet_NaN());
      std::fill_n(means, lines, std::numeric_limits<T>::quiet_NaN());
      return;
    }
    std::vector<kernels::Moments> partials(kernels::reduce_blocks(count));
    kernels::moments_of_rows(rows.data<T>(), lines, count, partials.data(),
                             [=](size_t o, const kernels::Moments& moments) {
                               variances[o] = static_cast<T>(moments.m2 / freedom);
                               means[o] = static_cast<T>(moments.mean);
                             });
  });
  return record("VarBackward0", y, {x}, {x}, [=](const Tensor& g, const Context& ctx) -> Grads {
    const Tensor x = ctx.saved(0);
    const Tensor centred = sub(x, mean(x, dims, true, std::nullopt));
    return {mul(mul(number(2 / freedom), put_back(g, x.sizes(), dims)), centred)};
  });
}

}  // namespace

Tensor var(const Tensor& x, const Shape& dims, double correction, bool keepdim) {
  Tensor unused;
  return var_and_mean(x, dims, correction, keepdim, unused);
}

std::pair<Tensor, Tensor> var_mean(const Tensor& x, const Shape& dims, double correction,
                                   bool keepdim) {
  Tensor m;
  const Tensor v = var_and_mean(x, dims, correction, keepdim, m);
  return {v, record_mean(m, x, dims)};
}

Tensor std_(const Tensor& x, const Shape& dims, double correction, bool keepdim) {
  Tensor y = sqrt(var(x.detach(), dims, correction, keepdim));
  const double freedom =
      std::max(0.0, static_cast<double>(reduced_count(x.sizes(), dims)) - correction);
  return record("StdBackward0", y, {x}, {x, y}, [=](const Tensor& g, const Context& ctx) -> Grads {
    const Tensor x = ctx.saved(0), y = ctx.saved(1);
    const Tensor scaled = where(eq(y, number(0)), number(0), div(g, y));
    const Tensor centred = sub(x, mean(x, dims, true, std::nullopt));
    return {mul(mul(number(1 / freedom), put_back(scaled, x.sizes(), dims)), centred)};
  });
}

Tensor amax(const Tensor& x, const Shape& dims, bool keepdim) {
  return extreme("amax", "AmaxBackward0", kernels::LargestOf{}, x, dims, keepdim);
}

Tensor amin(const Tensor& x, const Shape& dims, bool keepdim) {
  return extreme("amin", "AminBackward0", kernels::SmallestOf{}, x, dims, keepdim);
}

Tensor max_all(const Tensor& x) {
  return extreme("max", "MaxBackward1", kernels::LargestOf{}, x, {}, false);
}

Tensor min_all(const Tensor& x) {
  return extreme("min", "MinBackward1", kernels::SmallestOf{}, x, {}, false);
}

std::pair<Tensor, Tensor> max_dim(const Tensor& x, int64_t dim, bool keepdim) {
  return extreme_dim<true>("max", x, dim, keepdim, true);
}

std::pair<Tensor, Tensor> min_dim(const Tensor& x, int64_t dim, bool keepdim) {
  return extreme_dim<false>("min", x, dim, keepdim, true);
}

namespace {

template <bool kLargest>
Tensor arg(const char* op, const Tensor& x, std::optional<int64_t> dim, bool keepdim) {
  if (dim) return extreme_dim<kLargest>(op, x, *dim, keepdim, false).second;
  check_index(x.numel() > 0, op,
              "(): Expected reduction dim to be specified for input.numel() == 0.");
  const Tensor flat = reshape(x.detach(), {x.numel()});
  const Tensor index = extreme_dim<kLargest>(op, flat, 0, false, false).second;
  return keepdim ? reshape(index, Shape(x.dim(), 1)) : index;
}

}  // namespace

Tensor argmax(const Tensor& x, std::optional<int64_t> dim, bool keepdim) {
  return arg<true>("argmax", x, dim, keepdim);
}

Tensor argmin(const Tensor& x, std::optional<int64_t> dim, bool keepdim) {
  return arg<false>("argmin", x, dim, keepdim);
}

namespace {

Tensor count_true(const Tensor& x, const Shape& dims, bool keepdim) {
  const Reduction r(to(x.detach(), DType::Bool), dims);
  Tensor y = Tensor::empty(r.sizes(keepdim), DType::Int64);
  kernels::count_true(r.data.data<bool>(), y.data<int64_t>(), r.outer, r.count, r.inner);
  return y;
}

// Bytes are the booleans of old: what is asked of them is answered in them.
Tensor truth(const Tensor& answer, const Tensor& x) {
  return x.dtype() == DType::UInt8 ? to(answer, DType::UInt8) : answer;
}

}  // namespace

Tensor all(const Tensor& x, const Shape& dims, bool keepdim) {
  const double count = static_cast<double>(reduced_count(x.sizes(), dims));
  return truth(eq(count_true(x, dims, keepdim), number(count)), x);
}

Tensor any(const Tensor& x, const Shape& dims, bool keepdim) {
  return truth(ne(count_true(x, dims, keepdim), number(0)), x);
}

Tensor count_nonzero(const Tensor& x, const Shape& dims) { return count_true(x, dims, false); }

namespace {

// Of nothing there is no largest element and no negative power.
void check_norm_exists(const Tensor& x, double p, const Shape& dims) {
  if (x.numel() > 0 || (p >= 0 && std::isfinite(p))) return;
  check(!dims.empty(), "linalg.vector_norm cannot compute the ", p,
        " norm on an empty tensor because the operation does not have an identity");
  for (const int64_t d : dims) {
    check(x.size(d) > 0, "linalg.vector_norm cannot compute the ", p, " norm on the dimension ", d,
          "because this dimension is empty and the operation does not have an identity");
  }
}

}  // namespace

Tensor norm(const Tensor& x, double p, const Shape& dims, bool keepdim) {
  check(is_floating(x.dtype()),
        "linalg.vector_norm: Expected a floating point or complex tensor "
        "as input. Got ",
        scalar_type_name(x.dtype()));
  check_norm_exists(x, p, dims);
  if (p == 0) {
    // In a graph, as PyTorch has it, but flat: no gradient comes back.
    return record("LinalgVectorNormBackward0", to(count_true(x, dims, keepdim), x.dtype()), {x}, {},
                  [](const Tensor&, const Context&) -> Grads { return {Tensor{}}; });
  }
  if (p == std::numeric_limits<double>::infinity()) return amax(abs(x), dims, keepdim);
  if (p == -std::numeric_limits<double>::infinity()) return amin(abs(x), dims, keepdim);
  if (p == 1) return sum(abs(x), dims, keepdim, std::nullopt);
  if (p != 2) {
    return pow(sum(pow(abs(x), number(p)), dims, keepdim, std::nullopt), number(1 / p));
  }
  Tensor y = sqrt(run(kernels::SumOfSquares{}, Reduction(x, dims), keepdim));
  return record("LinalgVectorNormBackward0", y, {x}, {x, y},
                [dims](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor x = ctx.saved(0), y = ctx.saved(1);
                  const Tensor scaled = where(eq(y, number(0)), number(0), div(g, y));
                  return {mul(x, put_back(scaled, x.sizes(), dims))};
                });
}

Tensor logsumexp(const Tensor& x, const Shape& dims, bool keepdim) {
  if (!is_floating(x.dtype())) return logsumexp(to(x, floating_result(x.dtype())), dims, keepdim);
  if (x.numel() == 0) return log(sum(exp(x), dims, keepdim, std::nullopt));
  const Tensor top = amax(x.detach(), dims, true);
  const Tensor shift = where(isfinite(top), top, number(0));
  const Tensor total = sum(exp(sub(x, shift)), dims, keepdim, std::nullopt);
  return add(log(total), reshape(shift, total.sizes()));
}

Tensor sum_to_size(const Tensor& x, const Shape& sizes) {
  Shape dims;
  const int lead = x.dim() - sizes.size();
  bool fits = lead >= 0;
  for (int d = 0; d < x.dim() && fits; ++d) {
    const int64_t target = d < lead ? 1 : sizes[d - lead];
    fits = target == x.sizes()[d] || target == 1;
    if (d < lead || (target == 1 && x.sizes()[d] != 1)) dims.push_back(d);
  }
  check(fits, "size {", sizes, "} is not expandable to size {", x.sizes(), "}.");
  return reshape(dims.empty() ? x : sum(x, dims, true, std::nullopt), sizes);
}

}  // namespace torch
