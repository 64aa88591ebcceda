#include "ops/inplace.h"

#include "autograd/record.h"
#include "ops/copy.h"
#include "ops/restride.h"

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

void check_writable(const Tensor& x) {
  check(!Layout::of(x).overlaps(),
        "unsupported operation: more than one element of the written-to tensor refers to a single "
        "memory location. Please clone() the tensor before performing the operation.");
}

void rebase_history(const Tensor& x, const Tensor& value) {
  if (!x.is_view()) {
    const bool retained = autograd::retains_grad(x);
    x.set_grad_fn(value.grad_fn(), value.output_nr());
    x.bump_history();
    if (retained && x.requires_grad()) autograd::retain_grad(x);
    return;
  }
  const Tensor base = x.base();
  autograd::add_node("CopySlices", base, {base, value}, {},
                     [whole = Layout::of(base), part = Layout::of(x)](const Tensor& g,
                                                                      const Context& ctx) -> Grads {
                       return {ctx.needs(0) ? cleared(g, whole, part) : Tensor{},
                               ctx.needs(1) ? restride(g, whole, part) : Tensor{}};
                     });
  base.bump_history();
}

Tensor assign_(const Tensor& x, const Tensor& y) {
  check_inplace(x);
  check_can_cast(y.dtype(), x.dtype());
  check(x.sizes() == y.sizes(), "output with shape ", x.sizes(),
        " doesn't match the broadcast shape ", y.sizes());
  check_writable(x);
  // A conversion is made here, and no one else's.
  const bool spare = y.dtype() != x.dtype() || y.is_sole();
  const Tensor value = to(y, x.dtype());
  const bool in_graph = autograd::any_requires_grad({x, x.base(), value});
  check(!in_graph || !x.is_unrecorded_view(),
        "A view was created in no_grad mode and is being modified inplace with grad mode enabled. "
        "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify "
        "your code by moving both the view and the inplace either both inside the no_grad block "
        "(if you don't want the inplace to be tracked) or both outside (if you want the inplace to "
        "be tracked).");
  keep_for_backward(x, y);
  if (spare && value.is_contiguous() && x.is_contiguous() && x.is_of_storage_size()) {
    x.storage()->exchange_memory(*value.storage());
  } else {
    copy_into(x, value);
  }
  x.bump_version();
  if (in_graph) rebase_history(x, value);
  return x;
}

Tensor become_(const Tensor& x, const Tensor& view) {
  check_inplace(x);
  x.set_data(view);
  // Where x is a view itself, a write to its base finds x by its new sizes and strides.
  if (view.requires_grad()) x.set_grad_fn(view.grad_fn(), view.output_nr());
  return x;
}

}  // namespace torch
