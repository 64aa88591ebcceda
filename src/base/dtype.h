// Element types, their names and PyTorch's promotion rules (docs: "Tensor Attributes").
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/check.h"

namespace torch {

// Ordered so that the promotion of two types is the larger one (there is no int8, the only type
// that would break the order).
enum class DType : uint8_t { Bool, UInt8, Int32, Int64, Float32, Float64 };
inline constexpr int kDTypes = 6;

template <class T>
struct TypeOf {
  using type = T;
};

// Calls f(TypeOf<T>{}) with the C++ type that stores `dtype`.
template <class F>
decltype(auto) dispatch(DType dtype, F&& f) {
  switch (dtype) {
    case DType::Bool:
      return f(TypeOf<bool>{});
    case DType::UInt8:
      return f(TypeOf<uint8_t>{});
    case DType::Int32:
      return f(TypeOf<int32_t>{});
    case DType::Int64:
      return f(TypeOf<int64_t>{});
    case DType::Float32:
      return f(TypeOf<float>{});
    case DType::Float64:
      break;
  }
  return f(TypeOf<double>{});
}

template <class T>
inline constexpr DType kDType = DType::Bool;
template <>
inline constexpr DType kDType<uint8_t> = DType::UInt8;
template <>
inline constexpr DType kDType<int32_t> = DType::Int32;
template <>
inline constexpr DType kDType<int64_t> = DType::Int64;
template <>
inline constexpr DType kDType<float> = DType::Float32;
template <>
inline constexpr DType kDType<double> = DType::Float64;

inline size_t element_size(DType dtype) {
  constexpr uint8_t kSizes[kDTypes] = {1, 1, 4, 8, 4, 8};
  return kSizes[static_cast<int>(dtype)];
}

inline bool is_floating(DType dtype) { return dtype >= DType::Float32; }
inline bool is_integral(DType dtype) { return dtype < DType::Float32 && dtype != DType::Bool; }

// What numbers with a fraction, and functions that make such of integers, give.
inline DType default_dtype = DType::Float32;

// 0 bool, 1 integer, 2 float.
inline int category(DType dtype) { return dtype == DType::Bool ? 0 : is_floating(dtype) ? 2 : 1; }

inline DType promote(DType a, DType b) { return a < b ? b : a; }

// "torch.float32", as a tensor prints it.
const char* dtype_name(DType dtype);
// "Float", as PyTorch's C++ messages say it.
const char* scalar_type_name(DType dtype);

// dispatch() over float32 and float64; anything else is PyTorch's "not implemented for" error.
template <class F>
decltype(auto) dispatch_floating(const char* kernel, DType dtype, F&& f) {
  if (dtype == DType::Float32) return f(TypeOf<float>{});
  if (dtype != DType::Float64) [[unlikely]] {
    fail(ErrorKind::NotImplemented, "\"", kernel, "\" not implemented for '",
         scalar_type_name(dtype), "'");
  }
  return f(TypeOf<double>{});
}

// Refuses what dispatch_floating would.
inline void check_implemented(const char* kernel, DType dtype) {
  dispatch_floating(kernel, dtype, [](auto) {});
}

}  // namespace torch
