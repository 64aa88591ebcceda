#include "ops/random.h"

#include <bit>

#include "expect.h"
#include "ops/arithmetic.h"
#include "ops/backward.h"
#include "ops/comparison.h"
#include "ops/reduce.h"

using expect::error;
using expect::same;
using expect::same_bits;
using expect::tensor;
using expect::values;
using torch::DType;
using torch::Generator;
using torch::Tensor;

namespace {

const uint64_t kSeeds[] = {0, 42, 123};

std::vector<uint32_t> hex(const Tensor& t) {
  std::vector<uint32_t> out;
  for (double v : values(t)) out.push_back(std::bit_cast<uint32_t>(static_cast<float>(v)));
  return out;
}

Tensor rand(uint64_t seed, int64_t n) {
  Generator g(seed);
  return torch::rand({n}, DType::Float32, g);
}

Tensor randn(uint64_t seed, int64_t n) {
  Generator g(seed);
  return torch::randn({n}, DType::Float32, g);
}

void check_digits(const Tensor& t, const std::vector<double>& published, double tolerance) {
  const std::vector<double> got = values(t);
  for (size_t i = 0; i < published.size(); ++i) {
    CAPTURE(i);
    CHECK(std::fabs(got[i] - published[i]) <= tolerance);
  }
}

}  // namespace

TEST_CASE("rand, randn, uniform_: PyTorch's bits for seeds 0, 42 and 123") {
  const std::vector<uint32_t> uniforms[] = {{0x3efe1558, 0x3f44aa2f, 0x3db533a8, 0x3e073300,
                                             0x3e9d6686, 0x3f2252fb, 0x3efaed86, 0x3f657d67},
                                            {0x3f61dc66, 0x3f6a3db3, 0x3ec406b8, 0x3f75950e,
                                             0x3ec7e8d4, 0x3f19d447, 0x3e835d78, 0x3f4b2c14},
                                            {0x3e979bfc, 0x3f043d6d, 0x3e80dafc, 0x3f304542,
                                             0x3d977ee0, 0x3f5dd462, 0x3e0bdb98, 0x3dd1e088}};
  const std::vector<uint32_t> eight[] = {{0x3fc53f5c, 0xbe963c50, 0xc00b7149, 0x3f1184b6,
                                          0xbf8ad1a1, 0xbfb3052d, 0x3ece837a, 0x3f5688e5},
                                         {0x3eac62ae, 0x3e03e69d, 0x3e7016e7, 0x3e6bdc6c,
                                          0xbf8fb9c2, 0xbe3eccd8, 0x400d532c, 0xbf2353c6},
                                         {0xbde448df, 0x3df680d9, 0xbebd40bc, 0xbe763021,
                                          0xbf9934d1, 0x3e564ab5, 0xbf78ec42, 0xbf414aa9}};
  const std::vector<uint32_t> twenty[] = {
      {0xbf901b85, 0xbf93808a, 0xbe804bd6, 0xbede255d, 0x3f194d8b, 0xbfc70d5b, 0xbeaec6ca,
       0x3fed2f4e, 0x3eefaa55, 0xbe217f5f, 0x3fb8c9db, 0x3e8837a1, 0x3fb1d6c0, 0x3fcb0d00,
       0x3f72409c, 0xbf57fb33, 0x3f6e8c30, 0x3fa12737, 0x4000519a, 0x3d5c1b3a},
      {0x3ff6a529, 0x3fbe5f53, 0x3f669567, 0xc006c0db, 0xbf4214e2, 0x3f8a0650, 0x3f4d0144,
       0x3fd71e93, 0x3eb63345, 0xbf2fc686, 0xbefc9934, 0x3e774893, 0xbe6d2eed, 0x3d2b0c00,
       0xbe80ce7a, 0x3f5c1fb0, 0xbe9e9482, 0xbeca9a91, 0x3f4dac3c, 0xbf1f20e0},
      {0x3eacbbc9, 0xbe360b3b, 0xbe9b67f8, 0xbf1687f2, 0x3fca5d36, 0x3fa6887a, 0x3fa33d12,
       0xbe4dc6a6, 0xbe246ad5, 0xbecd8fd6, 0x3f321afa, 0xbfe72cbc, 0xbf9455c8, 0x3ea6a423,
       0xbf21aa56, 0xc035c276, 0xbf48ec26, 0xbfb46cdf, 0xbed0b478, 0x3f4b9a7e}};
  const std::vector<uint32_t> symmetric[] = {{0xbb8da3e8, 0x3e9e9313, 0xbef34b7e, 0xbed98bc9,
                                              0xbe63b4b1, 0x3e1e8953, 0xbc3b6b40, 0x3eea617a},
                                             {0x3ee20009, 0x3ef55a65, 0xbe0a80e2, 0x3f07c5b4,
                                              0xbe018916, 0x3dee999a, 0xbe8fea7d, 0x3ead9a4b},
                                             {0xbe711478, 0x3c9caaef, 0xbe92d05d, 0x3e5ef3ba,
                                              0xbefbdecd, 0x3ed8b0b2, 0xbed6db3d, 0xbeeb045d}};
  for (size_t i = 0; i < 3; ++i) {
    CHECK(hex(rand(kSeeds[i], 8)) == uniforms[i]);
    CHECK(hex(randn(kSeeds[i], 8)) == eight[i]);
    CHECK(hex(randn(kSeeds[i], 20)) == twenty[i]);
    Generator g(kSeeds[i]);
    const double bound = 1 / std::sqrt(3.0);
    CHECK(hex(torch::uniform_(torch::empty({8}, DType::Float32), -bound, bound, g)) ==
          symmetric[i]);
  }
}

TEST_CASE("randint, randperm, exponential_, multinomial, bernoulli: PyTorch's values") {
  const std::vector<double> integers[] = {{44, 39, 33, 60, 63, 79, 27, 3},
                                          {42, 67, 76, 14, 26, 35, 20, 24},
                                          {82, 89, 2, 10, 80, 42, 86, 57}};
  const std::vector<double> permutations[] = {
      {4, 0, 7, 3, 2, 5, 1, 6}, {6, 3, 0, 7, 2, 1, 4, 5}, {6, 2, 1, 3, 4, 7, 0, 5}};
  const std::vector<uint32_t> exponentials[] = {{0x4060886b, 0x3f9d7d3f, 0x3f1d7388, 0x40223f62},
                                                {0x3d756866, 0x3d851234, 0x3e071531, 0x3d5d3caf},
                                                {0x3eebaa66, 0x3c5c76e2, 0x3f655cec, 0x3dc718c8}};
  const std::vector<double> races[] = {{2, 1, 3, 0}, {3, 1, 2, 0}, {1, 3, 2, 0}};
  for (size_t i = 0; i < 3; ++i) {
    Generator g(kSeeds[i]);
    CHECK(same(values(torch::randint(0, 100, {8}, DType::Int64, g)), integers[i]));
    g.manual_seed(kSeeds[i]);
    CHECK(same(values(torch::randperm(8, DType::Int64, g)), permutations[i]));
    g.manual_seed(kSeeds[i]);
    CHECK(hex(torch::exponential_(torch::empty({4}, DType::Float32), 1, g)) == exponentials[i]);
    g.manual_seed(kSeeds[i]);
    CHECK(same(values(torch::multinomial(tensor({4}, {1, 2, 3, 4}), 4, false, g)), races[i]));
  }
  Generator g(0);
  CHECK(same(values(torch::randperm(10, DType::Int64, g)), {4, 1, 7, 5, 3, 9, 0, 8, 6, 2}));
  g.manual_seed(0);
  CHECK(same(values(torch::randint(0, 10, {8}, DType::Int64, g)), {4, 9, 3, 0, 3, 9, 7, 3}));
  g.manual_seed(0);
  check_digits(torch::randn({3}, DType::Float64, g),
               {1.5409961082440433, -0.2934289057609464, -2.1787893820745574}, 5e-16);
  g.manual_seed(0);
  CHECK(same(values(torch::bernoulli(torch::full({8}, 0.5, DType::Float32), g)),
             {1, 0, 1, 1, 1, 0, 1, 0}));
  g.manual_seed(0);
  CHECK(same(values(torch::bernoulli_(torch::empty({8}, DType::Float32), 0.5, g)),
             {0, 0, 1, 0, 0, 0, 1, 1}));
  g.manual_seed(0);
  CHECK(same(values(torch::multinomial(tensor({4}, {0.1, 0.2, 0.3, 0.4}), 8, true, g)),
             {3, 3, 2, 3, 3, 3, 1, 2}));
}

// Printed by other people's PyTorch, to the digits they printed.
TEST_CASE("random: values published elsewhere") {
  check_digits(rand(0, 5), {0.4963, 0.7682, 0.0885, 0.1320, 0.3074}, 5.1e-5);
  check_digits(rand(42, 12),
               {0.8823, 0.9150, 0.3829, 0.9593, 0.3904, 0.6009, 0.2566, 0.7936, 0.9408, 0.1332,
                0.9346, 0.5936},
               5.1e-5);
  // PyTorch's "Introduction to PyTorch" tutorial.
  check_digits(rand(1729, 8), {.3126, .3791, .3087, .0736, .4216, .0691, .2332, .4047}, 5.1e-5);
  // PyTorch issue 84030.
  CHECK(std::fabs(torch::item(torch::sum(rand(123, 10), {}, false, {})) - 3.8430) < 5.1e-5);
  check_digits(randn(0, 6), {1.5410, -0.2934, -2.1788, 0.5684, -1.0845, -1.3986}, 5.1e-5);
  check_digits(randn(42, 6), {0.3367, 0.1288, 0.2345, 0.2303, -1.1229, -0.1863}, 5.1e-5);
  // Nine digits name a float: torch 2.11 on a Linux machine.
  const std::vector<float> nine = {1.92691529f, 1.48728406f, 0.900717199f, -2.10552096f,
                                   0.678418458f};
  const std::vector<double> got = values(randn(42, 16384));
  for (size_t i = 0; i < nine.size(); ++i) CHECK(got[i] == nine[i]);
  const std::vector<float> sixteen = {-1.12583983f, -1.15236020f, -0.25057858f, -0.43387881f,
                                      0.84871036f,  0.69200915f,  -0.31601277f, -2.11521935f,
                                      0.32227492f,  -1.26333475f, 0.34998319f,  0.30813393f,
                                      0.11984151f,  1.23765790f,  1.11677718f,  -0.24727815f};
  const std::vector<double> first = values(randn(0, 16));
  for (size_t i = 0; i < sixteen.size(); ++i) CHECK(first[i] == sixteen[i]);
  // llm.c, doc/layernorm: 24 elements, so the last 16 are drawn anew.
  check_digits(randn(42, 24),
               {1.9269,  1.4873,  0.9007,  -2.1055, 0.6784,  -1.2345, -0.0431, -1.6047,
                0.3559,  -0.6866, -0.4934, 0.2415,  -1.1109, 0.0915,  -2.3169, -0.2168,
                -0.3097, -0.3957, 0.8034,  -0.6216, -0.5920, -0.0631, -0.8286, 0.3309},
               5.1e-5);
  // nn.Linear(2, 2), seed 42: weight, then bias.
  Generator g(42);
  const double bound = 1 / std::sqrt(2.0);
  CHECK(same(values(torch::uniform_(torch::empty({6}, DType::Float32), -bound, bound, g)),
             {0.5406103730201721, 0.5869042277336121, -0.16565565764904022, 0.6495562791824341,
              -0.15492962300777435, 0.14268755912780762}));
  // PyTorch issue 15714, macOS: zeros(5).long().bernoulli_().
  g.manual_seed(0);
  CHECK(same(values(torch::bernoulli_(torch::zeros({5}, DType::Int64), 0.5, g)), {0, 0, 1, 0, 0}));
}

TEST_CASE("random: moments of large samples") {
  const int64_t n = 1 << 20;
  const double root = std::sqrt(double(n));
  const auto moments = [&](const Tensor& t, double mean, double variance, double fourth) {
    const Tensor wide = torch::to(t, DType::Float64);
    CHECK(std::fabs(torch::item(torch::mean(wide, {}, false, {})) - mean) <=
          4 * std::sqrt(variance) / root);
    CHECK(std::fabs(torch::item(torch::var(wide, {}, 1, false)) - variance) <=
          4 * std::sqrt(fourth - variance * variance) / root);
  };
  moments(rand(1, n), 0.5, 1 / 12.0, 1 / 80.0);
  moments(randn(2, n), 0, 1, 3);
  Generator g(3);
  const Tensor y = torch::empty({n}, DType::Float32);
  moments(torch::exponential_(y, 2, g), 0.5, 0.25, 9 / 16.0);
  moments(torch::bernoulli_(y, 0.2, g), 0.2, 0.16, 0.16 * (0.2 * 0.2 * 0.2 + 0.8 * 0.8 * 0.8));
  moments(torch::geometric_(y, 0.5, g), 2, 2, 38);
}

TEST_CASE("random: in place, elements are drawn in the order of memory") {
  Generator g(5), h(5);
  const Tensor straight = torch::rand({4, 3}, DType::Float32, g);
  const Tensor turned = torch::uniform_(torch::t(torch::empty({4, 3}, DType::Float32)), 0, 1, h);
  CHECK(same_bits(torch::t(turned), straight));
  // A slice is visited row by row, and what lies between its elements is left alone.
  g.manual_seed(6), h.manual_seed(6);
  const Tensor wide = torch::zeros({6, 8}, DType::Float32);
  const Tensor slice = torch::slice(torch::slice(wide, 0, 0, 6, 2), 1, 0, 8, 3);
  torch::bernoulli_(slice, 1, g);
  CHECK(torch::item(torch::sum(wide, {}, false, {})) == 9);
  g.manual_seed(6);
  torch::uniform_(slice, 0, 1, g);
  CHECK(same_bits(slice, torch::rand({3, 3}, DType::Float32, h)));
  // A result like a transposed tensor keeps its layout, and so its order.
  g.manual_seed(7), h.manual_seed(7);
  const Tensor like =
      torch::rand_like(torch::t(torch::empty({4, 3}, DType::Float32)), DType::Float32, g);
  CHECK(like.sizes() == torch::Shape{3, 4});
  CHECK(same_bits(torch::t(like), torch::rand({4, 3}, DType::Float32, h)));
  // bernoulli draws for the elements in the order of its result, which is p's.
  g.manual_seed(8), h.manual_seed(8);
  const Tensor p = torch::rand({4, 3}, DType::Float32, g);
  torch::rand({4, 3}, DType::Float32, h);
  CHECK(same_bits(torch::t(torch::bernoulli(torch::t(p), g)), torch::bernoulli(p, h)));
}

TEST_CASE("random: empty and 0-dim tensors") {
  Generator g(1);
  const Tensor before = g.get_state();
  CHECK(torch::rand({0, 3}, DType::Float32, g).numel() == 0);
  CHECK(torch::randn({0}, DType::Float64, g).numel() == 0);
  CHECK(torch::randperm(0, DType::Int64, g).numel() == 0);
  CHECK(torch::randperm(1, DType::Int64, g).numel() == 1);
  CHECK(same_bits(g.get_state(), before));
  CHECK(torch::rand({}, DType::Float32, g).dim() == 0);
  CHECK(torch::multinomial(torch::ones({0, 3}, DType::Float32), 1, false, g).sizes() ==
        torch::Shape{0, 1});
}

TEST_CASE("random: the gradient with respect to what was there is zero") {
  const Tensor leaf = expect::variable({3}, {0.2, 0.5, 0.9});
  Generator g(1);
  const auto gradient = [&](const Tensor& y) {
    leaf.set_grad({});
    torch::backward(torch::sum(torch::mul(y, y), {}, false, {}), {}, false, false);
    return values(leaf.grad());
  };
  const auto copy = [&] { return torch::mul(leaf, Tensor::number(1)); };
  CHECK(same(gradient(torch::uniform_(copy(), 0, 1, g)), {0, 0, 0}));
  CHECK(same(gradient(torch::bernoulli_(copy(), 0.5, g)), {0, 0, 0}));
  CHECK(same(gradient(torch::bernoulli(leaf, g)), {0, 0, 0}));
  CHECK(same(gradient(torch::normal(leaf, Tensor::number(1), g)), {0, 0, 0}));
  CHECK(same(gradient(torch::normal(leaf, leaf, g)), {0, 0, 0}));
  CHECK(error([&] { torch::uniform_(leaf, 0, 1, g); }) ==
        "a leaf Variable that requires grad is being used in an in-place operation.");
}

TEST_CASE("random: what PyTorch refuses, in its words, with nothing drawn or written") {
  Generator g(4);
  const Tensor before = g.get_state();
  const Tensor f = torch::ones({2}, DType::Float32), i = torch::ones({2}, DType::Int64);
  const Tensor u8 = torch::ones({2}, DType::UInt8), b = torch::ones({2}, DType::Bool);
  const struct {
    std::function<void()> call;
    const char* message;
  } rows[] = {
      {[&] { torch::uniform_(i, 0, 1, g); }, "\"check_uniform_bounds\" not implemented for 'Long'"},
      {[&] { torch::uniform_(f, 2, 1, g); },
       "uniform_ expects to return a [from, to) range, but found from=2 > to=1"},
      {[&] { torch::uniform_(f, NAN, 1, g); }, "from is out of bounds for float"},
      {[&] { torch::uniform_(f, 0, 1e40, g); }, "to is out of bounds for float"},
      {[&] { torch::uniform_(f, -3e38, 3e38, g); },
       "uniform_ expects to-from <= std::numeric_limits<Float>::max(), but found to=3e+38 and "
       "from=-3e+38 which result in to-from to exceed the limit"},
      {[&] { torch::normal_(i, 0, 1, g); }, "\"normal_kernel_cpu\" not implemented for 'Long'"},
      {[&] { torch::normal_(f, 0, -1, g); }, "normal expects std >= 0.0, but found std -1"},
      {[&] { torch::normal_(f, 0, NAN, g); }, "normal expects std >= 0.0, but found std nan"},
      {[&] {
         torch::normal(f, tensor({2}, {1, -1}), g);
       },
       "normal expects all elements of std >= 0.0"},
      {[&] { torch::normal(f, Tensor::number(-1), g); },
       "normal expects std >= 0.0, but found std -1"},
      {[&] { torch::normal(torch::zeros({3}, DType::Float32), f, g); },
       "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 0"},
      {[&] { torch::log_normal_(f, 0, 0, g); }, "log_normal_ expects std > 0.0, but found std=0"},
      {[&] { torch::exponential_(f, -1, g); },
       "exponential_ expects lambda > 0.0, but found lambda=-1"},
      {[&] { torch::exponential_(f, NAN, g); },
       "exponential_ expects lambda > 0.0, but found lambda=nan"},
      {[&] { torch::geometric_(f, 1, g); }, "geometric_ expects p to be in (0, 1), but got p=1"},
      {[&] { torch::geometric_(b, 0.5, g); }, "\"geometric_cpu\" not implemented for 'Bool'"},
      {[&] { torch::bernoulli_(f, 1.5, g); },
       "bernoulli_ expects p to be in [0, 1], but got p=1.5"},
      {[&] { torch::bernoulli_(f, NAN, g); },
       "bernoulli_ expects p to be in [0, 1], but got p=nan"},
      {[&] { torch::bernoulli(i, g); }, "\"bernoulli_tensor_cpu_p_\" not implemented for 'Long'"},
      {[&] {
         torch::bernoulli(tensor({2}, {0.5, NAN}), g);
       },
       "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be "
       "improved?  If so, please report an enhancement request to PyTorch.)"},
      {[&] {
         torch::bernoulli_tensor_(torch::empty({2, 3}, DType::Float32), f, g);
       },
       "The expanded size of the tensor (3) must match the existing size (2) at non-singleton "
       "dimension 1.  Target sizes: [2, 3].  Tensor sizes: [2]"},
      {[&] { torch::random_from_to_(f, 5, 5, g); },
       "random_ expects 'from' to be less than 'to', but got from=5 >= to=5"},
      {[&] { torch::random_from_to_(u8, -1, 3, g); }, "from is out of bounds for unsigned char"},
      {[&] { torch::random_from_to_(u8, 0, 300, g); }, "to - 1 is out of bounds for unsigned char"},
      {[&] { torch::random_from_to_(b, 0, 3, g); }, "to - 1 is out of bounds for bool"},
      {[&] { torch::randperm(300, DType::UInt8, g); },
       "value cannot be converted to type uint8_t without overflow"},
      {[&] { torch::randperm((1 << 24) + 2, DType::Float32, g); },
       "n cannot be greater than 2^24+1 for Float type."},
      {[&] { torch::randperm(3, DType::Bool, g); }, "\"randperm\" not implemented for 'Bool'"},
      {[&] { torch::rand({-1}, DType::Float32, g); },
       "Trying to create tensor with negative dimension -1: [-1]"},
      {[&] {
         torch::multinomial(tensor({2}, {0, 0}), 1, false, g);
       },
       "invalid multinomial distribution (sum of probabilities <= 0)"},
      {[&] {
         torch::multinomial(tensor({2}, {1, -1}), 1, false, g);
       },
       "probability tensor contains either `inf`, `nan` or element < 0"},
      {[&] {
         torch::multinomial(tensor({2}, {1, -1}), 1, true, g);
       },
       "invalid multinomial distribution (encountering probability entry < 0)"},
      {[&] {
         torch::multinomial(tensor({2}, {1, INFINITY}), 1, true, g);
       },
       "invalid multinomial distribution (encountering probability entry = infinity or NaN)"},
      {[&] { torch::multinomial(f, 3, false, g); },
       "cannot sample n_sample > prob_dist.size(-1) samples without replacement"},
      {[&] { torch::multinomial(f, 0, true, g); }, "cannot sample n_sample <= 0 samples"},
      {[&] { torch::multinomial(torch::ones({}, DType::Float32), 1, true, g); },
       "prob_dist must be 1 or 2 dim"},
      {[&] { torch::multinomial(i, 1, true, g); },
       "multinomial only supports floating-point dtypes for input, got: Long"},
      {[&] {
         torch::uniform_(torch::expand(torch::zeros({3}, DType::Float32), {2, 3}), 0, 1, g);
       },
       "unsupported operation: more than one element of the written-to tensor refers to a single "
       "memory location. Please clone() the tensor before performing the operation."},
  };
  for (const auto& [call, message] : rows) CHECK(error(call) == message);
  CHECK(same_bits(g.get_state(), before));
  CHECK(same(values(f), {1, 1}));
}
