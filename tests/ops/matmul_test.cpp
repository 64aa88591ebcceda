#include "ops/matmul.h"

#include "gradcheck.h"

using expect::error;
using expect::gradcheck;
using expect::gradgradcheck;
using expect::same;
using expect::tensor;
using expect::values;
using expect::variable;
using torch::Shape;
using torch::Tensor;
using List = std::vector<Tensor>;

namespace {

Tensor counting(const Shape& sizes, double start = 1) {
  std::vector<double> v;
  for (int64_t i = 0; i < torch::numel(sizes); ++i) v.push_back(start + 0.5 * double(i % 7));
  return variable(sizes, v);
}

}  // namespace

TEST_CASE("matmul: the result's rank follows PyTorch's rules") {
  const auto shape = [](const Shape& a, const Shape& b) {
    return torch::matmul(counting(a), counting(b)).sizes();
  };
  CHECK(shape({3}, {3}) == Shape{});
  CHECK(shape({2, 3}, {3}) == Shape{2});
  CHECK(shape({3}, {3, 4}) == Shape{4});
  CHECK(shape({2, 3}, {3, 4}) == Shape{2, 4});
  CHECK(shape({5, 2, 3}, {3, 4}) == Shape{5, 2, 4});
  CHECK(shape({5, 2, 3}, {3}) == Shape{5, 2});
  CHECK(shape({3}, {5, 3, 4}) == Shape{5, 4});
  CHECK(shape({5, 1, 2, 3}, {6, 3, 4}) == Shape{5, 6, 2, 4});
  CHECK(shape({0, 3}, {3, 4}) == Shape{0, 4});
  CHECK(same(values(torch::matmul(counting({2, 0}), counting({0, 2}))), {0, 0, 0, 0}));
}

TEST_CASE("matmul: values, also in integers and with broadcast batches") {
  const Tensor a = tensor({2, 2}, {1, 2, 3, 4}, torch::DType::Int64);
  const Tensor b = tensor({2, 2, 2}, {1, 0, 0, 1, 0, 1, 1, 0}, torch::DType::Int64);
  CHECK(same(values(torch::matmul(a, b)), {1, 2, 3, 4, 2, 1, 4, 3}));
}

TEST_CASE("matmul: gradients, first and second, of every rank") {
  const expect::Function f = [](const List& x) { return torch::matmul(x[0], x[1]); };
  for (const auto& [a, b] : std::vector<std::pair<Shape, Shape>>{{{3}, {3}},
                                                                 {{2, 3}, {3}},
                                                                 {{3}, {3, 2}},
                                                                 {{2, 3}, {3, 2}},
                                                                 {{2, 2, 3}, {3, 2}},
                                                                 {{2, 1, 2, 3}, {3, 3, 2}}}) {
    CHECK(gradcheck(f, {counting(a), counting(b, 2)}) == "");
    CHECK(gradgradcheck(f, {counting(a), counting(b, 2)}) == "");
  }
}

TEST_CASE("linear and addmm: values and gradients") {
  const expect::Function linear = [](const List& x) { return torch::linear(x[0], x[1], x[2]); };
  CHECK(gradcheck(linear, {counting({4, 3}), counting({2, 3}), counting({2})}) == "");
  CHECK(gradgradcheck(linear, {counting({2, 2, 3}), counting({2, 3}), counting({2})}) == "");
  const expect::Function addmm = [](const List& x) {
    return torch::addmm(x[0], x[1], x[2], 0.5, 2);
  };
  CHECK(gradcheck(addmm, {counting({2}), counting({3, 4}), counting({4, 2})}) == "");
  const Tensor x = tensor({1, 2}, {3, 5}), w = tensor({3, 2}, {1, 0, 0, 1, 1, 1});
  CHECK(same(values(torch::linear(x, w, tensor({3}, {1, 1, 1}))), {4, 6, 9}));
  CHECK(same(values(torch::linear(x, w, {})), {3, 5, 8}));
}

TEST_CASE("matmul: mistakes are named in PyTorch's words") {
  const Tensor a = counting({2, 3}), b = counting({4, 5});
  CHECK(error([&] { torch::matmul(a, b); }) ==
        "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)");
  CHECK(error([&] {
          torch::linear(tensor({2, 5}, std::vector<double>(10)),
                        tensor({4, 3}, std::vector<double>(12)), {});
        }) == "mat1 and mat2 shapes cannot be multiplied (2x5 and 3x4)");
  CHECK(error([&] { torch::matmul(a, torch::to(torch::t(a), torch::DType::Float32)); }) ==
        "expected m1 and m2 to have the same dtype, but got: double != float");
  CHECK(error([] {
          torch::matmul(counting({2, 2, 4}), counting({5}));
        }) == "size mismatch, got input (4), mat (4x4), vec (5)");
  CHECK(error([] { torch::matmul(counting({}), counting({3})); }) ==
        "both arguments to matmul need to be at least 1D, but they are 0D and 1D");
  CHECK(error([] { torch::dot(counting({3}), counting({4})); }) ==
        "inconsistent tensor size, expected tensor [3] and src [4] to have the same number of "
        "elements, but got 3 and 4 elements respectively");
  CHECK(error([] {
          torch::bmm(counting({2, 2, 4}), counting({2, 5, 1}));
        }) ==
        "Expected size for first two dimensions of batch2 tensor to be: [2, 4] but got: [2, 5].");
}
