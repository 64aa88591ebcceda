#include "ops/matrices.h"

#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/linalg.h"
#include "ops/view.h"

namespace torch {

namespace {

// row - column of each element of the matrices.
Tensor below_diagonal(const Tensor& a) {
  const auto count = [&](int dim) {
    return arange(0, static_cast<double>(a.size(dim)), 1, DType::Int64);
  };
  return sub(unsqueeze(count(-2), 1), count(-1));
}

}  // namespace

void check_matrix(const char* op, const Tensor& a) {
  check(a.dim() >= 2, op, ": The input tensor A must have at least 2 dimensions.");
  check(is_floating(a.dtype()), op, ": Expected a floating point or complex tensor as input. Got ",
        scalar_type_name(a.dtype()));
}

void check_square(const char* op, const Tensor& a) {
  check_matrix(op, a);
  check(a.size(-1) == a.size(-2), op, ": A must be batches of square matrices, but they are ",
        a.size(-2), " by ", a.size(-1), " matrices");
}

Tensor work_copy(const Tensor& a) { return clone(to(a.detach(), DType::Float64)); }

size_t batch_count(const Tensor& a) {
  size_t count = 1;
  for (int d = 0; d + 2 < a.dim(); ++d) count *= static_cast<size_t>(a.sizes()[d]);
  return count;
}

Shape batch_sizes(const Tensor& a, int drop, const Shape& tail) {
  Shape sizes;
  for (int d = 0; d + drop < a.dim(); ++d) sizes.push_back(a.sizes()[d]);
  for (int64_t size : tail) sizes.push_back(size);
  return sizes;
}

std::string batch_element(const Tensor& a, size_t i) {
  return a.dim() > 2 ? concat("(Batch element ", i, "): ") : "";
}

Tensor swapped(const Tensor& a) { return transpose(a, -2, -1); }

Tensor lower_part(const Tensor& a, int64_t diagonal) {
  return where(ge(below_diagonal(a), Tensor::number(diagonal)), a, Tensor::number(false));
}

Tensor upper_part(const Tensor& a, int64_t diagonal) {
  return where(le(below_diagonal(a), Tensor::number(diagonal)), a, Tensor::number(false));
}

}  // namespace torch
