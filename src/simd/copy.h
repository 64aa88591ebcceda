// Copies of a few bytes.
#pragma once

#include <cstddef>
#include <cstring>

#include "simd/vec.h"

namespace torch::simd {

// memcpy for at most a few registers. A memcpy whose size the compiler does not know is a call out
// of WebAssembly, which takes as long as copying 200 bytes does here.
inline void copy_short(const void* from, void* to, size_t bytes) {
  const auto* x = static_cast<const std::byte*>(from);
  auto* y = static_cast<std::byte*>(to);
  for (; bytes >= 16; bytes -= 16, x += 16, y += 16) wasm_v128_store(y, wasm_v128_load(x));
  for (; bytes >= 4; bytes -= 4, x += 4, y += 4) std::memcpy(y, x, 4);
  for (; bytes > 0; --bytes) *y++ = *x++;
}

// The same for what is mostly short.
inline void copy_bytes(const void* from, void* to, size_t bytes) {
  if (bytes < 256) return copy_short(from, to, bytes);
  std::memcpy(to, from, bytes);
}

}  // namespace torch::simd
