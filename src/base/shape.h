// Sizes and strides of a tensor, and the arithmetic on them that needs no data.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "base/check.h"

namespace torch {

// PyTorch allows 64; 16 keeps a shape inline, so that making a view allocates nothing for it.
inline constexpr int kMaxDims = 16;

// A short list of 64-bit integers held inline: sizes, strides (in elements) or dimensions.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int64_t> values) {
    for (int64_t v : values) push_back(v);
  }
  Shape(int count, int64_t value) {
    for (int i = 0; i < count; ++i) push_back(value);
  }

  int size() const { return count_; }
  bool empty() const { return count_ == 0; }
  int64_t operator[](int i) const { return values_[i]; }
  int64_t& operator[](int i) { return values_[i]; }
  int64_t back() const { return values_[count_ - 1]; }
  const int64_t* begin() const { return values_; }
  const int64_t* end() const { return values_ + count_; }

  void push_back(int64_t value) {
    check(count_ < kMaxDims, "a tensor has at most ", kMaxDims, " dimensions");
    values_[count_++] = value;
  }
  void insert(int at, int64_t value);
  void erase(int at);

  bool operator==(const Shape& other) const;

 private:
  int count_ = 0;
  int64_t values_[kMaxDims];
};

// "[2, 3]"
void append(std::string& text, const Shape& shape);

// The number of elements; fails when it does not fit in 63 bits.
int64_t numel(const Shape& sizes);

// Strides of a row-major tensor: the last dimension is 1, size-0 and size-1 count as 1.
Shape contiguous_strides(const Shape& sizes);

// The dimension, counted from the end when negative; PyTorch's IndexError when out of range. A
// 0-dim tensor accepts 0 and -1.
int wrap_dim(int64_t dim, int dims);

// `dims` wrapped, with PyTorch's error for a repeated one; an empty list means every dimension.
// The result is a bit mask.
uint32_t wrap_dims(const Shape& dims, int count);

// The shape both broadcast to, or PyTorch's error.
Shape broadcast_shapes(const Shape& a, const Shape& b);

// Refuses negative sizes with PyTorch's error.
void check_sizes(const Shape& sizes);

// The dimensions larger than 1, from the smallest stride to the largest.
Shape by_stride(const Shape& sizes, const Shape& strides);

}  // namespace torch
