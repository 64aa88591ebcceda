#include "ops/comparison.h"

#include "expect.h"

using expect::error;
using expect::same;
using expect::tensor;
using expect::values;
using torch::DType;
using torch::Tensor;

TEST_CASE("comparisons: bool results, NaN unequal to all, in the promoted dtype") {
  const Tensor a = tensor({5}, {1, 2, 3, NAN, -0.0}), b = tensor({5}, {2, 2, 2, NAN, 0.0});
  CHECK(torch::eq(a, b).dtype() == DType::Bool);
  CHECK(same(values(torch::eq(a, b)), {0, 1, 0, 0, 1}));
  CHECK(same(values(torch::ne(a, b)), {1, 0, 1, 1, 0}));
  CHECK(same(values(torch::lt(a, b)), {1, 0, 0, 0, 0}));
  CHECK(same(values(torch::le(a, b)), {1, 1, 0, 0, 1}));
  CHECK(same(values(torch::gt(a, b)), {0, 0, 1, 0, 0}));
  CHECK(same(values(torch::ge(a, b)), {0, 1, 1, 0, 1}));
  CHECK(same(values(torch::lt(tensor({1}, {1}, DType::Int64), Tensor::number(1.5))), {1}));
}

TEST_CASE("isnan, isinf, isfinite, on floats and integers") {
  const Tensor x = tensor({4}, {NAN, INFINITY, -INFINITY, 1});
  CHECK(same(values(torch::isnan(x)), {1, 0, 0, 0}));
  CHECK(same(values(torch::isinf(x)), {0, 1, 1, 0}));
  CHECK(same(values(torch::isfinite(x)), {0, 0, 0, 1}));
  CHECK(same(values(torch::isfinite(tensor({1}, {7}, DType::Int32))), {1}));
}

TEST_CASE("logic: anything but zero is true; bitwise only on integers and bool") {
  const Tensor a = tensor({4}, {0, 0, 2, -1}), b = tensor({4}, {0, 3, 0, 5});
  CHECK(same(values(torch::logical_and(a, b)), {0, 0, 0, 1}));
  CHECK(same(values(torch::logical_or(a, b)), {0, 1, 1, 1}));
  CHECK(same(values(torch::logical_xor(a, b)), {0, 1, 1, 0}));
  CHECK(same(values(torch::logical_not(a)), {1, 1, 0, 0}));
  const Tensor i = tensor({2}, {6, 5}, DType::Int64), j = tensor({2}, {3, 1}, DType::Int64);
  CHECK(same(values(torch::bitwise_and(i, j)), {2, 1}));
  CHECK(same(values(torch::bitwise_or(i, j)), {7, 5}));
  CHECK(same(values(torch::bitwise_xor(i, j)), {5, 4}));
  CHECK(same(values(torch::bitwise_not(i)), {-7, -6}));
  CHECK(same(values(torch::bitwise_not(tensor({2}, {1, 0}, DType::Bool))), {0, 1}));
  CHECK(error([&] { torch::bitwise_and(a, b); }) ==
        "\"bitwise_and_cpu\" not implemented for 'Float'");
}

TEST_CASE("where, masked_fill, clamp: values, dtypes and errors") {
  const Tensor c = tensor({3}, {1, 0, 1}, DType::Bool), x = tensor({3}, {1, 2, 3});
  CHECK(same(values(torch::where(c, x, Tensor::number(0))), {1, 0, 3}));
  CHECK(same(values(torch::masked_fill(x, c, Tensor::number(-1))), {-1, 2, -1}));
  CHECK(error([&] { torch::where(x, x, x); }) ==
        "where expected condition to be a boolean tensor, but got a tensor with dtype Float");
  CHECK(same(
      values(torch::clamp(tensor({4}, {-5, 0, 5, NAN}), Tensor::number(-1), Tensor::number(1))),
      {-1, 0, 1, NAN}));
  CHECK(error([&] { torch::clamp(x, {}, {}); }) ==
        "torch.clamp: At least one of 'min' or 'max' must not be None");
  CHECK(error([&] {
          torch::masked_fill(tensor({3}, {1, 2, 3}, DType::Int64), c, Tensor::number(.5));
        }) == "result type Float can't be cast to the desired output type Long");
}

TEST_CASE(
    "clamp: -0 stays where a bound is 0, NaN bounds give NaN, a lower bound above the upper one") {
  const Tensor zero = Tensor::number(0), one = Tensor::number(1), nan = Tensor::number(NAN);
  for (const DType dtype : {DType::Float32, DType::Float64}) {
    const Tensor x = tensor({6}, {-0.0, 0, NAN, -3, 7, 0.5}, dtype);
    for (const Tensor& y : {torch::clamp(x, zero, one), torch::clamp(x, zero, {})}) {
      CHECK(std::signbit(values(y)[0]));
      CHECK_FALSE(std::signbit(values(y)[1]));
      CHECK_FALSE(std::signbit(values(y)[3]));
    }
    CHECK(same(values(torch::clamp(x, zero, one)), {-0.0, 0, NAN, 0, 1, 0.5}));
    CHECK(same(values(torch::clamp(x, {}, zero)), {-0.0, 0, NAN, -3, 0, 0}));
    CHECK(same(values(torch::clamp(x, one, zero)), {0, 0, NAN, 0, 0, 0}));
    CHECK(same(values(torch::clamp(x, nan, one)), {NAN, NAN, NAN, NAN, NAN, NAN}));
    CHECK(same(values(torch::clamp(x, zero, nan)), {NAN, NAN, NAN, NAN, NAN, NAN}));
  }
}

TEST_CASE("allclose and equal: tolerance, infinities, NaN") {
  const Tensor a = tensor({3}, {1, INFINITY, 0}), b = tensor({3}, {1.000001, INFINITY, 1e-9});
  CHECK(torch::allclose(a, b, 1e-5, 1e-8, false));
  CHECK_FALSE(torch::allclose(a, b, 1e-9, 1e-12, false));
  CHECK_FALSE(torch::allclose(tensor({1}, {INFINITY}), tensor({1}, {-INFINITY}), 1, 1, false));
  CHECK_FALSE(torch::allclose(tensor({1}, {INFINITY}), tensor({1}, {1e30}), 1, 1, false));
  CHECK(torch::allclose(tensor({1}, {NAN}), tensor({1}, {NAN}), 0, 0, true));
  CHECK(torch::equal(a, a));
  CHECK_FALSE(torch::equal(a, b));
  CHECK_FALSE(torch::equal(a, tensor({1, 3}, {1, INFINITY, 0})));
}
