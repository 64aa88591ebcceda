#include "ops/softmax.h"

#include "expect.h"
#include "ops/backward.h"
#include "ops/loss.h"

using expect::error;
using expect::tensor;
using expect::values;
using torch::DType;
using torch::Tensor;

TEST_CASE("softmax and log_softmax: rows of every length against double") {
  for (int64_t n : {1, 2, 3, 4, 5, 8, 15, 16, 17, 1000}) {
    CAPTURE(n);
    std::vector<double> v;
    for (int64_t i = 0; i < 3 * n; ++i) v.push_back(3 * std::sin(double(i)));
    const Tensor x = tensor({3, n}, v);
    const std::vector<double> y = values(torch::softmax(x, 1, std::nullopt));
    const std::vector<double> z = values(torch::log_softmax(x, -1, std::nullopt));
    const std::vector<double> exact = values(x);
    for (int64_t r = 0; r < 3; ++r) {
      double sum = 0;
      for (int64_t i = 0; i < n; ++i) sum += std::exp(exact[size_t(r * n + i)]);
      for (int64_t i = 0; i < n; ++i) {
        const size_t at = size_t(r * n + i);
        CHECK(y[at] == doctest::Approx(std::exp(exact[at]) / sum).epsilon(1e-6));
        CHECK(std::fabs(z[at] - (exact[at] - std::log(sum))) <= 1e-6 * (1 + std::fabs(z[at])));
      }
    }
  }
}

TEST_CASE("softmax: far logits, rows of -inf, other dimensions, 0-dim and empty") {
  CHECK(
      expect::same(values(torch::softmax(tensor({2}, {1000, 1000}), 0, std::nullopt)), {0.5, 0.5}));
  // e^-100 is 26.55 of the smallest float: it underflows gradually.
  CHECK(expect::same(values(torch::softmax(tensor({2}, {0, -100}), 0, std::nullopt)),
                     {1, 27 * 0x1p-149}));
  CHECK(expect::same(values(torch::log_softmax(tensor({2}, {-INFINITY, 0}), 0, std::nullopt)),
                     {-INFINITY, 0}));
  for (double v : values(torch::softmax(tensor({2}, {-INFINITY, -INFINITY}), 0, std::nullopt))) {
    CHECK(std::isnan(v));
  }
  CHECK(expect::same(values(torch::softmax(tensor({2, 1}, {3, 3}), 0, std::nullopt)), {0.5, 0.5}));
  CHECK(torch::item(torch::softmax(tensor({}, {3}), 0, std::nullopt)) == 1);
  CHECK(torch::softmax(tensor({0, 3}, {}), 1, std::nullopt).numel() == 0);
}

TEST_CASE("softmax: integers need a dtype") {
  const Tensor x = tensor({2}, {0, 0}, DType::Int64);
  CHECK(error([&] { torch::softmax(x, 0, std::nullopt); }) ==
        "\"softmax_lastdim_kernel_impl\" not implemented for 'Long'");
  CHECK(expect::same(values(torch::softmax(x, 0, DType::Float64)), {0.5, 0.5}));
}

TEST_CASE("softmax and log_softmax: a NaN spoils its row and no other") {
  std::vector<double> v(34, 0.5);
  v[3] = NAN;
  const Tensor x = tensor({2, 17}, v);
  for (const Tensor& y :
       {torch::softmax(x, 1, std::nullopt), torch::log_softmax(x, 1, std::nullopt)}) {
    const std::vector<double> out = values(y);
    for (size_t i = 0; i < 34; ++i) CHECK(std::isnan(out[i]) == (i < 17));
  }
}

TEST_CASE("softmax and log_softmax: the gradient's one pass is the formula in ops") {
  for (int64_t n : {1, 3, 4, 17, 300}) {
    for (int64_t dim : {0, 1}) {
      std::vector<double> v, w;
      for (int64_t i = 0; i < 3 * n; ++i) {
        v.push_back(3 * std::sin(double(i)));
        w.push_back(std::cos(double(3 * i)));
      }
      for (const auto& op : {&torch::softmax, &torch::log_softmax}) {
        const Tensor x = tensor({3, n}, v);
        x.set_requires_grad(true);
        const Tensor y = op(x, dim, std::nullopt), g = tensor({3, n}, w);
        const auto once = values(torch::grad({y}, {x}, {g}, true, false, false)[0]);
        const auto recorded = values(torch::grad({y}, {x}, {g}, true, true, false)[0]);
        for (size_t i = 0; i < once.size(); ++i) {
          CHECK(once[i] == doctest::Approx(recorded[i]).epsilon(1e-5).scale(1));
        }
      }
    }
  }
}

TEST_CASE("cross_entropy: value and gradient are those of log_softmax and nll_loss") {
  const auto labels = [](const torch::Shape& sizes, const std::vector<double>& v) {
    return tensor(sizes, v, DType::Int64);
  };
  std::vector<double> wide(3 * 17), pictures(2 * 5 * 3);
  for (size_t i = 0; i < wide.size(); ++i) wide[i] = 40 * std::sin(double(i));
  for (size_t i = 0; i < pictures.size(); ++i) pictures[i] = 3 * std::cos(double(i));
  const auto compare = [](const torch::Shape& sizes, std::vector<double> v, const Tensor& t,
                          torch::Reduction reduction) {
    const Tensor x = expect::variable(sizes, v), y = expect::variable(sizes, v);
    const Tensor fused = torch::cross_entropy(x, t, {}, -100, reduction, 0);
    const int dim = x.dim() == 1 ? 0 : 1;
    const Tensor composed =
        torch::nll_loss(torch::log_softmax(y, dim, std::nullopt), t, {}, -100, reduction);
    CHECK(expect::same(values(fused), values(composed)));
    const Tensor g = torch::ones(fused.sizes(), DType::Float32);
    torch::backward(fused, g, false, false);
    torch::backward(composed, g, false, false);
    const std::vector<double> a = values(x.grad()), b = values(y.grad());
    for (size_t i = 0; i < a.size(); ++i) {
      CHECK((std::isnan(a[i]) ? std::isnan(b[i]) : std::fabs(a[i] - b[i]) <= 3e-7));
    }
  };
  for (const auto reduction :
       {torch::Reduction::Mean, torch::Reduction::Sum, torch::Reduction::None}) {
    compare({3, 17}, wide, labels({3}, {16, -100, 0}), reduction);
    compare({2, 5, 3}, pictures, labels({2, 3}, {4, 0, -100, 1, 2, 3}), reduction);
    compare({5}, {1000, -1000, 0, -INFINITY, 999}, labels({}, {0}), reduction);
    compare({2, 3}, {1, NAN, 2, 0, 1, 2}, labels({2}, {0, 1}), reduction);
  }
}
