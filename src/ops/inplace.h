// In-place ops are out-of-place ops whose result is written back or, where nothing else looks at
// the result's memory, becomes the memory.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// x takes y's values and y's place in the graph; returns x. y must be what an op made of x, and no
// one else's. Fails, with nothing written, where PyTorch refuses: a leaf that requires grad, a
// result of another shape, a result of a higher category of dtype.
Tensor assign_(const Tensor& x, const Tensor& y);

// x turns into `view`, a view of it: what transpose_() and its like do. Returns x.
Tensor become_(const Tensor& x, const Tensor& view);

// Gives x the place in the graph of `value`, which has x's sizes and, now, its elements. Written
// through a view, the base and all its views take part: the write becomes a CopySlices of the base.
void rebase_history(const Tensor& x, const Tensor& value);

// Refuses an x whose elements share memory, in PyTorch's words.
void check_writable(const Tensor& x);

}  // namespace torch
