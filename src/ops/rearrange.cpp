#include "ops/rearrange.h"

#include "autograd/record.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/indexing.h"
#include "ops/join.h"
#include "ops/matrices.h"
#include "ops/view.h"

namespace torch {

namespace {

Tensor flat(const Tensor& x) { return reshape(x, {x.numel()}); }

Tensor check_matrices(const char* op, const Tensor& x) {
  check(x.dim() >= 2, op, ": input tensor must have at least 2 dimensions");
  return x;
}

}  // namespace

Tensor repeat(const Tensor& x, const Shape& times) {
  const int lead = times.size() - x.dim();
  check(lead >= 0, "Number of dimensions of repeat dims can not be smaller than number of ",
        "dimensions of tensor");
  // A repeated dimension of n becomes [times, n], expanded, and one again.
  Shape apart, expanded, sizes;
  for (int d = 0; d < times.size(); ++d) {
    const int64_t n = d < lead ? 1 : x.sizes()[d - lead];
    if (times[d] != 1) {
      apart.push_back(1);
      expanded.push_back(times[d]);
    }
    apart.push_back(n);
    expanded.push_back(n);
    sizes.push_back(n * times[d]);
  }
  check_sizes(sizes);
  return named("RepeatBackward0", view(clone(expand(reshape(x, apart), expanded)), sizes));
}

Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, std::optional<int64_t> dim) {
  const Tensor whole = dim ? x : flat(x);
  const int64_t n = whole.size(dim.value_or(0));
  const int d = wrap_dim(dim.value_or(0), whole.dim());
  check(repeats.dim() <= 1, "repeat_interleave only accept 1D vector as repeat");
  check(!is_floating(repeats.dtype()) && repeats.dtype() != DType::Bool,
        "repeats has to be Long or Int tensor");
  check(repeats.numel() == 1 || repeats.numel() == n,
        "repeats must have the same size as input along dim");
  const Tensor each = contiguous(expand(to(repeats, DType::Int64), {n}));
  int64_t count = 0;
  for (int64_t i = 0; i < n; ++i) {
    check(each.data<int64_t>()[i] >= 0, "repeats can not be negative");
    count += each.data<int64_t>()[i];
  }
  const Tensor at = Tensor::empty({count}, DType::Int64);
  int64_t* next = at.data<int64_t>();
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t k = 0; k < each.data<int64_t>()[i]; ++k) *next++ = i;
  }
  return index_select(whole, d, at);
}

Tensor roll(const Tensor& x, const Shape& shifts, const Shape& dims) {
  if (dims.empty() && shifts.size() == 1) {
    return reshape(roll(flat(x), shifts, {0}), x.sizes());
  }
  check(!shifts.empty(), "`shifts` required");
  check(shifts.size() == dims.size(), "shifts and dimensions must align. shifts: ", shifts.size(),
        ", dims:", dims.size());
  Tensor y = x;
  for (int i = 0; i < dims.size(); ++i) {
    const int64_t n = x.size(dims[i]);
    if (n == 0) continue;
    const int64_t tail = (shifts[i] % n + n) % n;
    y = cat({narrow(y, dims[i], n - tail, tail), narrow(y, dims[i], 0, n - tail)}, dims[i]);
  }
  return y.is_same(x) ? clone(x) : named("RollBackward0", y);
}

Tensor flip(const Tensor& x, const Shape& dims) {
  const uint32_t flipped = dims.empty() ? 0 : wrap_dims(dims, x.dim());
  Tensor y = x;
  for (int d = 0; d < x.dim(); ++d) {
    if (!(flipped >> d & 1)) continue;
    const auto last = static_cast<double>(x.sizes()[d] - 1);
    y = index_select(y, d, arange(last, -1, -1, DType::Int64));
  }
  return y.is_same(x) ? clone(x) : named("FlipBackward0", y);
}

Tensor rot90(const Tensor& x, int64_t k, const Shape& dims) {
  check(dims.size() == 2, "expected total rotation dims == 2, but got dims = ", dims.size());
  check(x.dim() >= 2, "expected total dims >= 2, but got total dims = ", x.dim());
  check(wrap_dim(dims[0], x.dim()) != wrap_dim(dims[1], x.dim()),
        "expected rotation dims to be different, but got dim0 = ", dims[0],
        " and dim1 = ", dims[1]);
  switch ((k % 4 + 4) % 4) {
    case 1:
      return named("Rot90Backward0", contiguous(transpose(flip(x, {dims[1]}), dims[0], dims[1])));
    case 2:
      return named("Rot90Backward0", flip(x, dims));
    case 3:
      return named("Rot90Backward0", contiguous(transpose(flip(x, {dims[0]}), dims[0], dims[1])));
    default:
      return named("Rot90Backward0", clone(x));
  }
}

Tensor unfold(const Tensor& x, int64_t dim, int64_t size, int64_t step) {
  const int d = wrap_dim(dim, x.dim());
  const int64_t n = x.dim() == 0 ? 1 : x.sizes()[d];
  check(size >= 0, "size is ", size, " but must be >= 0");
  check(size <= n, "maximum size for tensor at dimension ", d, " is ", n, " but size is ", size);
  check(step > 0, "step is ", step, " but must be > 0");
  Shape sizes = x.sizes(), strides = x.strides();
  if (x.dim() > 0) {
    sizes[d] = (n - size) / step + 1;
    strides.push_back(strides[d]);
    strides[d] *= step;
  } else {
    strides.push_back(1);
  }
  sizes.push_back(size);
  return named("UnfoldBackward0", as_strided(x, sizes, strides, x.storage_offset()));
}

Tensor tril(const Tensor& x, int64_t diagonal) {
  return named("TrilBackward0", lower_part(check_matrices("tril", x), -diagonal));
}

Tensor triu(const Tensor& x, int64_t diagonal) {
  return named("TriuBackward0", upper_part(check_matrices("triu", x), -diagonal));
}

Tensor diag(const Tensor& x, int64_t diagonal) {
  check(x.dim() == 1 || x.dim() == 2, "matrix or a vector expected");
  return named("DiagBackward0", x.dim() == 1 ? diag_embed(x, diagonal, -2, -1)
                                             : clone(torch::diagonal(x, diagonal, 0, 1)));
}

Tensor diag_embed(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
  const int a = wrap_dim(dim1, x.dim() + 1), b = wrap_dim(dim2, x.dim() + 1);
  check(a != b, "diagonal dimensions cannot be identical ", dim1, ", ", dim2);
  const int64_t n = x.size(-1) + std::abs(offset);
  Shape sizes = x.sizes();
  sizes.erase(x.dim() - 1);
  for (int d : {std::min(a, b), std::max(a, b)}) sizes.insert(d, n);
  const Tensor y = zeros(sizes, x.dtype());
  copy_into(diagonal(y, offset, a, b), x.detach());
  return record("DiagEmbedBackward0", y, {x}, {}, [=](const Tensor& g, const Context&) -> Grads {
    return {diagonal(g, offset, a, b)};
  });
}

}  // namespace torch
