#include "ops/creation.h"

#include <cmath>
#include <cstring>

#include "autograd/record.h"
#include "ops/copy.h"

namespace torch {

namespace {

// y[i] = f(i), in f's type and then in dtype.
template <class F>
Tensor generate(int64_t count, DType dtype, F f) {
  using T = decltype(f(int64_t{}));
  Tensor y = Tensor::empty({count}, kDType<T>);
  T* values = y.data<T>();
  for (int64_t i = 0; i < count; ++i) values[i] = f(i);
  return to(y, dtype);
}

}  // namespace

Tensor empty(const Shape& sizes, DType dtype) { return Tensor::empty(sizes, dtype); }

Tensor zeros(const Shape& sizes, DType dtype) {
  Tensor y = Tensor::empty(sizes, dtype);
  if (y.numel() > 0) std::memset(y.raw(), 0, y.storage()->bytes());
  return y;
}

Tensor ones(const Shape& sizes, DType dtype) { return full(sizes, 1, dtype); }

Tensor full(const Shape& sizes, Scalar value, DType dtype) {
  Tensor y = Tensor::empty(sizes, dtype);
  copy_into(y, Tensor::number(value));
  return y;
}

Tensor eye(int64_t rows, int64_t columns, DType dtype) {
  check(rows >= 0, "n must be greater or equal to 0, got ", rows);
  check(columns >= 0, "m must be greater or equal to 0, got ", columns);
  Tensor y = zeros({rows, columns}, dtype);
  const int64_t diagonal = rows < columns ? rows : columns;
  copy_into(y.alias({diagonal}, {columns + 1}, 0), Tensor::number(1));
  return y;
}

Tensor arange(double start, double end, double step, DType dtype) {
  check(step != 0, "step must be nonzero");
  check(std::isfinite(start) && std::isfinite(end), "unsupported range: ", start, " -> ", end);
  check((step > 0 && end >= start) || (step < 0 && end <= start),
        "upper bound and larger bound inconsistent with step sign");
  const double count = std::ceil((end - start) / step);
  check(count < 9e15, "invalid size, possible overflow?");
  return generate(static_cast<int64_t>(count), dtype,
                  [=](int64_t i) { return start + step * static_cast<double>(i); });
}

Tensor linspace(double start, double end, int64_t steps, DType dtype) {
  check(steps >= 0, "number of steps must be non-negative");
  // From both ends, as PyTorch does, so that both ends are exact; each operation in the result's
  // own precision.
  const auto spaced = [=](auto first, auto last) {
    const auto step = steps > 1 ? (last - first) / static_cast<decltype(first)>(steps - 1) : 0;
    return generate(steps, dtype, [=](int64_t i) {
      using T = decltype(first);
      return i < steps / 2 || steps == 1 ? first + step * static_cast<T>(i)
                                         : last - step * static_cast<T>(steps - i - 1);
    });
  };
  if (dtype == DType::Float32) {
    return spaced(static_cast<float>(start), static_cast<float>(end));
  }
  return spaced(start, end);
}

Tensor logspace(double start, double end, int64_t steps, double base, DType dtype) {
  check(steps >= 0, "number of steps must be non-negative");
  const double step = steps > 1 ? (end - start) / static_cast<double>(steps - 1) : 0;
  return generate(steps, dtype, [=](int64_t i) {
    const bool from_start = i < steps / 2 || steps == 1;
    const double exponent = from_start ? start + step * static_cast<double>(i)
                                       : end - step * static_cast<double>(steps - i - 1);
    return std::pow(base, exponent);
  });
}

Tensor fill_(const Tensor& x, Scalar value) { return copy_(x, Tensor::number(value)); }

Tensor zero_(const Tensor& x) { return fill_(x, 0); }

}  // namespace torch
