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

  // Words of the current block that are not taken yet, and where they are.
  size_t available() const { return fresh_ ? 0 : kWords - next_; }
  const uint32_t* words() const { return words_ + next_; }

  void refill() {
    twist();
    temper();
    next_ = 0;
    fresh_ = false;
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

  // s[i] from itself, s[i + 1] and s[i + distance], which lies on either side.
  template <class U, class I>
  static U mix(U current, U following, U far, U upper, U matrix, I odd) {
    const U y = following ^ ((current ^ following) & upper);
    return far ^ (y >> 1) ^ (U(odd) & matrix);
  }
  static uint32_t mix(uint32_t current, uint32_t following, uint32_t far) {
    return mix(current, following, far, kUpper, kMatrix, 0u - (following & 1));
  }

  void twist() {
    using simd::U32;
    constexpr size_t kShift = 397;
    constexpr size_t kBefore = kWords - kShift;  // 227: from here on, far words are new ones
    uint32_t* s = state_;
    const U32 upper = simd::constant(kUpper), matrix = simd::constant(kMatrix);
    const auto four = [=](size_t i, size_t far) {
      const U32 following = U32::load(s + i + 1);
      // The lowest bit in all places.
      const simd::I32 odd = as_signed(following << 31) >> 31;
      mix(U32::load(s + i), following, U32::load(s + far), upper, matrix, as_unsigned(odd))
          .store(s + i);
    };
    size_t i = 0;
    for (; i + 4 <= kBefore; i += 4) four(i, i + kShift);
    for (; i < kBefore; ++i) s[i] = mix(s[i], s[i + 1], s[i + kShift]);
    for (; i < kWords - 1; i += 4) four(i, i - kBefore);  // 396 words, 99 steps
    s[kWords - 1] = mix(s[kWords - 1], s[0], s[kShift - 1]);
  }

  void temper() {
    using simd::U32;
    const U32 first = simd::constant(kTemper[0]), second = simd::constant(kTemper[1]);
    for (size_t i = 0; i < kWords; i += 4) {
      U32 y = U32::load(state_ + i);
      y = y ^ (y >> 11);
      y = y ^ ((y << 7) & first);
      y = y ^ ((y << 15) & second);
      y = y ^ (y >> 18);
      y.store(words_ + i);
    }
  }

  alignas(16) uint32_t state_[kWords];
  alignas(16) uint32_t words_[kWords] = {};  // the block, tempered
  size_t next_ = kWords;
  bool fresh_ = true;  // seeded, and no block made yet
};

// Draws W words for each of n items, and calls f(words, first, count) for stretches of items whose
// words lie next to each other. An item that straddles two blocks comes alone, copied.
template <size_t W, class F>
void draw(Mt19937& engine, size_t n, F f) {
  for (size_t i = 0; i < n;) {
    if (engine.available() == 0) engine.refill();
    const size_t count = std::min(engine.available() / W, n - i);
    if (count > 0) {
      f(engine.words(), i, count);
      engine.skip(count * W);
      i += count;
    } else {
      uint32_t words[W];
      for (uint32_t& word : words) word = engine.next();
      f(words, i, size_t{1});
      ++i;
    }
  }
}

}  // namespace torch::kernels
