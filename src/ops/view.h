// Views: new sizes and strides over the same storage. Writing to a view writes to its base.
#pragma once

#include <functional>
#include <vector>

#include "tensor/tensor.h"

namespace torch {

Tensor view(const Tensor& x, const Shape& sizes);
// A view where the strides allow it, else a copy.
Tensor reshape(const Tensor& x, const Shape& sizes);
Tensor flatten(const Tensor& x, int64_t start_dim, int64_t end_dim);
Tensor unflatten(const Tensor& x, int64_t dim, const Shape& sizes);
Tensor transpose(const Tensor& x, int64_t dim0, int64_t dim1);
Tensor t(const Tensor& x);
Tensor permute(const Tensor& x, const Shape& dims);
Tensor movedim(const Tensor& x, const Shape& source, const Shape& destination);
Tensor unsqueeze(const Tensor& x, int64_t dim);
Tensor squeeze(const Tensor& x);
Tensor squeeze_dims(const Tensor& x, const Shape& dims);
// A size of -1 keeps the existing one.
Tensor expand(const Tensor& x, const Shape& sizes);
Tensor select(const Tensor& x, int64_t dim, int64_t index);
Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length);
// Elements start, start + step, … before end, clamped to the dimension as Python clamps.
Tensor slice(const Tensor& x, int64_t dim, int64_t start, int64_t end, int64_t step);
Tensor diagonal(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2);
Tensor as_strided(const Tensor& x, const Shape& sizes, const Shape& strides, int64_t offset);
// The same tensor without history.
Tensor detach(const Tensor& x);

// Zeros of `sizes` with g written where `look` looks: the adjoint of a view.
Tensor embed(const Tensor& g, const Shape& sizes, std::function<Tensor(const Tensor&)> look);

// The strides that make a view of these sizes, or false where there are none.
bool view_strides(const Tensor& x, const Shape& sizes, Shape& strides);
// `sizes` with a -1 filled in; PyTorch's errors when the count does not fit.
Shape infer_size(const Shape& sizes, int64_t count);

}  // namespace torch
