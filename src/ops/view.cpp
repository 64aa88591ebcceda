#include "ops/view.h"

#include <algorithm>

#include "autograd/record.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/restride.h"

namespace torch {

namespace {

template <class F>
Tensor make_view(const char* name, const Tensor& x, const Shape& sizes, const Shape& strides,
                 int64_t offset, F&& backward) {
  Tensor y = x.alias(sizes, strides, offset);
  y.set_base(x, autograd::grad_enabled());
  return record(name, y, {x}, {}, std::forward<F>(backward));
}

// A view whose adjoint is to write the gradient back into zeros.
Tensor make_part(const char* name, const Tensor& x, const Shape& sizes, const Shape& strides,
                 int64_t offset, std::function<Tensor(const Tensor&)> look) {
  return make_view(name, x, sizes, strides, offset,
                   [look = std::move(look)](const Tensor& g, const Context& ctx) -> Grads {
                     return {embed(g, ctx.sizes(0), look)};
                   });
}

// Elements of x that share a place in memory share its gradient equally.
auto as_strided_backward(const Layout& in, const Layout& out) {
  return [=](const Tensor& g, const Context&) -> Grads {
    const Tensor gx = restride(g, out, in);
    if (!in.overlaps()) return {gx};
    return {div(gx, restride(ones(in.sizes, g.dtype()), in, in))};
  };
}

// A write has changed the base's place in the graph: the view becomes a stretch of the new base.
const bool renewing = [] {
  Tensor::renew_view = [](const Tensor& view) {
    const Tensor base = view.base();
    autograd::add_node("AsStridedBackward0", view, {base}, {},
                       as_strided_backward(Layout::of(base), Layout::of(view)));
  };
  return true;
}();

int64_t clamp_index(int64_t index, int64_t size) {
  return std::clamp<int64_t>(index < 0 ? index + size : index, 0, size);
}

}  // namespace

Shape infer_size(const Shape& sizes, int64_t count) {
  Shape out = sizes;
  int inferred = -1;
  int64_t known = 1;
  for (int i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == -1) {
      check(inferred < 0, "only one dimension can be inferred");
      inferred = i;
      continue;
    }
    check(sizes[i] >= 0, "invalid shape dimension ", sizes[i]);
    known *= sizes[i];
  }
  const auto fits = [&] { return inferred < 0 ? known == count : known > 0 && count % known == 0; };
  check(inferred < 0 || known != 0 || count != 0, "cannot reshape tensor of 0 elements into shape ",
        sizes, " because the unspecified dimension size -1 can be any value and is ambiguous");
  check(fits(), "shape '", sizes, "' is invalid for input of size ", count);
  if (inferred >= 0) out[inferred] = count / known;
  return out;
}

bool view_strides(const Tensor& x, const Shape& sizes, Shape& strides) {
  strides = contiguous_strides(sizes);
  if (x.numel() == 0 || x.is_contiguous()) return true;
  // Walk both shapes from the back; a run of old dimensions that is evenly spaced can be cut into
  // any new dimensions with the same product.
  int next = sizes.size() - 1;
  int64_t run = 1, cut = 1, base = x.strides()[x.dim() - 1];
  for (int d = x.dim() - 1; d >= 0; --d) {
    run *= x.sizes()[d];
    const bool run_ends = d == 0 || (x.sizes()[d - 1] != 1 && x.strides()[d - 1] != run * base);
    if (!run_ends) continue;
    while (next >= 0 && (cut < run || sizes[next] == 1)) {
      strides[next] = cut * base;
      cut *= sizes[next];
      --next;
    }
    if (cut != run) return false;
    if (d > 0) base = x.strides()[d - 1];
    run = cut = 1;
  }
  return next == -1;
}

Tensor view(const Tensor& x, const Shape& sizes) {
  const Shape inferred = infer_size(sizes, x.numel());
  Shape strides;
  check(view_strides(x, inferred, strides),
        "view size is not compatible with input tensor's size and stride (at least one dimension "
        "spans across two contiguous subspaces). Use .reshape(...) instead.");
  return make_view(
      "ViewBackward0", x, inferred, strides, x.storage_offset(),
      [](const Tensor& g, const Context& ctx) -> Grads { return {reshape(g, ctx.sizes(0))}; });
}

Tensor reshape(const Tensor& x, const Shape& sizes) {
  const Shape inferred = infer_size(sizes, x.numel());
  Shape strides;
  return view(view_strides(x, inferred, strides) ? x : clone(x), inferred);
}

Tensor flatten(const Tensor& x, int64_t start_dim, int64_t end_dim) {
  const int start = wrap_dim(start_dim, x.dim());
  const int end = wrap_dim(end_dim, x.dim());
  check(start <= end, "flatten() has invalid args: start_dim cannot come after end_dim");
  if (x.dim() == 0) return reshape(x, {1});
  if (start == end) return x;
  Shape sizes;
  int64_t merged = 1;
  for (int d = 0; d < x.dim(); ++d) {
    if (d < start || d > end) {
      sizes.push_back(x.sizes()[d]);
      continue;
    }
    merged *= x.sizes()[d];
    if (d == end) sizes.push_back(merged);
  }
  return reshape(x, sizes);
}

Tensor unflatten(const Tensor& x, int64_t dim, const Shape& sizes) {
  const int d = wrap_dim(dim, x.dim());
  check(!sizes.empty(), "unflatten: sizes must be non-empty");
  const Shape parts = infer_size(sizes, x.sizes()[d]);
  Shape all;
  for (int i = 0; i < x.dim(); ++i) {
    if (i != d) {
      all.push_back(x.sizes()[i]);
      continue;
    }
    for (int64_t p : parts) all.push_back(p);
  }
  return view(x, all);
}

Tensor transpose(const Tensor& x, int64_t dim0, int64_t dim1) {
  const int a = wrap_dim(dim0, x.dim());
  const int b = wrap_dim(dim1, x.dim());
  Shape sizes = x.sizes(), strides = x.strides();
  if (x.dim() > 0) {
    std::swap(sizes[a], sizes[b]);
    std::swap(strides[a], strides[b]);
  }
  return make_view(
      "TransposeBackward0", x, sizes, strides, x.storage_offset(),
      [a, b](const Tensor& g, const Context&) -> Grads { return {transpose(g, a, b)}; });
}

Tensor t(const Tensor& x) {
  check(x.dim() <= 2, "t() expects a tensor with <= 2 dimensions, but self is ", x.dim(), "D");
  return x.dim() < 2 ? transpose(x, 0, 0) : transpose(x, 0, 1);
}

Tensor permute(const Tensor& x, const Shape& dims) {
  check(dims.size() == x.dim(),
        "permute(sparse_coo): number of dimensions in the tensor input does not match the length "
        "of the desired ordering of dimensions i.e. input.dim() = ",
        x.dim(), " is not equal to len(dims) = ", dims.size());
  Shape sizes, strides, inverse(x.dim(), -1);
  for (int i = 0; i < x.dim(); ++i) {
    const int d = wrap_dim(dims[i], x.dim());
    check(inverse[d] < 0, "permute(): duplicate dims are not allowed.");
    inverse[d] = i;
    sizes.push_back(x.sizes()[d]);
    strides.push_back(x.strides()[d]);
  }
  return make_view(
      "PermuteBackward0", x, sizes, strides, x.storage_offset(),
      [inverse](const Tensor& g, const Context&) -> Grads { return {permute(g, inverse)}; });
}

Tensor movedim(const Tensor& x, const Shape& source, const Shape& destination) {
  check(source.size() == destination.size(),
        "movedim: Invalid source or destination dims: source (", source,
        " dims) should contain the same number of dims as destination (", destination, " dims)");
  wrap_dims(source, x.dim());
  wrap_dims(destination, x.dim());
  Shape order(x.dim(), -1);
  uint32_t moved = 0;
  for (int i = 0; i < source.size(); ++i) {
    const int from = wrap_dim(source[i], x.dim());
    order[wrap_dim(destination[i], x.dim())] = from;
    moved |= 1u << from;
  }
  int next = 0;
  for (int i = 0; i < x.dim(); ++i) {
    if (order[i] >= 0) continue;
    while (moved >> next & 1) ++next;
    order[i] = next++;
  }
  return permute(x, order);
}

Tensor unsqueeze(const Tensor& x, int64_t dim) {
  const int d = wrap_dim(dim, x.dim() + 1);
  Shape sizes = x.sizes(), strides = x.strides();
  strides.insert(d, d < x.dim() ? sizes[d] * strides[d] : 1);
  sizes.insert(d, 1);
  return make_view(
      "UnsqueezeBackward0", x, sizes, strides, x.storage_offset(),
      [d](const Tensor& g, const Context&) -> Grads { return {squeeze_dims(g, {d})}; });
}

Tensor squeeze(const Tensor& x) {
  Shape all;
  for (int d = 0; d < x.dim(); ++d) all.push_back(d);
  return squeeze_dims(x, all);
}

Tensor squeeze_dims(const Tensor& x, const Shape& dims) {
  const uint32_t mask = dims.empty() ? 0 : wrap_dims(dims, x.dim());
  Shape sizes, strides;
  for (int d = 0; d < x.dim(); ++d) {
    if ((mask >> d & 1) && x.sizes()[d] == 1) continue;
    sizes.push_back(x.sizes()[d]);
    strides.push_back(x.strides()[d]);
  }
  return make_view(
      "SqueezeBackward0", x, sizes, strides, x.storage_offset(),
      [](const Tensor& g, const Context& ctx) -> Grads { return {reshape(g, ctx.sizes(0))}; });
}

Tensor expand(const Tensor& x, const Shape& sizes) {
  const int lead = sizes.size() - x.dim();
  check(lead >= 0, "expand(torch.", scalar_type_name(x.dtype()), "Tensor{", x.sizes(),
        "}, size=", sizes, "): the number of sizes provided (", sizes.size(),
        ") must be greater or equal to the number of dimensions in the tensor (", x.dim(), ")");
  Shape out = sizes, strides(sizes.size(), 0);
  for (int d = 0; d < sizes.size(); ++d) {
    const int64_t existing = d < lead ? 1 : x.sizes()[d - lead];
    check(sizes[d] != -1 || d >= lead, "The expanded size of the tensor (", sizes[d],
          ") isn't allowed in a leading, non-existing dimension ", d);
    if (sizes[d] == -1) out[d] = existing;
    check(out[d] == existing || existing == 1, "The expanded size of the tensor (", out[d],
          ") must match the existing size (", existing, ") at non-singleton dimension ", d,
          ".  Target sizes: ", sizes, ".  Tensor sizes: ", x.sizes());
    if (d >= lead && out[d] == existing) strides[d] = x.strides()[d - lead];
  }
  check_sizes(out);
  // The engine sums the gradient back over what was added.
  return make_view("ExpandBackward0", x, out, strides, x.storage_offset(),
                   [](const Tensor& g, const Context&) -> Grads { return {g}; });
}

Tensor select(const Tensor& x, int64_t dim, int64_t index) {
  check_index(x.dim() > 0, "select() cannot be applied to a 0-dim tensor.");
  const int d = wrap_dim(dim, x.dim());
  const int64_t size = x.sizes()[d];
  check_index(index >= -size && index < size, "select(): index ", index,
              " out of range for tensor of size ", x.sizes(), " at dimension ", d);
  const int64_t i = index < 0 ? index + size : index;
  Shape sizes = x.sizes(), strides = x.strides();
  const int64_t offset = x.storage_offset() + i * strides[d];
  sizes.erase(d);
  strides.erase(d);
  return make_part("SelectBackward0", x, sizes, strides, offset,
                   [d, i](const Tensor& z) { return select(z, d, i); });
}

Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length) {
  check(x.dim() > 0, "narrow() cannot be applied to a 0-dim tensor.");
  check(length >= 0, "narrow(): length must be non-negative.");
  const int d = wrap_dim(dim, x.dim());
  const int64_t size = x.sizes()[d];
  check_index(start >= -size && start <= size, "start out of range (expected to be in range of [",
              -size, ", ", size, "], but got ", start, ")");
  const int64_t first = start < 0 ? start + size : start;
  check(first + length <= size, "start (", first, ") + length (", length,
        ") exceeds dimension size (", size, ").");
  return slice(x, d, first, first + length, 1);
}

Tensor slice(const Tensor& x, int64_t dim, int64_t start, int64_t end, int64_t step) {
  check_value(step > 0, "slice step must be positive");
  check(x.dim() > 0, "slice() cannot be applied to a 0-dim tensor.");
  const int d = wrap_dim(dim, x.dim());
  const int64_t size = x.sizes()[d];
  const int64_t first = clamp_index(start, size);
  const int64_t last = std::max(first, clamp_index(end, size));
  Shape sizes = x.sizes(), strides = x.strides();
  sizes[d] = (last - first + step - 1) / step;
  strides[d] *= step;
  return make_part("SliceBackward0", x, sizes, strides, x.storage_offset() + first * x.strides()[d],
                   [=](const Tensor& z) { return slice(z, d, first, last, step); });
}

Tensor diagonal(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
  const int a = wrap_dim(dim1, x.dim());
  const int b = wrap_dim(dim2, x.dim());
  check(a != b, "diagonal dimensions cannot be identical ", dim1, ", ", dim2);
  const int64_t rows = x.sizes()[a], columns = x.sizes()[b];
  const int64_t count = std::max<int64_t>(
      offset >= 0 ? std::min(rows, columns - offset) : std::min(rows + offset, columns), 0);
  int64_t start = x.storage_offset();
  if (count > 0) start += offset >= 0 ? offset * x.strides()[b] : -offset * x.strides()[a];
  Shape sizes = x.sizes(), strides = x.strides();
  const int64_t stride = strides[a] + strides[b];
  for (int d : {std::max(a, b), std::min(a, b)}) {
    sizes.erase(d);
    strides.erase(d);
  }
  sizes.push_back(count);
  strides.push_back(stride);
  return make_part("DiagonalBackward0", x, sizes, strides, start,
                   [=](const Tensor& z) { return diagonal(z, offset, a, b); });
}

Tensor as_strided(const Tensor& x, const Shape& sizes, const Shape& strides, int64_t offset) {
  check(sizes.size() == strides.size(), "mismatch in length of strides and shape");
  check_sizes(sizes);
  int64_t last = offset;
  for (int d = 0; d < sizes.size(); ++d) {
    check(strides[d] >= 0,
          "as_strided: Negative strides are not supported at the moment, got "
          "strides: ",
          strides);
    last += (sizes[d] - 1) * strides[d];
  }
  const int64_t available = static_cast<int64_t>(x.storage()->bytes() / element_size(x.dtype()));
  check(numel(sizes) == 0 || (offset >= 0 && last < available), "setStorage: sizes ", sizes,
        ", strides ", strides, ", storage offset ", offset, " are out of bounds for storage of ",
        available, " elements");
  return make_view("AsStridedBackward0", x, sizes, strides, offset,
                   as_strided_backward(Layout::of(x), {sizes, strides, offset}));
}

Tensor detach(const Tensor& x) { return x.detach(); }

Tensor embed(const Tensor& g, const Shape& sizes, std::function<Tensor(const Tensor&)> look) {
  Tensor y = zeros(sizes, g.dtype());
  {
    GradMode off(false);
    copy_into(look(y), g);
  }
  return record(
      "EmbedBackward0", y, {g}, {},
      [look = std::move(look)](const Tensor& gg, const Context&) -> Grads { return {look(gg)}; });
}

}  // namespace torch
