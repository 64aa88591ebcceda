// Threads, and the block through which lists cross.
#include <emscripten/bind.h>

#include "base/parallel.h"
#include "wire.h"

namespace torch::bindings {

namespace {

// JavaScript writes a call's lists here, one after the other, starting again at the top when the
// block is full; no call has so many that it would overwrite its own.
constexpr int kScratchDoubles = 8192;
double scratch[kScratchDoubles];

Address scratch_address() { return static_cast<Address>(reinterpret_cast<uintptr_t>(scratch)); }
int32_t scratch_bytes() { return sizeof scratch; }

}  // namespace

EMSCRIPTEN_BINDINGS(core) {
  using emscripten::function;

  function("scratch_address()", &scratch_address);
  function("scratch_bytes()", &scratch_bytes);
  function("start_threads(threads)", &start_threads);
  function("num_threads()", &num_threads);
}

}  // namespace torch::bindings
