// Sampling. Elements are drawn in memory order, one after the other, so a stream does not depend on
// threads; sizes and costs of every draw are PyTorch's (aten DistributionTemplates.h).
#pragma once

#include <optional>

#include "tensor/generator.h"
#include "tensor/tensor.h"

namespace torch {

Tensor rand(const Shape& sizes, DType dtype, Generator& generator);
Tensor randn(const Shape& sizes, DType dtype, Generator& generator);
// Integers in [low, high).
Tensor randint(int64_t low, int64_t high, const Shape& sizes, DType dtype, Generator& generator);
Tensor randperm(int64_t n, DType dtype, Generator& generator);
// Mean and std are numbers or tensors, which broadcast.
Tensor normal(const Tensor& mean, const Tensor& std, Generator& generator);
// 1 with the probability that the element says.
Tensor bernoulli(const Tensor& p, Generator& generator);
Tensor multinomial(const Tensor& probs, int64_t num_samples, bool replacement,
                   Generator& generator);

Tensor uniform_(const Tensor& x, double from, double to, Generator& generator);
Tensor normal_(const Tensor& x, double mean, double std, Generator& generator);
Tensor bernoulli_(const Tensor& x, double p, Generator& generator);
// 1 with the probability that p's element says.
Tensor bernoulli_tensor_(const Tensor& x, const Tensor& p, Generator& generator);
Tensor exponential_(const Tensor& x, double lambd, Generator& generator);
// The whole range of the dtype (for floats, up to where integers are exact).
Tensor random_(const Tensor& x, Generator& generator);
Tensor random_from_to_(const Tensor& x, int64_t from, int64_t to, Generator& generator);
Tensor log_normal_(const Tensor& x, double mean, double std, Generator& generator);
Tensor cauchy_(const Tensor& x, double median, double sigma, Generator& generator);
Tensor geometric_(const Tensor& x, double p, Generator& generator);

}  // namespace torch
