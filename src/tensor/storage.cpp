#include "tensor/storage.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "base/check.h"

namespace torch {

namespace {
MemoryStats stats;
constexpr size_t kAlignment = 64;  // a cache line, and enough for any SIMD load
}  // namespace

const MemoryStats& memory_stats() { return stats; }

std::shared_ptr<Storage> Storage::allocate(int64_t bytes) {
  const auto refuse = [bytes] {
    fail(ErrorKind::Runtime, "DefaultCPUAllocator: can't allocate memory: you tried to allocate ",
         bytes, " bytes.");
  };
  if (static_cast<uint64_t>(bytes) > std::numeric_limits<size_t>::max() - kAlignment) refuse();
  auto storage = std::make_shared<Storage>(static_cast<size_t>(bytes));
  if (bytes > 0 && !storage->data()) refuse();
  return storage;
}

Storage::Storage(size_t bytes) : data_(nullptr), bytes_(bytes) {
  const size_t padded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (padded > 0) data_ = static_cast<std::byte*>(std::aligned_alloc(kAlignment, padded));
  if (!data_) bytes_ = 0;
  stats.live_bytes += static_cast<int64_t>(bytes_);
  stats.peak_bytes = std::max(stats.peak_bytes, stats.live_bytes);
  ++stats.live_storages;
}

Storage::~Storage() {
  stats.live_bytes -= static_cast<int64_t>(bytes_);
  --stats.live_storages;
  std::free(data_);
}

}  // namespace torch
