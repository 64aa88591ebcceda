// One element of each line of a dimension, by index: what sorting and choosing are made of.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// Contiguous memory as lines: [outer, count, inner] with the lines in the middle.
struct Lines {
  size_t outer = 1, count = 1, inner = 1;

  Lines(const Shape& sizes, int dim) {
    for (int d = 0; d < sizes.size(); ++d) {
      (d < dim ? outer : d > dim ? inner : count) *= static_cast<size_t>(sizes[d]);
    }
  }
  bool empty() const { return outer * count * inner == 0; }
};

// y[.., i, ..] = x[.., index[.., i, ..], ..] with the sizes of `index`, which are x's but along
// `dim`. Indices are in range.
Tensor take_along(const Tensor& x, const Tensor& index, int dim);

// Zeros of `sizes` with g's elements added where take_along() takes them: its adjoint.
Tensor put_along(const Tensor& g, const Tensor& index, int dim, const Shape& sizes);

}  // namespace torch
