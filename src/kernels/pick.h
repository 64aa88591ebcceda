// One class of each position, by index, and the way back.
#pragma once

#include <cstddef>
#include <cstdint>

namespace torch::kernels {

// [outer, classes, inner] with any strides, in elements.
struct ClassStrides {
  int64_t outer, classes, inner;
};

// y[n, s] = x[n, target[n, s], s], and 0 where the target is `ignored`.
template <class T>
void pick(const T* x, ClassStrides stride, const int64_t* target, int64_t ignored, size_t outer,
          size_t inner, T* y) {
  for (size_t n = 0; n < outer; ++n) {
    const T* row = x + static_cast<int64_t>(n) * stride.outer;
    for (size_t s = 0; s < inner; ++s, ++target, ++y) {
      const int64_t column = static_cast<int64_t>(s) * stride.inner;
      *y = *target == ignored ? T(0) : row[*target * stride.classes + column];
    }
  }
}

// y[n, target[n, s], s] = g[n, s] but where the target is `ignored`; y is contiguous and zero.
template <class T>
void place(const T* g, const int64_t* target, int64_t ignored, size_t outer, size_t classes,
           size_t inner, T* y) {
  for (size_t n = 0; n < outer; ++n, y += classes * inner) {
    for (size_t s = 0; s < inner; ++s, ++target, ++g) {
      if (*target != ignored) y[static_cast<size_t>(*target) * inner + s] = *g;
    }
  }
}

}  // namespace torch::kernels
