// How an op writes down its derivative.
#pragma once

#include <initializer_list>
#include <utility>

#include "autograd/node.h"

namespace torch {

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

// In anomaly mode, fails where an op has made NaN of inputs without one.
void watch_forward(const char* name, const Tensor& y, std::initializer_list<Tensor> inputs);

// Whether an op on these inputs is part of a graph.
bool any_requires_grad(std::initializer_list<Tensor> inputs);
bool any_requires_grad(const std::vector<Tensor>& inputs);

std::shared_ptr<Node> make_node(const char* name, const Tensor& y, std::vector<Edge> edges,
                                std::initializer_list<Tensor> saved, Backward backward);
// Makes the node the youngest.
void number(Node& node);
Edge edge_to(const Tensor& input);
std::vector<Edge> edges_to(std::initializer_list<Tensor> inputs);

}  // namespace autograd

using autograd::GradMode;

// Makes y a node of the graph when any input requires grad, and returns it. `name` is PyTorch's
// grad_fn name. `saved` is what backward needs (ctx.saved(i)); an entry may be undefined.
// `backward` is (const Tensor& g, const Context& ctx) -> Grads, written in ops, so that it can be
// differentiated again; a gradient may have the broadcast shape, the engine sums it back.
template <class F>
Tensor record(const char* name, Tensor y, std::initializer_list<Tensor> inputs,
              std::initializer_list<Tensor> saved, F&& backward) {
  autograd::watch_forward(name, y, inputs);
  if (autograd::any_requires_grad(inputs)) {
    y.set_grad_fn(
        autograd::make_node(name, y, autograd::edges_to(inputs), saved, std::forward<F>(backward)));
  }
  return y;
}

// The same for an op on a list of tensors.
template <class F>
Tensor record_list(const char* name, Tensor y, const std::vector<Tensor>& inputs, F&& backward) {
  if (autograd::any_requires_grad(inputs)) {
    std::vector<autograd::Edge> edges;
    for (const Tensor& t : inputs) edges.push_back(autograd::edge_to(t));
    y.set_grad_fn(autograd::make_node(name, y, std::move(edges), {}, std::forward<F>(backward)));
  }
  return y;
}

// Refuses what PyTorch refuses: an in-place write to a leaf that requires grad, or to a view of
// one.
void check_inplace(const Tensor& x);

}  // namespace torch
