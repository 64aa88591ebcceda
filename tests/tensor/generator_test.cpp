#include "tensor/generator.h"

#include <cstring>

#include "expect.h"
#include "ops/random.h"

using expect::error;
using expect::same_bits;
using torch::DType;
using torch::Generator;
using torch::Tensor;

namespace {

std::vector<double> rand(Generator& g, int64_t n) {
  return expect::values(torch::rand({n}, DType::Float32, g));
}

template <class T>
T field(const Tensor& state, size_t at) {
  T value;
  std::memcpy(&value, state.raw() + at, sizeof value);
  return value;
}

template <class T>
void set_field(const Tensor& state, size_t at, T value) {
  std::memcpy(state.raw() + at, &value, sizeof value);
}

}  // namespace

TEST_CASE("Generator: a new one starts from PyTorch's default seed") {
  Generator g;
  CHECK(g.initial_seed() == 67280421310721);
  CHECK(expect::same(rand(g, 3), {0.267295241355896, 0.8725283145904541, 0.3352888226509094}));
}

TEST_CASE("Generator: only the lower 32 bits of a seed reach the stream") {
  Generator a(0), b(uint64_t{1} << 32), c(~uint64_t{0}), d(0xffffffffu);
  CHECK(expect::same(rand(a, 20), rand(b, 20)));
  CHECK(expect::same(rand(c, 20), rand(d, 20)));
  CHECK(c.initial_seed() == ~uint64_t{0});
}

TEST_CASE("Generator: seed() takes a new seed from the system, and says which") {
  Generator g(1), h(1);
  const uint64_t first = g.seed(), second = g.seed();
  CHECK(first != second);
  CHECK(second < uint64_t{1} << 53);
  CHECK(g.initial_seed() == second);
  h.manual_seed(second);
  CHECK(expect::same(rand(g, 5), rand(h, 5)));
}

TEST_CASE("Generator: the default one is seeded by the system, and one and the same") {
  CHECK(&torch::default_generator() == &torch::default_generator());
}

TEST_CASE("Generator: the state's bytes are PyTorch's") {
  // seed 2^40 + 77, after randn(5): a normal waits. Fields and values as PyTorch has them.
  Generator g((uint64_t{1} << 40) + 77);
  Tensor state = g.get_state();
  CHECK(state.numel() == 5056);
  CHECK(field<int32_t>(state, 8) == 1);    // left
  CHECK(field<uint64_t>(state, 16) == 0);  // next
  CHECK(field<uint64_t>(state, 24) == 77);
  torch::randn({5}, DType::Float32, g);
  state = g.get_state();
  CHECK(field<uint64_t>(state, 0) == (uint64_t{1} << 40) + 77);
  CHECK(field<int32_t>(state, 8) == 625 - 12);
  CHECK(field<int32_t>(state, 12) == 1);
  CHECK(field<uint64_t>(state, 16) == 12);
  CHECK(field<int32_t>(state, 5040) == 1);
  const double cached = field<double>(state, 5024);
  CHECK(float(cached) == float(expect::values(torch::randn({1}, DType::Float64, g))[0]));
}

TEST_CASE("Generator: a state put back continues the stream, wherever it was taken") {
  for (int64_t taken : {0, 1, 2, 311, 623, 624, 625, 1248, 1500}) {
    CAPTURE(taken);
    Generator g(5), h(6);
    rand(g, taken);
    torch::randn({3}, DType::Float32, g);  // leaves one waiting
    const Tensor state = g.get_state();
    h.set_state(state);
    CHECK(same_bits(h.get_state(), state));
    CHECK(h.initial_seed() == 5);
    CHECK(same_bits(torch::randn({3}, DType::Float64, g), torch::randn({3}, DType::Float64, h)));
    CHECK(expect::same(rand(g, 2000), rand(h, 2000)));
    CHECK(same_bits(h.get_state(), g.get_state()));
  }
}

TEST_CASE("Generator: a fresh state and a used-up block are told apart") {
  Generator g(5);
  rand(g, 624);
  const Tensor state = g.get_state();
  CHECK(field<int32_t>(state, 8) == 1);
  CHECK(field<uint64_t>(state, 16) == 624);
  Generator h;
  h.set_state(state);
  CHECK(same_bits(h.get_state(), state));
}

TEST_CASE("Generator: a waiting normal survives every other draw, but not seeding") {
  Generator a(0), b(0);
  const Tensor six = torch::randn({6}, DType::Float64, a);
  torch::randn({3}, DType::Float64, b);
  Generator between = b;
  torch::rand({7}, DType::Float32, between);
  torch::randn({20}, DType::Float32, between);
  CHECK(expect::values(torch::randn({1}, DType::Float64, between))[0] == expect::values(six)[3]);
  b.manual_seed(0);
  CHECK(expect::values(torch::randn({1}, DType::Float64, b))[0] == expect::values(six)[0]);
}

TEST_CASE("Generator: the older layout keeps the waiting normal as angle and radius") {
  Generator g(3);
  torch::randn({1}, DType::Float64, g);
  const Tensor state = g.get_state();
  const Tensor older = torch::empty({5048}, DType::UInt8);
  std::memcpy(older.raw(), state.raw(), 5048);
  set_field<double>(older, 5016, 0.25);  // a quarter turn: sin is 1
  set_field<double>(older, 5024, 99);
  set_field<double>(older, 5032, -1.5);
  Generator h;
  h.set_state(older);
  CHECK(expect::values(torch::randn({1}, DType::Float64, h))[0] == -1.5);
  CHECK(expect::same(rand(g, 5), rand(h, 5)));
}

TEST_CASE("Generator: states that are none are refused, and nothing changes") {
  Generator g(8);
  rand(g, 10);
  const Tensor before = g.get_state();
  const auto refused = [&](const Tensor& state) { return error([&] { g.set_state(state); }); };
  CHECK(refused(torch::zeros({5056}, DType::Float32)) == "RNG state must be a torch.ByteTensor");
  CHECK(refused(torch::slice(torch::zeros({10112}, DType::UInt8), 0, 0, 10112, 2)) ==
        "RNG state must be contiguous");
  CHECK(refused(torch::zeros({3}, DType::UInt8)) ==
        "Expected either a CPUGeneratorImplStateLegacy of size 5048 or a CPUGeneratorImplState of "
        "size 5056 but found the input RNG state size to be 3");
  CHECK(refused(torch::zeros({5056}, DType::UInt8)) == "Invalid mt19937 state");
  const std::pair<size_t, int32_t> broken[] = {{8, 0}, {8, 625}, {8, -1}, {12, 0}, {16, 625}};
  for (const auto& [at, value] : broken) {
    const Tensor state = torch::clone(before);
    set_field<int32_t>(state, at, value);
    CHECK(refused(state) == "Invalid mt19937 state");
  }
  CHECK(same_bits(g.get_state(), before));
}
