#include "ops/along.h"

#include "gradcheck.h"

using expect::error;
using expect::same;
using expect::tensor;
using expect::values;
using torch::DType;
using torch::Reduce;
using torch::Shape;
using torch::Tensor;

namespace {

Tensor indices(const Shape& sizes, const std::vector<double>& v) {
  return tensor(sizes, v, DType::Int64);
}
const Tensor kOne = indices({}, {1});

}  // namespace

TEST_CASE("gather: a 0-dim index is one index, a 0-dim input one element") {
  const Tensor x = tensor({3}, {0, 10, 20}), scalar = tensor({}, {5});
  CHECK(torch::gather(x, 0, kOne).dim() == 0);
  CHECK(same(values(torch::gather(x, 0, kOne)), {10}));
  CHECK(same(values(torch::gather(scalar, 0, indices({2}, {0, 0}))), {5, 5}));
  CHECK(torch::gather(x, 0, indices({0}, {})).sizes() == Shape{0});
}

TEST_CASE("gather: an index smaller than the input, strided both") {
  const Tensor x = torch::t(tensor({2, 3}, {0, 1, 2, 3, 4, 5}));  // 0 3 / 1 4 / 2 5
  const Tensor index = torch::t(indices({1, 2}, {2, 0}));
  CHECK(same(values(torch::gather(x, 0, index)), {2, 0}));
  CHECK(same(values(torch::gather(x, 1, torch::t(indices({2, 3}, {0, 1, 0, 1, 1, 0})))),
             {0, 3, 4, 4, 2, 2}));
}

TEST_CASE("scatter: a 0-dim index and source; a number goes everywhere, a 0-dim tensor does not") {
  const Tensor x = tensor({3}, {0, 10, 20}), seven = tensor({}, {7});
  CHECK(same(values(torch::scatter(x, 0, kOne, seven, false)), {0, 7, 20}));
  CHECK(same(values(torch::scatter(x, 0, kOne, tensor({2}, {7, 8}), false)), {0, 7, 20}));
  CHECK(same(values(torch::scatter_add(x, 0, kOne, seven, false)), {0, 17, 20}));
  CHECK(same(values(torch::scatter_reduce(x, 0, kOne, seven, Reduce::Prod, true)), {0, 70, 20}));
  CHECK(same(values(torch::scatter(x, 0, indices({2}, {0, 2}), Tensor::number(7), false)),
             {7, 10, 7}));
  CHECK(error([&] {
          torch::scatter(x, 0, indices({2}, {1, 2}), seven, false);
        }) ==
        "Expected index [2] to be smaller than self [3] apart from dimension 0 and to be smaller "
        "size than src []");
  CHECK(same(values(torch::scatter(x, 0, indices({0}, {}), seven, false)), {0, 10, 20}));
}

TEST_CASE("scatter and its kin: the gradient of a 0-dim source keeps its shape") {
  const Tensor x = expect::variable({3}, {1, 2, 3}), source = expect::variable({}, {4});
  for (const expect::Function& f : std::vector<expect::Function>{
           [](const auto& x) { return torch::scatter(x[0], 0, kOne, x[1], false); },
           [](const auto& x) { return torch::scatter_add(x[0], 0, kOne, x[1], false); },
           [](const auto& x) {
             return torch::scatter_reduce(x[0], 0, kOne, x[1], Reduce::Prod, true);
           }}) {
    CHECK(expect::gradcheck(f, {x, source}) == "");
    CHECK(torch::grad({expect::weighted(f({x, source}))}, {source}, {}, false, false, true)[0]
              .sizes() == Shape{});
  }
}

TEST_CASE("scatter_reduce: NaN is the extreme, also where it is written over") {
  const Tensor x = tensor({2}, {NAN, 1}), index = indices({2}, {0, 1});
  for (const Reduce reduce : {Reduce::Amax, Reduce::Amin}) {
    const Tensor y = torch::scatter_reduce(x, 0, index, tensor({2}, {3, NAN}), reduce, true);
    CHECK(same(values(y), {NAN, NAN}));
  }
  CHECK(same(values(torch::scatter_reduce(x, 0, index, tensor({2}, {3, 4}), Reduce::Sum, false)),
             {3, 4}));
}

TEST_CASE("gather, scatter: PyTorch's words") {
  const Tensor x = tensor({2, 2}, {0, 1, 2, 3});
  CHECK(error([&] {
          torch::gather(x, 1, indices({1, 1}, {2}));
        }) == "index 2 is out of bounds for dimension 1 with size 2");
  CHECK(error([&] {
          torch::gather(x, 0, tensor({1, 1}, {0}));
        }) == "gather(): Expected dtype int64 for index");
  CHECK(error([&] { torch::gather(x, 0, indices({1}, {0})); }) ==
        "Index tensor must have the same number of dimensions as input tensor");
  CHECK(error([&] {
          torch::scatter(x, 0, indices({1, 1}, {-1}), Tensor::number(1), false);
        }) == "index -1 is out of bounds for dimension 0 with size 2");
  CHECK(error([&] {
          torch::scatter(x, 0, indices({1, 1}, {0}), tensor({1, 1}, {1}, DType::Int64), false);
        }) == "scatter(): Expected self.dtype to be equal to src.dtype");
}

TEST_CASE("scatter in place: through a view of a graph's tensor, and once a version") {
  const Tensor leaf = expect::variable({2, 2}, {1, 2, 3, 4});
  const Tensor y = torch::mul(leaf, Tensor::number(1));
  const uint32_t before = y.version();
  torch::scatter_add(torch::t(y), 0, indices({1, 2}, {0, 1}), expect::variable({1, 2}, {5, 6}),
                     true);
  CHECK(y.version() == before + 1);
  CHECK(same(values(y), {6, 2, 3, 10}));
  torch::scatter(y, 0, indices({1, 1}, {1}), Tensor::number(0), true);
  torch::backward(expect::weighted(y), {}, false, false);
  CHECK(values(leaf.grad())[2] == 0);
  CHECK(values(leaf.grad())[0] != 0);
}
