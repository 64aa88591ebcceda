#include "ops/indexing.h"

#include <numeric>

#include "gradcheck.h"
#include "ops/inplace.h"

using expect::error;
using expect::same;
using expect::tensor;
using expect::values;
using torch::DType;
using torch::Selector;
using torch::Shape;
using torch::Tensor;
using Kind = torch::Selector::Kind;

namespace {

Tensor counting(const Shape& sizes, DType dtype = DType::Float32) {
  std::vector<double> v(static_cast<size_t>(torch::numel(sizes)));
  std::iota(v.begin(), v.end(), 0);
  return tensor(sizes, v, dtype);
}

Tensor indices(const std::vector<double>& v) {
  return tensor({static_cast<int64_t>(v.size())}, v, DType::Int64);
}

Selector at(int64_t i) { return {Kind::Int, i, 0, 1, {}}; }
Selector range(int64_t start, int64_t stop, int64_t step = 1) {
  return {Kind::Slice, start, stop, step, {}};
}
Selector whole() { return range(0, INT64_MAX); }
Selector axis() { return {Kind::NewAxis, 0, 0, 1, {}}; }
Selector rest() { return {Kind::Ellipsis, 0, 0, 1, {}}; }
Selector by(const Tensor& t) { return {Kind::Tensor, 0, 0, 1, t}; }
Selector by(const std::vector<double>& v) { return by(indices(v)); }

}  // namespace

TEST_CASE("index: neighbours among index tensors stay where they are, others go to the front") {
  const Tensor x = counting({2, 3, 4});
  CHECK(torch::index(x, {whole(), by({0, 2}), at(1)}).sizes() == Shape{2, 2});
  CHECK(torch::index(x, {by({0, 1}), whole(), by({0, 1})}).sizes() == Shape{2, 3});
  // A plain number is applied first, as a select, unlike NumPy's.
  CHECK(torch::index(x, {at(0), whole(), by({0, 1})}).sizes() == Shape{3, 2});
  CHECK(torch::index(x, {whole(), by({0, 2}), by({1, 3})}).sizes() == Shape{2, 2});
  CHECK(torch::index(x, {by({0, 1}), axis(), by({0, 2})}).sizes() == Shape{2, 1, 4});
  CHECK(same(values(torch::index(x, {by({1, 0}), whole(), by({3, 0})})), {15, 19, 23, 0, 4, 8}));
  CHECK(torch::index(x, {rest(), by(tensor({2, 1}, {0, 1}, DType::Int64))}).sizes() ==
        Shape{2, 3, 2, 1});
}

TEST_CASE("index: without tensors a view, also of nothing and of no dimensions") {
  const Tensor x = counting({3, 4});
  CHECK(torch::index(x, {at(-1), range(-2, INT64_MAX)}).storage() == x.storage());
  CHECK(same(values(torch::index(x, {range(0, 3, 2), at(1)})), {1, 9}));
  CHECK(torch::index(x, {range(2, 1)}).sizes() == Shape{0, 4});
  CHECK(torch::index(x, {}).is_view());
  CHECK(torch::index(counting({}), {axis()}).sizes() == Shape{1});
  CHECK(torch::index(counting({0, 3}), {whole(), at(2)}).sizes() == Shape{0});
}

TEST_CASE("index: what lies strided in memory gives what its copy gives") {
  const Tensor x = torch::transpose(counting({4, 3, 2}), 0, 2), y = torch::clone(x);
  for (const std::vector<Selector>& selectors : {std::vector<Selector>{by({1, 0, 1})},
                                                 {whole(), by({2, 0})},
                                                 {by({1, 0}), whole(), by({3, 0})}}) {
    CHECK(expect::same_bits(torch::index(x, selectors), torch::index(y, selectors)));
  }
}

TEST_CASE("index: an empty index, an empty tensor, masks that hold nowhere") {
  const Tensor x = counting({2, 3});
  CHECK(torch::index(x, {by(indices({}))}).sizes() == Shape{0, 3});
  CHECK(torch::index(counting({0, 3}), {by(indices({}))}).sizes() == Shape{0, 3});
  CHECK(torch::index(counting({2, 0}), {by({1, 1, 0})}).sizes() == Shape{3, 0});
  CHECK(torch::index(x, {by(tensor({2}, {0, 0}, DType::Bool))}).sizes() == Shape{0, 3});
  CHECK(torch::index(x, {by(tensor({2, 3}, {0, 0, 1, 0, 0, 0}, DType::Bool))}).sizes() == Shape{1});
  CHECK(torch::index(counting({}), {by(tensor({}, {0}, DType::Bool))}).sizes() == Shape{0});
}

TEST_CASE("index: PyTorch's words") {
  const Tensor x = counting({3, 4});
  const auto refused = [&](const std::vector<Selector>& s) {
    return error([&] { torch::index(x, s); });
  };
  CHECK(refused({at(3)}) == "index 3 is out of bounds for dimension 0 with size 3");
  CHECK(refused({whole(), at(-5)}) == "index -5 is out of bounds for dimension 1 with size 4");
  CHECK(refused({at(0), at(0), at(0)}) == "too many indices for tensor of dimension 2");
  CHECK(refused({by({3})}) == "index 3 is out of bounds for dimension 0 with size 3");
  CHECK(refused({range(0, 3, -1)}) == "step must be greater than zero");
  CHECK(refused({range(0, 3, 0)}) == "slice step cannot be zero");
  CHECK(refused({by({0, 1}), by({0, 1, 2})}) ==
        "shape mismatch: indexing tensors could not be broadcast together with shapes [2], [3]");
  CHECK(refused({by(tensor({2}, {1, 1}, DType::Bool))}) ==
        "The shape of the mask [2] at index 0 does not match the shape of the indexed tensor "
        "[3, 4] at index 0");
  CHECK(refused({by(tensor({1}, {0}))}) ==
        "tensors used as indices must be long, byte or bool tensors");
  CHECK(error([] { torch::index(counting({}), {at(0)}); }) ==
        "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in "
        "C++ to convert a 0-dim tensor to a number");
}

TEST_CASE("index_put_: a write through a view moves the gradient, and each write counts once") {
  const Tensor leaf = expect::variable({2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor y = torch::mul(leaf, Tensor::number(2));
  const Tensor row = torch::select(y, 0, 1);
  const uint32_t before = y.version();
  const Tensor v = expect::variable({2}, {10, 20});
  torch::index_put_(row, {by({0, 2})}, v, false);
  CHECK(y.version() == before + 1);
  CHECK(same(values(y), {2, 4, 6, 10, 10, 20}));
  torch::index_put_(y, {at(0), range(0, 1)}, Tensor::number(7), false);
  torch::backward(expect::weighted(y), {}, false, false);
  const std::vector<double> g = values(leaf.grad());
  CHECK(g[0] == 0);
  CHECK(g[3] == 0);
  CHECK(g[5] == 0);
  CHECK(g[1] != 0);
  CHECK(g[4] != 0);
  CHECK(values(v.grad())[0] != 0);
}

TEST_CASE("index_put_: no graph looking on, memory that is there is written") {
  const Tensor x = counting({3, 2}), all = torch::view(x, {6});
  torch::index_put_(x, {by({2, 0})}, Tensor::number(9), false);
  torch::index_put_(torch::t(x), {by({1}), by({1})}, Tensor::number(-1), false);
  torch::index_put_(x, {by({1, 1}), by({0, 0})}, tensor({2}, {10, 20}), true);
  CHECK(same(values(all), {9, 9, 32, -1, 9, 9}));
}

TEST_CASE("index_put_: what is refused is not half written") {
  const Tensor x = counting({2, 2});
  CHECK(error([&] {
          torch::index_put_(x, {by({0, 5})}, Tensor::number(1), false);
        }) == "index 5 is out of bounds for dimension 0 with size 2");
  CHECK(error([&] {
          torch::index_put_(x, {by({0, 1})}, counting({3}), false);
        }) ==
        "shape mismatch: value tensor of shape [3] cannot be broadcast to indexing result of "
        "shape [2, 2]");
  CHECK(error([&] { torch::index_put_(x, {by({0})}, counting({2}, DType::Float64), false); }) ==
        "Index put requires the source and destination dtypes match, got Float for the "
        "destination and Double for the source.");
  const Tensor leaf = expect::variable({2}, {1, 2});
  CHECK(error([&] { torch::index_put_(leaf, {by({0})}, Tensor::number(1), false); }) ==
        "a leaf Variable that requires grad is being used in an in-place operation.");
  const Tensor wide = torch::expand(counting({1}), {3});
  CHECK(error([&] {
          torch::index_put_(wide, {by({0})}, Tensor::number(1), false);
        }).starts_with("unsupported operation: more than one element"));
  CHECK(same(values(x), {0, 1, 2, 3}));
  CHECK(same(values(leaf), {1, 2}));
}

TEST_CASE("slices by index: a 0-dim tensor is one slice") {
  const Tensor x = tensor({}, {5});
  CHECK(torch::index_select(x, 0, indices({0})).sizes() == Shape{});
  CHECK(error([&] {
          torch::index_select(x, 0, indices({0, 0}));
        }) == "index_select(): Index to scalar can have only 1 value, got 2 value(s)");
  CHECK(error([&] { torch::index_select(x, 0, indices({})); }) ==
        "index_select(): Index to scalar can have only 1 value, got 0 value(s)");
  CHECK(same(values(torch::index_add(x, 0, indices({0}), tensor({1}, {2}), 1, false)), {7}));
  CHECK(
      same(values(torch::index_add(x, 0, tensor({}, {0}, DType::Int64), tensor({}, {2}), 3, false)),
           {11}));
  CHECK(same(values(torch::index_copy(x, 0, indices({0}), tensor({1}, {2}), false)), {2}));
  CHECK(same(values(torch::index_fill(x, 0, indices({0, 0}), Tensor::number(4), false)), {4}));
}

TEST_CASE("index_add: repeated indices add up in order, in every dtype, alpha and views") {
  for (DType dtype : {DType::Float32, DType::Float64, DType::Int64, DType::Int32, DType::UInt8}) {
    const Tensor x = counting({3, 2}, dtype);
    torch::index_add(x, 0, indices({1, 1}), counting({2, 2}, dtype), 2, true);
    CHECK(same(values(x), {0, 1, 2 + 4, 3 + 8, 4, 5}));
  }
  const Tensor x = counting({3, 2});
  torch::index_add(torch::t(x), 0, indices({1}), counting({1, 3}), 1, true);
  CHECK(same(values(x), {0, 1, 2, 4, 4, 7}));
}

TEST_CASE("writes in place: x itself comes back, its version counts, saved tensors are found out") {
  const Tensor x = expect::variable({3}, {1, 2, 3});
  const Tensor y = torch::mul(x, Tensor::number(1)), z = torch::mul(y, y);
  CHECK(torch::index_fill(y, 0, indices({0}), Tensor::number(0), true).is_same(y));
  CHECK(error([&] { torch::backward(expect::weighted(z), {}, false, false); })
            .starts_with("one of the variables needed for gradient computation has been modified "
                         "by an inplace operation"));
}

TEST_CASE("masked_select and masked_scatter: broadcast, empty, too few elements") {
  const Tensor x = counting({2, 3}), mask = tensor({3}, {1, 0, 1}, DType::Bool);
  CHECK(same(values(torch::masked_select(x, mask)), {0, 2, 3, 5}));
  CHECK(torch::masked_select(x, tensor({}, {0}, DType::Bool)).sizes() == Shape{0});
  CHECK(torch::masked_select(tensor({}, {5}), tensor({}, {1}, DType::Bool)).sizes() == Shape{1});
  CHECK(same(values(torch::masked_scatter(x, mask, counting({9}), false)), {0, 1, 1, 2, 4, 3}));
  CHECK(error([&] { torch::masked_scatter(x, mask, counting({3}), false); }) ==
        "Number of elements of source < number of ones in mask");
  CHECK(error([&] { torch::masked_select(x, counting({3})); }) ==
        "masked_select: expected BoolTensor or ByteTensor for mask");
}

TEST_CASE("take and put: negative indices, a 0-dim index, empty tensors, strides") {
  const Tensor x = torch::t(counting({2, 3}));  // 0 3 1 4 2 5
  CHECK(same(values(torch::take(x, tensor({2, 2}, {0, 1, -1, -2}, DType::Int64))), {0, 3, 5, 2}));
  CHECK(torch::take(x, tensor({}, {1}, DType::Int64)).dim() == 0);
  CHECK(torch::take(counting({0}), indices({})).sizes() == Shape{0});
  CHECK(error([] { torch::take(counting({0}), indices({0})); }) ==
        "take(): tried to take from an empty tensor");
  CHECK(error([&] { torch::take(x, indices({6})); }) ==
        "out of range: tried to access index 6 on a tensor of 6 elements.");
  CHECK(same(values(torch::put(x, indices({1, 1, -1}), tensor({3}, {7, 8, 9}), false, false)),
             {0, 8, 1, 4, 2, 9}));
  CHECK(same(values(torch::put(x, indices({1, 1}), tensor({2}, {7, 8}), true, false)),
             {0, 18, 1, 4, 2, 5}));
}

TEST_CASE("nonzero: rows in order; -0 is zero and NaN is not; no dimensions, no elements") {
  CHECK(same(values(torch::nonzero(tensor({2, 2}, {0, 1, -0.0, NAN}))), {0, 1, 1, 1}));
  CHECK(torch::nonzero(tensor({}, {3})).sizes() == Shape{1, 0});
  CHECK(torch::nonzero(tensor({}, {0})).sizes() == Shape{0, 0});
  CHECK(torch::nonzero(counting({0, 2})).sizes() == Shape{0, 2});
  CHECK(same(values(torch::nonzero(torch::t(tensor({1, 2}, {0, 5})))), {1, 0}));
}
