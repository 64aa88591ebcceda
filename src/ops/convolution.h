// Convolution (cross-correlation, as PyTorch names it), its transpose, and the windows they are
// made of. Lists have an entry for each spatial dimension, of which there are one or two.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// x [n, channels, …] or [channels, …], weight [outputs, channels / groups, kernel…], bias [outputs]
// or undefined. `padding_begin` zeros stand before each dimension, `padding_end` after it.
Tensor conv(const Tensor& x, const Tensor& weight, const Tensor& bias, const Shape& stride,
            const Shape& padding_begin, const Shape& padding_end, const Shape& dilation,
            int64_t groups);

// The adjoint of conv in its input, as a layer: weight [inputs, outputs / groups, kernel…].
Tensor conv_transpose(const Tensor& x, const Tensor& weight, const Tensor& bias,
                      const Shape& stride, const Shape& padding, const Shape& output_padding,
                      int64_t groups, const Shape& dilation);

// The windows of x [n, channels, h, w] as columns [n, channels * kernel, windows].
Tensor unfold(const Tensor& x, const Shape& kernel, const Shape& dilation, const Shape& padding,
              const Shape& stride);
// The adjoint of unfold: columns added up into [n, channels, output_size…].
Tensor fold(const Tensor& x, const Shape& output_size, const Shape& kernel, const Shape& dilation,
            const Shape& padding, const Shape& stride);

}  // namespace torch
