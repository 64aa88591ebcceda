// Functions of the user's that see a gradient on its way, and may replace it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace torch::autograd {

struct Hook {
  // What stands in for g; undefined to leave it as it is. Empty once the hook is removed.
  std::function<Tensor(const Tensor& g)> run;
  std::string name;
  // Which of the node's outputs it watches.
  uint32_t output = 0;
};

// The hooks of a leaf, or those of a node, in the order of their registration.
class Hooks {
 public:
  void add(std::shared_ptr<Hook> hook);
  // What they make of the gradient of an output.
  Tensor apply(uint32_t output, Tensor g) const;

 private:
  std::vector<std::shared_ptr<Hook>> hooks_;
};

// Calls `hook` with every gradient of t from now on. A later in-place write leaves the hook with
// the value that t had. To remove it, empty its `run`.
void register_hook(const Tensor& t, std::shared_ptr<Hook> hook);

// From now on backward leaves a gradient in t.grad() though t is no leaf.
void retain_grad(const Tensor& t);
bool retains_grad(const Tensor& t);

}  // namespace torch::autograd
