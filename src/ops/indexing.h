// Indexing: PyTorch's square brackets, and the named ways to choose elements and to write them.
#pragma once

#include <vector>

#include "tensor/tensor.h"

namespace torch {

// One entry between the brackets of x[…].
struct Selector {
  enum class Kind { Int, Slice, NewAxis, Ellipsis, Bool, Tensor } kind;
  // Of an Int the index, of a Bool its value.
  int64_t start = 0;
  int64_t stop = 0, step = 1;
  // int64 or int32 indices, or a mask of bool or uint8.
  torch::Tensor tensor;
};

// x[selectors]: a view, or with tensors among the selectors a copy.
Tensor index(const Tensor& x, const std::vector<Selector>& selectors);
// x[selectors] = values, or with `accumulate` += ; returns x.
Tensor index_put_(const Tensor& x, const std::vector<Selector>& selectors, const Tensor& values,
                  bool accumulate);

// The indices of what is not zero, a row for each: int64 [count, x.dim()].
Tensor nonzero(const Tensor& x);

// The slices of `dim` at a 1-D or 0-dim int64 or int32 `index`.
Tensor index_select(const Tensor& x, int64_t dim, const Tensor& index);
// x with alpha times the slices of `source` added to, or written over, its own at `index`.
Tensor index_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
                 double alpha, bool in_place);
Tensor index_copy(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
                  bool in_place);
Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& value,
                  bool in_place);

// The elements where the mask holds, 1-D; x and mask broadcast.
Tensor masked_select(const Tensor& x, const Tensor& mask);
// x with the elements of `source`, in their order, where the mask holds.
Tensor masked_scatter(const Tensor& x, const Tensor& mask, const Tensor& source, bool in_place);

// The elements at `index` of x laid out in one row; put writes there.
Tensor take(const Tensor& x, const Tensor& index);
Tensor put(const Tensor& x, const Tensor& index, const Tensor& source, bool accumulate,
           bool in_place);

}  // namespace torch
