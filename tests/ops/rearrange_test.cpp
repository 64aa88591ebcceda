#include "ops/rearrange.h"

#include <numeric>

#include "expect.h"
#include "ops/inplace.h"
#include "ops/unary.h"

using expect::error;
using expect::same;
using expect::tensor;
using expect::values;
using torch::DType;
using torch::Shape;
using torch::Tensor;

namespace {

Tensor counting(const Shape& sizes) {
  std::vector<double> v(static_cast<size_t>(torch::numel(sizes)));
  std::iota(v.begin(), v.end(), 0);
  return tensor(sizes, v);
}

}  // namespace

TEST_CASE("repeat: no dimensions, nothing, and the original untouched") {
  CHECK(torch::repeat(counting({}), {}).sizes() == Shape{});
  CHECK(torch::repeat(counting({}), {2, 2}).sizes() == Shape{2, 2});
  CHECK(torch::repeat(counting({2}), {0}).sizes() == Shape{0});
  CHECK(torch::repeat(counting({0, 2}), {3, 1}).sizes() == Shape{0, 2});
  const Tensor x = counting({2});
  CHECK(torch::repeat(x, {1}).storage() != x.storage());
  CHECK(same(values(torch::repeat(torch::t(counting({2, 2})), {1, 2})), {0, 2, 0, 2, 1, 3, 1, 3}));
}

TEST_CASE("repeat_interleave and roll: a 0-dim tensor has no dimension to name") {
  const Tensor x = counting({}), twice = tensor({}, {2}, DType::Int64);
  CHECK(torch::repeat_interleave(x, twice, {}).sizes() == Shape{2});
  CHECK(error([&] { torch::repeat_interleave(x, twice, 0); }) ==
        "Dimension specified as 0 but tensor has no dimensions");
  CHECK(same(values(torch::roll(x, {1}, {})), {0}));
  CHECK(error([&] { torch::roll(x, {1}, {0}); }) ==
        "Dimension specified as 0 but tensor has no dimensions");
}

TEST_CASE("roll, flip, rot90: copies, whatever the shift; empty tensors") {
  const Tensor x = counting({2, 3});
  CHECK(same(values(torch::roll(x, {-4}, {1})), {1, 2, 0, 4, 5, 3}));
  CHECK(torch::roll(x, {0}, {0}).storage() != x.storage());
  CHECK(torch::roll(counting({0}), {3}, {0}).sizes() == Shape{0});
  CHECK(same(values(torch::flip(x, {0, -1})), {5, 4, 3, 2, 1, 0}));
  CHECK(torch::flip(x, {}).storage() != x.storage());
  CHECK(torch::flip(counting({0, 2}), {0}).sizes() == Shape{0, 2});
  CHECK(same(values(torch::rot90(x, -3, {0, 1})), {2, 5, 1, 4, 0, 3}));
  CHECK(error([&] {
          torch::flip(x, {0, 0});
        }) == "dim 0 appears multiple times in the list of dims");
}

TEST_CASE("unfold: windows are views; the ends of what fits") {
  const Tensor x = counting({5});
  CHECK(torch::unfold(x, 0, 2, 2).storage() == x.storage());
  CHECK(torch::unfold(x, 0, 5, 1).sizes() == Shape{1, 5});
  CHECK(torch::unfold(x, 0, 0, 1).sizes() == Shape{6, 0});
  CHECK(torch::unfold(counting({}), 0, 1, 1).sizes() == Shape{1});
  CHECK(error([&] { torch::unfold(x, 0, 6, 1); }) ==
        "maximum size for tensor at dimension 0 is 5 but size is 6");
  CHECK(error([&] { torch::unfold(x, 0, 2, 0); }) == "step is 0 but must be > 0");
}

TEST_CASE("triangles and diagonals: NaN goes, sizes of zero, offsets outside") {
  CHECK(same(values(torch::tril(tensor({2, 2}, {1, NAN, INFINITY, 2}), 0)), {1, 0, INFINITY, 2}));
  CHECK(same(values(torch::triu(counting({2, 3}), 9)), {0, 0, 0, 0, 0, 0}));
  CHECK(torch::tril(counting({2, 0, 3}), 0).sizes() == Shape{2, 0, 3});
  CHECK(same(values(torch::tril(torch::t(counting({2, 2})), 0)), {0, 0, 1, 3}));
  CHECK(torch::diag(counting({0}), 1).sizes() == Shape{1, 1});
  CHECK(torch::diag(counting({2, 2}), 5).sizes() == Shape{0});
  CHECK(error([] { torch::diag(counting({}), 0); }) == "matrix or a vector expected");
}

TEST_CASE("become_: x turns into its view, its place in the graph too; a leaf refuses") {
  const Tensor x = counting({2, 3});
  torch::become_(x, torch::t(x));
  CHECK(x.sizes() == Shape{3, 2});
  CHECK(same(values(x), {0, 3, 1, 4, 2, 5}));
  const Tensor leaf = expect::variable({2, 2}, {1, 2, 3, 4});
  const std::string refusal =
      "a leaf Variable that requires grad is being used in an in-place operation.";
  CHECK(error([&] { torch::become_(leaf, torch::t(leaf)); }) == refusal);
  CHECK(leaf.strides() == Shape{2, 1});
}
