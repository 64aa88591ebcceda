#include "ops/along.h"

#include "autograd/record.h"
#include "ops/copy.h"
#include "ops/creation.h"

namespace torch {

namespace {

// move(i, j): element i of the lines of `index` belongs to element j of those of `whole`.
template <class Move>
void each_chosen(const Tensor& index, const Lines& part, const Lines& whole, const Move& move) {
  const int64_t* at = index.data<int64_t>();
  size_t i = 0;
  for (size_t o = 0; o < part.outer; ++o) {
    for (size_t k = 0; k < part.count; ++k) {
      for (size_t n = 0; n < part.inner; ++n, ++i) {
        move(i, (o * whole.count + static_cast<size_t>(at[i])) * whole.inner + n);
      }
    }
  }
}

}  // namespace

Tensor take_along(const Tensor& x, const Tensor& index, int dim) {
  const Tensor from = contiguous(x.detach()), at = contiguous(index);
  Tensor y = Tensor::empty(at.sizes(), x.dtype());
  const Lines part(at.sizes(), dim), whole(x.sizes(), dim);
  const auto copy = [&](auto* to, const auto* source) {
    each_chosen(at, part, whole, [=](size_t i, size_t j) { to[i] = source[j]; });
  };
  // The elements pass through as bits.
  switch (element_size(x.dtype())) {
    case 1:
      copy(y.data<uint8_t>(), from.data<uint8_t>());
      break;
    case 4:
      copy(y.data<uint32_t>(), from.data<uint32_t>());
      break;
    default:
      copy(y.data<uint64_t>(), from.data<uint64_t>());
  }
  return record("GatherBackward0", y, {x}, {at},
                [dim](const Tensor& g, const Context& ctx) -> Grads {
                  return {put_along(g, ctx.saved(0), dim, ctx.sizes(0))};
                });
}

Tensor put_along(const Tensor& g, const Tensor& index, int dim, const Shape& sizes) {
  const Tensor from = contiguous(g.detach()), at = contiguous(index);
  Tensor y = zeros(sizes, g.dtype());
  const Lines part(at.sizes(), dim), whole(sizes, dim);
  dispatch_floating("scatter_add", g.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    T* to = y.data<T>();
    const T* source = from.data<T>();
    each_chosen(at, part, whole, [=](size_t i, size_t j) { to[j] += source[i]; });
  });
  return record("ScatterAddBackward0", y, {g}, {at},
                [dim](const Tensor& gg, const Context& ctx) -> Grads {
                  return {take_along(gg, ctx.saved(0), dim)};
                });
}

}  // namespace torch
