// Matrix products, with PyTorch's rank rules.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// 1-D and 2-D operands as in dot, mv and mm; higher ranks are batches that broadcast.
Tensor matmul(const Tensor& a, const Tensor& b);
Tensor mm(const Tensor& a, const Tensor& b);
Tensor bmm(const Tensor& a, const Tensor& b);
Tensor mv(const Tensor& a, const Tensor& b);
Tensor dot(const Tensor& a, const Tensor& b);
Tensor outer(const Tensor& a, const Tensor& b);
// beta * x + alpha * product, where x broadcasts; beta = 0 ignores x, NaN included.
Tensor blend(const Tensor& x, const Tensor& product, double beta, double alpha);
// blend of x and mm(a, b).
Tensor addmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta, double alpha);
// x @ weight^T + bias; bias may be undefined.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias);

}  // namespace torch
