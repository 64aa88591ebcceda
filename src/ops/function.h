// Functions whose forward and backward the user writes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autograd/node.h"

namespace torch {

struct UserFunction {
  std::string name;
  // From the gradients of the outputs, undefined where there is none, one gradient an input.
  std::function<Grads(const Grads& gs, const Context& ctx)> backward;
};

// What an application read, made and declared.
struct UserCall {
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
  std::vector<Tensor> saved;
  std::vector<Tensor> dirty;
  std::vector<Tensor> non_differentiable;
};

// Makes the outputs of a user's forward, which ran unrecorded, outputs of one node, and returns
// them: themselves, or in place of an input that was passed through a view of it.
std::vector<Tensor> record_user_function(UserFunction function, const UserCall& call);

}  // namespace torch
