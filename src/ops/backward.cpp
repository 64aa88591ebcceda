#include "ops/backward.h"

#include "autograd/engine.h"
#include "autograd/hooks.h"
#include "autograd/record.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/reduce.h"

namespace torch {

namespace {

void accumulate(const Tensor& x, const Tensor& g) { add_(x, g); }

Tensor fit(const Tensor& x, const Shape& sizes, DType dtype) {
  return to(x.sizes() == sizes ? x : sum_to_size(x, sizes), dtype);
}

constexpr autograd::Arithmetic kArithmetic{&add, &clone, &fit, &accumulate};

// The gradient a root starts from: the given one, or 1 for a scalar.
Tensor seed(size_t i, const Tensor& root, const Tensor& gradient) {
  check(root.requires_grad(), "element ", i,
        " of tensors does not require grad and does not have a grad_fn");
  if (!gradient.defined()) {
    check(root.numel() == 1, "grad can be implicitly created only for scalar outputs");
    return ones(root.sizes(), root.dtype());
  }
  check(gradient.sizes() == root.sizes(), "Mismatch in shape: grad_output[", i,
        "] has a shape of torch.Size(", gradient.sizes(), ") and output[", i,
        "] has a shape of torch.Size(", root.sizes(), ").");
  return gradient;
}

std::vector<Tensor> seeds(const std::vector<Tensor>& roots, const std::vector<Tensor>& gradients) {
  check(gradients.empty() || gradients.size() == roots.size(), "got ", roots.size(),
        " tensors and ", gradients.size(), " gradients");
  std::vector<Tensor> list;
  for (size_t i = 0; i < roots.size(); ++i) {
    list.push_back(seed(i, roots[i], gradients.empty() ? Tensor{} : gradients[i]));
  }
  return list;
}

}  // namespace

void backward(const std::vector<Tensor>& roots, const std::vector<Tensor>& gradients,
              bool retain_graph, bool create_graph, const std::vector<Tensor>& inputs) {
  const std::vector<Tensor> from = seeds(roots, gradients);
  const autograd::Options options{retain_graph, create_graph};
  if (inputs.empty()) {
    autograd::run_backward(roots, from, nullptr, options, kArithmetic);
    return;
  }
  // One that is no leaf is from now on a tensor that keeps its gradient.
  for (const Tensor& t : inputs) autograd::retain_grad(t);
  const std::vector<Tensor> grads =
      autograd::run_backward(roots, from, &inputs, options, kArithmetic);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!grads[i].defined() || !inputs[i].is_leaf()) continue;
    autograd::accumulate(inputs[i], grads[i], create_graph, kArithmetic);
  }
}

void backward(const Tensor& root, const Tensor& gradient, bool retain_graph, bool create_graph) {
  backward(std::vector<Tensor>{root}, {gradient}, retain_graph, create_graph, {});
}

std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& grad_outputs, bool retain_graph,
                         bool create_graph, bool allow_unused) {
  const std::vector<Tensor> from = seeds(outputs, grad_outputs);
  for (const Tensor& t : inputs) {
    check(t.requires_grad(), "One of the differentiated Tensors does not require grad");
  }
  std::vector<Tensor> grads =
      autograd::run_backward(outputs, from, &inputs, {retain_graph, create_graph}, kArithmetic);
  for (const Tensor& g : grads) {
    check(allow_unused || g.defined(),
          "One of the differentiated Tensors appears to not have been used in the graph. Set "
          "allow_unused=True if this is the desired behavior.");
  }
  return grads;
}

}  // namespace torch
