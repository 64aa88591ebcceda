#include "ops/function.h"

#include <algorithm>

#include "autograd/record.h"
#include "ops/inplace.h"

namespace torch {

namespace {

struct UserNode : autograd::Node {
  UserFunction function;
  size_t outputs = 0;

  Grads run(const Grads& arrived) override {
    Grads gs = arrived;
    gs.resize(outputs);
    return function.backward(gs, Context(*this));
  }
};

bool contains(const std::vector<Tensor>& list, const Tensor& t) {
  return std::any_of(list.begin(), list.end(), [&](const Tensor& u) { return u.is_same(t); });
}

}  // namespace

std::vector<Tensor> record_user_function(UserFunction function, const UserCall& call) {
  for (const Tensor& t : call.dirty) {
    check(contains(call.outputs, t),
          "Some elements marked as dirty during the forward method were not returned as output. "
          "The inputs that are modified inplace must all be outputs of the Function.");
  }
  if (!autograd::any_requires_grad(call.inputs)) return call.outputs;
  for (const Tensor& t : call.dirty) {
    check(!t.requires_grad() || !t.is_leaf(),
          "a leaf Variable that requires grad has been used in an in-place operation.");
    check_inplace(t);
  }

  auto node = std::make_shared<UserNode>();
  node->function = std::move(function);
  node->name = node->function.name.c_str();
  node->outputs = call.outputs.size();
  for (const Tensor& t : call.inputs) node->edges.push_back(autograd::edge_to(t));
  autograd::number(*node);

  std::vector<Tensor> results;
  for (size_t i = 0; i < call.outputs.size(); ++i) {
    Tensor y = call.outputs[i];
    const bool dirty = contains(call.dirty, y);
    if (!is_floating(y.dtype()) || contains(call.non_differentiable, y)) {
      results.push_back(y);
      continue;
    }
    const auto nr = static_cast<uint32_t>(i);
    if (dirty) {
      const Tensor value = y.detach();
      value.set_grad_fn(node, nr);
      rebase_history(y, value);
    } else {
      // What was passed through keeps its own place in the graph; what is a view of an input does
      // not follow writes to it.
      if (contains(call.inputs, y) || y.is_view() || y.requires_grad()) y = y.detach();
      y.set_grad_fn(node, nr);
    }
    results.push_back(y);
  }
  for (const Tensor& t : call.saved) {
    const auto at = std::find_if(results.begin(), results.end(),
                                 [&](const Tensor& y) { return t.defined() && y.is_same(t); });
    const bool is_output = at != results.end() && t.grad_fn() == node;
    node->saved.push_back({is_output ? t.detach() : t, t.defined() ? t.version() : 0, is_output,
                           is_output ? t.output_nr() : 0});
  }
  return results;
}

}  // namespace torch
