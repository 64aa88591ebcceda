#include "tensor/memory_order.h"

#include <algorithm>

namespace torch {

namespace {

// > 0 where dimension b must come before a in ascending order, < 0 where it must not, 0 undecided.
int compare(const Tensor& x, int64_t a, int64_t b) {
  const int64_t stride_a = x.strides()[int(a)], stride_b = x.strides()[int(b)];
  if (stride_a == 0 || stride_b == 0) return 0;
  if (stride_a != stride_b) return stride_a < stride_b ? -1 : 1;
  return x.sizes()[int(a)] > x.sizes()[int(b)] ? 1 : 0;
}

}  // namespace

Shape memory_order(const Tensor& x) {
  Shape order;
  for (int d = x.dim() - 1; d >= 0; --d) order.push_back(d);
  // An insertion sort that looks past what it cannot decide: which elements meet is part of the
  // result.
  for (int i = 1; i < order.size(); ++i) {
    int place = i;
    for (int k = i - 1; k >= 0; --k) {
      const int decision = compare(x, order[k], order[place]);
      if (decision < 0) break;
      if (decision == 0) continue;
      std::swap(order[k], order[place]);
      place = k;
    }
  }
  std::reverse(&order[0], &order[0] + order.size());
  return order;
}

Tensor reordered(const Tensor& x, const Shape& order) {
  Shape sizes, strides;
  for (int64_t d : order) {
    sizes.push_back(x.sizes()[int(d)]);
    strides.push_back(x.strides()[int(d)]);
  }
  return x.alias(sizes, strides, x.storage_offset());
}

Tensor restored(const Tensor& x, const Shape& order) {
  Shape sizes = order, strides = order;
  for (int i = 0; i < order.size(); ++i) {
    sizes[int(order[i])] = x.sizes()[i];
    strides[int(order[i])] = x.strides()[i];
  }
  return x.alias(sizes, strides, x.storage_offset());
}

Tensor empty_like(const Tensor& x, DType dtype) {
  const Shape order = memory_order(x);
  return restored(Tensor::empty(reordered(x, order).sizes(), dtype), order);
}

}  // namespace torch
