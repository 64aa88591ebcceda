// Rows of elements that lie side by side, by where they start: what all indexing by tensors comes
// down to.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// Places in a tensor's row-major memory, each of `length` elements.
struct Rows {
  // int64, 1-D, row-major, and in range.
  Tensor starts;
  int64_t length = 1;
};

// The rows of x one after the other, in a tensor of `sizes`.
Tensor take_rows(const char* name, const Tensor& x, const Rows& rows, const Shape& sizes);

// The same where `y` holds them already.
Tensor taken_rows(const char* name, const Tensor& x, const Rows& rows, const Tensor& y);

// Zeros of `sizes` with `values` added at the rows: take_rows()'s adjoint.
Tensor spread_rows(const char* name, const Tensor& values, const Rows& rows, const Shape& sizes);

enum class Write { Copy, InPlace };

// x with `values` in the place of its rows; where rows meet, the last one stands. In place, x
// itself is written, and returned.
Tensor put_rows(const char* name, const Tensor& x, const Rows& rows, const Tensor& values,
                Write write);

// x with `values` added to its rows, one after the other; in place or not as put_rows().
Tensor add_rows(const char* name, const Tensor& x, const Rows& rows, const Tensor& values,
                Write write);

}  // namespace torch
