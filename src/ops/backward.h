// Differentiation as users call it.
#pragma once

#include <vector>

#include "tensor/tensor.h"

namespace torch {

// Adds d(root)/d(leaf) to the .grad of every leaf. `gradient` may be undefined for a scalar root.
void backward(const Tensor& root, const Tensor& gradient, bool retain_graph, bool create_graph);

// The gradients of sum_i <outputs[i], grad_outputs[i]> with respect to inputs; .grad is untouched.
// An empty or undefined grad_output stands for 1.
std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& grad_outputs, bool retain_graph,
                         bool create_graph, bool allow_unused);

}  // namespace torch
