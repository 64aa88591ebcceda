// Counted, 64-byte-aligned memory that tensors and their views share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace torch {

class Storage {
 public:
  // Uninitialised memory; fails with PyTorch's allocator message when it cannot be had.
  static std::shared_ptr<Storage> allocate(int64_t bytes);
  explicit Storage(size_t bytes);
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  // Exchanges the memory with `other`'s, which is of the same size: what points here sees that
  // one's.
  void exchange_memory(Storage& other) { std::swap(data_, other.data_); }

  std::byte* data() const { return data_; }
  size_t bytes() const { return bytes_; }

  // Counts the writes: a tensor saved for backward is stale when this has moved on.
  uint32_t version = 0;

 private:
  std::byte* data_;
  size_t bytes_;
};

struct MemoryStats {
  int64_t live_bytes = 0;
  int64_t peak_bytes = 0;
  int64_t live_storages = 0;
};
const MemoryStats& memory_stats();

}  // namespace torch
