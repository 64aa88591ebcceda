// The mode that finds where NaN comes from.
#pragma once

#include <functional>
#include <string>

#include "autograd/record.h"

namespace torch::autograd {

struct Anomaly {
  bool enabled = false;
  bool check_nan = true;
  // Notes where the running op was called; what it returns is called when its backward fails.
  std::function<std::function<void()>()> trace;
  // The op that first made an infinity of finite values: not an error, but often the reason of one.
  std::string first_inf;
  // Ops inside a backward are its business: what they make is searched as its gradients.
  bool in_backward = false;
  // The node whose backward failed last.
  std::string failed;
};
Anomaly& anomaly();

// In anomaly mode, fails where an op has made NaN of inputs without one.
void check_forward(const char* name, const Tensor& y, Operands inputs);
// Fails where a gradient that `node` made has a NaN.
void check_gradients(const Node& node, const Grads& grads);
// Notes that backward failed in `node`.
void report_failure(const Node& node);

}  // namespace torch::autograd
