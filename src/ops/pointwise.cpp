#include "ops/pointwise.h"

#include <array>

#include "ops/copy.h"

namespace torch {

namespace {

Shape broadcast(Inputs inputs) {
  Shape sizes;
  for (const Tensor* t : inputs) sizes = broadcast_shapes(sizes, t->sizes());
  return sizes;
}

// Whether t's rows are columns in memory, and so many that a transposed copy of it, and then the
// op, are quicker than the op across memory lines.
bool is_transposed(const Tensor& t) {
  constexpr int64_t kMany = 1024;
  if (t.numel() < kMany || t.strides().back() == 1 || t.sizes().back() == 1) return false;
  bool runs = false;
  for (int d = 0; d < t.dim(); ++d) runs |= t.strides()[d] == 1 && t.sizes()[d] > 1;
  return runs;
}

void run(const Tensor& y, const Loops& loops, const void* f, Inputs inputs, DType compute,
         bool mask) {
  const ContiguousLoop loop = compute == DType::Float32   ? loops.float32
                              : compute == DType::Float64 ? loops.float64
                                                          : loops.int64;
  const DType wide = is_floating(compute) ? compute : DType::Int64;
  // A number or an operand of another type is first what it is in a narrow integer: 255 for -1.
  const bool narrow = compute == DType::UInt8 || compute == DType::Int32;
  std::array<Tensor, kMaxInputs> copies;
  std::array<const Tensor*, kMaxInputs> operands;
  size_t count = 0;
  for (const Tensor* t : inputs) {
    operands[count] = t;
    if (narrow && t->dtype() != compute) {
      operands[count] = &(copies[count] = to(t->detach(), compute));
    } else if (t->numel() == y.numel() && is_transposed(*t)) {
      operands[count] = &(copies[count] = contiguous(t->detach()));
    }
    ++count;
  }
  run_elementwise(y, {operands.data(), count}, wide, mask ? DType::Bool : wide, loop, f);
}

}  // namespace

Tensor pointwise(const Loops& loops, const void* f, Inputs inputs, DType dtype) {
  Tensor y = Tensor::empty(broadcast(inputs), dtype);
  run(y, loops, f, inputs, dtype, false);
  return y;
}

Tensor pointwise_mask(const Loops& loops, const void* f, Inputs inputs, DType dtype) {
  Tensor y = Tensor::empty(broadcast(inputs), DType::Bool);
  // 0 and 1 compare as floats as they do as integers, four at a time.
  run(y, loops, f, inputs, dtype == DType::Bool ? DType::Float32 : dtype, true);
  return y;
}

}  // namespace torch
