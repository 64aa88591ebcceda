// Whole programs of random calls against PyTorch's own output: every byte of every result, and the
// state of the generator afterwards.
#include <array>
#include <map>

#include "expect.h"
#include "ops/dropout.h"
#include "ops/random.h"

using torch::DType;
using torch::Tensor;

namespace {

struct Step {
  std::string op;
  std::vector<int64_t> sizes;
  double a, b;
  std::string dtype;
};

struct Program {
  uint64_t seed;
  std::vector<Step> steps;
  uint32_t crc;                // of all results, one after the other
  std::vector<double> values;  // the first few, for the reader
  uint32_t state;              // CRC of bytes 0 to 5015 of the generator's state
  bool cached;                 // whether a normal waits in it
};

const std::vector<Program> kPrograms = {
#include "../fixtures/random_fixtures.inc"
};

// CRC-32 as zlib computes it.
uint32_t crc32(const std::byte* data, size_t n, uint32_t crc) {
  crc = ~crc;
  for (size_t i = 0; i < n; ++i) {
    crc ^= static_cast<uint32_t>(data[i]);
    for (int k = 0; k < 8; ++k) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
  }
  return ~crc;
}

DType dtype_of(const std::string& name) {
  return std::map<std::string, DType>{{"f32", DType::Float32}, {"f64", DType::Float64},
                                      {"i64", DType::Int64},   {"i32", DType::Int32},
                                      {"u8", DType::UInt8},    {"bool", DType::Bool}}
      .at(name);
}

// -n/16 … n/16 in steps of 1/8: the dropouts' input.
Tensor ramp(const torch::Shape& sizes, DType dtype) {
  const int64_t n = torch::numel(sizes);
  std::vector<double> v;
  for (int64_t i = 0; i < n; ++i) v.push_back(double(i - n / 2) / 8);
  return expect::tensor(sizes, v, dtype);
}

// 1, 2, …: multinomial's input.
Tensor weights(const torch::Shape& sizes, DType dtype) {
  std::vector<double> v;
  for (int64_t i = 0; i < torch::numel(sizes); ++i) v.push_back(double(i + 1));
  return expect::tensor(sizes, v, dtype);
}

// Of these sizes, its columns next to each other in memory.
Tensor transposed(const torch::Shape& sizes, DType dtype) {
  return torch::t(torch::empty({sizes[1], sizes[0]}, dtype));
}

Tensor run(const Step& step) {
  torch::Generator& g = torch::default_generator();
  torch::Shape sizes;
  for (int64_t s : step.sizes) sizes.push_back(s);
  const DType dtype = dtype_of(step.dtype);
  const double a = step.a, b = step.b;
  const auto empty = [&] { return torch::empty(sizes, dtype); };
  const auto whole = [](double v) { return static_cast<int64_t>(v); };
  if (step.op == "rand") return torch::rand(sizes, dtype, g);
  if (step.op == "randn") return torch::randn(sizes, dtype, g);
  if (step.op == "uniform_") return torch::uniform_(empty(), a, b, g);
  if (step.op == "normal_") return torch::normal_(empty(), a, b, g);
  if (step.op == "normal mean") return torch::normal(ramp(sizes, dtype), Tensor::number(b), g);
  if (step.op == "normal std") return torch::normal(Tensor::number(a), weights(sizes, dtype), g);
  if (step.op == "normal both") return torch::normal(ramp(sizes, dtype), weights(sizes, dtype), g);
  if (step.op == "uniform transposed") return torch::uniform_(transposed(sizes, dtype), a, b, g);
  if (step.op == "normal transposed") return torch::normal_(transposed(sizes, dtype), a, b, g);
  if (step.op == "normal sliced") {
    const Tensor zero = torch::zeros(sizes, dtype);
    return torch::normal_(torch::slice(torch::slice(zero, 0, 0, sizes[0], 2), 1, 0, sizes[1], 3), a,
                          b, g);
  }
  if (step.op == "log_normal_") return torch::log_normal_(empty(), a, b, g);
  if (step.op == "cauchy_") return torch::cauchy_(empty(), a, b, g);
  if (step.op == "exponential_") return torch::exponential_(empty(), a, g);
  if (step.op == "geometric_") return torch::geometric_(empty(), a, g);
  if (step.op == "randint") return torch::randint(whole(a), whole(b), sizes, dtype, g);
  if (step.op == "random_") return torch::random_(empty(), g);
  if (step.op == "random_to_") return torch::random_from_to_(empty(), whole(a), whole(b), g);
  if (step.op == "randperm") return torch::randperm(sizes[0], dtype, g);
  if (step.op == "bernoulli_") return torch::bernoulli_(empty(), a, g);
  if (step.op == "bernoulli") return torch::bernoulli(torch::full(sizes, a, dtype), g);
  if (step.op == "multinomial")
    return torch::multinomial(weights(sizes, dtype), whole(a), b != 0, g);
  if (step.op == "dropout") return torch::dropout(ramp(sizes, dtype), a, true);
  if (step.op == "alpha_dropout") return torch::alpha_dropout(ramp(sizes, dtype), a, true);
  if (step.op == "feature_dropout") return torch::feature_dropout(ramp(sizes, dtype), a, true);
  REQUIRE(step.op == "feature_alpha_dropout");
  return torch::feature_alpha_dropout(ramp(sizes, dtype), a, true);
}

// Float64 results of a logarithm, sine or tangent: their last bit is the C library's business, so
// they are compared after rounding to float32.
bool through_libm(const Step& step) {
  if (step.dtype != "f64") return false;
  for (const char* op : {"randn", "normal", "log_normal", "cauchy", "exponential"}) {
    if (step.op.starts_with(op)) return true;
  }
  return false;
}

std::string text(const Program& program) {
  std::string out = torch::concat("seed ", program.seed, ":");
  for (const Step& s : program.steps) {
    out += torch::concat(" ", s.op, "(", s.sizes.empty() ? int64_t{1} : s.sizes[0], "; ", s.a, ", ",
                         s.b, ", ", s.dtype, ")");
  }
  return out;
}

}  // namespace

TEST_CASE("random: every bit of PyTorch's results and states") {
  torch::Generator& g = torch::default_generator();
  for (const Program& program : kPrograms) {
    const std::string name = text(program);
    CAPTURE(name);
    g.manual_seed(program.seed);
    uint32_t crc = 0;
    std::vector<double> values;
    for (const Step& step : program.steps) {
      const Tensor t = torch::contiguous(run(step));
      for (double v : expect::values(t)) values.push_back(v);
      const Tensor exact = through_libm(step) ? torch::to(t, DType::Float32) : t;
      const auto bytes = static_cast<size_t>(exact.numel()) * torch::element_size(exact.dtype());
      crc = crc32(exact.raw(), bytes, crc);
    }
    for (size_t i = 0; i < program.values.size(); ++i) {
      CAPTURE(i);
      CHECK(values[i] == doctest::Approx(program.values[i]).epsilon(1e-6));
    }
    CHECK(crc == program.crc);
    const Tensor state = g.get_state();
    CHECK(crc32(state.raw(), 5016, 0) == program.state);
    CHECK((expect::values(state)[5040] != 0) == program.cached);
  }
}
