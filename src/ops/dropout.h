// The dropout family. `p` is the probability of dropping; an op that drops nothing (not training,
// p = 0, no elements) returns x itself.
#pragma once

#include "tensor/generator.h"
#include "tensor/tensor.h"

namespace torch {

// Kept elements are scaled by 1 / (1 - p), dropped ones become 0.
Tensor dropout(const Tensor& x, double p, bool train);
// Drops to SELU's floor and rescales, so that zero mean and unit variance survive (Klambauer et al.
// 2017, arXiv:1706.02515).
Tensor alpha_dropout(const Tensor& x, double p, bool train);
// The same for whole channels: one draw for each x[n, c].
Tensor feature_dropout(const Tensor& x, double p, bool train);
Tensor feature_alpha_dropout(const Tensor& x, double p, bool train);

Tensor dropout_(const Tensor& x, double p, bool train);
Tensor alpha_dropout_(const Tensor& x, double p, bool train);
Tensor feature_dropout_(const Tensor& x, double p, bool train);
Tensor feature_alpha_dropout_(const Tensor& x, double p, bool train);

// The constants of alpha_dropout: y = a * (kept ? x : alpha_prime) + b.
double alpha_dropout_a(double p);
double alpha_dropout_b(double p);

}  // namespace torch
