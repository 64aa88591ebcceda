// torch.linalg: each function takes a matrix or a batch of them, in the last two dimensions.
// float32 is computed in float64 and rounded at the end.
#pragma once

#include <utility>
#include <vector>

#include "tensor/tensor.h"

namespace torch {

// Refuses what is not a batch of square matrices of floats.
void check_square(const char* op, const Tensor& a);

Tensor inv(const Tensor& a);
Tensor det(const Tensor& a);
// The sign of the determinant and the logarithm of its absolute value.
std::pair<Tensor, Tensor> slogdet(const Tensor& a);
// x with a @ x = b; b has columns, or is one vector for each matrix.
Tensor solve(const Tensor& a, const Tensor& b);
// The same for triangular a, of which the other triangle is not read; with `left` false, x @ a = b.
Tensor solve_triangular(const Tensor& a, const Tensor& b, bool upper, bool left,
                        bool unitriangular);
// L with L @ L^T = a or, `upper`, its transpose.
Tensor cholesky(const Tensor& a, bool upper);
// Q of orthonormal columns and upper triangular R; `complete` makes Q square.
std::pair<Tensor, Tensor> qr(const Tensor& a, bool complete);
// Eigenvalues of a symmetric matrix in ascending order, eigenvectors as columns; reads one
// triangle.
std::pair<Tensor, Tensor> eigh(const Tensor& a, bool upper);
// U, S in descending order, V^T; `full_matrices` makes U and V square.
std::vector<Tensor> svd(const Tensor& a, bool full_matrices);
// The pseudoinverse; singular values up to max(atol, rtol * the largest) count as 0.
Tensor pinv(const Tensor& a, double atol, double rtol);
// How many singular values are larger than that.
Tensor matrix_rank(const Tensor& a, double atol, double rtol);
// The order is 1, -1, 2, -2, inf or -inf, or NaN for the nuclear norm; dims are two.
Tensor matrix_norm(const Tensor& a, double order, const Shape& dims, bool keepdim);

}  // namespace torch
