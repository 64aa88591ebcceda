#include "ops/convolution.h"

#include "base/parallel.h"
#include "gradcheck.h"

using expect::error;
using expect::gradcheck;
using expect::gradgradcheck;
using expect::same_bits;
using expect::values;
using expect::variable;
using torch::DType;
using torch::Shape;
using torch::Tensor;
using List = std::vector<Tensor>;

namespace {

// Uneven numbers, the same for the same sizes.
Tensor uneven(const Shape& sizes, double shift = 0) {
  std::vector<double> v;
  for (int64_t i = 0; i < torch::numel(sizes); ++i) v.push_back(std::sin(double(i) * 1.7 + shift));
  return variable(sizes, v);
}

struct Rule {
  Shape stride, before, after, dilation;
  int64_t groups = 1;
};

// The sum that defines convolution.
double direct(const Tensor& x, const Tensor& w, const Rule& r, int64_t n, int64_t o, int64_t i,
              int64_t j) {
  const Shape &in = x.sizes(), &filter = w.sizes();
  const int64_t per_group = filter[0] / r.groups, channels = filter[1];
  double total = 0;
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t a = 0; a < filter[2]; ++a) {
      for (int64_t b = 0; b < filter[3]; ++b) {
        const int64_t y = i * r.stride[0] + a * r.dilation[0] - r.before[0];
        const int64_t z = j * r.stride[1] + b * r.dilation[1] - r.before[1];
        if (y < 0 || y >= in[2] || z < 0 || z >= in[3]) continue;
        const int64_t channel = o / per_group * channels + c;
        total += x.data<double>()[((n * in[1] + channel) * in[2] + y) * in[3] + z] *
                 w.data<double>()[((o * channels + c) * filter[2] + a) * filter[3] + b];
      }
    }
  }
  return total;
}

Tensor conv(const Tensor& x, const Tensor& w, const Tensor& b, const Rule& r) {
  return torch::conv(x, w, b, r.stride, r.before, r.after, r.dilation, r.groups);
}

const std::vector<Rule> kRules = {
    {{1, 1}, {0, 0}, {0, 0}, {1, 1}},    {{2, 1}, {1, 2}, {1, 2}, {1, 1}},
    {{1, 3}, {0, 1}, {1, 2}, {2, 1}},    {{1, 1}, {1, 1}, {1, 1}, {1, 2}, 2},
    {{3, 2}, {2, 0}, {0, 2}, {1, 1}, 2},
};

void check_sums(const Rule& r, int64_t outputs) {
  const Tensor x = uneven({2, 4, 5, 6}), w = uneven({outputs, 4 / r.groups, 3, 2}, 1);
  const Tensor bias = uneven({outputs}, 2), y = conv(x, w, bias, r);
  const std::vector<double> found = values(y);
  size_t at = 0;
  for (int64_t n = 0; n < y.size(0); ++n) {
    for (int64_t o = 0; o < y.size(1); ++o) {
      for (int64_t i = 0; i < y.size(2); ++i) {
        for (int64_t j = 0; j < y.size(3); ++j) {
          const double due = direct(x, w, r, n, o, i, j) + bias.data<double>()[o];
          REQUIRE(found[at++] == doctest::Approx(due).epsilon(1e-12));
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("conv: the sum that defines it; a group of one channel with one output, two and many") {
  for (Rule r : kRules) {
    check_sums(r, 4);
    r.groups = 4;
    for (int64_t outputs : {4, 8, 20}) check_sums(r, outputs);
  }
}

TEST_CASE("conv: float32 in many blocks of columns is the double result, rounded") {
  // 600 taps: 873 columns a block, of 3 * 32 * 37.
  const Tensor x = uneven({3, 24, 32, 37}), w = uneven({6, 24, 5, 5}, 1);
  const Rule r{{1, 1}, {2, 2}, {2, 2}, {1, 1}};
  const std::vector<double> due = values(conv(x, w, {}, r));
  const std::vector<double> found =
      values(conv(torch::to(x, DType::Float32), torch::to(w, DType::Float32), {}, r));
  for (size_t i = 0; i < due.size(); ++i) REQUIRE(std::fabs(found[i] - due[i]) < 2e-4);
}

TEST_CASE("conv: gradients, first and second, of input, weight and bias") {
  for (const Rule& r : kRules) {
    const expect::Function f = [&](const List& x) { return conv(x[0], x[1], x[2], r); };
    for (int64_t outputs : {2, 4}) {
      const List inputs = {uneven({1, 2, 4, 4}), uneven({outputs, 2 / r.groups, 2, 2}, 1),
                           uneven({outputs}, 2)};
      CHECK(gradcheck(f, inputs) == "");
      CHECK(gradgradcheck(f, inputs) == "");
    }
  }
  const expect::Function line = [](const List& x) {
    return torch::conv(x[0], x[1], x[2], {2}, {1}, {1}, {1}, 1);
  };
  CHECK(gradcheck(line, {uneven({2, 2, 5}), uneven({3, 2, 3}, 1), uneven({3})}) == "");
  CHECK(gradcheck(line, {uneven({2, 5}), uneven({3, 2, 3}, 1), uneven({3})}) == "");
}

TEST_CASE("conv_transpose: the adjoint of conv, with gradients of its own") {
  const Shape stride{2, 3}, padding{1, 0}, extra{1, 0}, dilation{1, 2}, none{0, 0};
  const Tensor x = uneven({2, 4, 3, 4}), w = uneven({4, 2, 3, 2}, 1);
  const Tensor y = torch::conv_transpose(x, w, {}, stride, padding, extra, 2, dilation);
  CHECK(y.sizes() == Shape{2, 4, 6, 12});
  const Tensor g = uneven(y.sizes(), 3);
  const Tensor back = torch::conv(g, w, {}, stride, padding, padding, dilation, 2);
  CHECK(torch::item(torch::sum(torch::mul(y, g), {}, false, std::nullopt)) ==
        doctest::Approx(torch::item(torch::sum(torch::mul(x, back), {}, false, std::nullopt)))
            .epsilon(1e-12));
  const expect::Function f = [&](const List& x) {
    return torch::conv_transpose(x[0], x[1], x[2], {2, 1}, {1, 0}, {0, 0}, 1, {1, 1});
  };
  const List inputs = {uneven({1, 2, 2, 3}), uneven({2, 2, 3, 2}, 1), uneven({2}, 2)};
  CHECK(gradcheck(f, inputs) == "");
  CHECK(gradgradcheck(f, inputs) == "");
}

TEST_CASE("unfold and fold: gradients, and sums of what overlaps") {
  const expect::Function columns = [](const List& x) {
    return torch::unfold(x[0], {2, 2}, {1, 2}, {1, 0}, {2, 1});
  };
  const expect::Function planes = [](const List& x) {
    return torch::fold(x[0], {3, 4}, {2, 2}, {1, 1}, {0, 0}, {1, 1});
  };
  CHECK(gradcheck(columns, {uneven({2, 2, 4, 4})}) == "");
  CHECK(gradgradcheck(planes, {uneven({2, 8, 6})}) == "");
  const Tensor ones = torch::ones({1, 4, 6}, DType::Float32);
  CHECK(expect::same(values(torch::fold(ones, {3, 4}, {2, 2}, {1, 1}, {0, 0}, {1, 1})),
                     {1, 2, 2, 1, 2, 4, 4, 2, 1, 2, 2, 1}));
}

TEST_CASE("conv: strided inputs, and one thread or four, give the same bits") {
  const auto check = [](const Rule& r, const Shape& filter) {
    const Tensor x = torch::to(uneven({5, 17, 19, 16}), DType::Float32);
    const Tensor turned = torch::clone(torch::transpose(x, 1, 3)).detach();
    turned.set_requires_grad(true);
    const Tensor w = torch::to(uneven(filter, 1), DType::Float32).detach();
    w.set_requires_grad(true);
    const auto run = [&](const Tensor& input) {
      const Tensor y = conv(input, w, {}, r);
      const List g = torch::grad({expect::weighted(torch::to(y, DType::Float64))}, {turned, w}, {},
                                 false, false, true);
      return List{y, g[0], g[1]};
    };
    const List strided = run(torch::transpose(turned, 1, 3));
    const Tensor copy = torch::clone(torch::transpose(turned, 1, 3));
    CHECK(same_bits(strided[0], conv(copy, w, {}, r)));
    torch::start_threads(4);
    const List many = run(torch::transpose(turned, 1, 3));
    torch::stop_threads();
    for (size_t i = 0; i < 3; ++i) CHECK(same_bits(strided[i], many[i]));
  };
  check({{1, 1}, {1, 1}, {1, 1}, {1, 1}}, {12, 17, 3, 3});
  check({{1, 1}, {1, 1}, {1, 1}, {1, 1}, 17}, {34, 1, 3, 3});
  check({{2, 2}, {1, 1}, {1, 1}, {1, 1}, 17}, {17, 1, 3, 3});
}

TEST_CASE("conv: empty batches and empty channels") {
  const Rule r{{1, 1}, {0, 0}, {0, 0}, {1, 1}};
  const Tensor x = uneven({0, 2, 4, 4}), w = uneven({3, 2, 2, 2});
  const Tensor y = conv(x, w, {}, r);
  CHECK(y.sizes() == Shape{0, 3, 3, 3});
  const List g =
      torch::grad({torch::sum(y, {}, false, std::nullopt)}, {x, w}, {}, false, false, false);
  CHECK(g[0].sizes() == x.sizes());
  CHECK(expect::same(values(g[1]), std::vector<double>(24, 0)));
  const Tensor none = conv(uneven({1, 0, 3, 3}), uneven({2, 0, 2, 2}), uneven({2}), r);
  CHECK(none.sizes() == Shape{1, 2, 2, 2});
  CHECK(values(none)[0] == values(uneven({2}))[0]);
}

TEST_CASE("conv: mistakes are named in PyTorch's words") {
  const Rule r{{1, 1}, {0, 0}, {0, 0}, {1, 1}};
  CHECK(
      error([&] {
        conv(uneven({1, 2, 5, 5}), uneven({4, 3, 3, 3}), {}, r);
      }) ==
      "Given groups=1, weight of size [4, 3, 3, 3], expected input[1, 2, 5, 5] to have 3 channels, "
      "but got 2 channels instead");
  CHECK(
      error([&] {
        conv(uneven({1, 3, 2, 2}), uneven({4, 3, 3, 3}), {}, r);
      }) ==
      "Calculated padded input size per channel: (2 x 2). Kernel size: (3 x 3). Kernel size can't "
      "be greater than actual input size");
  CHECK(error([&] {
          conv(torch::to(uneven({1, 3, 4, 4}), DType::Int64),
               torch::to(uneven({4, 3, 3, 3}), DType::Int64), {}, r);
        }) == "\"slow_conv2d_cpu\" not implemented for 'Long'");
  CHECK(error([&] {
          torch::conv_transpose(uneven({1, 2, 3}), uneven({3, 2, 2}), {}, {1}, {0}, {0}, 1, {1});
        }) ==
        "Given transposed=1, weight of size [3, 2, 2], expected input[1, 2, 3] to have 3 channels, "
        "but got 2 channels instead");
}
