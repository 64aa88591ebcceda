// Activations. Formulas, constants and backward forms: PyTorch's Activation.cpp and Elu.h.
#pragma once

#include "tensor/tensor.h"

namespace torch {

Tensor relu(const Tensor& x);
Tensor relu6(const Tensor& x);
Tensor hardtanh(const Tensor& x, double min_val, double max_val);
Tensor leaky_relu(const Tensor& x, double negative_slope);
Tensor elu(const Tensor& x, double alpha);
Tensor celu(const Tensor& x, double alpha);
// scale * (x > 0 ? x : alpha * (e^x - 1)), Klambauer et al. 2017.
Tensor selu(const Tensor& x);
Tensor sigmoid(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor gelu(const Tensor& x, bool tanh_approximation);
Tensor silu(const Tensor& x);
Tensor mish(const Tensor& x);
Tensor softplus(const Tensor& x, double beta, double threshold);
Tensor logsigmoid(const Tensor& x);
Tensor hardsigmoid(const Tensor& x);
Tensor hardswish(const Tensor& x);
Tensor hardshrink(const Tensor& x, double lambd);
Tensor softshrink(const Tensor& x, double lambd);
Tensor threshold(const Tensor& x, double threshold, double value);

// a * sigmoid(b) for the halves a, b of x along dim.
Tensor glu(const Tensor& x, int64_t dim);
// x > 0 ? x : weight * x, with one weight, or one per channel x[:, c, …].
Tensor prelu(const Tensor& x, const Tensor& weight);
// x / (1 + |x|)
Tensor softsign(const Tensor& x);
// x - tanh(x)
Tensor tanhshrink(const Tensor& x);

}  // namespace torch
