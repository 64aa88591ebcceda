// Softmax and its logarithm.
#pragma once

#include <optional>

#include "tensor/tensor.h"

namespace torch {

// e^x / sum of e^x along dim; computed in `dtype` where it is given.
Tensor softmax(const Tensor& x, int64_t dim, std::optional<DType> dtype);
Tensor log_softmax(const Tensor& x, int64_t dim, std::optional<DType> dtype);

}  // namespace torch
