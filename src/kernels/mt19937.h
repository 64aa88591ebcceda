// The 32-bit Mersenne twister (Matsumoto and Nishimura 1998), its state update and tempering four
// words at a time, and the loop that hands its words to the samplers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "simd/vec.h"

namespace torch::kernels {

class Mt19937 {
 public:
  static constexpr size_t kWords = 624;

  explicit Mt19937(uint32_t seed) {
    state_[0] = seed;
    for (uint32_t j = 1; j < kWords; ++j) {
      state_[j] = 1812433253u * (state_[j - 1] ^ (state_[j - 1] >> 30)) + j;
    }
  }

  uint32_t next() {
    if (available() == 0) refill();
    return words_[next_++];
  }

  // The first of two words is the upper half.
  uint64_t next64() {
    const uint64_t high = next();
    return high << 32 | next();
  }

  void skip(size_t n) {
    while (n > available()) {
      n -= available();
      refill();
    }
    next_ += n;
  }

  // Words of the current block that are not taken yet, and where they are: tempered, and as they
  // are in the state.
  size_t available() const { return fresh_ ? 0 : kWords - next_; }
  const uint32_t* words() const { return words_ + next_; }
  const uint32_t* raw_words() const { return state_ + next_; }

  // Out of line, as every sampler's loop calls it.
  [[gnu::noinline]] void refill() {
    refill_raw();
    temper();
  }

  // For a sampler that reads raw words alone. Whoever stops within a block calls temper().
  [[gnu::noinline]] void refill_raw() {
    twist();
    next_ = 0;
    fresh_ = false;
  }
  [[gnu::noinline]] void temper() {
    for (size_t i = 0; i < kWords; i += 4) {
      tempered(simd::U32::load(state_ + i)).store(words_ + i);
    }
  }
  static simd::U32 tempered(simd::U32 y) {
    y = y ^ (y >> 11);
    y = y ^ ((y << 7) & simd::constant(kTemper[0]));
    y = y ^ ((y << 15) & simd::constant(kTemper[1]));
    return y ^ (y >> 18);
  }

  // The state in the terms of PyTorch's engine, which counts the words left as well: 1 more than
  // there are.
  const uint32_t* state() const { return state_; }
  uint32_t next_index() const { return fresh_ ? 0 : static_cast<uint32_t>(next_); }
  uint32_t left() const { return static_cast<uint32_t>(available()) + 1; }
  void set_state(const uint32_t* state, uint32_t next, uint32_t left) {
    std::copy(state, state + kWords, state_);
    temper();
    fresh_ = left == 1 && next == 0;
    next_ = std::max<size_t>(next, kWords + 1 - left);
  }

 private:
  static constexpr uint32_t kUpper = 0x80000000u, kMatrix = 0x9908b0dfu;
  static constexpr uint32_t kTemper[] = {0x9d2c5680u, 0xefc60000u};

  void twist() {
    using simd::U32;
    constexpr size_t kShift = 397;
    constexpr size_t kBefore = kWords - kShift;  // 227: from here on, far words are new ones
    const U32 upper = simd::constant(kUpper), matrix = simd::constant(kMatrix);
    // s[i] from itself, s[i + 1] and s[i + kShift].
    const auto four = [=](uint32_t* s, const uint32_t* far) {
      const U32 following = U32::load(s + 1);
      const U32 y = following ^ ((U32::load(s) ^ following) & upper);
      // The lowest bit in all places.
      const U32 odd = as_unsigned(as_signed(following << 31) >> 31);
      (U32::load(far) ^ (y >> 1) ^ (odd & matrix)).store(s);
    };
    // The step that begins before kBefore and ends behind it, and the last one, find the first
    // words, renewed, behind the end.
    four(state_, state_ + kShift);
    U32::load(state_).store(state_ + kWords);
    for (size_t i = 4; i <= kBefore; i += 4) four(state_ + i, state_ + i + kShift);
    for (size_t i = kBefore + 1; i < kWords; i += 4) four(state_ + i, state_ + i - kBefore);
  }

  alignas(16) uint32_t state_[kWords + 4];
  alignas(16) uint32_t words_[kWords] = {};  // the block, tempered
  size_t next_ = kWords;
  bool fresh_ = true;  // seeded, and no block made yet
};

// Draws W words for each of n items, and calls f(words, first, count) for stretches of items whose
// words lie next to each other. An item that straddles two blocks comes alone, copied.
template <size_t W, bool kRaw = false, class F>
void draw(Mt19937& engine, size_t n, F f) {
  const auto next = [&engine] {
    if (engine.available() == 0) kRaw ? engine.refill_raw() : engine.refill();
    return kRaw ? engine.raw_words() : engine.words();
  };
  for (size_t i = 0; i < n;) {
    const uint32_t* words = next();
    const size_t count = std::min(engine.available() / W, n - i);
    if (count > 0) {
      f(words, i, count);
      engine.skip(count * W);
      i += count;
    } else {
      uint32_t copies[W];
      for (uint32_t& copy : copies) {
        copy = *next();
        engine.skip(1);
      }
      f(copies, i, size_t{1});
      ++i;
    }
  }
  if (kRaw && n > 0) engine.temper();
}

// The same with words as they are in the state, for an f that tempers those it looks at.
template <size_t W, class F>
void draw_raw(Mt19937& engine, size_t n, F f) {
  draw<W, true>(engine, n, f);
}

}  // namespace torch::kernels
