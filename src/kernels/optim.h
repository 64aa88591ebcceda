// One optimizer step over a parameter: one pass that reads the gradient and updates the parameter
// and its state. Each formula is that of PyTorch's torch/optim/*.py (the loop over single tensors),
// operation by operation: a scalar is computed in double and rounded to the element's type when it
// meets a tensor.
#pragma once

#include <cmath>
#include <cstddef>

#include "simd/vec.h"

namespace torch::kernels {

// Of some elements: the parameter p, its gradient g and up to three state tensors.
template <class V>
struct OptimLanes {
  V p, g, a, b, c;
};

// A null state is neither read nor written. The last, partial lanes pass through a buffer, so that
// each formula is compiled once.
template <class T, class F>
void optim_step(const F& f, size_t n, T* p, const T* g, T* a, T* b, T* c) {
  using V = simd::Vec<T>;
  constexpr size_t kLanes = V::kLanes;
  T buffer[4][kLanes], gradient[kLanes];
  for (size_t i = 0; i < n; i += kLanes) {
    T* at[4] = {p + i, a ? a + i : nullptr, b ? b + i : nullptr, c ? c + i : nullptr};
    const T* from = g + i;
    const size_t rest = n - i;
    if (rest < kLanes) {
      V::load_n(from, rest).store(gradient);
      from = gradient;
      for (size_t k = 0; k < 4; ++k) {
        if (!at[k]) continue;
        V::load_n(at[k], rest).store(buffer[k]);
        at[k] = buffer[k];
      }
    }
    const auto load = [](const T* x) { return x ? V::load(x) : V(T(0)); };
    OptimLanes<V> lanes{load(at[0]), V::load(from), load(at[1]), load(at[2]), load(at[3])};
    f(lanes);
    lanes.p.store(at[0]);
    if (a) lanes.a.store(at[1]);
    if (b) lanes.b.store(at[2]);
    if (c) lanes.c.store(at[3]);
    if (rest < kLanes) {
      T* const to[4] = {p + i, a ? a + i : nullptr, b ? b + i : nullptr, c ? c + i : nullptr};
      for (size_t k = 0; k < 4; ++k) {
        if (to[k]) V::load(buffer[k]).store_n(to[k], rest);
      }
    }
  }
}

// s + w * (e - s), from the nearer end (aten/src/ATen/native/Lerp.h).
template <class T, class V>
V lerp_lanes(V s, V e, T w) {
  return std::fabs(w) < T(0.5) ? s + V(w) * (e - s) : e + V(w - 1) * (e - s);
}

// What all optimizers do to the gradient first.
template <class T>
struct GradRule {
  T weight_decay;
  bool maximize;

  GradRule(double decay, bool negate) : weight_decay(static_cast<T>(decay)), maximize(negate) {}

  template <class V>
  V operator()(V p, V g) const {
    if (maximize) g = -g;
    return weight_decay != 0 ? g + V(weight_decay) * p : g;
  }
};

// State a: momentum_buffer.
template <class T>
struct Sgd {
  GradRule<T> rule;
  T rate, momentum, dampened;
  bool nesterov, has_momentum, first;

  template <class V>
  void operator()(OptimLanes<V>& x) const {
    V g = rule(x.p, x.g);
    if (has_momentum) {
      x.a = first ? g : x.a * V(momentum) + V(dampened) * g;
      g = nesterov ? g + V(momentum) * x.a : x.a;
    }
    x.p = x.p + V(-rate) * g;
  }
};

// The moments that the Adam family keeps: a = exp_avg, b = exp_avg_sq.
template <class T>
struct MomentRule {
  T w1, beta2, w2;

  MomentRule(double beta1, double second)
      : w1(static_cast<T>(1 - beta1)),
        beta2(static_cast<T>(second)),
        w2(static_cast<T>(1 - second)) {}

  template <class V>
  void operator()(OptimLanes<V>& x, V g) const {
    x.a = lerp_lanes(x.a, g, w1);
    x.b = x.b * V(beta2) + V(w2) * g * g;
  }
};

// Adam, and with `decay` below 1 AdamW. State c: max_exp_avg_sq.
template <class T>
struct Adam {
  GradRule<T> rule;
  MomentRule<T> moments;
  T decay, step_size, bias2_sqrt, eps;
  bool amsgrad;

  template <class V>
  void operator()(OptimLanes<V>& x) const {
    const V g = rule(x.p, x.g);
    if (decay != 1) x.p = x.p * V(decay);
    moments(x, g);
    if (amsgrad) x.c = max(x.c, x.b);
    const V denom = sqrt(amsgrad ? x.c : x.b) / V(bias2_sqrt) + V(eps);
    x.p = x.p + V(-step_size) * x.a / denom;
  }
};

template <class T>
struct NAdam {
  GradRule<T> rule;
  MomentRule<T> moments;
  T decay, bias2, eps, grad_value, moment_value;

  template <class V>
  void operator()(OptimLanes<V>& x) const {
    const V g = rule(x.p, x.g);
    if (decay != 1) x.p = x.p * V(decay);
    moments(x, g);
    const V denom = sqrt(x.b / V(bias2)) + V(eps);
    x.p = x.p + V(grad_value) * g / denom;
    x.p = x.p + V(moment_value) * x.a / denom;
  }
};

template <class T>
struct RAdam {
  GradRule<T> rule;
  MomentRule<T> moments;
  T decay, bias1, rate, bias2_sqrt, eps, rectification;
  bool rectified;

  template <class V>
  void operator()(OptimLanes<V>& x) const {
    const V g = rule(x.p, x.g);
    if (decay != 1) x.p = x.p * V(decay);
    moments(x, g);
    V update = x.a / V(bias1) * V(rate);
    if (rectified) {
      // Python divides a number by a tensor as reciprocal, then product.
      const V adaptive = V(T(1)) / (sqrt(x.b) + V(eps)) * V(bias2_sqrt);
      update = update * adaptive * V(rectification);
    }
    x.p = x.p - update;
  }
};

// State a: exp_avg, b: exp_inf.
template <class T>
struct Adamax {
  GradRule<T> rule;
  T w1, beta2, eps, rate;

  template <class V>
  void operator()(OptimLanes<V>& x) const {
    const V g = rule(x.p, x.g);
    x.a = lerp_lanes(x.a, g, w1);
    x.b = max(x.b * V(beta2), abs(g) + V(eps));
    x.p = x.p + V(-rate) * x.a / x.b;
  }
};

// State a: sum.
template <class T>
struct Adagrad {
  GradRule<T> rule;
  T rate, eps;

  template <class V>
  void operator()(OptimLanes<V>& x) const {
    const V g = rule(x.p, x.g);
    x.a = x.a + g * g;
    x.p = x.p + V(-rate) * g / (sqrt(x.a) + V(eps));
  }
};

// State a: square_avg, b: momentum_buffer, c: grad_avg.
template <class T>
struct RmsProp {
  GradRule<T> rule;
  T alpha, weight, eps, rate, momentum;
  bool centered;

  template <class V>
  void operator()(OptimLanes<V>& x) const {
    const V g = rule(x.p, x.g);
    x.a = x.a * V(alpha) + V(weight) * g * g;
    V avg = x.a;
    if (centered) {
      x.c = lerp_lanes(x.c, g, weight);
      avg = x.a - x.c * x.c;
    }
    avg = sqrt(avg) + V(eps);
    if (momentum > 0) {
      x.b = x.b * V(momentum) + g / avg;
      x.p = x.p + V(-rate) * x.b;
    } else {
      x.p = x.p + V(-rate) * g / avg;
    }
  }
};

}  // namespace torch::kernels
