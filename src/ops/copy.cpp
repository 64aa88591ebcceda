#include "ops/copy.h"

#include "autograd/record.h"
#include "ops/creation.h"
#include "ops/inplace.h"
#include "ops/view.h"

namespace torch {

namespace {

Tensor copy_as(const char* name, const Tensor& x, DType dtype) {
  Tensor y = Tensor::empty(x.sizes(), dtype);
  copy_into(y, x);
  // The engine converts the gradient back to x's dtype.
  if (!is_floating(dtype)) return y;
  return record(name, y, {x}, {}, [](const Tensor& g, const Context&) -> Grads { return {g}; });
}

}  // namespace

Tensor clone(const Tensor& x) { return copy_as("CloneBackward0", x, x.dtype()); }

Tensor contiguous(const Tensor& x) { return x.is_contiguous() ? x : clone(x); }

Tensor to(const Tensor& x, DType dtype, bool copy) {
  if (x.dtype() == dtype && !copy) return x;
  return copy_as("ToCopyBackward0", x, dtype);
}

Tensor copy_(const Tensor& x, const Tensor& source) {
  check_inplace(x);
  if (x.is_same(source)) {
    x.bump_version();
    return x;
  }
  if (!source.is_number()) check_writable(x);
  const Tensor value = expand(source, x.sizes());
  if (!autograd::any_requires_grad({x, x.base(), source})) {
    // x.copy_(x.t()) would read what it has written.
    copy_into(x, value.storage() == x.storage() ? clone(value) : value);
    x.bump_version();
    return x;
  }
  const Tensor y = to(value, x.dtype(), true);
  // What was in the graph stays there, with a gradient of zeros; a view does by its base.
  if (x.is_view()) return assign_(x, y);
  return assign_(x, beside(x, "CopyBackwards", y));
}

Tensor beside(const Tensor& x, const char* name, const Tensor& y) {
  return record(name, y.detach(), {x, y}, {}, [](const Tensor& g, const Context& ctx) -> Grads {
    return {ctx.needs(0) ? zeros(ctx.sizes(0), g.dtype()) : Tensor{}, g};
  });
}

double item(const Tensor& x) {
  check(x.numel() == 1, "a Tensor with ", x.numel(), " elements cannot be converted to Scalar");
  return dispatch(x.dtype(), [&](auto t) {
    return static_cast<double>(*x.data<typename decltype(t)::type>());
  });
}

}  // namespace torch
