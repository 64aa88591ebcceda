// Sorting, and what is found by it. NaN counts as larger than every number. Gradients go to the
// elements that were chosen.
#pragma once

#include <utility>
#include <vector>

#include "tensor/tensor.h"

namespace torch {

// Values and indices in ascending or descending order along dim; equal elements keep theirs.
std::pair<Tensor, Tensor> sort(const Tensor& x, int64_t dim, bool descending);
Tensor argsort(const Tensor& x, int64_t dim, bool descending);
// The k largest (or smallest), in order.
std::pair<Tensor, Tensor> topk(const Tensor& x, int64_t k, int64_t dim, bool largest);
// The k-th smallest, counted from 1.
std::pair<Tensor, Tensor> kthvalue(const Tensor& x, int64_t k, int64_t dim, bool keepdim);
// The lower of the two middle values; NaN where there is one, unless `ignore_nan`.
std::pair<Tensor, Tensor> median_dim(const Tensor& x, int64_t dim, bool keepdim, bool ignore_nan);
// The same of all elements; equal ones share the gradient.
Tensor median(const Tensor& x, bool ignore_nan);
// The most frequent value, of several the smallest, and where it stands last.
std::pair<Tensor, Tensor> mode(const Tensor& x, int64_t dim, bool keepdim);
// The elements without repetition in ascending order, where each element went, and how many went
// there.
std::vector<Tensor> unique(const Tensor& x);
// How many elements of a row of `sorted` are less than each of `values`, or with `right` not
// greater. The rows are along the last dimension, the others those of `values`; one row serves all.
Tensor searchsorted(const Tensor& sorted, const Tensor& values, bool right);

}  // namespace torch
