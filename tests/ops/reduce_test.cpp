#include "ops/reduce.h"

#include "base/parallel.h"
#include "expect.h"
#include "ops/arithmetic.h"
#include "ops/backward.h"

using expect::error;
using expect::same;
using expect::tensor;
using expect::values;
using torch::DType;
using torch::Shape;
using torch::Tensor;

namespace {

Tensor sum(const Tensor& x, const Shape& dims = {}, bool keepdim = false) {
  return torch::sum(x, dims, keepdim, std::nullopt);
}

Tensor waves(int64_t n) {
  std::vector<double> v;
  for (int64_t i = 0; i < n; ++i) v.push_back(std::sin(double(i)) + 0.25);
  return tensor({n}, v);
}

}  // namespace

TEST_CASE("sum: every length around lanes and blocks, against double") {
  for (int64_t n : {0, 1, 2, 3, 4, 5, 15, 16, 17, 1023, 1024, 1025, 5000, 100000}) {
    CAPTURE(n);
    const Tensor x = waves(n);
    double expected = 0, size = 0;
    for (double v : values(x)) {
      expected += v;
      size += std::fabs(v);
    }
    CHECK(std::fabs(torch::item(sum(x)) - expected) <= 3e-7 * size);
  }
}

TEST_CASE("sum: rows, columns, middle dimensions and strided inputs agree") {
  const Tensor x = torch::view(waves(5 * 67 * 9), {5, 67, 9});
  for (const Shape& dims :
       {Shape{0}, Shape{1}, Shape{2}, Shape{0, 1}, Shape{1, 2}, Shape{0, 2}, Shape{-1, 0, 1}}) {
    const Tensor wide = sum(torch::to(x, DType::Float64), dims);
    const std::vector<double> a = values(sum(x, dims)), b = values(wide);
    REQUIRE(a.size() == b.size());
    for (size_t i = 0; i < a.size(); ++i) CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-5));
    const Tensor turned = torch::transpose(torch::clone(torch::transpose(x, 0, 2)), 0, 2);
    const std::vector<double> c = values(sum(turned, dims));
    for (size_t i = 0; i < a.size(); ++i) CHECK(c[i] == doctest::Approx(b[i]).epsilon(1e-5));
  }
  CHECK(sum(x, {1}, true).sizes() == Shape{5, 1, 9});
}

TEST_CASE("reductions: four threads give the bits of one") {
  const Tensor x = waves(300'000), m = torch::view(x, {300, 1000});
  const auto all = [&] {
    return std::vector<Tensor>{sum(x), sum(m, {0}), sum(m, {1}), torch::var(x, {}, 1, false),
                               torch::amax(m, {1}, false)};
  };
  const std::vector<Tensor> one = all();
  torch::start_threads(4);
  const std::vector<Tensor> four = all();
  torch::stop_threads();
  for (size_t i = 0; i < one.size(); ++i) CHECK(expect::same_bits(one[i], four[i]));
}

TEST_CASE("reductions: dtypes as PyTorch gives them") {
  CHECK(sum(tensor({2}, {200, 100}, DType::UInt8)).dtype() == DType::Int64);
  CHECK(torch::item(sum(tensor({2}, {200, 100}, DType::UInt8))) == 300);
  CHECK(torch::item(sum(tensor({3}, {1, 0, 1}, DType::Bool))) == 2);
  CHECK(torch::amax(tensor({2}, {1, 0}, DType::Bool), {}, false).dtype() == DType::Bool);
  CHECK(error([] { torch::mean(tensor({1}, {1}, DType::Int64), {}, false, std::nullopt); }) ==
        "mean(): could not infer output dtype. Input dtype must be either a floating point or "
        "complex dtype. Got: Long");
  CHECK(error([] { torch::var(tensor({1}, {1}, DType::Int64), {}, 1, false); }) ==
        "std and var only support floating point and complex dtypes");
}

TEST_CASE("reductions: empty inputs") {
  const Tensor none = tensor({0}, {});
  CHECK(torch::item(sum(none)) == 0);
  CHECK(torch::item(torch::prod(none)) == 1);
  CHECK(std::isnan(torch::item(torch::mean(none, {}, false, std::nullopt))));
  CHECK(std::isnan(torch::item(torch::var(none, {}, 1, false))));
  CHECK(error([&] { torch::max_all(none); }) ==
        "max(): Expected reduction dim to be specified for input.numel() == 0. Specify the "
        "reduction dim with the 'dim' argument.");
  CHECK(error([] {
          torch::max_dim(tensor({0, 2}, {}), 0, false);
        }) == "max(): Expected reduction dim 0 to have non-zero size.");
  CHECK(sum(tensor({2, 0}, {}), {1}).sizes() == Shape{2});
}

TEST_CASE("norm: nothing has length 0, but no smallest and no largest element") {
  const double infinite = std::numeric_limits<double>::infinity();
  for (const double p : {0.0, 0.5, 1.0, 2.0, 3.0}) {
    CHECK(torch::item(torch::norm(tensor({0}, {}), p, {}, false)) == 0);
  }
  for (const auto& [p, name] : {std::pair{-infinite, "-inf"}, {infinite, "inf"}, {-1.0, "-1"}}) {
    const auto message = [p = p](const Shape& sizes, const Shape& dims) {
      return error([&] { torch::norm(tensor(sizes, {}), p, dims, false); });
    };
    const std::string cannot = std::string("linalg.vector_norm cannot compute the ") + name;
    CHECK(message({0}, {}) ==
          cannot + " norm on an empty tensor because the operation does not have an identity");
    CHECK(message({2, 0}, {1}) ==
          cannot +
              " norm on the dimension 1because this dimension is empty and the operation does "
              "not have an identity");
    CHECK(message({0, 2}, {1}) == "");
    for (const Shape& dims : {Shape{}, Shape{0}, Shape{-1}}) {
      CHECK(torch::item(torch::norm(tensor({}, {-3}), p, dims, false)) == 3);
    }
  }
}

// A lane sums 64 squares, each sum rounded by half a unit of 2^-23 at most: 4e-6.
TEST_CASE("var: a row whose beginning is far from its mean, and equal elements") {
  for (const int64_t far : {1, 16, 40, 512}) {
    std::vector<double> x(1024);
    for (size_t i = 0; i < x.size(); ++i) {
      x[i] = static_cast<float>(0.1 * double(i % 7) + (i < static_cast<size_t>(far) ? 4095.7 : 0));
    }
    double mean = 0, squares = 0;
    for (double v : x) mean += v / 1024;
    for (double v : x) squares += (v - mean) * (v - mean);
    CHECK(torch::item(torch::var(tensor({1024}, x), {}, 0, false)) ==
          doctest::Approx(squares / 1024).epsilon(4e-6));
  }
  CHECK(torch::item(torch::var(tensor({1000}, std::vector<double>(1000, 0.1)), {}, 0, false)) == 0);
}

TEST_CASE("var and std: exact far from zero, corrections, one element") {
  // A float sum of squares would lose everything here.
  const Tensor far = tensor({4}, {4194304, 4194305, 4194306, 4194307});
  CHECK(torch::item(torch::var(far, {}, 1, false)) == doctest::Approx(5.0 / 3).epsilon(1e-6));
  CHECK(torch::item(torch::var(far, {}, 0, false)) == doctest::Approx(1.25).epsilon(1e-6));
  CHECK(std::isnan(torch::item(torch::var(tensor({1}, {3}), {}, 1, false))));
  const Tensor m = tensor({2, 3}, {1, 2, 3, 4, 6, 8});
  CHECK(same(values(torch::var(m, {1}, 1, false)), {1, 4}));
  CHECK(same(values(torch::var(m, {0}, 1, true)), {4.5, 8, 12.5}));
  CHECK(same(values(torch::std_(m, {1}, 1, false)), {1, 2}));
}

TEST_CASE("argmax, argmin: the first of equals at every place of every length, and the first NaN") {
  for (int64_t n = 1; n < 40; ++n) {
    for (int64_t place = 0; place < n; ++place) {
      for (double v : {1.0, -1.0, double(NAN)}) {
        std::vector<double> line(static_cast<size_t>(n), 0.0);
        line[static_cast<size_t>(place)] = line.back() = v;
        for (DType dtype : {DType::Float32, DType::Float64}) {
          const Tensor x = torch::to(tensor({n}, line), dtype);
          const auto at = [&](const Tensor& index) { return int64_t(torch::item(index)); };
          const int64_t other = place == 0 && n > 2 ? 1 : 0;
          REQUIRE(at(torch::argmax(x, 0, false)) == (v < 0 ? other : place));
          REQUIRE(at(torch::argmin(x, 0, false)) == (v > 0 ? other : place));
        }
      }
    }
  }
}

TEST_CASE("max, min, argmax: NaN counts as extreme, the first of equals wins") {
  const Tensor x = tensor({2, 4}, {1, 5, 5, 2, 3, NAN, 9, NAN});
  const auto [value, index] = torch::max_dim(x, 1, false);
  CHECK(same(values(value), {5, NAN}));
  CHECK(same(values(index), {1, 1}));
  CHECK(std::isnan(torch::item(torch::max_all(x))));
  CHECK(same(values(torch::argmin(x, 0, false)), {0, 1, 0, 1}));
  CHECK(torch::item(torch::argmax(x, std::nullopt, false)) == 5);
  CHECK(torch::argmax(x, 1, true).sizes() == Shape{2, 1});
}

TEST_CASE(
    "extremes over all elements share the gradient among equals; over a dim the index takes it") {
  const Tensor x = expect::variable({4}, {1, 7, 7, 2});
  torch::backward(torch::max_all(x), {}, false, false);
  CHECK(same(values(x.grad()), {0, 0.5, 0.5, 0}));
  const Tensor y = expect::variable({4}, {1, 7, 7, 2});
  torch::backward(torch::max_dim(y, 0, false).first, {}, false, false);
  CHECK(same(values(y.grad()), {0, 1, 0, 0}));
}

TEST_CASE("prod: the gradient is exact also at zeros") {
  const Tensor x = expect::variable({3}, {2, 0, 5});
  torch::backward(torch::prod(x), {}, false, false);
  CHECK(same(values(x.grad()), {0, 10, 0}));
  const Tensor y = expect::variable({3}, {0, 0, 5});
  torch::backward(torch::prod(y), {}, false, false);
  CHECK(same(values(y.grad()), {0, 0, 0}));
}

TEST_CASE("norm: all orders; the gradient at zero is zero") {
  const Tensor x = tensor({2, 2}, {3, -4, 0, 1});
  CHECK(torch::item(torch::norm(x, 2, {}, false)) == doctest::Approx(std::sqrt(26.0)));
  CHECK(same(values(torch::norm(x, 1, {1}, false)), {7, 1}));
  CHECK(same(values(torch::norm(x, 0, {1}, false)), {2, 1}));
  CHECK(same(values(torch::norm(x, INFINITY, {0}, false)), {3, 4}));
  CHECK(same(values(torch::norm(x, -INFINITY, {0}, false)), {0, 1}));
  const Tensor zero = expect::variable({2}, {0, 0});
  torch::backward(torch::norm(zero, 2, {}, false), {}, false, false);
  CHECK(same(values(zero.grad()), {0, 0}));
}

TEST_CASE("all, any, count_nonzero, logsumexp") {
  const Tensor x = tensor({2, 3}, {1, 0, 2, 3, 4, NAN});
  CHECK(same(values(torch::all(x, {1}, false)), {0, 1}));
  CHECK(same(values(torch::any(x, {0}, false)), {1, 1, 1}));
  CHECK(torch::item(torch::count_nonzero(x, {})) == 5);
  CHECK(torch::item(torch::logsumexp(tensor({2}, {1000, 1000}), {0}, false)) ==
        doctest::Approx(1000 + std::log(2.0)));
  CHECK(
      same(values(torch::logsumexp(tensor({2}, {-INFINITY, -INFINITY}), {0}, false)), {-INFINITY}));
  CHECK(same(values(torch::logsumexp(tensor({2, 0}, {}), {1}, false)), {-INFINITY, -INFINITY}));
}
