#include "base/dtype.h"

namespace torch {

const char* dtype_name(DType dtype) {
  constexpr const char* kNames[kDTypes] = {"torch.bool",  "torch.uint8",   "torch.int32",
                                           "torch.int64", "torch.float32", "torch.float64"};
  return kNames[static_cast<int>(dtype)];
}

const char* scalar_type_name(DType dtype) {
  constexpr const char* kNames[kDTypes] = {"Bool", "Byte", "Int", "Long", "Float", "Double"};
  return kNames[static_cast<int>(dtype)];
}

}  // namespace torch
