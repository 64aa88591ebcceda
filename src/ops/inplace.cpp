#include "ops/inplace.h"

#include "autograd/record.h"
#include "ops/copy.h"

namespace torch {

Tensor assign_(const Tensor& x, const Tensor& y) {
  check_inplace(x);
  check_can_cast(y.dtype(), x.dtype());
  check(x.sizes() == y.sizes(), "output with shape ", x.sizes(),
        " doesn't match the broadcast shape ", y.sizes());
  const Tensor value = to(y, x.dtype());
  copy_into(x, value);
  x.bump_version();
  if (autograd::any_requires_grad({x, value})) {
    check(!x.is_view(),
          "in-place on a view that is part of a graph is not differentiable here; write to the "
          "base, or use the out-of-place op");
    x.set_grad_fn(value.grad_fn());
  }
  return x;
}

}  // namespace torch
