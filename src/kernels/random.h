// Integers, permutations, and the distributions that are a formula of one uniform.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "kernels/uniform.h"

namespace torch::kernels {

// base + (draw mod range). From a range of 2^28 on, a draw is two words.
inline void random_integers(Mt19937& engine, int64_t base, uint64_t range, size_t n, int64_t* y) {
  if (range >= uint64_t{1} << 28) {
    for (size_t i = 0; i < n; ++i) {
      y[i] = static_cast<int64_t>(static_cast<uint64_t>(base) + engine.next64() % range);
    }
  } else {
    // The remainder of 32-bit numbers is several times faster than that of 64-bit ones.
    const auto narrow = static_cast<uint32_t>(range);
    for (size_t i = 0; i < n; ++i) y[i] = base + static_cast<int64_t>(engine.next() % narrow);
  }
}

// 0 … highest. Past 32 bits a draw is two words.
inline void random_full(Mt19937& engine, int64_t highest, size_t n, int64_t* y) {
  const uint64_t range = static_cast<uint64_t>(highest) + 1;
  for (size_t i = 0; i < n; ++i) {
    const uint64_t word = range >> 32 ? engine.next64() : engine.next();
    y[i] = static_cast<int64_t>(word % range);
  }
}

// 0 … n-1 shuffled.
inline void randperm(Mt19937& engine, size_t n, int64_t* y) {
  // The length up to which 32 bits choose among the rest without noticeable bias.
  constexpr size_t kShort = 0xffffffffu / 20;
  if (n < kShort) {
    for (size_t i = 0; i < n; ++i) y[i] = static_cast<int64_t>(i);
    for (size_t i = 0; i + 1 < n; ++i) {
      std::swap(y[i], y[i + engine.next() % static_cast<uint32_t>(n - i)]);
    }
  } else {
    for (size_t i = 0; i < n; ++i) {
      const auto at = static_cast<size_t>(engine.next64() % (i + 1));
      y[i] = static_cast<int64_t>(i);
      y[i] = std::exchange(y[at], static_cast<int64_t>(i));
    }
  }
}

inline double exponential(Mt19937& engine, double lambda) {
  return -1 / lambda * std::log1p(-uniform53(engine));
}

// Fused, as in PyTorch's x86 build.
inline double cauchy(Mt19937& engine, double median, double sigma) {
  return std::fma(sigma, std::tan(std::numbers::pi * (uniform53(engine) - 0.5)), median);
}

// The number of trials up to the first success.
inline double geometric(Mt19937& engine, double p) {
  return std::ceil(std::log(uniform53(engine)) / std::log1p(-p));
}

// The first index whose cumulative probability reaches a uniform.
template <class T>
size_t categorical(Mt19937& engine, const T* cumulative, size_t n) {
  const double u = uniform53(engine);
  return static_cast<size_t>(std::partition_point(cumulative, cumulative + n,
                                                  [u](T c) { return static_cast<double>(c) < u; }) -
                             cumulative);
}

}  // namespace torch::kernels
