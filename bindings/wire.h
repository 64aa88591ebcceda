// How values cross between JavaScript and C++: as plain numbers, which is what makes a call cost
// nanoseconds. wire<&op> is `op` with every argument and its result in that form.
//
//   Tensor          its handle; 0 is undefined; as an argument, -k is the number in scalar slot k
//   Shape, lists    the address of [count, v0, v1, …] as float64
//   DType           its position in the enum; -1 for "not given" where it is optional
//   Generator       its handle; 0 is the default generator
//   Reduction       0 none, 1 mean, 2 sum
//   other           a number or boolean
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "handles.h"
#include "ops/loss.h"
#include "tensor/generator.h"
#include "tensor/tensor.h"

namespace torch::bindings {

// A list in WebAssembly memory.
using Address = uint32_t;

// Slots 1 to 8 hold numbers for a call; the two behind them are false and true.
inline constexpr int kNumberSlots = 8, kScalarSlots = kNumberSlots + 2;
extern double scalar_slots[kScalarSlots + 1];

Generator& generator(int32_t handle);

// Keeps `values` as [count, …] until the next call; for results.
Address list_result(const std::vector<double>& values);

inline const double* at(Address list) { return reinterpret_cast<const double*>(list); }

template <class T>
struct Wire {
  using type = T;
  static T from(T value) { return value; }
  static T to(T value) { return value; }
};

template <>
struct Wire<Tensor> {
  using type = int32_t;
  static int32_t to(Tensor t) { return hold(std::move(t)); }
};

// The tensor in the table itself: an op neither takes nor gives handles while it runs. Out of line,
// as are those below: in every row of every table, they would be a good part of the download.
template <>
struct Wire<const Tensor&> {
  using type = int32_t;
  static const Tensor& from(int32_t handle);
};
// Lets go of the tensors that numbers have become.
void forget_numbers();

template <>
struct Wire<Shape> {
  using type = Address;
  static Shape from(Address list);
  static Address to(const Shape& shape) { return list_result({shape.begin(), shape.end()}); }
};

template <>
struct Wire<std::vector<Tensor>> {
  using type = Address;
  static std::vector<Tensor> from(Address list);
  static Address to(const std::vector<Tensor>& tensors);
};

template <>
struct Wire<std::pair<Tensor, Tensor>> {
  using type = Address;
  static Address to(const std::pair<Tensor, Tensor>& pair);
};

template <>
struct Wire<Scalar> {
  using type = double;
  static Scalar from(double value) { return Scalar::from_number(value); }
};

// int64 would cross as a BigInt; every int64 argument (sizes, dimensions, indices) is a safe
// integer.
template <>
struct Wire<int64_t> {
  using type = double;
  static int64_t from(double value) { return static_cast<int64_t>(value); }
  static double to(int64_t value) { return static_cast<double>(value); }
};

template <>
struct Wire<DType> {
  using type = int32_t;
  static DType from(int32_t value) { return static_cast<DType>(value); }
  static int32_t to(DType dtype) { return static_cast<int32_t>(dtype); }
};

template <>
struct Wire<Reduction> {
  using type = int32_t;
  static Reduction from(int32_t value) { return static_cast<Reduction>(value); }
};

template <>
struct Wire<std::optional<DType>> {
  using type = int32_t;
  static std::optional<DType> from(int32_t value) {
    if (value < 0) return std::nullopt;
    return static_cast<DType>(value);
  }
};

// NaN is "not given".
template <>
struct Wire<std::optional<int64_t>> {
  using type = double;
  static std::optional<int64_t> from(double value) {
    if (value != value) return std::nullopt;
    return static_cast<int64_t>(value);
  }
};

template <>
struct Wire<Generator&> {
  using type = int32_t;
  static Generator& from(int32_t handle) { return generator(handle); }
};

// `const T&` crosses as T; `Generator&` and `const Tensor&` stay references.
template <class A>
using WireOf =
    Wire<std::conditional_t<std::is_same_v<A, Generator&> || std::is_same_v<A, const Tensor&>, A,
                            std::remove_cvref_t<A>>>;

template <auto F>
struct Bound;

template <class R, class... A, R (*F)(A...)>
struct Bound<F> {
  static typename WireOf<R>::type call(typename WireOf<A>::type... args) {
    return WireOf<R>::to(F(WireOf<A>::from(args)...));
  }
};

template <class... A, void (*F)(A...)>
struct Bound<F> {
  static void call(typename WireOf<A>::type... args) { F(WireOf<A>::from(args)...); }
};

template <auto F>
inline constexpr auto wire = &Bound<F>::call;

}  // namespace torch::bindings
