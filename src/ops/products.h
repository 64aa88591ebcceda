// Matrix products with more to them than matmul.
#pragma once

#include <vector>

#include "tensor/tensor.h"

namespace torch {

// beta * x + alpha * (a @ b) for batches of matrices; beta = 0 ignores x.
Tensor baddbmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha);
// beta * x + alpha * the sum of the batch's products.
Tensor addbmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha);
// beta * x + alpha * (matrix @ vector)
Tensor addmv(const Tensor& x, const Tensor& matrix, const Tensor& vector, double beta,
             double alpha);
// beta * x + alpha * outer(a, b)
Tensor addr(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha);
// Products summed over dims_a of a and dims_b of b, pair by pair.
Tensor tensordot(const Tensor& a, const Tensor& b, const Shape& dims_a, const Shape& dims_b);
// Every element of a times all of b, as blocks.
Tensor kron(const Tensor& a, const Tensor& b);
// The sum of a matrix's diagonal.
Tensor trace(const Tensor& x);
// Square matrices times themselves; n < 0 is the power of the inverse.
Tensor matrix_power(const Tensor& x, int64_t n);
// The product of matrices, from left to right.
Tensor multi_dot(const std::vector<Tensor>& tensors);

}  // namespace torch
