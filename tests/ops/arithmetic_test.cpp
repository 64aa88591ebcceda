#include "ops/arithmetic.h"

#include <cmath>

#include "expect.h"
#include "ops/backward.h"
#include "ops/comparison.h"

using expect::error;
using expect::same;
using expect::tensor;
using expect::values;
using torch::DType;
using torch::Tensor;

namespace {

Tensor number(torch::Scalar v) { return Tensor::number(v); }

DType sum_type(const Tensor& a, const Tensor& b) { return torch::add(a, b).dtype(); }

}  // namespace

TEST_CASE(
    "promotion: dimensioned tensors decide, then 0-dim ones, then numbers (PyTorch's table)") {
  const auto one = [](DType d) { return tensor({1}, {1}, d); };
  const auto zero_dim = [](DType d) { return tensor({}, {1}, d); };
  const DType order[] = {DType::Bool,  DType::UInt8,   DType::Int32,
                         DType::Int64, DType::Float32, DType::Float64};
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < 6; ++j)
      CHECK(sum_type(one(order[i]), one(order[j])) == order[std::max(i, j)]);
  }
  CHECK(sum_type(one(DType::Int32), zero_dim(DType::Int64)) == DType::Int32);
  CHECK(sum_type(one(DType::Int32), zero_dim(DType::Float64)) == DType::Float64);
  CHECK(sum_type(one(DType::Float32), zero_dim(DType::Float64)) == DType::Float32);
  CHECK(sum_type(one(DType::Int64), number(1.5)) == DType::Float32);
  CHECK(sum_type(one(DType::UInt8), number(300)) == DType::UInt8);
  CHECK(sum_type(one(DType::Bool), number(1)) == DType::Int64);
  CHECK(sum_type(one(DType::Bool), number(1.5)) == DType::Float32);
  CHECK(sum_type(zero_dim(DType::Float64), number(1)) == DType::Float64);
  CHECK(torch::div(one(DType::Int64), one(DType::Int64)).dtype() == DType::Float32);
}

TEST_CASE("arithmetic: integers wrap") {
  CHECK(same(values(torch::add(tensor({1}, {250}, DType::UInt8), number(300))), {38}));
  CHECK(same(values(torch::sub(tensor({1}, {1}, DType::UInt8), number(2))), {255}));
  CHECK(
      same(values(torch::add(tensor({1}, {2147483647}, DType::Int32), number(1))), {-2147483648.}));
}

TEST_CASE("arithmetic: 0-dim, empty and broadcast operands") {
  CHECK(torch::add(tensor({}, {1}), tensor({}, {2})).dim() == 0);
  CHECK(torch::add(tensor({0, 3}, {}), tensor({3}, {1, 2, 3})).sizes() == torch::Shape{0, 3});
  CHECK(same(values(torch::mul(tensor({2, 1}, {1, 2}), tensor({3}, {1, 10, 100}))),
             {1, 10, 100, 2, 20, 200}));
  CHECK(
      error([] {
        torch::add(tensor({3}, {1, 2, 3}), tensor({4}, {1, 2, 3, 4}));
      }) ==
      "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 0");
}

TEST_CASE("arithmetic: every length around the lanes, and beyond a conversion buffer") {
  for (int64_t n : {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 511, 512, 513, 40000}) {
    CAPTURE(n);
    const Tensor x = torch::arange(0, double(n), 1, DType::Float32);
    const Tensor mixed = torch::arange(0, double(n), 1, DType::Int32);
    bool right = true;
    const std::vector<double> y = values(torch::add(x, mixed));
    for (size_t i = 0; i < y.size(); ++i) right &= y[i] == 2 * double(i);
    CHECK(right);
    CHECK(int64_t(y.size()) == n);
  }
}

TEST_CASE("division: floor, trunc, remainder and fmod take the signs Python and C give them") {
  const Tensor a = tensor({4}, {7, -7, 7, -7}), b = tensor({4}, {2, 2, -2, -2});
  CHECK(same(values(torch::floor_divide(a, b)), {3, -4, -4, 3}));
  CHECK(same(values(torch::trunc_divide(a, b)), {3, -3, -3, 3}));
  CHECK(same(values(torch::remainder(a, b)), {1, 1, -1, -1}));
  CHECK(same(values(torch::fmod(a, b)), {1, -1, 1, -1}));
  const Tensor i = torch::to(a, DType::Int64), j = torch::to(b, DType::Int64);
  CHECK(same(values(torch::floor_divide(i, j)), {3, -4, -4, 3}));
  CHECK(same(values(torch::trunc_divide(i, j)), {3, -3, -3, 3}));
  CHECK(same(values(torch::remainder(i, j)), {1, 1, -1, -1}));
  CHECK(same(values(torch::fmod(i, j)), {1, -1, 1, -1}));
  CHECK(error([&] { torch::floor_divide(i, number(0)); }) == "ZeroDivisionError");
  CHECK(same(values(torch::div(tensor({3}, {1, -1, 0}), number(0))), {INFINITY, -INFINITY, NAN}));
  const Tensor lowest = tensor({1}, {-2147483648.}, DType::Int32);
  CHECK(same(values(torch::floor_divide(lowest, number(-1))), {-2147483648.}));
  CHECK(same(values(torch::remainder(lowest, number(-1))), {0}));
}

TEST_CASE("pow: integers, negative exponents and the usual edges") {
  const Tensor base = tensor({3}, {2, -1, 3}, DType::Int64);
  CHECK(same(values(torch::pow(base, number(5))), {32, -1, 243}));
  CHECK(error([&] { torch::pow(base, number(-1)); }) ==
        "Integers to negative integer powers are not allowed.");
  CHECK(same(values(torch::pow(tensor({3}, {0, 2, -8}), tensor({3}, {0, -1, 3}))), {1, 0.5, -512}));
}

TEST_CASE("pow by a usual number is what PyTorch makes of it, far ends and gradients too") {
  const Tensor x = tensor({5}, {3.3, -0., -INFINITY, 1e-20, -2});
  const auto power = [&](double exponent) { return values(torch::pow(x, number(exponent))); };
  const float cube = 3.3f * 3.3f * 3.3f;
  CHECK(same(power(3), {cube, -0., -INFINITY, 0, -8}));
  CHECK(same(power(2), {3.3f * 3.3f, 0, INFINITY, 1e-20f * 1e-20f, 4}));
  CHECK(same(power(-2), {1 / (3.3f * 3.3f), INFINITY, 0, INFINITY, 0.25}));
  // C's pow has +0 and +inf where the root has these.
  CHECK(same(power(0.5), {std::sqrt(3.3f), -0., NAN, std::sqrt(1e-20f), NAN}));
  CHECK(same(power(-0.5), {1 / std::sqrt(3.3f), -INFINITY, NAN, 1 / std::sqrt(1e-20f), NAN}));
  CHECK(same(power(1), values(x)));
  const auto slope = [](double exponent) {
    Tensor leaf = tensor({3}, {2, -0., -3});
    leaf.set_requires_grad(true);
    const Tensor y = torch::pow(leaf, number(exponent)), ones = tensor({3}, {1, 1, 1});
    return values(torch::grad({y}, {leaf}, {ones}, false, false, false)[0]);
  };
  CHECK(same(slope(2), {4, 0, -6}));
  CHECK(same(slope(3), {12, 0, 27}));
  CHECK(same(slope(0), {0, 0, 0}));
  CHECK(same(slope(0.5), {0.5f * (1 / std::sqrt(2.f)), -INFINITY, NAN}));
}

TEST_CASE("the gradient of lerp by a number is not rounded to float32") {
  Tensor a = tensor({1}, {0}, DType::Float64), one = tensor({1}, {1}, DType::Float64);
  a.set_requires_grad(true);
  const Tensor y = torch::lerp(a, one, number(1.3));
  CHECK(values(torch::grad({y}, {a}, {one}, false, false, false)[0])[0] == 1 - 1.3);
}

TEST_CASE("in a narrow integer a number is what that type makes of it (as in PyTorch)") {
  const Tensor t = tensor({2}, {5, 200}, DType::UInt8);
  const Tensor minus_one = tensor({}, {-1}, DType::Int64);
  CHECK(same(values(torch::gt(t, number(-1))), {0, 0}));
  CHECK(same(values(torch::eq(t, number(-56))), {0, 1}));
  CHECK(same(values(torch::gt(t, number(300))), {0, 1}));
  CHECK(same(values(torch::maximum(t, minus_one)), {255, 255}));
  CHECK(same(values(torch::floor_divide(t, number(-2))), {0, 0}));
  CHECK(same(values(torch::remainder(t, number(300))), {5, 24}));
  CHECK(same(values(torch::add(t, number(-1))), {4, 199}));
  CHECK(torch::gt(t, number(-0.5)).dtype() == DType::Bool);
  CHECK(same(values(torch::gt(t, number(-0.5))), {1, 1}));
  const Tensor i = tensor({2}, {5, -7}, DType::Int32);
  CHECK(same(values(torch::lt(i, number(int64_t{3000000000}))), {0, 0}));
  CHECK(same(values(torch::add(i, number(int64_t{3000000000}))), {-1294967291, -1294967303}));
}

TEST_CASE("a divisor that its type makes 0 is refused") {
  const Tensor t = tensor({2}, {5, 200}, DType::UInt8), wide = tensor({}, {256}, DType::Int64);
  CHECK(error([&] { torch::remainder(t, number(256)); }) == "ZeroDivisionError");
  CHECK(error([&] { torch::floor_divide(t, number(-512)); }) == "ZeroDivisionError");
  CHECK(error([&] { torch::trunc_divide(t, wide); }) == "ZeroDivisionError");
  CHECK(error([&] { torch::fmod(t, wide); }) == "ZeroDivisionError");
  const Tensor i = tensor({1}, {5}, DType::Int32);
  CHECK(error([&] { torch::remainder(i, number(int64_t{1} << 32)); }) == "ZeroDivisionError");
}

TEST_CASE("nothing is divided by zero where there is nothing") {
  const Tensor none = tensor({0}, {}, DType::Int64);
  CHECK(torch::floor_divide(none, number(0)).numel() == 0);
}

TEST_CASE("bool: subtraction and negation are refused, addition is or, product is and") {
  const Tensor a = tensor({2}, {1, 0}, DType::Bool);
  CHECK(error([&] {
          torch::sub(a, a);
        }).starts_with("Subtraction, the `-` operator, with two bool tensors is not supported."));
  CHECK(same(values(torch::add(a, a)), {1, 0}));
  CHECK(torch::mul(a, a).dtype() == DType::Bool);
}

TEST_CASE("maximum and minimum: NaN wins") {
  const Tensor a = tensor({3}, {NAN, 1, -INFINITY}), b = tensor({3}, {1, NAN, 0});
  CHECK(same(values(torch::maximum(a, b)), {NAN, NAN, 0}));
  CHECK(same(values(torch::minimum(a, b)), {NAN, NAN, -INFINITY}));
}

TEST_CASE("in place: the result's dtype and shape must fit, and nothing is written if not") {
  const Tensor x = tensor({2}, {1, 2}, DType::Int64);
  CHECK(error([&] { torch::mul_(x, number(1.5)); }) ==
        "result type Float can't be cast to the desired output type Long");
  CHECK(same(values(x), {1, 2}));
  const uint32_t version = x.version();
  CHECK(torch::mul_(x, number(3)).is_same(x));
  CHECK(same(values(x), {3, 6}));
  CHECK(x.version() == version + 1);
}
