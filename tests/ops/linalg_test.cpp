// Decompositions put together again, and their derivatives.
#include "ops/linalg.h"

#include "gradcheck.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/matmul.h"
#include "ops/matrices.h"
#include "ops/reduce.h"
#include "ops/unary.h"

using torch::matmul;
using torch::swapped;
using torch::Tensor;
using List = std::vector<Tensor>;

namespace {

Tensor irregular(const torch::Shape& sizes, int which = 0) {
  std::vector<double> v;
  for (int64_t i = 0; i < torch::numel(sizes); ++i) {
    v.push_back(std::fmod(0.61803398875 * double(i * i + 1) + 0.37 * (which + 1), 1.0) - 0.4);
  }
  return expect::variable(sizes, v);
}

bool close(const Tensor& a, const Tensor& b) {
  return a.sizes() == b.sizes() && torch::allclose(a, b, 1e-9, 1e-10, false);
}

Tensor identity(int64_t n) { return torch::eye(n, n, torch::DType::Float64); }

void check_gradients(const expect::Function& f, const List& x) {
  CHECK(expect::gradcheck(f, x) == "");
  CHECK(expect::gradgradcheck(f, x) == "");
}

Tensor symmetric(const Tensor& x) { return torch::add(x, swapped(x)); }

}  // namespace

TEST_CASE("linalg: inverses and systems") {
  const Tensor a = irregular({2, 4, 4}), b = irregular({4, 3}, 1);
  CHECK(close(matmul(a, torch::inv(a)), torch::expand(identity(4), {2, 4, 4})));
  CHECK(close(matmul(a, torch::solve(a, b)), torch::expand(b, {2, 4, 3})));
  const Tensor v = irregular({4}, 2);
  CHECK(close(torch::squeeze_dims(matmul(a, torch::unsqueeze(torch::solve(a, v), -1)), {-1}),
              torch::expand(v, {2, 4})));
  check_gradients([](const List& x) { return torch::inv(x[0]); }, {a});
  check_gradients([](const List& x) { return torch::solve(x[0], x[1]); }, {a, b});
  check_gradients([](const List& x) { return torch::solve(x[0], x[1]); }, {a, v});
  for (bool upper : {false, true}) {
    for (bool left : {false, true}) {
      for (bool unit : {false, true}) {
        check_gradients(
            [=](const List& x) { return torch::solve_triangular(x[0], x[1], upper, left, unit); },
            {a, left ? b : irregular({3, 4}, 1)});
      }
    }
  }
}

TEST_CASE("linalg: determinants, also of singular matrices") {
  const Tensor a = irregular({3, 3, 3});
  check_gradients([](const List& x) { return torch::det(x[0]); }, {a});
  check_gradients([](const List& x) { return torch::slogdet(x[0]).second; }, {a});
  const auto [sign, logarithm] = torch::slogdet(a);
  CHECK(close(torch::mul(sign, torch::exp(logarithm)), torch::det(a)));

  // Of rank n - 1 and n - 2; the derivative is finite.
  for (const std::vector<double>& v : {std::vector<double>{0, 1, 0, 0, 0, 1, 0, 0, 0},
                                       {1, 2, 3, 2, 4, 6, 1, 0, 1},
                                       {1, 2, 3, 2, 4, 6, 3, 6, 9},
                                       {0, 0, 0, 0, 0, 0, 0, 0, 0}}) {
    CHECK(expect::gradcheck([](const List& x) { return torch::det(x[0]); },
                            {expect::variable({3, 3}, v)}) == "");
  }
  CHECK(expect::values(torch::det(torch::empty({0, 0}, torch::DType::Float64))) ==
        std::vector<double>{1});
}

TEST_CASE("linalg: factors multiply to what they were made of") {
  for (const torch::Shape& sizes :
       {torch::Shape{2, 5, 3}, {3, 3}, {3, 5}, {1, 1}, {0, 2}, {2, 0}}) {
    CAPTURE(sizes[0]);
    const Tensor a = irregular(sizes).detach();
    const int64_t m = a.size(-2), n = a.size(-1);
    for (bool complete : {false, true}) {
      const auto [q, r] = torch::qr(a, complete);
      CHECK(close(matmul(q, r), a));
      CHECK(close(
          matmul(swapped(q), q),
          torch::expand(identity(q.size(-1)), torch::batch_sizes(a, 2, {q.size(-1), q.size(-1)}))));
      const List parts = torch::svd(a, complete);
      const int64_t k = std::min(m, n);
      const Tensor u = torch::narrow(parts[0], -1, 0, k), vt = torch::narrow(parts[2], -2, 0, k);
      CHECK(close(matmul(torch::mul(u, torch::unsqueeze(parts[1], -2)), vt), a));
      for (const Tensor& w : {parts[0], swapped(parts[2])}) {
        CHECK(close(matmul(swapped(w), w),
                    torch::expand(identity(w.size(-1)),
                                  torch::batch_sizes(a, 2, {w.size(-1), w.size(-1)}))));
      }
    }
    const Tensor p = torch::pinv(a, -1, -1);
    CHECK(close(matmul(matmul(a, p), a), a));
    CHECK(close(matmul(matmul(p, a), p), p));
  }
  const Tensor s = symmetric(irregular({3, 6, 6})).detach();
  const auto [l, v] = torch::eigh(s, false);
  CHECK(close(matmul(torch::mul(v, torch::unsqueeze(l, -2)), swapped(v)), s));
  CHECK(close(matmul(swapped(v), v), torch::expand(identity(6), {3, 6, 6})));
  const Tensor positive = torch::add(matmul(s, swapped(s)), identity(6));
  const Tensor c = torch::cholesky(positive, false);
  CHECK(close(matmul(c, swapped(c)), positive));
}

TEST_CASE("linalg: singular vectors of a matrix of lower rank are orthogonal all the same") {
  const Tensor a =
      expect::tensor({4, 3}, {1, 2, 3, 2, 4, 6, 1, 2, 3, 0, 0, 0}, torch::DType::Float64);
  for (bool full : {false, true}) {
    const List parts = torch::svd(a, full);
    CHECK(close(matmul(swapped(parts[0]), parts[0]), identity(parts[0].size(1))));
    CHECK(close(matmul(parts[2], swapped(parts[2])), identity(3)));
  }
  CHECK(expect::values(torch::matrix_rank(a, -1, -1)) == std::vector<double>{1});
}

TEST_CASE("linalg: derivatives of the factors") {
  for (const torch::Shape& sizes : {torch::Shape{2, 4, 3}, {3, 3}, {3, 4}}) {
    CAPTURE(sizes[0]);
    const Tensor a = irregular(sizes);
    check_gradients([](const List& x) { return torch::qr(x[0], false).first; }, {a});
    check_gradients([](const List& x) { return torch::qr(x[0], false).second; }, {a});
    check_gradients([](const List& x) { return torch::svd(x[0], false)[1]; }, {a});
    check_gradients([](const List& x) { return torch::pinv(x[0], -1, -1); }, {a});
    // Vectors have no sign of their own; their squares do.
    check_gradients([](const List& x) { return torch::square(torch::svd(x[0], false)[0]); }, {a});
    check_gradients([](const List& x) { return torch::square(torch::svd(x[0], false)[2]); }, {a});
  }
  const Tensor s = irregular({2, 3, 3});
  check_gradients([](const List& x) { return torch::eigh(symmetric(x[0]), false).first; }, {s});
  check_gradients(
      [](const List& x) { return torch::square(torch::eigh(symmetric(x[0]), true).second); }, {s});
  for (bool upper : {false, true}) {
    check_gradients(
        [=](const List& x) {
          return torch::cholesky(torch::add(matmul(x[0], swapped(x[0])), identity(3)), upper);
        },
        {s});
  }
  for (double order : {1.0, -1.0, 2.0, -2.0, std::nan("")}) {
    check_gradients(
        [=](const List& x) {
          return torch::matrix_norm(x[0], order, {0, -1}, true);
        },
        {irregular({3, 2, 3})});
  }
}
