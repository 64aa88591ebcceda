#include "ops/pooling.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "gradcheck.h"
#include "ops/resample.h"

using expect::error;
using expect::gradcheck;
using expect::gradgradcheck;
using expect::same;
using expect::tensor;
using expect::values;
using expect::variable;
using torch::Padding;
using torch::Resize;
using torch::Shape;
using torch::Tensor;
using List = std::vector<Tensor>;

namespace {

// No two elements are near each other, so that the largest of a window stays the largest.
Tensor distinct(const Shape& sizes) {
  std::vector<double> v;
  const int64_t n = torch::numel(sizes);
  for (int64_t i = 0; i < n; ++i) v.push_back(double(i * 7 % n) / 4 - 3);
  return variable(sizes, v);
}

void check_both(const expect::Function& f, const Shape& sizes) {
  CHECK(gradcheck(f, {distinct(sizes)}) == "");
  CHECK(gradgradcheck(f, {distinct(sizes)}) == "");
}

}  // namespace

TEST_CASE("max_pool: values and positions; of equal elements the first") {
  const Tensor x = tensor({1, 3, 4}, {1, 2, 2, 0, 5, 4, 4, 4, 0, 9, 9, 1});
  const auto [y, at] = torch::max_pool_with_indices(x, {2, 2}, {1, 2}, {0, 0}, {1, 1}, false);
  CHECK(y.sizes() == Shape{1, 2, 2});
  CHECK(same(values(y), {5, 4, 9, 9}));
  CHECK(same(values(at), {4, 6, 9, 10}));
  const auto [line, where] = torch::max_pool_with_indices(x, {3}, {2}, {1}, {1}, true);
  CHECK(same(values(line), {2, 2, 0, 5, 4, 4, 9, 9, 1}));
  CHECK(same(values(where), {1, 1, 3, 0, 1, 3, 1, 1, 3}));
}

TEST_CASE("pools: gradients, first and second") {
  check_both(
      [](const List& x) {
        return torch::max_pool(x[0], {2, 2}, {1, 2}, {1, 0}, {1, 1}, true);
      },
      {1, 2, 4, 5});
  check_both([](const List& x) { return torch::max_pool(x[0], {2}, {1}, {0}, {2}, false); },
             {2, 5});
  check_both([](const List& x) { return torch::adaptive_max_pool(x[0], {2, 3}).first; }, {2, 5, 4});
  for (bool whole : {false, true}) {
    check_both(
        [=](const List& x) {
          return torch::avg_pool(x[0], {3, 2}, {2, 1}, {1, 1}, true, whole, 0);
        },
        {1, 2, 4, 3});
  }
  check_both([](const List& x) { return torch::avg_pool(x[0], {2}, {2}, {0}, false, true, 3); },
             {2, 2, 5});
  check_both([](const List& x) { return torch::adaptive_avg_pool(x[0], {3, 2}); }, {1, 2, 4, 5});
  check_both([](const List& x) { return torch::adaptive_avg_pool(x[0], {1, 1}); }, {2, 3, 2});
}

TEST_CASE("upsample and pad: gradients, first and second") {
  for (Resize mode : {Resize::Nearest, Resize::NearestExact, Resize::Linear}) {
    for (bool corners : {false, true}) {
      check_both(
          [=](const List& x) {
            return torch::upsample(x[0], {5, 2}, mode, corners, {});
          },
          {1, 2, 3, 4});
      check_both([=](const List& x) { return torch::upsample(x[0], {7}, mode, corners, {1.8}); },
                 {1, 2, 4});
    }
  }
  for (Padding mode :
       {Padding::Constant, Padding::Reflect, Padding::Replicate, Padding::Circular}) {
    check_both([=](const List& x) { return torch::pad(x[0], {1, 2, 2, 0}, mode, 0.5); }, {2, 3, 4});
  }
  check_both(
      [](const List& x) {
        return torch::pad(x[0], {-1, 2, 1, -1}, Padding::Constant, 3);
      },
      {2, 3, 4});
}

TEST_CASE("pad: a constant of any dtype, and cropping") {
  const Tensor x = tensor({2, 2}, {1, 2, 3, 4}, torch::DType::Int64);
  CHECK(
      same(values(torch::pad(x, {1, 0, 0, 1}, Padding::Constant, 7)), {7, 1, 2, 7, 3, 4, 7, 7, 7}));
  CHECK(same(values(torch::pad(x, {-1, 1}, Padding::Constant, 0)), {2, 0, 4, 0}));
  CHECK(torch::pad(x, {-1, -1}, Padding::Constant, 0).sizes() == Shape{2, 0});
  CHECK(error([&] {
          torch::pad(x, {-2, -1}, Padding::Constant, 0);
        }) ==
        "The input size [2, 2], plus negative padding [-2, -1] resulted in a negative output size, "
        "which is invalid.");
  CHECK(error([&] {
          torch::pad(x, {1, 1}, Padding::Circular, 0);
        }) == "\"CopySlices\" not implemented for 'Long'");
}

TEST_CASE("pools: one thread or four give the same bits") {
  const Tensor x = torch::to(distinct({9, 31, 40, 41}), torch::DType::Float32);
  const auto run = [&] {
    return List{torch::max_pool(x, {3, 3}, {2, 2}, {1, 1}, {1, 1}, false),
                torch::avg_pool(x, {3, 3}, {2, 2}, {1, 1}, false, true, 0),
                torch::upsample(x, {51, 50}, Resize::Linear, false, {})};
  };
  const List one = run();
  torch::start_threads(4);
  const List many = run();
  torch::stop_threads();
  for (size_t i = 0; i < one.size(); ++i) CHECK(expect::same_bits(one[i], many[i]));
}

TEST_CASE("pools: mistakes are named") {
  const Tensor x = distinct({1, 2, 3, 3});
  CHECK(error([&] {
          torch::max_pool(x, {4, 4}, {1, 1}, {0, 0}, {1, 1}, false);
        }) ==
        "Given input size: (2x3x3). Calculated output size: (2x0x0). Output size is too small");
  CHECK(error([&] {
          torch::max_pool(x, {2, 2}, {1, 1}, {2, 2}, {1, 1}, false);
        }) ==
        "pad should be at most half of effective kernel size, but got pad=2, kernel_size=2 and "
        "dilation=1");
  CHECK(error([&] {
          torch::max_pool(distinct({1, 1, 1}), {2}, {1}, {1}, {2}, false);
        }) == "a window of max pooling lies in the padding alone");
  CHECK(error([&] { torch::adaptive_avg_pool(distinct({3}), {1}); }) ==
        "adaptive_avg_pool1d: Expected 2D or 3D (batch mode) tensor for input, but got: [3]");
  CHECK(error([&] {
          torch::max_pool(torch::to(x, torch::DType::Int64), {2, 2}, {1, 1}, {0, 0}, {1, 1}, false);
        }) == "\"max_pool2d\" not implemented for 'Long'");
  const Tensor whole = torch::to(x, torch::DType::Int64);
  CHECK(error([&] { torch::avg_pool(whole, {2}, {1}, {0}, false, true, 0); }) ==
        "\"avg_pool2d\" not implemented for 'Long'");
  CHECK(error([&] {
          torch::adaptive_avg_pool(whole, {2, 2});
        }) == "\"adaptive_avg_pool2d\" not implemented for 'Long'");
  CHECK(error([&] {
          torch::upsample(whole, {4, 4}, Resize::Linear, false, {});
        }) == "\"compute_indices_weights_linear\" not implemented for 'Long'");
  CHECK(error([&] {
          torch::upsample(whole, {4, 4}, Resize::Nearest, false, {});
        }) == "\"compute_indices_weights_nearest\" not implemented for 'Long'");
  CHECK(error([&] {
          torch::pad(whole, {1, 1}, Padding::Reflect, 0);
        }) == "\"reflection_pad1d\" not implemented for 'Long'");
  CHECK(error([&] {
          torch::pad(whole, {1, 1, 1, 1}, Padding::Replicate, 0);
        }) == "\"replication_pad2d_cpu\" not implemented for 'Long'");
}

TEST_CASE("zeros: what is copied keeps its sign, an average and a gradient are 0") {
  const Tensor x = variable({1, 1, 2, 2}, {-0.0, -0.0, -0.0, -0.0});
  const auto negative = [](const Tensor& t) {
    const std::vector<double> v = values(t);
    return std::count_if(v.begin(), v.end(), [](double each) { return std::signbit(each); });
  };
  CHECK(negative(torch::pad(x, {1, 1, 1, 1}, Padding::Replicate, 0)) == 16);
  CHECK(negative(torch::upsample(x, {4, 4}, Resize::Nearest, false, {})) == 16);
  CHECK(negative(torch::avg_pool(x, {1, 1}, {1, 1}, {0, 0}, false, true, 0)) == 0);
  CHECK(negative(torch::max_pool(x, {2, 2}, {1, 1}, {0, 0}, {1, 1}, false)) == 1);
  const Tensor y = torch::upsample(x, {1, 1}, Resize::Nearest, false, {});
  CHECK(negative(torch::grad({y}, {x}, {}, false, false, false)[0]) == 0);
}
