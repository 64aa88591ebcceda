// mt19937 (Matsumoto and Nishimura 1998), its state renewed and tempered four words at a time.

#include "lanes.h"

namespace limits {
namespace {

constexpr int kWords = 624;
constexpr int kDistance = 397;
// Three words past the end repeat the first, so that the last step of the state can read past it.
uint32_t state[kWords + 4];
int used = kWords;

U4 next(const uint32_t* word, const uint32_t* distant) {
  const U4 following = load(word + 1);
  const U4 joined = (load(word) & splat_bits(0x80000000u)) | (following & splat_bits(0x7fffffffu));
  const U4 odd = splat_bits(0) - (following & splat_bits(1));
  return load(distant) ^ (joined >> 1) ^ (odd & splat_bits(0x9908b0dfu));
}

// In steps of four: 228 is the first word whose distant one, at -227, is of the renewed state, and
// the steps before it end exactly there.
void renew() {
  store(state, next(state, state + kDistance));
  store(state + kWords, load(state));
#pragma clang loop unroll_count(4)
  for (int i = 4; i < 228; i += 4) store(state + i, next(state + i, state + i + kDistance));
#pragma clang loop unroll_count(4)
  for (int i = 228; i < kWords; i += 4) {
    store(state + i, next(state + i, state + i + kDistance - kWords));
  }
}

U4 tempered(U4 y) {
  y ^= y >> 11;
  y ^= (y << 7) & splat_bits(0x9d2c5680u);
  y ^= (y << 15) & splat_bits(0xefc60000u);
  return y ^ (y >> 18);
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE void mt19937_seed(uint32_t seed) {
  state[0] = seed;
  for (uint32_t i = 1; i < kWords; ++i) {
    state[i] = 1812433253u * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
  }
  used = kWords;
}

// The next n words, a multiple of four.
EMSCRIPTEN_KEEPALIVE void mt19937_fill(uint32_t* words, int n) {
  while (n > 0) {
    if (used == kWords) {
      renew();
      used = 0;
    }
    const int count = kWords - used < n ? kWords - used : n;
#pragma clang loop unroll_count(4)
    for (int i = 0; i < count; i += 4) store(words + i, tempered(load(state + used + i)));
    used += count;
    words += count;
    n -= count;
  }
}

}  // extern "C"
}  // namespace limits
