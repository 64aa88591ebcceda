// What the C++ tests share: tensors from numbers, numbers from tensors, and error text.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "kernels/cast.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/view.h"
#include "tensor/tensor.h"

namespace expect {

inline torch::Tensor tensor(const torch::Shape& sizes, const std::vector<double>& values,
                            torch::DType dtype = torch::DType::Float32) {
  torch::Tensor t = torch::Tensor::empty(sizes, dtype);
  REQUIRE(t.numel() == static_cast<int64_t>(values.size()));
  torch::dispatch(dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    for (size_t i = 0; i < values.size(); ++i) t.data<T>()[i] = torch::kernels::cast<T>(values[i]);
  });
  return t;
}

inline std::vector<double> values(const torch::Tensor& t) {
  const torch::Tensor dense = torch::contiguous(t.detach());
  std::vector<double> out;
  torch::dispatch(t.dtype(), [&](auto type) {
    using T = typename decltype(type)::type;
    for (int64_t i = 0; i < dense.numel(); ++i) out.push_back(double(dense.data<T>()[i]));
  });
  return out;
}

// Equal, NaN included.
inline bool same(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])))) return false;
  }
  return true;
}

// Equal to the bit: also the signs of zeros.
inline bool same_bits(const torch::Tensor& a, const torch::Tensor& b) {
  if (!(a.sizes() == b.sizes()) || a.dtype() != b.dtype()) return false;
  const torch::Tensor x = torch::contiguous(a.detach()), y = torch::contiguous(b.detach());
  const size_t bytes = static_cast<size_t>(x.numel()) * torch::element_size(x.dtype());
  return bytes == 0 || std::memcmp(x.raw(), y.raw(), bytes) == 0;
}

// The message of the error that f throws; empty if it throws none.
inline std::string error(const std::function<void()>& f) {
  try {
    f();
  } catch (const torch::Error& e) {
    return e.what();
  }
  return "";
}

// A float64 tensor that requires grad.
inline torch::Tensor variable(const torch::Shape& sizes, const std::vector<double>& values) {
  torch::Tensor t = tensor(sizes, values, torch::DType::Float64);
  t.set_requires_grad(true);
  return t;
}

}  // namespace expect
