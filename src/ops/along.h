// Elements by their index along one dimension: gather and scatter, and what sorting and choosing
// are made of.
#pragma once

#include "ops/rows.h"

namespace torch {

// Contiguous memory as lines: [outer, count, inner] with the lines in the middle.
struct Lines {
  size_t outer = 1, count = 1, inner = 1;

  Lines(const Shape& sizes, int dim) {
    for (int d = 0; d < sizes.size(); ++d) {
      (d < dim ? outer : d > dim ? inner : count) *= static_cast<size_t>(sizes[d]);
    }
  }
  // Where line j of the outer * inner begins.
  size_t start(size_t j) const { return j / inner * count * inner + j % inner; }
  bool empty() const { return outer * count * inner == 0; }
};

// y[.., i, ..] = x[.., index[.., i, ..], ..] with the sizes of `index`, which are x's but along
// `dim`. Indices are in range.
Tensor take_along(const Tensor& x, const Tensor& index, int dim);

// Zeros of `sizes` with g's elements added where take_along() takes them: its adjoint.
Tensor put_along(const Tensor& g, const Tensor& index, int dim, const Shape& sizes);

// y[i][j] = x[index[i][j]][j] along dim 0, and so on; `index` may be smaller than x in the others.
Tensor gather(const Tensor& x, int64_t dim, const Tensor& index);

// x[index[i][j]][j] = source[i][j] along dim 0, and so on; a number goes to every place.
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
               bool in_place);
Tensor scatter_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
                   bool in_place);

enum class Reduce { Sum, Prod, Mean, Amax, Amin };

// What x and all of `source` that goes to a place come to; without `include_self`, x counts only
// where nothing goes.
Tensor scatter_reduce(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
                      Reduce reduce, bool include_self);

}  // namespace torch
