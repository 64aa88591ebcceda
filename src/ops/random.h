// Sampling. Elements are drawn in the order of memory, one after the other, so a stream does not
// depend on threads; what a draw costs and gives is PyTorch's to the bit (aten
// DistributionTemplates.h, DistributionsHelper.h).
#pragma once

#include "tensor/generator.h"
#include "tensor/tensor.h"

namespace torch {

Tensor rand(const Shape& sizes, DType dtype, Generator& generator);
Tensor randn(const Shape& sizes, DType dtype, Generator& generator);
// Integers in [low, high).
Tensor randint(int64_t low, int64_t high, const Shape& sizes, DType dtype, Generator& generator);
// 0 … n-1 shuffled.
Tensor randperm(int64_t n, DType dtype, Generator& generator);
// The sizes and the memory order of x.
Tensor rand_like(const Tensor& x, DType dtype, Generator& generator);
Tensor randn_like(const Tensor& x, DType dtype, Generator& generator);
Tensor randint_like(const Tensor& x, int64_t low, int64_t high, DType dtype, Generator& generator);
// Mean and std are numbers or tensors, which broadcast.
Tensor normal(const Tensor& mean, const Tensor& std, Generator& generator);
// 1 with the probability that the element says.
Tensor bernoulli(const Tensor& p, Generator& generator);
// Indices drawn with the weights of each row.
Tensor multinomial(const Tensor& probs, int64_t num_samples, bool replacement,
                   Generator& generator);

// In place; each returns x. The gradient with respect to what was there is 0.
Tensor uniform_(const Tensor& x, double from, double to, Generator& generator);
Tensor normal_(const Tensor& x, double mean, double std, Generator& generator);
Tensor bernoulli_(const Tensor& x, double p, Generator& generator);
// 1 with the probability that p's element says.
Tensor bernoulli_tensor_(const Tensor& x, const Tensor& p, Generator& generator);
Tensor exponential_(const Tensor& x, double lambd, Generator& generator);
// The whole range of the dtype (for floats, up to where integers are exact).
Tensor random_(const Tensor& x, Generator& generator);
// Integers in [from, to).
Tensor random_from_to_(const Tensor& x, int64_t from, int64_t to, Generator& generator);
// e to the power of a normal of this mean and std.
Tensor log_normal_(const Tensor& x, double mean, double std, Generator& generator);
Tensor cauchy_(const Tensor& x, double median, double sigma, Generator& generator);
// The number of trials up to the first success.
Tensor geometric_(const Tensor& x, double p, Generator& generator);

}  // namespace torch
