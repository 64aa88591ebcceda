#include "ops/inplace.h"
#include "expect.h"
#include "ops/arithmetic.h"
#include "ops/backward.h"
#include "ops/reduce.h"
#include "ops/unary.h"
#include "ops/view.h"

namespace {

using expect::same;
using expect::tensor;
using expect::values;
using expect::variable;
using torch::assign_;
using torch::DType;
using torch::Tensor;

Tensor next(const Tensor& x) { return torch::add(x, Tensor::number(1)); }

}  // namespace

TEST_CASE("assign_: what nothing else looks at becomes the memory, and all views see it") {
  const Tensor base = tensor({2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor column = torch::select(base, 1, 2), flat = torch::view(base, {6});
  for (const Tensor& x : {base, flat}) {
    const uint32_t version = base.version();
    Tensor y = next(x);
    const std::byte* memory = y.raw();
    CHECK(assign_(x, y).is_same(x));
    CHECK(x.raw() == memory);
    CHECK(flat.raw() == memory);
    CHECK(base.version() == version + 1);
  }
  CHECK(same(values(base), {3, 4, 5, 6, 7, 8}));
  CHECK(same(values(column), {5, 8}));

  const Tensor none = tensor({0}, {});
  CHECK(assign_(none, next(none)).numel() == 0);
}

TEST_CASE("assign_: a result that is held or seen elsewhere is left as it is") {
  const Tensor x = tensor({3}, {1, 2, 3});
  const Tensor y = next(x);
  const Tensor held = y;
  assign_(x, y);
  CHECK(x.raw() != held.raw());
  const Tensor z = next(x);
  const Tensor seen = torch::view(z, {3, 1});
  assign_(x, z);
  assign_(x, next(x));
  CHECK(same(values(held), {2, 3, 4}));
  CHECK(same(values(seen), {3, 4, 5}));
  CHECK(same(values(x), {4, 5, 6}));
  assign_(x, x);
  CHECK(same(values(x), {4, 5, 6}));
}

TEST_CASE("assign_: what backward has saved stays, of the result and of what is written") {
  const Tensor leaf = variable({2}, {0.5, -1});
  const Tensor x = torch::mul(leaf, Tensor::number(2));
  assign_(x, torch::exp(x));     // saves its output
  assign_(x, torch::square(x));  // saves its input, which is overwritten
  assign_(x, next(x));           // saves nothing
  torch::backward(torch::sum(x, {}, false, std::nullopt), {}, false, false);
  // e^(4 leaf) + 1
  CHECK(values(leaf.grad())[0] == doctest::Approx(4 * std::exp(2.0)));
  CHECK(values(leaf.grad())[1] == doctest::Approx(4 * std::exp(-4.0)));
}

TEST_CASE("assign_: a part, another order and another dtype are written element by element") {
  const Tensor whole = tensor({2, 2}, {1, 2, 3, 4});
  const std::byte* memory = whole.raw();
  const Tensor row = torch::select(whole, 0, 1), turned = torch::t(whole);
  assign_(row, next(row));
  CHECK(same(values(whole), {1, 2, 4, 5}));
  assign_(turned, next(turned));
  CHECK(same(values(whole), {2, 3, 5, 6}));
  CHECK(whole.raw() == memory);
  const Tensor wide = tensor({2}, {1, 2}, DType::Float64);
  const Tensor narrow = tensor({2}, {3, 4});
  assign_(wide, narrow);
  CHECK(same(values(wide), {3, 4}));
  CHECK(same(values(narrow), {3, 4}));
}
