// What JavaScript asks of a single tensor, and of the library's state.
#include <emscripten/bind.h>

#include "ops/copy.h"
#include "wire.h"

namespace torch::bindings {

double scalar_slots[kScalarSlots + 1] = {0, 0, 0, 0, 0, 0, 0, 0, 0, false, true};

Address list_result(const std::vector<double>& values) {
  static std::vector<double> kept;
  kept.assign(1, static_cast<double>(values.size()));
  kept.insert(kept.end(), values.begin(), values.end());
  return static_cast<Address>(reinterpret_cast<uintptr_t>(kept.data()));
}

namespace {

Address scalar_slots_address() {
  return static_cast<Address>(reinterpret_cast<uintptr_t>(scalar_slots));
}

Address sizes(int32_t h) { return Wire<Shape>::to(held(h).sizes()); }
Address strides(int32_t h) { return Wire<Shape>::to(held(h).strides()); }
double storage_offset(int32_t h) { return static_cast<double>(held(h).storage_offset()); }
double numel(int32_t h) { return static_cast<double>(held(h).numel()); }
int32_t dtype(int32_t h) { return Wire<DType>::to(held(h).dtype()); }
bool is_contiguous(int32_t h) { return held(h).is_contiguous(); }
Address data_ptr(int32_t h) {
  return static_cast<Address>(reinterpret_cast<uintptr_t>(held(h).raw()));
}
int32_t alias(int32_t h) { return hold(held(h)); }
bool same(int32_t a, int32_t b) { return held(a).is_same(held(b)); }
double version(int32_t h) { return held(h).version(); }
void bump_version(int32_t h) { held(h).bump_version(); }
void set_data(int32_t h, int32_t source) { held(h).set_data(held(source)); }

int32_t result_type_of(Address list) {
  DType dtype = DType::Bool;
  const std::vector<Tensor> tensors = Wire<std::vector<Tensor>>::from(list);
  if (tensors.size() == 2) return Wire<DType>::to(result_type({&tensors[0], &tensors[1]}));
  for (const Tensor& t : tensors) dtype = promote(dtype, t.dtype());
  return Wire<DType>::to(dtype);
}

// The numbers of past calls are nobody's tensors.
double live_bytes() {
  forget_numbers();
  return static_cast<double>(memory_stats().live_bytes);
}
double peak_bytes() { return static_cast<double>(memory_stats().peak_bytes); }
double live_tensor_count() {
  forget_numbers();
  return static_cast<double>(live_tensors());
}

}  // namespace

EMSCRIPTEN_BINDINGS(tensor) {
  using emscripten::function;

  // Handles
  function("scalar_slots()", &scalar_slots_address);
  function("alias(x)", &alias);
  function("release(x)", &release);
  function("held_count()", &held_count);

  // Layout and memory
  function("sizes(x)", &sizes);
  function("strides(x)", &strides);
  function("storage_offset(x)", &storage_offset);
  function("numel(x)", &numel);
  function("dtype(x)", &dtype);
  function("is_contiguous(x)", &is_contiguous);
  function("data_ptr(x)", &data_ptr);
  function("same(x, other)", &same);
  function("version(x)", &version);
  function("bump_version(x)", &bump_version);
  function("set_data(x, source)", &set_data);
  function("result_type(tensors)", &result_type_of);

  // Memory
  function("live_tensors()", &live_tensor_count);
  function("live_bytes()", &live_bytes);
  function("peak_bytes()", &peak_bytes);
}

}  // namespace torch::bindings
