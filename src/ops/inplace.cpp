#include "ops/inplace.h"

#include "autograd/record.h"
#include "ops/copy.h"

namespace torch {

namespace {

// Where y's derivative needs the x that is about to be overwritten, it keeps a copy.
void keep_for_backward(const Tensor& x, const Tensor& y) {
  if (!y.grad_fn()) return;
  for (autograd::SavedTensor& saved : y.grad_fn()->saved) {
    if (!saved.tensor.defined() || !saved.tensor.is_same(x)) continue;
    GradMode off(false);
    saved.tensor = clone(x);
    saved.tensor.set_grad_fn(x.grad_fn(), x.output_nr());
    saved.version = saved.tensor.version();
  }
}

}  // namespace

Tensor assign_(const Tensor& x, const Tensor& y) {
  check_inplace(x);
  check_can_cast(y.dtype(), x.dtype());
  check(x.sizes() == y.sizes(), "output with shape ", x.sizes(),
        " doesn't match the broadcast shape ", y.sizes());
  const Tensor value = to(y, x.dtype());
  keep_for_backward(x, y);
  copy_into(x, value);
  x.bump_version();
  if (autograd::any_requires_grad({x, value})) {
    check(!x.is_view(),
          "in-place on a view that is part of a graph is not differentiable here; write to the "
          "base, or use the out-of-place op");
    x.set_grad_fn(value.grad_fn(), value.output_nr());
  }
  return x;
}

}  // namespace torch
