// How an op writes down its derivative.
#pragma once

#include <initializer_list>
#include <utility>

#include "autograd/node.h"

namespace torch {

// A tensor named in a list, without the counting that a copy costs.
class Operand {
 public:
  Operand(const Tensor& tensor) : tensor_(&tensor) {}
  const Tensor& operator*() const { return *tensor_; }

 private:
  const Tensor* tensor_;
};
using Operands = std::initializer_list<Operand>;

namespace autograd {

bool grad_enabled();
void set_grad_enabled(bool enabled);

// Grad mode for as long as it lives.
class GradMode {
 public:
  explicit GradMode(bool enabled) : before_(grad_enabled()) { set_grad_enabled(enabled); }
  ~GradMode() { set_grad_enabled(before_); }
  GradMode(const GradMode&) = delete;
  GradMode& operator=(const GradMode&) = delete;

 private:
  bool before_;
};

// Whether an op on these inputs is part of a graph.
bool any_requires_grad(Operands inputs);
bool any_requires_grad(const std::vector<Tensor>& inputs);
// Whether y, which the op made of the inputs, becomes a node. In anomaly mode fails where an op has
// made NaN of inputs without one.
bool needs_node(const char* name, const Tensor& y, Operands inputs);

// Makes the node the youngest.
void number(Node& node);
Edge edge_to(const Tensor& input);
// Makes y the output of a new node.
void add_node(const char* name, const Tensor& y, Operands inputs, Operands saved,
              Backward backward);
void add_node(const char* name, const Tensor& y, const std::vector<Tensor>& inputs,
              Backward backward);

}  // namespace autograd

using autograd::GradMode;

// Makes y a node of the graph when any input requires grad, and returns it. `name` is PyTorch's
// grad_fn name. `saved` is what backward needs (ctx.saved(i)); an entry may be undefined.
// `backward` is (const Tensor& g, const Context& ctx) -> Grads, written in ops, so that it can be
// differentiated again; a gradient may have the broadcast shape, the engine sums it back.
template <class F>
Tensor record(const char* name, Tensor y, Operands inputs, Operands saved, F&& backward) {
  if (autograd::needs_node(name, y, inputs)) {
    autograd::add_node(name, y, inputs, saved, std::forward<F>(backward));
  }
  return y;
}

// The same for an op on a list of tensors.
template <class F>
Tensor record_list(const char* name, Tensor y, const std::vector<Tensor>& inputs, F&& backward) {
  if (autograd::any_requires_grad(inputs)) {
    autograd::add_node(name, y, inputs, std::forward<F>(backward));
  }
  return y;
}

// y, the result of an op that is composed of others, under the name that PyTorch's own node has.
Tensor named(const char* name, const Tensor& y);

// Refuses what PyTorch refuses: an in-place write to a leaf that requires grad, or to a view of
// one.
void check_inplace(const Tensor& x);

}  // namespace torch
