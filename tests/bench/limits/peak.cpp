// What the engine can do: multiply-adds out of registers, and bytes out of memory. And the memory.

#include "lanes.h"

extern "C" unsigned char __heap_base;

namespace limits {
namespace {

// Enough chains to hide the latency of two units, few enough for 16 registers.
constexpr int kChains = 12;
constexpr int kUnrolled = 4;

uintptr_t free_from = 0;

}  // namespace

// Nothing is given back: each task has an instance of the module to itself.
void* allocate(size_t bytes) {
  if (free_from == 0) free_from = reinterpret_cast<uintptr_t>(&__heap_base);
  const uintptr_t at = (free_from + 63) & ~uintptr_t{63};
  free_from = at + bytes;
  return reinterpret_cast<void*>(at);
}

extern "C" {

// 4 * 12 multiply-adds of four lanes a turn. With factor 1 and term 0 the result is 264, the sum of
// what the chains begin with.
EMSCRIPTEN_KEEPALIVE float peak(int turns, float factor, float term) {
  F4 chain[kChains];
  const F4 f = splat(factor), t = splat(term);
#pragma clang loop unroll(full)
  for (int i = 0; i < kChains; ++i) chain[i] = splat(static_cast<float>(i));
#pragma clang loop unroll(disable)
  for (int turn = 0; turn < turns; ++turn) {
#pragma clang loop unroll(full)
    for (int u = 0; u < kUnrolled; ++u) {
#pragma clang loop unroll(full)
      for (int i = 0; i < kChains; ++i) chain[i] = fused(chain[i], f, t);
    }
  }
  float total = 0;
  for (int i = 0; i < kChains; ++i) total += sum(chain[i]);
  return total;
}

EMSCRIPTEN_KEEPALIVE void* reserve(size_t bytes) { return allocate(bytes); }

EMSCRIPTEN_KEEPALIVE void copy(void* to, const void* from, size_t bytes) {
  __builtin_memcpy(to, from, bytes);
}

}  // extern "C"
}  // namespace limits
