// Reverse-mode differentiation over the recorded graph.
#pragma once

#include <vector>

#include "autograd/node.h"

namespace torch::autograd {

// The tensor arithmetic the engine needs. It lives a layer above, so it is handed in; being ops, it
// is itself differentiable.
struct Arithmetic {
  Tensor (*add)(const Tensor& a, const Tensor& b);
  Tensor (*clone)(const Tensor& x);
  // x summed over the dimensions that broadcasting from `sizes` added, in `dtype`.
  Tensor (*fit)(const Tensor& x, const Shape& sizes, DType dtype);
  // x += g, in place.
  void (*accumulate)(const Tensor& x, const Tensor& g);
};

struct Options {
  bool retain_graph = false;
  // Record the backward pass itself, for higher derivatives.
  bool create_graph = false;
};

// The gradient of sum_i <roots[i], grads[i]>. With `inputs`, returns it for each of them (undefined
// where there is no path) and touches no .grad; without, adds it to the .grad of every leaf.
std::vector<Tensor> run_backward(const std::vector<Tensor>& roots, const std::vector<Tensor>& grads,
                                 const std::vector<Tensor>* inputs, Options options,
                                 const Arithmetic& arithmetic);

// Adds g to leaf.grad(), which g becomes where there is none.
void accumulate(const Tensor& leaf, const Tensor& g, bool create_graph,
                const Arithmetic& arithmetic);

}  // namespace torch::autograd
