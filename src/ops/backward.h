// Differentiation as users call it.
#pragma once

#include <vector>

#include "tensor/tensor.h"

namespace torch {

// Adds the derivative of sum_i <roots[i], gradients[i]> to the .grad of every leaf or, where there
// are `inputs`, of each of these. An undefined gradient stands for 1, for a scalar root.
void backward(const std::vector<Tensor>& roots, const std::vector<Tensor>& gradients,
              bool retain_graph, bool create_graph, const std::vector<Tensor>& inputs);
void backward(const Tensor& root, const Tensor& gradient, bool retain_graph, bool create_graph);

// The gradients of sum_i <outputs[i], grad_outputs[i]> with respect to inputs; .grad is untouched.
// An empty or undefined grad_output stands for 1.
std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& grad_outputs, bool retain_graph,
                         bool create_graph, bool allow_unused);

}  // namespace torch
