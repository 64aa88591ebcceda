// Losses (PyTorch docs: torch.nn.functional, "Loss functions").
#pragma once

#include "tensor/tensor.h"

namespace torch {

// What becomes of the losses of the elements.
enum class Reduction : uint8_t { None, Mean, Sum };

// (x - target)^2
Tensor mse_loss(const Tensor& x, const Tensor& target, Reduction reduction);
// |x - target|
Tensor l1_loss(const Tensor& x, const Tensor& target, Reduction reduction);
// Of z = |x - target|: z^2 / (2 beta) below beta, z - beta / 2 from there on.
Tensor smooth_l1_loss(const Tensor& x, const Tensor& target, Reduction reduction, double beta);
// Of z = |x - target|: z^2 / 2 below delta, delta * (z - delta / 2) from there on.
Tensor huber_loss(const Tensor& x, const Tensor& target, Reduction reduction, double delta);

// -weight[t] * x[n, t, …] for class indices t = target[n, …]; the mean is weighted. `weight` may be
// undefined. Targets equal to `ignore_index` count for nothing.
Tensor nll_loss(const Tensor& x, const Tensor& target, const Tensor& weight, int64_t ignore_index,
                Reduction reduction);
// nll_loss of log_softmax; targets are class indices, or of x's sizes and then probabilities.
Tensor cross_entropy(const Tensor& x, const Tensor& target, const Tensor& weight,
                     int64_t ignore_index, Reduction reduction, double label_smoothing);

// -(target * log x + (1 - target) * log(1 - x)), logarithms not below -100. `weight` may be
// undefined.
Tensor binary_cross_entropy(const Tensor& x, const Tensor& target, const Tensor& weight,
                            Reduction reduction);
// binary_cross_entropy of sigmoid(x), exact also where that rounds to 0 or 1. `pos_weight` counts
// the positive part; both may be undefined.
Tensor binary_cross_entropy_with_logits(const Tensor& x, const Tensor& target, const Tensor& weight,
                                        const Tensor& pos_weight, Reduction reduction);

// target * (log target - x) for log-probabilities x.
Tensor kl_div(const Tensor& x, const Tensor& target, Reduction reduction, bool log_target);
// x where target is 1, max(0, margin - x) where it is -1.
Tensor hinge_embedding_loss(const Tensor& x, const Tensor& target, double margin,
                            Reduction reduction);
// max(0, -target * (a - b) + margin)
Tensor margin_ranking_loss(const Tensor& a, const Tensor& b, const Tensor& target, double margin,
                           Reduction reduction);
// 1 - cos(a, b) where target is 1, max(0, cos(a, b) - margin) where it is -1.
Tensor cosine_embedding_loss(const Tensor& a, const Tensor& b, const Tensor& target, double margin,
                             Reduction reduction);
// max(0, margin + |anchor - positive|_p - |anchor - negative|_p); with `swap`, the nearer of anchor
// and positive to the negative counts.
Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           double margin, double p, double eps, bool swap, Reduction reduction);
// log(1 + e^(-target * x))
Tensor soft_margin_loss(const Tensor& x, const Tensor& target, Reduction reduction);
// e^x - target * x, or x - target * log(x + eps); `full` adds Stirling's term.
Tensor poisson_nll_loss(const Tensor& x, const Tensor& target, bool log_input, bool full,
                        double eps, Reduction reduction);

}  // namespace torch
