// Normalization by the mean and variance of a batch or of an example.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// (x - mean) / sqrt(var + eps) * weight + bias per channel x[:, c, …]. In training (or without
// running statistics) with the batch's own mean and biased variance, of which, with n - 1, the
// running ones take over the share `momentum`; else with the running ones. All four tensors are [C]
// and may be undefined.
Tensor batch_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var,
                  const Tensor& weight, const Tensor& bias, bool training, double momentum,
                  double eps);
// The same over the trailing dimensions `sizes` of every example; weight and bias are of those
// sizes.
Tensor layer_norm(const Tensor& x, const Shape& sizes, const Tensor& weight, const Tensor& bias,
                  double eps);

// layer_norm over each of `groups` groups of channels, with a weight and a bias for each channel.
Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& weight, const Tensor& bias,
                  double eps);
// x / sqrt(mean(x^2) + eps) * weight over the trailing dimensions `sizes`.
Tensor rms_norm(const Tensor& x, const Shape& sizes, const Tensor& weight, double eps);

}  // namespace torch
