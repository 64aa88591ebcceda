// How elementwise ops are made of functors; for use inside ops.
#pragma once

#include <initializer_list>

#include "autograd/record.h"
#include "tensor/elementwise.h"

namespace torch {

// The loops of one functor. Bool and the smaller integers are computed in int64: narrowed, its
// results are what the narrower type would give, for integers wrap around and bool is "not zero".
// A functor for floating point only has no int64 loop.
struct Loops {
  ContiguousLoop float32, float64, int64;
};
template <class F, size_t N>
inline constexpr Loops kFloatingLoops{&contiguous_loop<float, float, F, N>,
                                      &contiguous_loop<double, double, F, N>, nullptr};
template <class F, size_t N>
inline constexpr Loops kLoops{&contiguous_loop<float, float, F, N>,
                              &contiguous_loop<double, double, F, N>,
                              &contiguous_loop<int64_t, int64_t, F, N>};
// For functors that return a mask.
template <class F, size_t N>
inline constexpr Loops kMaskLoops{&contiguous_loop<float, bool, F, N>,
                                  &contiguous_loop<double, bool, F, N>,
                                  &contiguous_loop<int64_t, bool, F, N>};

using Inputs = std::initializer_list<const Tensor*>;

// f of the inputs, broadcast, computed in `dtype` and of that dtype.
Tensor pointwise(const Loops& loops, const void* f, Inputs inputs, DType dtype);
// The same for a functor that returns a mask.
Tensor pointwise_mask(const Loops& loops, const void* f, Inputs inputs, DType dtype);

// The default dtype for bool and integers, as unary float functions and true division give.
inline DType floating_result(DType dtype) { return is_floating(dtype) ? dtype : default_dtype; }

// f(x) in floating point.
template <class F>
Tensor map_floating(const F& f, const Tensor& x) {
  return pointwise(kFloatingLoops<F, 1>, &f, {&x}, floating_result(x.dtype()));
}

// f(x) in x's own dtype.
template <class F>
Tensor map_any(const F& f, const Tensor& x) {
  return pointwise(kLoops<F, 1>, &f, {&x}, x.dtype());
}

// A mask of x, looked at in its own dtype.
template <class F>
Tensor map_mask(const F& f, const Tensor& x) {
  return pointwise_mask(kMaskLoops<F, 1>, &f, {&x}, x.dtype());
}

// f(inputs…) in floating point, broadcast.
template <class F, class... In>
Tensor zip_floating(const F& f, const In&... inputs) {
  return pointwise(kFloatingLoops<F, sizeof...(In)>, &f, {&inputs...},
                   floating_result(result_type({&inputs...})));
}

// f(inputs…) in the promoted dtype, whatever it is.
template <class F, class... In>
Tensor zip_any(const F& f, const In&... inputs) {
  return pointwise(kLoops<F, sizeof...(In)>, &f, {&inputs...}, result_type({&inputs...}));
}

// f(a, b) as a bool tensor, compared in the promoted dtype.
template <class F>
Tensor compare(const F& f, const Tensor& a, const Tensor& b) {
  return pointwise_mask(kMaskLoops<F, 2>, &f, {&a, &b}, result_type({&a, &b}));
}

}  // namespace torch
