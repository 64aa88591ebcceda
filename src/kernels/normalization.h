// Normalization's formulas, for one element.
#pragma once

namespace torch::kernels {

// (x - centre) * scale
struct Standardize {
  using Cheap = void;
  template <class V>
  V operator()(V x, V centre, V scale) const {
    return (x - centre) * scale;
  }
};

// (x - centre) * scale * weight + bias
struct Normalize {
  using Cheap = void;
  template <class V>
  V operator()(V x, V centre, V scale, V weight, V bias) const {
    return (x - centre) * scale * weight + bias;
  }
};

// The gradient for x, where unit = (x - centre) * scale and the means over what was normalized are
// of g * weight and of g * weight * unit.
struct NormalizeGrad {
  using Cheap = void;
  template <class V>
  V operator()(V g, V weight, V unit, V scale, V mean, V mean_with_unit) const {
    return (g * weight - (mean + unit * mean_with_unit)) * scale;
  }
};

}  // namespace torch::kernels
