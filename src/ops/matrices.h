// What the files of torch.linalg share: batches of matrices in memory, and triangles.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// Refuses what is no batch of matrices of floats.
void check_matrix(const char* op, const Tensor& a);

// A float64 row-major copy to work in.
Tensor work_copy(const Tensor& a);

// How many matrices a has.
size_t batch_count(const Tensor& a);

// a's sizes without the last `drop`, then `tail`.
Shape batch_sizes(const Tensor& a, int drop, const Shape& tail);

// "(Batch element 2): " for a batch, nothing for one matrix.
std::string batch_element(const Tensor& a, size_t i);

// The last two dimensions swapped.
Tensor swapped(const Tensor& a);

// a where row - column >= `diagonal` (lower) or <= it (upper), else 0.
Tensor lower_part(const Tensor& a, int64_t diagonal);
Tensor upper_part(const Tensor& a, int64_t diagonal);

}  // namespace torch
