// Reductions. An empty list of dimensions means all of them.
#pragma once

#include <optional>
#include <utility>

#include "tensor/tensor.h"

namespace torch {

// Integers and bool sum to int64, unless `dtype` says otherwise.
Tensor sum(const Tensor& x, const Shape& dims, bool keepdim, std::optional<DType> dtype);
Tensor mean(const Tensor& x, const Shape& dims, bool keepdim, std::optional<DType> dtype);
Tensor prod(const Tensor& x);
Tensor prod_dim(const Tensor& x, int64_t dim, bool keepdim);
// Sum of squared deviations divided by (count - correction).
Tensor var(const Tensor& x, const Shape& dims, double correction, bool keepdim);
// Both from one pass over x.
std::pair<Tensor, Tensor> var_mean(const Tensor& x, const Shape& dims, double correction,
                                   bool keepdim);
Tensor std_(const Tensor& x, const Shape& dims, double correction, bool keepdim);
Tensor amax(const Tensor& x, const Shape& dims, bool keepdim);
Tensor amin(const Tensor& x, const Shape& dims, bool keepdim);
// Over all elements.
Tensor max_all(const Tensor& x);
Tensor min_all(const Tensor& x);
// Values and the index of the first extreme one.
std::pair<Tensor, Tensor> max_dim(const Tensor& x, int64_t dim, bool keepdim);
std::pair<Tensor, Tensor> min_dim(const Tensor& x, int64_t dim, bool keepdim);
Tensor argmax(const Tensor& x, std::optional<int64_t> dim, bool keepdim);
Tensor argmin(const Tensor& x, std::optional<int64_t> dim, bool keepdim);
Tensor all(const Tensor& x, const Shape& dims, bool keepdim);
Tensor any(const Tensor& x, const Shape& dims, bool keepdim);
Tensor count_nonzero(const Tensor& x, const Shape& dims);
// (sum |x|^p)^(1/p); p may be 0 (how many are not zero), infinity or -infinity.
Tensor norm(const Tensor& x, double p, const Shape& dims, bool keepdim);
Tensor logsumexp(const Tensor& x, const Shape& dims, bool keepdim);

// x summed down to `sizes`, which broadcast to x's.
Tensor sum_to_size(const Tensor& x, const Shape& sizes);

}  // namespace torch
