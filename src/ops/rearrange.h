// Copies of a tensor's elements in another order, or more than once; and triangles and diagonals.
#pragma once

#include <optional>

#include "tensor/tensor.h"

namespace torch {

// x laid side by side, `times` along each dimension.
Tensor repeat(const Tensor& x, const Shape& times);
// Each slice of `dim` as often as `repeats` says, which has one number for all or one for each;
// without a dim, of x laid out in one row.
Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, std::optional<int64_t> dim);
// Elements moved along dims[i] by shifts[i], and in again at the other end; without dims, of x laid
// out in one row.
Tensor roll(const Tensor& x, const Shape& shifts, const Shape& dims);
Tensor flip(const Tensor& x, const Shape& dims);
// Turned by k right angles, from the first dimension towards the second.
Tensor rot90(const Tensor& x, int64_t k, const Shape& dims);
// A view: windows of `size` along dim, every `step`, as the last dimension.
Tensor unfold(const Tensor& x, int64_t dim, int64_t size, int64_t step);

// Zero above, or below, a diagonal of the last two dimensions.
Tensor tril(const Tensor& x, int64_t diagonal);
Tensor triu(const Tensor& x, int64_t diagonal);
// A vector as the diagonal of a matrix, or a matrix's diagonal.
Tensor diag(const Tensor& x, int64_t diagonal);
// x's last dimension as the diagonal of dim1 and dim2 of zeros.
Tensor diag_embed(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2);

}  // namespace torch
