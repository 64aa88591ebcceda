#include "handles.h"

#include <vector>

namespace torch::bindings {

namespace {

// Handle 0 is the undefined tensor and stays.
std::vector<Tensor> tensors(1);
std::vector<int32_t> unused;

}  // namespace

int32_t hold(Tensor tensor) {
  if (!tensor.defined()) return 0;
  if (unused.empty()) {
    tensors.push_back(std::move(tensor));
    return static_cast<int32_t>(tensors.size() - 1);
  }
  const int32_t handle = unused.back();
  unused.pop_back();
  tensors[static_cast<size_t>(handle)] = std::move(tensor);
  return handle;
}

const Tensor& held(int32_t handle) {
  const auto i = static_cast<size_t>(handle);
  check(handle >= 0 && i < tensors.size() && (handle == 0 || tensors[i].defined()),
        "tensor handle ", handle, " was released");
  return tensors[i];
}

void release(int32_t handle) {
  if (handle <= 0) return;
  held(handle);
  tensors[static_cast<size_t>(handle)] = {};
  unused.push_back(handle);
}

int32_t held_count() { return static_cast<int32_t>(tensors.size() - 1 - unused.size()); }

}  // namespace torch::bindings
