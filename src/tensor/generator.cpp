#include "tensor/generator.h"

#include <unistd.h>

#include <cmath>
#include <cstring>
#include <numbers>

#include "kernels/uniform.h"

namespace torch {

namespace {

// The layout of a state (CPUGeneratorImplState), little endian.
constexpr size_t kSeedAt = 0, kLeftAt = 8, kSeededAt = 12, kNextAt = 16, kWordsAt = 24;
constexpr size_t kNormalXAt = 5016, kNormalYAt = 5024, kNormalRhoAt = 5032, kNormalValidAt = 5040;
constexpr int64_t kLegacyBytes = 5048;

template <class T>
T read(const std::byte* state, size_t at) {
  T value;
  std::memcpy(&value, state + at, sizeof value);
  return value;
}

template <class T>
void write(std::byte* state, size_t at, T value) {
  std::memcpy(state + at, &value, sizeof value);
}

}  // namespace

void Generator::manual_seed(uint64_t seed) {
  seed_ = seed;
  // Only the lower 32 bits count.
  engine_ = kernels::Mt19937(static_cast<uint32_t>(seed));
  next_normal_.reset();
}

uint64_t Generator::seed() {
  uint64_t seed;
  check(getentropy(&seed, sizeof seed) == 0, "seed: the system has no random numbers to give");
  // 53 bits, so that the seed is an exact JavaScript number.
  seed &= (1ull << 53) - 1;
  manual_seed(seed);
  return seed;
}

double Generator::normal() {
  if (next_normal_) {
    const double value = *next_normal_;
    next_normal_.reset();
    return value;
  }
  const double u1 = kernels::uniform53(engine_);
  const double u2 = kernels::uniform53(engine_);
  const double radius = std::sqrt(-2 * std::log1p(-u2));
  const double angle = 2 * std::numbers::pi * u1;
  next_normal_ = radius * std::sin(angle);
  return radius * std::cos(angle);
}

Tensor Generator::get_state() const {
  Tensor state = Tensor::empty({kStateBytes}, DType::UInt8);
  std::byte* p = state.raw();
  std::memset(p, 0, kStateBytes);
  write<uint64_t>(p, kSeedAt, seed_);
  write<int32_t>(p, kLeftAt, static_cast<int32_t>(engine_.left()));
  write<int32_t>(p, kSeededAt, 1);
  write<uint64_t>(p, kNextAt, engine_.next_index());
  for (size_t i = 0; i < kernels::Mt19937::kWords; ++i) {
    write<uint64_t>(p, kWordsAt + 8 * i, engine_.state()[i]);
  }
  write<double>(p, kNormalYAt, next_normal_.value_or(0));
  write<int32_t>(p, kNormalValidAt, next_normal_.has_value());
  return state;
}

void Generator::set_state(const Tensor& state) {
  check_type(state.dtype() == DType::UInt8, "RNG state must be a torch.ByteTensor");
  check(state.is_contiguous(), "RNG state must be contiguous");
  check(state.numel() == kStateBytes || state.numel() == kLegacyBytes,
        "Expected either a CPUGeneratorImplStateLegacy of size ", kLegacyBytes,
        " or a CPUGeneratorImplState of size ", kStateBytes,
        " but found the input RNG state size to be ", state.numel());
  const std::byte* p = state.raw();
  const auto left = read<int32_t>(p, kLeftAt);
  const auto next = read<uint64_t>(p, kNextAt);
  check(read<int32_t>(p, kSeededAt) && left > 0 && left <= int32_t{kernels::Mt19937::kWords} &&
            next <= kernels::Mt19937::kWords,
        "Invalid mt19937 state");
  seed_ = read<uint64_t>(p, kSeedAt);
  uint32_t words[kernels::Mt19937::kWords];
  for (size_t i = 0; i < kernels::Mt19937::kWords; ++i) {
    words[i] = static_cast<uint32_t>(read<uint64_t>(p, kWordsAt + 8 * i));
  }
  engine_.set_state(words, static_cast<uint32_t>(next), static_cast<uint32_t>(left));
  next_normal_.reset();
  if (!read<int32_t>(p, kNormalValidAt)) return;
  if (state.numel() == kStateBytes) {
    next_normal_ = read<double>(p, kNormalYAt);
  } else {
    // The older layout kept the uniform and the radius.
    const double rho = read<double>(p, kNormalRhoAt);
    next_normal_ = rho * std::sin(2 * std::numbers::pi * read<double>(p, kNormalXAt));
  }
}

Generator& default_generator() {
  static Generator generator = [] {
    Generator g;
    g.seed();
    return g;
  }();
  return generator;
}

}  // namespace torch
