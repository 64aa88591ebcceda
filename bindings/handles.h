// The tensors that JavaScript holds, by number.
#pragma once

#include <cstdint>

#include "tensor/tensor.h"

namespace torch::bindings {

// A tensor's number: positive. 0 is the undefined tensor.
int32_t hold(Tensor tensor);
// The tensor of a number that hold() gave out; fails for one that was released.
const Tensor& held(int32_t handle);
void release(int32_t handle);
int32_t held_count();

}  // namespace torch::bindings
