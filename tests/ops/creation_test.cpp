#include "ops/creation.h"

#include "expect.h"
#include "ops/join.h"

using expect::error;
using expect::same;
using expect::tensor;
using expect::values;
using torch::DType;
using torch::Shape;
using torch::Tensor;

TEST_CASE("zeros, ones, full, eye: every dtype and empty shapes") {
  for (DType d :
       {DType::Bool, DType::UInt8, DType::Int32, DType::Int64, DType::Float32, DType::Float64}) {
    CHECK(same(values(torch::zeros({2, 2}, d)), {0, 0, 0, 0}));
    CHECK(same(values(torch::ones({3}, d)), {1, 1, 1}));
    CHECK(same(values(torch::eye(2, 3, d)), {1, 0, 0, 0, 1, 0}));
  }
  CHECK(torch::full({0, 3}, 7, DType::Float32).numel() == 0);
  CHECK(torch::item(torch::full({}, 2.5, DType::Float64)) == 2.5);
  CHECK(error([] {
          torch::zeros({2, -1}, DType::Float32);
        }) == "Trying to create tensor with negative dimension -1: [2, -1]");
}

TEST_CASE("arange: ceil((end - start) / step) elements, PyTorch's errors") {
  CHECK(same(values(torch::arange(1, 4, 1, DType::Int64)), {1, 2, 3}));
  CHECK(same(values(torch::arange(0, 1, 0.4, DType::Float64)), {0, 0.4, 0.8}));
  CHECK(same(values(torch::arange(3, 0, -2, DType::Int32)), {3, 1}));
  CHECK(torch::arange(2, 2, 1, DType::Int64).numel() == 0);
  CHECK(error([] { torch::arange(0, 3, 0, DType::Int64); }) == "step must be nonzero");
  CHECK(error([] { torch::arange(0, 3, -1, DType::Int64); }) ==
        "upper bound and larger bound inconsistent with step sign");
}

TEST_CASE("linspace: both ends exact, one step, none") {
  const std::vector<double> v = values(torch::linspace(0, 1, 11, DType::Float32));
  CHECK(v.front() == 0);
  CHECK(v.back() == 1);
  CHECK(v.size() == 11);
  CHECK(same(values(torch::linspace(3, 9, 1, DType::Float32)), {3}));
  CHECK(torch::linspace(0, 1, 0, DType::Float32).numel() == 0);
  CHECK(same(values(torch::logspace(0, 3, 4, 10, DType::Float64)), {1, 10, 100, 1000}));
  CHECK(error([] { torch::linspace(0, 1, -1, DType::Float32); }) ==
        "number of steps must be non-negative");
}

TEST_CASE("allocation: more than there is, is refused by name and the library goes on") {
  CHECK(error([] {
          torch::empty({int64_t{1} << 40, 1 << 20}, DType::Float64);
        }) == "Storage size calculation overflowed with sizes=[1099511627776, 1048576]");
  CHECK(error([] { torch::empty({int64_t{1} << 45}, DType::Float32); }) ==
        "DefaultCPUAllocator: can't allocate memory: you tried to allocate 140737488355328 bytes.");
  CHECK(same(values(torch::ones({2}, DType::Float32)), {1, 1}));
}

TEST_CASE("to: converts as x86 PyTorch converts") {
  const Tensor x = tensor({6}, {1.9, -1.9, 300, -1, NAN, 1e30});
  CHECK(same(values(torch::to(x, DType::UInt8)), {1, 255, 44, 255, 0, 0}));
  CHECK(same(values(torch::to(x, DType::Int64)),
             {1, -1, 300, -1, -9223372036854775808., -9223372036854775808.}));
  CHECK(same(values(torch::to(x, DType::Bool)), {1, 1, 1, 1, 1, 1}));
  CHECK(torch::to(x, DType::Float32).is_same(x));
  CHECK_FALSE(torch::to(x, DType::Float32, true).is_same(x));
}

TEST_CASE("item: one element only") {
  CHECK(torch::item(tensor({1, 1}, {3})) == 3);
  CHECK(error([] {
          torch::item(tensor({2}, {1, 2}));
        }) == "a Tensor with 2 elements cannot be converted to Scalar");
}

TEST_CASE("copy_: broadcasts and converts") {
  const Tensor x = torch::zeros({2, 3}, DType::Int64);
  torch::copy_(x, tensor({3}, {1.5, 2.5, -3.5}));
  CHECK(same(values(x), {1, 2, -3, 1, 2, -3}));
  CHECK(error([&] { torch::copy_(x, tensor({2}, {1, 2})); }) != "");
}

TEST_CASE("cat and stack: dtypes promote, empty 1-d tensors do not count, PyTorch's errors") {
  const Tensor a = tensor({1, 2}, {1, 2}, DType::Int64), b = tensor({2, 2}, {3, 4, 5, 6});
  CHECK(same(values(torch::cat({a, b}, 0)), {1, 2, 3, 4, 5, 6}));
  CHECK(torch::cat({a, b}, 0).dtype() == DType::Float32);
  CHECK(torch::cat({tensor({0}, {}), b}, 1).sizes() == Shape{2, 2});
  CHECK(torch::stack({b, b, b}, 1).sizes() == Shape{2, 3, 2});
  CHECK(error([&] {
          torch::cat({b, tensor({2, 1}, {1, 2})}, 0);
        }) ==
        "Sizes of tensors must match except in dimension 0. Expected size 2 but got size 1 for "
        "tensor number 1 in the list.");
  CHECK(error([&] {
          torch::cat({b, tensor({2}, {1, 2})}, 0);
        }) == "Tensors must have same number of dimensions: got 2 and 1");
  CHECK(error([] { torch::cat({}, 0); }) == "torch.cat(): expected a non-empty list of Tensors");
  CHECK(error([&] {
          torch::stack({b, a}, 0);
        }) ==
        "stack expects each tensor to be equal size, but got [2, 2] at entry 0 and [1, 2] at "
        "entry 1");
}
