// JavaScript functions that the core may call: numbers on this side, kept alive until the core lets
// go of them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "wire.h"

namespace torch::bindings {

// A function that JavaScript registered under a number (web/src/callbacks.ts). Copies share it;
// with the last one JavaScript forgets the function.
class Callback {
 public:
  explicit Callback(int32_t id);
  int32_t id() const;
  // What it throws passes through as it is.
  std::vector<Tensor> operator()(const std::vector<Tensor>& arguments) const;
  // The same with numbers.
  std::vector<double> numbers(const std::vector<double>& arguments) const;

 private:
  struct Registration;
  std::shared_ptr<Registration> registration_;
};

}  // namespace torch::bindings
