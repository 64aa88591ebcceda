// Ops that put tensors together.
#pragma once

#include <vector>

#include "tensor/tensor.h"

namespace torch {

Tensor cat(const std::vector<Tensor>& tensors, int64_t dim);
Tensor stack(const std::vector<Tensor>& tensors, int64_t dim);

}  // namespace torch
