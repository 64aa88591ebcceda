// The order in which random ops visit the elements of a tensor that is not row-major.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// The dimensions by stride, largest first, with PyTorch's ties (TensorIterator): a dimension of
// stride 0 keeps its place, of equal strides the larger dimension comes first.
Shape memory_order(const Tensor& x);

// The dimension that order puts at each place, undone: restored(reordered(x, order), order) is x.
Tensor reordered(const Tensor& x, const Shape& order);
Tensor restored(const Tensor& x, const Shape& order);

// Uninitialised, dense, in the memory order of x.
Tensor empty_like(const Tensor& x, DType dtype);

}  // namespace torch
