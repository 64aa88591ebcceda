#include "base/shape.h"

#include <algorithm>

namespace torch {

void Shape::insert(int at, int64_t value) {
  push_back(value);
  std::rotate(values_ + at, values_ + count_ - 1, values_ + count_);
}

void Shape::erase(int at) {
  std::copy(values_ + at + 1, values_ + count_, values_ + at);
  --count_;
}

bool Shape::operator==(const Shape& other) const {
  return std::equal(begin(), end(), other.begin(), other.end());
}

void append(std::string& text, const Shape& shape) {
  append(text, "[");
  for (int i = 0; i < shape.size(); ++i) {
    if (i > 0) append(text, ", ");
    append(text, shape[i]);
  }
  append(text, "]");
}

int64_t numel(const Shape& sizes) {
  int64_t count = 1;
  bool overflow = false;
  for (int64_t size : sizes) overflow |= __builtin_mul_overflow(count, size, &count);
  // A zero after an overflow still makes an empty tensor.
  if (overflow && std::find(sizes.begin(), sizes.end(), 0) != sizes.end()) return 0;
  check(!overflow, "Storage size calculation overflowed with sizes=", sizes);
  return count;
}

Shape contiguous_strides(const Shape& sizes) {
  Shape strides(sizes.size(), 1);
  for (int i = sizes.size() - 2; i >= 0; --i) {
    strides[i] = strides[i + 1] * std::max<int64_t>(sizes[i + 1], 1);
  }
  return strides;
}

int wrap_dim(int64_t dim, int dims) {
  const int64_t range = std::max(dims, 1);
  check_index(dim >= -range && dim < range, "Dimension out of range (expected to be in range of [",
              -range, ", ", range - 1, "], but got ", dim, ")");
  return static_cast<int>(dim < 0 ? dim + range : dim);
}

uint32_t wrap_dims(const Shape& dims, int count) {
  if (dims.empty()) return (1u << count) - 1;
  uint32_t mask = 0;
  for (int64_t d : dims) {
    const int wrapped = wrap_dim(d, count);
    check(!(mask >> wrapped & 1), "dim ", wrapped, " appears multiple times in the list of dims");
    mask |= 1u << wrapped;
  }
  return mask;
}

Shape broadcast_shapes(const Shape& a, const Shape& b) {
  const Shape& longer = a.size() >= b.size() ? a : b;
  Shape out = longer;
  for (int i = 1; i <= out.size(); ++i) {
    const int64_t sa = i <= a.size() ? a[a.size() - i] : 1;
    const int64_t sb = i <= b.size() ? b[b.size() - i] : 1;
    check(sa == sb || sa == 1 || sb == 1, "The size of tensor a (", sa,
          ") must match the size of tensor b (", sb, ") at non-singleton dimension ",
          out.size() - i);
    out[out.size() - i] = sa == 1 ? sb : sa;
  }
  return out;
}

void check_sizes(const Shape& sizes) {
  for (int64_t size : sizes) {
    check(size >= 0, "Trying to create tensor with negative dimension ", size, ": ", sizes);
  }
}

Shape by_stride(const Shape& sizes, const Shape& strides) {
  Shape order;
  for (int d = 0; d < sizes.size(); ++d) {
    if (sizes[d] <= 1) continue;
    int at = order.size();
    while (at > 0 && strides[d] < strides[int(order[at - 1])]) --at;
    order.insert(at, d);
  }
  return order;
}

}  // namespace torch
