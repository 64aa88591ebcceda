#include "ops/copy.h"

#include "autograd/record.h"
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
  if (x.is_same(source)) return x;
  check_inplace(x);
  if (!source.is_number()) check_writable(x);
  const Tensor value = expand(source, x.sizes());
  if (!autograd::any_requires_grad({x, x.base(), source})) {
    copy_into(x, value);
    x.bump_version();
    return x;
  }
  return assign_(x, to(value, x.dtype(), true));
}

double item(const Tensor& x) {
  check(x.numel() == 1, "a Tensor with ", x.numel(), " elements cannot be converted to Scalar");
  return dispatch(x.dtype(), [&](auto t) {
    return static_cast<double>(*x.data<typename decltype(t)::type>());
  });
}

}  // namespace torch
