#include "autograd/record.h"

#include "autograd/anomaly.h"

#include <algorithm>

namespace torch {

namespace autograd {

namespace {
bool enabled = true;
uint64_t next_sequence = 0;
}  // namespace

bool grad_enabled() { return enabled; }

void set_grad_enabled(bool value) { enabled = value; }

bool any_requires_grad(Operands inputs) {
  return enabled &&
         std::any_of(inputs.begin(), inputs.end(), [](Operand t) { return (*t).requires_grad(); });
}

bool any_requires_grad(const std::vector<Tensor>& inputs) {
  return enabled && std::any_of(inputs.begin(), inputs.end(),
                                [](const Tensor& t) { return t.requires_grad(); });
}

bool needs_node(const char* name, const Tensor& y, Operands inputs) {
  check_forward(name, y, inputs);
  return any_requires_grad(inputs);
}

void number(Node& node) {
  node.sequence = next_sequence++;
  if (anomaly().enabled && anomaly().trace) node.watch().report = anomaly().trace();
}

Edge edge_to(const Tensor& input) {
  if (!input.requires_grad()) {
    return {nullptr, {}, input.defined() ? input.sizes() : Shape{}, DType::Float32};
  }
  return {input.grad_fn(), input.is_leaf() ? input : Tensor{}, input.sizes(), input.dtype(),
          input.output_nr()};
}

namespace {

std::shared_ptr<Node> new_node(const char* name, Backward backward) {
  auto node = std::make_shared<Node>();
  node->name = name;
  number(*node);
  node->backward = std::move(backward);
  return node;
}

}  // namespace

void add_node(const char* name, const Tensor& y, Operands inputs, Operands saved,
              Backward backward) {
  auto node = new_node(name, std::move(backward));
  node->edges.reserve(inputs.size());
  for (Operand t : inputs) node->edges.push_back(edge_to(*t));
  node->saved.reserve(saved.size());
  for (Operand operand : saved) {
    const Tensor& t = *operand;
    check(!t.defined() || !t.is_inference(),
          "Inference tensors cannot be saved for backward. To work around you can make a clone to "
          "get a normal tensor and use it in autograd.");
    const bool is_output = t.is_same(y);
    node->saved.push_back({is_output ? t.detach() : t, t.defined() ? t.version() : 0, is_output});
  }
  y.set_grad_fn(std::move(node));
}

void add_node(const char* name, const Tensor& y, const std::vector<Tensor>& inputs,
              Backward backward) {
  auto node = new_node(name, std::move(backward));
  node->edges.reserve(inputs.size());
  for (const Tensor& t : inputs) node->edges.push_back(edge_to(t));
  y.set_grad_fn(std::move(node));
}

}  // namespace autograd

Tensor named(const char* name, const Tensor& y) {
  if (y.grad_fn()) y.grad_fn()->name = name;
  return y;
}

void check_inplace(const Tensor& x) {
  check(!x.is_inference() || Tensor::inference_mode,
        "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a "
        "clone to get a normal tensor before doing inplace update.See "
        "https://github.com/pytorch/rfcs/pull/17 for more details.");
  if (!autograd::grad_enabled() || !x.requires_grad()) return;
  check(!x.is_leaf(), "a leaf Variable that requires grad is being used in an in-place operation.");
  check(!(x.is_view() && x.base().is_leaf() && x.base().requires_grad()),
        "a view of a leaf Variable that requires grad is being used in an in-place operation.");
}

}  // namespace torch
