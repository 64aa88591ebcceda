// Copies: of values, layout or dtype.
#pragma once

#include "tensor/elementwise.h"
#include "tensor/tensor.h"

namespace torch {

// A row-major copy.
Tensor clone(const Tensor& x);
// x itself where it is row-major already.
Tensor contiguous(const Tensor& x);
// x itself where it has that dtype already, unless `copy`.
Tensor to(const Tensor& x, DType dtype, bool copy = false);
// x = source, converted and broadcast; returns x.
Tensor copy_(const Tensor& x, const Tensor& source);

// y, with x in the graph beside it: x has no part in its value, and a gradient of zeros.
Tensor beside(const Tensor& x, const char* name, const Tensor& y);

// The one element of x as a number.
double item(const Tensor& x);

}  // namespace torch
