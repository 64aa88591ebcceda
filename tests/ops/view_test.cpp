#include "ops/view.h"

#include <numeric>

#include "expect.h"
#include "ops/arithmetic.h"
#include "ops/backward.h"
#include "ops/reduce.h"

using expect::error;
using expect::same;
using expect::values;
using torch::Shape;
using torch::Tensor;

namespace {

Tensor counting(const Shape& sizes) {
  std::vector<double> v(static_cast<size_t>(torch::numel(sizes)));
  std::iota(v.begin(), v.end(), 0);
  return expect::tensor(sizes, v);
}

// The gradient of sum(weights * f(x)), weights 1, 2, 3, …
std::vector<double> gradient(const Tensor& x, const std::function<Tensor(const Tensor&)>& f) {
  const Tensor leaf = torch::clone(x);
  leaf.set_requires_grad(true);
  const Tensor y = f(leaf);
  torch::backward(torch::sum(torch::mul(y, torch::add(counting(y.sizes()), Tensor::number(1))), {},
                             false, std::nullopt),
                  {}, false, false);
  return values(leaf.grad());
}

}  // namespace

TEST_CASE("views share storage: a write through one is seen through the other") {
  const Tensor x = counting({2, 3});
  torch::fill_(torch::select(torch::transpose(x, 0, 1), 0, 1), 9);
  CHECK(same(values(x), {0, 9, 2, 3, 9, 5}));
}

TEST_CASE("view: where strides allow it, else PyTorch's error; reshape copies instead") {
  const Tensor x = counting({2, 3, 4});
  CHECK(torch::view(x, {6, -1}).sizes() == Shape{6, 4});
  const Tensor t = torch::transpose(x, 0, 1);
  CHECK(error([&] {
          torch::view(t, {6, 4});
        }) ==
        "view size is not compatible with input tensor's size and stride (at least one dimension "
        "spans across two contiguous subspaces). Use .reshape(...) instead.");
  CHECK(torch::reshape(t, {6, 4}).storage() != x.storage());
  CHECK(same(values(torch::reshape(t, {24})), {0,  1,  2,  3,  12, 13, 14, 15, 4,  5,  6,  7,
                                               16, 17, 18, 19, 8,  9,  10, 11, 20, 21, 22, 23}));
  // A dimension of an even run can be cut and merged without a copy.
  CHECK(torch::view(torch::narrow(x, 0, 1, 1), {3, 2, 2}).sizes() == Shape{3, 2, 2});
  CHECK(torch::view(t, {3, 2, 2, 2}).storage() == x.storage());
}

TEST_CASE("view: sizes that do not fit say so in PyTorch's words") {
  const Tensor x = counting({6});
  CHECK(error([&] { torch::view(x, {4}); }) == "shape '[4]' is invalid for input of size 6");
  CHECK(error([&] { torch::view(x, {-1, -1}); }) == "only one dimension can be inferred");
  CHECK(error([] {
          torch::view(counting({0}), {-1, 0});
        }) ==
        "cannot reshape tensor of 0 elements into shape [-1, 0] because the unspecified dimension "
        "size -1 can be any value and is ambiguous");
}

TEST_CASE("expand: stride 0, -1 keeps a size, PyTorch's error otherwise") {
  const Tensor x = counting({2, 1});
  const Tensor y = torch::expand(x, {3, -1, 4});
  CHECK(y.sizes() == Shape{3, 2, 4});
  CHECK(y.strides() == Shape{0, 1, 0});
  CHECK(error([&] {
          torch::expand(counting({2, 3}), {2, 4});
        }) ==
        "The expanded size of the tensor (4) must match the existing size (3) at non-singleton "
        "dimension 1.  Target sizes: [2, 4].  Tensor sizes: [2, 3]");
}

TEST_CASE("slice: clamps as Python does, steps, and refuses a step of zero") {
  const Tensor x = counting({5});
  CHECK(same(values(torch::slice(x, 0, 1, 100, 2)), {1, 3}));
  CHECK(same(values(torch::slice(x, 0, -2, 5, 1)), {3, 4}));
  CHECK(torch::slice(x, 0, 4, 2, 1).numel() == 0);
  CHECK(error([&] { torch::slice(x, 0, 0, 5, 0); }) == "slice step must be positive");
}

TEST_CASE("narrow and select: out of range is refused") {
  const Tensor x = counting({3});
  CHECK(error([&] { torch::narrow(x, 0, 1, 5); }) ==
        "start (1) + length (5) exceeds dimension size (3).");
  CHECK(error([&] { torch::select(x, 0, 3); }) ==
        "select(): index 3 out of range for tensor of size [3] at dimension 0");
}

TEST_CASE("permute, movedim, squeeze, unsqueeze, flatten, unflatten: shapes") {
  const Tensor x = counting({2, 3, 4});
  CHECK(torch::permute(x, {2, 0, 1}).sizes() == Shape{4, 2, 3});
  CHECK(torch::movedim(x, {0}, {-1}).sizes() == Shape{3, 4, 2});
  CHECK(torch::unsqueeze(x, -1).sizes() == Shape{2, 3, 4, 1});
  CHECK(torch::squeeze(torch::unsqueeze(x, 1)).sizes() == Shape{2, 3, 4});
  CHECK(torch::flatten(x, 1, -1).sizes() == Shape{2, 12});
  CHECK(torch::flatten(counting({}), 0, -1).sizes() == Shape{1});
  CHECK(torch::unflatten(x, 2, {2, -1}).sizes() == Shape{2, 3, 2, 2});
  CHECK(error([&] {
          torch::permute(x, {0, 0, 1});
        }) == "permute(): duplicate dims are not allowed.");
}

TEST_CASE("diagonal: above, below and outside the matrix") {
  const Tensor x = counting({3, 4});
  CHECK(same(values(torch::diagonal(x, 0, 0, 1)), {0, 5, 10}));
  CHECK(same(values(torch::diagonal(x, 2, 0, 1)), {2, 7}));
  CHECK(same(values(torch::diagonal(x, -2, 0, 1)), {8}));
  CHECK(torch::diagonal(x, 9, 0, 1).numel() == 0);
}

TEST_CASE("views: the gradient lands where the view looked") {
  const Tensor x = counting({2, 3});
  CHECK(same(gradient(x, [](const Tensor& t) { return torch::transpose(t, 0, 1); }),
             {1, 3, 5, 2, 4, 6}));
  CHECK(same(gradient(x, [](const Tensor& t) { return torch::select(t, 1, 2); }),
             {0, 0, 1, 0, 0, 2}));
  CHECK(same(gradient(x, [](const Tensor& t) { return torch::slice(t, 1, 0, 3, 2); }),
             {1, 0, 2, 3, 0, 4}));
  CHECK(same(gradient(counting({1, 2}),
                      [](const Tensor& t) {
                        return torch::expand(t, {3, 2});
                      }),
             {1 + 3 + 5, 2 + 4 + 6}));
  CHECK(same(gradient(x, [](const Tensor& t) { return torch::reshape(torch::t(t), {6}); }),
             {1, 3, 5, 2, 4, 6}));
  CHECK(same(gradient(x, [](const Tensor& t) { return torch::diagonal(t, 1, 0, 1); }),
             {0, 1, 0, 0, 0, 2}));
}
