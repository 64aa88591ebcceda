// torch.Generator: the state of a random stream, byte for byte PyTorch's.
#pragma once

#include <cstdint>
#include <optional>

#include "kernels/mt19937.h"
#include "tensor/tensor.h"

namespace torch {

class Generator {
 public:
  // PyTorch's default seed: a large prime with bits well spread.
  static constexpr uint64_t kDefaultSeed = 67280421310721;
  // Size of a state: seed, position, 624 words at 8 bytes, cached normals.
  static constexpr int64_t kStateBytes = 5056;

  explicit Generator(uint64_t seed = kDefaultSeed)
      : seed_(seed), engine_(static_cast<uint32_t>(seed)) {}

  void manual_seed(uint64_t seed);
  // Reseeds from the operating system and returns the new seed.
  uint64_t seed();
  uint64_t initial_seed() const { return seed_; }

  Tensor get_state() const;
  void set_state(const Tensor& state);

  // A standard normal from a pair of which the second is kept for the next call.
  double normal();

  kernels::Mt19937& engine() { return engine_; }

 private:
  uint64_t seed_;
  kernels::Mt19937 engine_;
  std::optional<double> next_normal_;
};

// Seeded from the operating system until someone calls manual_seed.
Generator& default_generator();

}  // namespace torch
