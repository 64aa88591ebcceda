// How elementwise ops are made of functors; for use inside ops.
#pragma once

#include "autograd/record.h"
#include "tensor/elementwise.h"

namespace torch {

// float32 for bool and integers, as unary float functions and true division give.
inline DType floating_result(DType dtype) { return is_floating(dtype) ? dtype : DType::Float32; }

// f(x) in floating point.
template <class F>
Tensor map_floating(const F& f, const Tensor& x) {
  Tensor y = Tensor::empty(x.sizes(), floating_result(x.dtype()));
  dispatch_floating("map", y.dtype(),
                    [&](auto t) { elementwise_into<typename decltype(t)::type>(y, f, x); });
  return y;
}

inline Shape broadcast_all(const Tensor& a, const Tensor& b) {
  return broadcast_shapes(a.sizes(), b.sizes());
}

inline Shape broadcast_all(const Tensor& a, const Tensor& b, const Tensor& c) {
  return broadcast_shapes(broadcast_all(a, b), c.sizes());
}

// f(inputs…) in floating point, broadcast.
template <class F, class... In>
Tensor zip_floating(const F& f, const In&... inputs) {
  Tensor y = Tensor::empty(broadcast_all(inputs...), floating_result(result_type({&inputs...})));
  dispatch_floating("zip", y.dtype(),
                    [&](auto t) { elementwise_into<typename decltype(t)::type>(y, f, inputs...); });
  return y;
}

// f(inputs…) in the promoted dtype, whatever it is.
template <class F, class... In>
Tensor zip_any(const F& f, const In&... inputs) {
  Tensor y = Tensor::empty(broadcast_all(inputs...), result_type({&inputs...}));
  dispatch(y.dtype(),
           [&](auto t) { elementwise_into<typename decltype(t)::type>(y, f, inputs...); });
  return y;
}

// f(a, b) as a bool tensor, compared in the promoted dtype.
template <class F>
Tensor compare(const F& f, const Tensor& a, const Tensor& b) {
  Tensor y = Tensor::empty(broadcast_all(a, b), DType::Bool);
  dispatch(result_type({&a, &b}),
           [&](auto t) { elementwise_into<typename decltype(t)::type, bool>(y, f, a, b); });
  return y;
}

}  // namespace torch
