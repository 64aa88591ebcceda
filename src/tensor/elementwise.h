// y[i] = f(inputs[i]…) for tensors of any strides and dtypes that broadcast to y's shape.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/elementwise.h"
#include "tensor/tensor.h"

namespace torch {

// Work smaller than this is not split among threads: starting to share costs about as much as
// computing this many elements of a cheap op.
inline constexpr size_t kElementGrain = 16384;

inline constexpr int kMaxInputs = 6;

// Computes n contiguous elements, inputs and output in the compute type; n is a multiple of its
// lanes.
using ContiguousLoop = void (*)(const void* functor, size_t n, void* y, const void* const* in);

// The part of elementwise() that knows no types. Operands that are strided, broadcast or of another
// dtype than `compute` pass through small buffers, chunk by chunk; so there is one loop per functor
// and a strided operand gives the same bits as its contiguous copy.
void run_elementwise(const Tensor& y, std::span<const Tensor* const> inputs, DType compute,
                     DType produced, ContiguousLoop loop, const void* functor);

// The loop of functor F over N inputs of T.
template <class T, class Out, class F, size_t N>
void contiguous_loop(const void* functor, size_t n, void* y, const void* const* in) {
  [&]<size_t... I>(std::index_sequence<I...>) {
    kernels::elementwise_lanes<T, Out>(*static_cast<const F*>(functor), n, static_cast<Out*>(y),
                                       static_cast<const T*>(in[I])...);
  }
  (std::make_index_sequence<N>{});
}

// y = x, converted to y's dtype and broadcast to its shape.
void copy_into(const Tensor& y, const Tensor& x);

}  // namespace torch
