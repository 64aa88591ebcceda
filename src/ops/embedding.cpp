#include "ops/embedding.h"

#include "autograd/record.h"
#include "ops/comparison.h"
#include "ops/indexing.h"
#include "ops/view.h"

namespace torch {

Tensor embedding(const Tensor& weight, const Tensor& indices, int64_t padding_idx) {
  check(weight.dim() == 2, "'weight' must be 2-D");
  check(
      indices.dtype() == DType::Int64 || indices.dtype() == DType::Int32,
      "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, "
      "Int; but got torch.",
      scalar_type_name(indices.dtype()), "Tensor instead (while checking arguments for embedding)");
  const Tensor at = reshape(indices, {indices.numel()});
  Tensor rows = index_select(weight, 0, at);
  if (padding_idx >= 0) {
    rows = where(unsqueeze(eq(at, Tensor::number(padding_idx)), 1), rows.detach(), rows);
  }
  Shape sizes = indices.sizes();
  sizes.push_back(weight.sizes()[1]);
  return named("EmbeddingBackward0", reshape(rows, sizes));
}

}  // namespace torch
