// Derivatives against finite differences, in float64.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autograd/record.h"
#include "expect.h"
#include "ops/arithmetic.h"
#include "ops/backward.h"
#include "ops/reduce.h"

namespace expect {

using Function = std::function<torch::Tensor(const std::vector<torch::Tensor>&)>;

// sum(weights * f(inputs)) with fixed uneven weights, so that errors cannot cancel.
inline torch::Tensor weighted(const torch::Tensor& y) {
  std::vector<double> w;
  for (int64_t i = 0; i < y.numel(); ++i) w.push_back(std::cos(double(3 * i + 1)) + 1.5);
  return torch::sum(torch::mul(y, tensor(y.sizes(), w, torch::DType::Float64)), {}, false,
                    std::nullopt);
}

// The first place where the gradient and central differences disagree; empty when they agree.
inline std::string gradcheck(const Function& f, std::vector<torch::Tensor> inputs,
                             double tolerance = 1e-6) {
  const std::vector<torch::Tensor> grads =
      torch::grad({weighted(f(inputs))}, inputs, {}, false, false, true);
  for (size_t k = 0; k < inputs.size(); ++k) {
    double* x = inputs[k].data<double>();
    const std::vector<double> got =
        grads[k].defined() ? values(grads[k])
                           : std::vector<double>(static_cast<size_t>(inputs[k].numel()), 0.0);
    for (int64_t i = 0; i < inputs[k].numel(); ++i) {
      const double at = x[i], h = 1e-6;
      torch::GradMode off(false);
      x[i] = at + h;
      const double above = torch::item(weighted(f(inputs)));
      x[i] = at - h;
      const double below = torch::item(weighted(f(inputs)));
      x[i] = at;
      const double slope = (above - below) / (2 * h);
      if (!(std::fabs(got[size_t(i)] - slope) <= tolerance * (1 + std::fabs(slope)))) {
        return torch::concat("input ", int64_t(k), " element ", i, ": gradient ", got[size_t(i)],
                             ", difference quotient ", slope);
      }
    }
  }
  return "";
}

// gradcheck of the gradient itself.
inline std::string gradgradcheck(const Function& f, const std::vector<torch::Tensor>& inputs,
                                 double tolerance = 1e-5) {
  const Function first = [&](const std::vector<torch::Tensor>& x) {
    const std::vector<torch::Tensor> g = torch::grad({weighted(f(x))}, x, {}, true, true, true);
    // Starts at 0 * x, so that a constant gradient is part of the graph too.
    torch::Tensor total = torch::mul(weighted(x[0]), torch::Tensor::number(0));
    for (const torch::Tensor& t : g) {
      if (t.defined()) total = torch::add(total, weighted(t));
    }
    return total;
  };
  // Inside gradcheck's differences grad mode is off; the inner gradient needs it on.
  const Function recorded = [&](const std::vector<torch::Tensor>& x) {
    torch::GradMode on(true);
    return first(x);
  };
  return gradcheck(recorded, inputs, tolerance);
}

}  // namespace expect
