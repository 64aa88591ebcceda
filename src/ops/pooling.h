// Pooling: the largest or the average of each window. Lists have an entry for each spatial
// dimension, of which there are one or two; x is [n, channels, …] or [channels, …].
#pragma once

#include <utility>

#include "tensor/tensor.h"

namespace torch {

// Values, and their positions in the flattened plane.
std::pair<Tensor, Tensor> max_pool_with_indices(const Tensor& x, const Shape& kernel,
                                                const Shape& stride, const Shape& padding,
                                                const Shape& dilation, bool ceil_mode);
Tensor max_pool(const Tensor& x, const Shape& kernel, const Shape& stride, const Shape& padding,
                const Shape& dilation, bool ceil_mode);
std::pair<Tensor, Tensor> adaptive_max_pool(const Tensor& x, const Shape& output_size);

// The divisor is the size of the window, with what it covers of the padding where
// count_include_pad; or divisor_override, unless that is 0.
Tensor avg_pool(const Tensor& x, const Shape& kernel, const Shape& stride, const Shape& padding,
                bool ceil_mode, bool count_include_pad, double divisor_override);
// Output o is the average from floor(o * in / out) to ceil((o + 1) * in / out).
Tensor adaptive_avg_pool(const Tensor& x, const Shape& output_size);

}  // namespace torch
