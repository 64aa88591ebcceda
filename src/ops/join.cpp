#include "ops/join.h"

#include <algorithm>

#include "autograd/record.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/view.h"

namespace torch {

namespace {

// PyTorch lets a 1-d empty tensor take part in any cat, for nothing.
bool is_ignored(const Tensor& t) { return t.dim() == 1 && t.numel() == 0; }

}  // namespace

Tensor cat(const std::vector<Tensor>& tensors, int64_t dim) {
  check(!tensors.empty(), "torch.cat(): expected a non-empty list of Tensors");
  const Tensor* first = &tensors[0];
  for (const Tensor& t : tensors) {
    if (!is_ignored(t)) {
      first = &t;
      break;
    }
  }
  DType dtype = tensors[0].dtype();
  for (size_t i = 0; i < tensors.size(); ++i) {
    check(tensors[i].dim() > 0, "zero-dimensional tensor (at position ", i,
          ") cannot be concatenated");
    dtype = promote(dtype, tensors[i].dtype());
  }
  const int d = wrap_dim(dim, first->dim());
  Shape sizes = first->sizes();
  sizes[d] = 0;
  for (size_t i = 0; i < tensors.size(); ++i) {
    const Tensor& t = tensors[i];
    if (is_ignored(t)) continue;
    check(t.dim() == first->dim(), "Tensors must have same number of dimensions: got ",
          first->dim(), " and ", t.dim());
    for (int k = 0; k < t.dim(); ++k) {
      check(k == d || t.sizes()[k] == sizes[k], "Sizes of tensors must match except in dimension ",
            d, ". Expected size ", sizes[k], " but got size ", t.sizes()[k], " for tensor number ",
            i, " in the list.");
    }
    sizes[d] += t.sizes()[d];
  }

  Tensor y = Tensor::empty(sizes, dtype);
  // Of each part along d; -1 where it is ignored.
  std::vector<int64_t> lengths;
  int64_t at = 0;
  for (const Tensor& t : tensors) {
    lengths.push_back(is_ignored(t) ? -1 : t.sizes()[d]);
    if (is_ignored(t)) continue;
    Shape part = sizes;
    part[d] = t.sizes()[d];
    copy_into(y.alias(part, y.strides(), at * y.strides()[d]), t);
    at += part[d];
  }
  return record_list("CatBackward0", y, tensors,
                     [d, lengths](const Tensor& g, const Context& ctx) -> Grads {
                       Grads grads;
                       int64_t at = 0;
                       for (size_t i = 0; i < lengths.size(); ++i) {
                         const int64_t n = lengths[i];
                         grads.push_back(!ctx.needs(i) ? Tensor{}
                                         : n < 0       ? zeros({0}, g.dtype())
                                                       : narrow(g, d, at, n));
                         at += std::max<int64_t>(n, 0);
                       }
                       return grads;
                     });
}

Tensor stack(const std::vector<Tensor>& tensors, int64_t dim) {
  check(!tensors.empty(), "stack expects a non-empty TensorList");
  const int d = wrap_dim(dim, tensors[0].dim() + 1);
  std::vector<Tensor> parts;
  for (size_t i = 0; i < tensors.size(); ++i) {
    check(tensors[i].sizes() == tensors[0].sizes(),
          "stack expects each tensor to be equal size, but got ", tensors[0].sizes(),
          " at entry 0 and ", tensors[i].sizes(), " at entry ", i);
    parts.push_back(unsqueeze(tensors[i], d));
  }
  return cat(parts, d);
}

}  // namespace torch
