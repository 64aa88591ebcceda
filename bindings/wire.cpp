#include "wire.h"

namespace torch::bindings {

namespace {

// What stood in the scalar slots for the last calls.
Tensor numbers[kScalarSlots + 1];

}  // namespace

const Tensor& Wire<const Tensor&>::from(int32_t handle) {
  if (handle >= 0) return held(handle);
  const double value = scalar_slots[-handle];
  const bool is_bool = -handle > kNumberSlots;
  return numbers[-handle] =
             Tensor::number(is_bool ? Scalar(value != 0) : Scalar::from_number(value));
}

void forget_numbers() {
  for (Tensor& number : numbers) number = {};
}

Shape Wire<Shape>::from(Address list) {
  Shape shape;
  const double* p = at(list);
  for (int i = 1; i <= static_cast<int>(p[0]); ++i) shape.push_back(static_cast<int64_t>(p[i]));
  return shape;
}

std::vector<Tensor> Wire<std::vector<Tensor>>::from(Address list) {
  std::vector<Tensor> tensors;
  const double* p = at(list);
  const auto count = static_cast<size_t>(p[0]);
  tensors.reserve(count);
  for (size_t i = 1; i <= count; ++i) {
    tensors.push_back(Wire<const Tensor&>::from(static_cast<int32_t>(p[i])));
  }
  return tensors;
}

Address Wire<std::vector<Tensor>>::to(const std::vector<Tensor>& tensors) {
  std::vector<double> handles;
  handles.reserve(tensors.size());
  for (const Tensor& t : tensors) handles.push_back(hold(t));
  return list_result(handles);
}

Address Wire<std::pair<Tensor, Tensor>>::to(const std::pair<Tensor, Tensor>& pair) {
  return Wire<std::vector<Tensor>>::to({pair.first, pair.second});
}

}  // namespace torch::bindings
