// Tensors made from sizes and numbers.
#pragma once

#include "tensor/tensor.h"

namespace torch {

Tensor empty(const Shape& sizes, DType dtype);
Tensor zeros(const Shape& sizes, DType dtype);
Tensor ones(const Shape& sizes, DType dtype);
Tensor full(const Shape& sizes, Scalar value, DType dtype);
Tensor eye(int64_t rows, int64_t columns, DType dtype);
// start, start + step, … before end: ceil((end - start) / step) elements.
Tensor arange(double start, double end, double step, DType dtype);
// `steps` evenly spaced values from start to end, both included.
Tensor linspace(double start, double end, int64_t steps, DType dtype);
// base to the power of linspace.
Tensor logspace(double start, double end, int64_t steps, double base, DType dtype);

Tensor fill_(const Tensor& x, Scalar value);
Tensor zero_(const Tensor& x);

}  // namespace torch
