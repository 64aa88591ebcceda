// Running results along a dimension.
#pragma once

#include <optional>
#include <utility>

#include "tensor/tensor.h"

namespace torch {

// Integers and bool give int64, unless `dtype` says otherwise.
Tensor cumsum(const Tensor& x, int64_t dim, std::optional<DType> dtype);
Tensor cumprod(const Tensor& x, int64_t dim, std::optional<DType> dtype);
// log of the running sum of e^x, without overflow.
Tensor logcumsumexp(const Tensor& x, int64_t dim);
// The largest (smallest) element so far and where it was last met; NaN wins.
std::pair<Tensor, Tensor> cummax(const Tensor& x, int64_t dim);
std::pair<Tensor, Tensor> cummin(const Tensor& x, int64_t dim);

}  // namespace torch
