// Statistics of samples.
#pragma once

#include <optional>

#include "tensor/tensor.h"

namespace torch {

enum class Interpolation : uint8_t { Linear, Lower, Higher, Midpoint, Nearest };

// The value below which the share q of the elements lies, between two of them interpolated; q is a
// number or a list, which becomes the first dimension of the result.
Tensor quantile(const Tensor& x, const Tensor& q, std::optional<int64_t> dim, bool keepdim,
                Interpolation interpolation, bool ignore_nan);
// How often each of 0, 1, … up to the largest element occurs; with weights, their sums.
Tensor bincount(const Tensor& x, const Tensor& weights, int64_t minlength);
// How many elements lie in each of `bins` equal parts of [low, high]; of their own range where the
// two are equal.
Tensor histc(const Tensor& x, int64_t bins, double low, double high);
// The differences of neighbours, n times over.
Tensor diff(const Tensor& x, int64_t n, int64_t dim, const Tensor& prepend, const Tensor& append);
// Sum and mean of all that is not NaN.
Tensor nansum(const Tensor& x, const Shape& dims, bool keepdim, std::optional<DType> dtype);
Tensor nanmean(const Tensor& x, const Shape& dims, bool keepdim, std::optional<DType> dtype);
// The p-norm of x - y, of all elements.
Tensor dist(const Tensor& x, const Tensor& y, double p);
// The p-norms of all differences between a row of x and a row of y; `by_product` expands the square
// into a matrix product, for p = 2.
Tensor cdist(const Tensor& x, const Tensor& y, double p, bool by_product);

}  // namespace torch
