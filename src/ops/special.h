// The less common elementwise ops.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// The larger (smaller) of the two; the other one where one is NaN.
Tensor fmax(const Tensor& a, const Tensor& b);
Tensor fmin(const Tensor& a, const Tensor& b);
Tensor nan_to_num(const Tensor& x, double nan, double posinf, double neginf);
// sqrt(a^2 + b^2)
Tensor hypot(const Tensor& a, const Tensor& b);
// To so many decimals, halves to even.
Tensor round_decimals(const Tensor& x, int64_t decimals);
// log(e^a + e^b), log2(2^a + 2^b)
Tensor logaddexp(const Tensor& a, const Tensor& b);
Tensor logaddexp2(const Tensor& a, const Tensor& b);
// sin(pi x) / (pi x), 1 at 0.
Tensor sinc(const Tensor& x);
// log(x / (1 - x)) of floats.
Tensor logit(const Tensor& x);
// a log b, 0 where a is 0.
Tensor xlogy(const Tensor& a, const Tensor& b);
// 0 below 0, `values` at 0, 1 above.
Tensor heaviside(const Tensor& x, const Tensor& values);
Tensor asinh(const Tensor& x);
Tensor acosh(const Tensor& x);
Tensor atanh(const Tensor& x);
// log |gamma(x)|, its derivative, and the n-th derivative of that.
Tensor lgamma(const Tensor& x);
Tensor digamma(const Tensor& x);
Tensor polygamma(int64_t n, const Tensor& x);
Tensor bitwise_left_shift(const Tensor& a, const Tensor& b);
Tensor bitwise_right_shift(const Tensor& a, const Tensor& b);

}  // namespace torch
