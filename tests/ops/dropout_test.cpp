#include "ops/dropout.h"

#include <bit>

#include "gradcheck.h"
#include "ops/comparison.h"
#include "ops/random.h"

using expect::error;
using expect::same;
using expect::tensor;
using expect::values;
using torch::DType;
using torch::Tensor;

namespace {

torch::Generator& seeded(uint64_t seed) {
  torch::default_generator().manual_seed(seed);
  return torch::default_generator();
}

Tensor ones(const torch::Shape& sizes) { return torch::ones(sizes, DType::Float32); }

std::vector<uint32_t> hex(const Tensor& t) {
  std::vector<uint32_t> out;
  for (double v : values(t)) out.push_back(std::bit_cast<uint32_t>(static_cast<float>(v)));
  return out;
}

// '1' where an element is not zero.
std::string mask(const Tensor& t) {
  std::string out;
  for (double v : values(t)) out += v != 0 ? '1' : '0';
  return out;
}

}  // namespace

// The values in the next four cases are PyTorch's (1.13.1 without MKL, whose masks are those of 2.7
// and newer) or were published by others, as the comments say.
TEST_CASE("dropout: PyTorch's masks") {
  const char* expected[] = {"0010101111111111", "1111110011110011", "1111111101011111"};
  const uint64_t seeds[] = {0, 42, 123};
  for (int i = 0; i < 3; ++i) {
    seeded(seeds[i]);
    CHECK(mask(torch::dropout(ones({16}), 0.3, true)) == expected[i]);
  }
  // LLMs-from-scratch issue 57.
  seeded(123);
  const Tensor y = torch::dropout(ones({6, 6}), 0.5, true);
  CHECK(mask(y) == "110110000101111101011001010101011110");
  CHECK(values(y)[0] == 2);
  seeded(0);
  CHECK(same(values(torch::dropout(ones({10}), 0.2, true)),
             {0, 1.25, 1.25, 0, 1.25, 1.25, 1.25, 1.25, 1.25, 1.25}));
}

TEST_CASE("alpha_dropout: PyTorch's bits after randn") {
  const std::vector<uint32_t> expected[] = {{0x3fca740e, 0xbdddec20, 0xbfec333f, 0x3f2f8746,
                                             0xbf56519a, 0xbf90323f, 0x3f0897ec, 0x3f6f1cb3},
                                            {0x3ef1bec5, 0x3e8fb030, 0x3ec18645, 0x3ebf93a2,
                                             0xbf5f5c1c, 0xbc1ec470, 0x400c910a, 0xbeda0338},
                                            {0xbfba972f, 0x3e8bb43d, 0xbe36da6a, 0xbd73cdbc,
                                             0xbf70d422, 0x3eb5a419, 0xbf3bdd3e, 0xbf089cae}};
  const uint64_t seeds[] = {0, 42, 123};
  for (int i = 0; i < 3; ++i) {
    const Tensor x = torch::randn({8}, DType::Float32, seeded(seeds[i]));
    CHECK(hex(torch::alpha_dropout(x, 0.1, true)) == expected[i]);
  }
}

TEST_CASE("alpha_dropout: kept and dropped values, PyTorch's masks") {
  const char* expected[] = {"DDKDDDKKDK", "KKKKDKDDKK", "KKDKKDDDDK"};
  const uint64_t seeds[] = {0, 42, 123};
  for (int i = 0; i < 3; ++i) {
    seeded(seeds[i]);
    std::string got;
    for (double v : values(torch::alpha_dropout(ones({10}), 0.5, true))) {
      got += float(v) == -0.7791939377784729f ? 'D' : std::fabs(v - 1.6655988) < 2e-7 ? 'K' : '?';
    }
    CHECK(got == expected[i]);
  }
  // p, the constant added to what is kept, and what a dropped element becomes.
  const double rows[][3] = {{0.05, 0.08393557369709015, -1.5947757959365845},
                            {0.1, 0.16197097301483154, -1.4577387571334839},
                            {0.2, 0.3090399503707886, -1.2361598014831543},
                            {0.25, 0.38118138909339905, -1.1435441970825195},
                            {0.5, 0.7791939377784729, -0.7791939377784729},
                            {0.9, 2.5729739665985107, -0.2858858108520508}};
  for (const auto& [p, kept, dropped] : rows) {
    seeded(7);
    for (double v : values(torch::alpha_dropout(torch::zeros({64}, DType::Float32), p, true))) {
      CHECK((v == kept || v == dropped));
    }
  }
}

TEST_CASE("alpha_dropout: mean 0 and variance 1 are kept, for standard normal inputs") {
  const int64_t n = 1 << 20;
  for (double p : {0.05, 0.1, 0.2, 0.5, 0.8}) {
    CAPTURE(p);
    const Tensor x = torch::randn({n}, DType::Float32, seeded(1));
    const Tensor y = torch::alpha_dropout(x, p, true);
    const double mean = torch::item(torch::mean(y, {}, false, std::nullopt));
    const double var = torch::item(torch::var(y, {}, 1, false));
    const Tensor d = torch::sub(torch::to(y, DType::Float64), Tensor::number(mean));
    const Tensor squared = torch::mul(d, d);
    const double fourth = torch::item(torch::mean(torch::mul(squared, squared), {}, false, {}));
    CHECK(std::fabs(mean) <= 4 / std::sqrt(double(n)));
    CHECK(std::fabs(var - 1) <= 4 * std::sqrt((fourth - var * var) / double(n)));
  }
}

TEST_CASE("dropout family: what draws nothing returns the input itself") {
  const Tensor x = ones({2, 3});
  for (auto f : {torch::dropout, torch::alpha_dropout, torch::feature_dropout,
                 torch::feature_alpha_dropout}) {
    const Tensor before = seeded(3).get_state();
    CHECK(f(x, 0.5, false).is_same(x));
    CHECK(f(x, 0, true).is_same(x));
    CHECK(f(ones({0, 3}), 0.5, true).numel() == 0);
    CHECK(same(values(f(x, 1, true)), {0, 0, 0, 0, 0, 0}));
    CHECK(expect::same_bits(torch::default_generator().get_state(), before));
  }
  CHECK(torch::dropout(ones({}), 0.5, true).dim() == 0);
}

TEST_CASE("dropout family: p = 1 multiplies by zero, so the sign stays and inf becomes NaN") {
  const std::vector<double> y =
      values(torch::alpha_dropout(tensor({4}, {-1, 2, INFINITY, NAN}), 1, true));
  CHECK(std::signbit(y[0]));
  CHECK(!std::signbit(y[1]));
  CHECK(std::isnan(y[2]));
  CHECK(std::isnan(y[3]));
}

TEST_CASE("dropout family: dropped inf and NaN stay NaN, as in x * 0") {
  seeded(0);
  const Tensor x = torch::full({64}, std::numeric_limits<double>::infinity(), DType::Float32);
  bool nan = false;
  for (double v : values(torch::alpha_dropout(x, 0.5, true))) nan |= std::isnan(v);
  CHECK(nan);
}

TEST_CASE("dropout family: p outside [0, 1], NaN included, in PyTorch's words") {
  for (auto f : {torch::dropout, torch::alpha_dropout, torch::feature_dropout,
                 torch::feature_alpha_dropout}) {
    CHECK(error([&] {
            f(ones({2, 2}), -0.1, true);
          }) == "dropout probability has to be between 0 and 1, but got -0.1");
    CHECK(error([&] {
            f(ones({2, 2}), 2, false);
          }) == "dropout probability has to be between 0 and 1, but got 2");
    CHECK(error([&] {
            f(ones({2, 2}), NAN, true);
          }) == "dropout probability has to be between 0 and 1, but got nan");
  }
}

TEST_CASE("dropout family: integers are refused after the draw, and pass where nothing drops") {
  const Tensor x = torch::ones({4, 4}, DType::Int64);
  const Tensor before = seeded(5).get_state();
  CHECK(error([&] { torch::dropout(x, 0.5, true); }) ==
        "result type Float can't be cast to the desired output type Long");
  CHECK(!expect::same_bits(torch::default_generator().get_state(), before));
  CHECK(torch::alpha_dropout(x, 0.5, false).is_same(x));
  CHECK(torch::alpha_dropout(x, 1, true).dtype() == DType::Int64);
}

TEST_CASE("feature dropout: whole channels, one draw each") {
  seeded(42);
  const Tensor one_by_one = torch::dropout(ones({3, 5}), 0.4, true);
  seeded(42);
  const Tensor channels = torch::feature_dropout(ones({3, 5, 2, 7}), 0.4, true);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 5; ++j) {
      const double expected = torch::item(torch::select(torch::select(one_by_one, 0, i), 0, j));
      for (double v : values(torch::select(torch::select(channels, 0, i), 0, j))) {
        CHECK(v == expected);
      }
    }
  }
  CHECK(error([] { torch::feature_alpha_dropout(ones({4}), 0.5, true); }) ==
        "Feature dropout requires at least 2 dimensions in the input");
}

TEST_CASE("dropout: a transposed input is masked in the order of its memory") {
  seeded(9);
  const Tensor straight = torch::dropout(ones({8, 6}), 0.5, true);
  seeded(9);
  const Tensor turned = torch::dropout(torch::t(ones({8, 6})), 0.5, true);
  CHECK(expect::same_bits(torch::t(turned), straight));
}

TEST_CASE("dropout family: gradients use the mask of the forward pass, in every memory order") {
  for (auto f : {torch::dropout, torch::alpha_dropout, torch::feature_dropout,
                 torch::feature_alpha_dropout}) {
    std::vector<double> v(24);
    for (size_t i = 0; i < v.size(); ++i) v[i] = std::sin(double(i));
    const expect::Function masked = [f](const std::vector<Tensor>& x) {
      seeded(11);
      return f(torch::transpose(x[0], 0, 1), 0.3, true);
    };
    CHECK(expect::gradcheck(masked, {expect::variable({4, 3, 2}, v)}) == "");
    CHECK(expect::gradgradcheck(masked, {expect::variable({4, 3, 2}, v)}) == "");
  }
}

TEST_CASE("dropout family: in place writes the same values, and refuses leaves") {
  seeded(2);
  const Tensor out = torch::alpha_dropout(ones({33}), 0.2, true);
  seeded(2);
  const Tensor x = ones({33});
  CHECK(torch::alpha_dropout_(x, 0.2, true).is_same(x));
  CHECK(expect::same_bits(x, out));
  const Tensor leaf = expect::variable({3}, {1, 2, 3});
  CHECK(error([&] { torch::dropout_(leaf, 0.5, true); }) ==
        "a leaf Variable that requires grad is being used in an in-place operation.");
  CHECK(torch::dropout_(leaf, 0.5, false).is_same(leaf));
}

TEST_CASE("float64 drops what float32 drops, in double arithmetic") {
  seeded(4);
  const Tensor single = torch::alpha_dropout(ones({50}), 0.1, true);
  seeded(4);
  const Tensor wide = torch::alpha_dropout(torch::ones({50}, DType::Float64), 0.1, true);
  CHECK(torch::allclose(torch::to(wide, DType::Float32), single, 1e-6, 0, false));
}

TEST_CASE("dropout: an expanded input is masked in the order of its indices") {
  seeded(9);
  const Tensor straight = torch::dropout(ones({3, 4}), 0.5, true);
  seeded(9);
  CHECK(expect::same_bits(torch::dropout(torch::expand(ones({4}), {3, 4}), 0.5, true), straight));
}

TEST_CASE("dropout family: a second backward needs retain_graph") {
  seeded(1);
  const Tensor x = expect::variable({3}, {1, 2, 3});
  const Tensor y = torch::sum(torch::alpha_dropout(x, 0.5, true), {}, false, std::nullopt);
  torch::backward(y, {}, true, false);
  torch::backward(y, {}, false, false);
  CHECK(error([&] {
          torch::backward(y, {}, false, false);
        }).starts_with("Trying to backward through the graph a second time"));
}

TEST_CASE("dropout family: bool") {
  const Tensor x = torch::ones({3}, DType::Bool);
  CHECK(torch::alpha_dropout(x, 1, true).dtype() == DType::Bool);
  CHECK(error([&] { torch::dropout(x, 0.5, true); }) ==
        "result type Float can't be cast to the desired output type Bool");
  CHECK(error([&] { torch::alpha_dropout(x, 0.5, true); }) ==
        "result type Float can't be cast to the desired output type Long");
}
