// Binary arithmetic with broadcasting and type promotion, and its in-place forms. An operand may be
// Tensor::number(…).
#pragma once

#include "tensor/tensor.h"

namespace torch {

Tensor add(const Tensor& a, const Tensor& b);
Tensor sub(const Tensor& a, const Tensor& b);
Tensor mul(const Tensor& a, const Tensor& b);
// True division: integers give float32.
Tensor div(const Tensor& a, const Tensor& b);
Tensor floor_divide(const Tensor& a, const Tensor& b);
Tensor trunc_divide(const Tensor& a, const Tensor& b);
// The sign of the divisor, as Python's %.
Tensor remainder(const Tensor& a, const Tensor& b);
// The sign of the dividend, as C's fmod.
Tensor fmod(const Tensor& a, const Tensor& b);
Tensor pow(const Tensor& a, const Tensor& b);
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, const Tensor& b);
Tensor atan2(const Tensor& a, const Tensor& b);

Tensor add_(const Tensor& x, const Tensor& other);
Tensor sub_(const Tensor& x, const Tensor& other);
Tensor mul_(const Tensor& x, const Tensor& other);
Tensor div_(const Tensor& x, const Tensor& other);

// a + (b - a) * w, from the nearer end.
Tensor lerp(const Tensor& a, const Tensor& b, const Tensor& w);
Tensor addcmul(const Tensor& x, const Tensor& a, const Tensor& b, double value);
Tensor addcdiv(const Tensor& x, const Tensor& a, const Tensor& b, double value);

}  // namespace torch
