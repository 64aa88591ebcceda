// Rows of a table by index.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// weight[indices], of the indices' shape and a last dimension of weight's second; no gradient
// reaches the row padding_idx, unless that is negative.
Tensor embedding(const Tensor& weight, const Tensor& indices, int64_t padding_idx);

}  // namespace torch
