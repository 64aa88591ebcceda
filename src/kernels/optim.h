// One optimizer step over a parameter: one pass that reads the gradient and updates the parameter
// and its state. Each formula is that of PyTorch's torch/optim/*.py (the loop over single tensors),
// operation by operation: a scalar is computed in double and rounded to the element's type when it
// meets a tensor.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <type_traits>

#include "simd/copy.h"
#include "simd/vec.h"

namespace torch::kernels {

// Of some elements: the parameter p, its gradient g and up to three state tensors, of which the
// first kStates may be there. Where kPlain, the functor's settings are what it calls plain().
template <class Lanes, int States, bool Plain>
struct OptimLanes {
  using V = Lanes;
  static constexpr int kStates = States;
  static constexpr bool kPlain = Plain;

  V p, g, a, b, c;
};

// The parameter, its gradient and up to three state tensors; a null state is neither read nor
// written.
inline constexpr size_t kOptimParts = 5;
using OptimParts = std::array<std::byte*, kOptimParts>;
using OptimLoop = void (*)(const void* functor, size_t n, const OptimParts& parts);

// The loop where States of the states may be there: those from F::kStates on it asks for.
template <class T, class F, int States, bool Plain>
void optim_states(const void* functor, size_t n, const OptimParts& parts) {
  using V = simd::Vec<T>;
  // A copy, whose fields the loop's writes cannot change: they become lanes once.
  const F f = *static_cast<const F*>(functor);
  const auto at = [&](size_t k) { return reinterpret_cast<T*>(parts[k]); };
  T *p = at(0), *a = at(2), *b = at(3), *c = at(4);
  const T* g = at(1);
  const auto there = [](int state, const T* x) {
    return state <= F::kStates || (state <= States && x);
  };
  const auto step = [&](size_t i) {
    const auto load = [&](int state, const T* x) {
      return there(state, x) ? V::load(x + i) : V(T(0));
    };
    OptimLanes<V, States, Plain> x{V::load(p + i), V::load(g + i), load(1, a), load(2, b),
                                   load(3, c)};
    f(x);
    x.p.store(p + i);
    if (there(1, a)) x.a.store(a + i);
    if (there(2, b)) x.b.store(b + i);
    if (there(3, c)) x.c.store(c + i);
  };
  size_t i = 0;
  // Plain SGD is done before the loop around it.
  if constexpr (States == 0) {
    for (constexpr size_t k = V::kLanes; i + 4 * k <= n; i += 4 * k) {
      step(i), step(i + k), step(i + 2 * k), step(i + 3 * k);
    }
  }
  for (; i < n; i += V::kLanes) step(i);
}

// n is a multiple of the lanes. F::kStates states are there, those up to F::kMostStates may be. The
// usual cases, in which they are not, or the settings plain, have loops without a question in them.
template <class T, class F>
void optim_loop(const void* functor, size_t n, const OptimParts& parts) {
  bool more = false;
  for (int state = F::kStates + 1; state <= F::kMostStates; ++state) {
    more |= parts[static_cast<size_t>(state) + 1] != nullptr;
  }
  if (more) return optim_states<T, F, F::kMostStates, false>(functor, n, parts);
  if constexpr (std::is_same_v<T, float> && requires(const F& f) { f.plain(); }) {
    if (static_cast<const F*>(functor)->plain()) {
      return optim_states<T, F, F::kStates, true>(functor, n, parts);
    }
  }
  optim_states<T, F, F::kStates, false>(functor, n, parts);
}

// Any n. The last, partial lanes pass through a buffer here, once for all formulas.
inline void optim_step(OptimLoop loop, const void* functor, size_t n, size_t element,
                       const OptimParts& parts) {
  constexpr size_t kRegister = 16;
  const size_t lanes = element == sizeof(float) ? kRegister / element : 1;
  const size_t rest = n % lanes;
  if (n >= lanes) loop(functor, n - rest, parts);
  if (rest == 0) return;
  alignas(kRegister) std::byte buffers[kOptimParts][kRegister] = {};
  OptimParts last = {};
  const size_t start = (n - rest) * element, bytes = rest * element;
  for (size_t k = 0; k < kOptimParts; ++k) {
    if (!parts[k]) continue;
    last[k] = buffers[k];
    simd::copy_short(parts[k] + start, last[k], bytes);
  }
  loop(functor, lanes, last);
  for (size_t k = 0; k < kOptimParts; ++k) {
    // The gradient is only read.
    if (parts[k] && k != 1) simd::copy_short(last[k], parts[k] + start, bytes);
  }
}

// What a setting decides, it decides by lanes and not by a branch, which would cost more than both
// ways.

// s + w * (e - s), from the nearer end (aten/src/ATen/native/Lerp.h).
template <class T>
bool lerps_from_start(T w) {
  return std::fabs(w) < T(0.5);
}
template <class T, class V>
V lerp_lanes(V s, V e, T w) {
  const bool near = lerps_from_start(w);
  return select(simd::mask_of<V>(near), s, e) + V(near ? w : w - 1) * (e - s);
}

// What all optimizers do to the gradient first.
template <class T>
struct GradRule {
  T weight_decay, sign;

  GradRule(double decay, bool negate)
      : weight_decay(static_cast<T>(decay)), sign(negate ? T(-1) : T(1)) {}

  bool plain() const { return weight_decay == 0 && sign == 1; }

  template <class Lanes, class V = typename Lanes::V>
  V operator()(const Lanes& x) const {
    if constexpr (Lanes::kPlain) return x.g;
    const V g = x.g * V(sign);
    return select(simd::mask_of<V>(weight_decay != 0), g + V(weight_decay) * x.p, g);
  }
};

// State a: momentum_buffer.
template <class T>
struct Sgd {
  static constexpr int kStates = 0, kMostStates = 1;

  GradRule<T> rule;
  T rate, momentum, dampened;
  bool nesterov, has_momentum, first;

  bool plain() const { return rule.plain() && !has_momentum; }

  template <class Lanes, class V = typename Lanes::V>
  void operator()(Lanes& x) const {
    V g = rule(x);
    if (Lanes::kStates > 0 && has_momentum) {
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

  bool plain() const { return lerps_from_start(w1); }

  template <class Lanes, class V = typename Lanes::V>
  void operator()(Lanes& x, V g) const {
    if constexpr (Lanes::kPlain) {
      x.a = x.a + V(w1) * (g - x.a);
    } else {
      x.a = lerp_lanes(x.a, g, w1);
    }
    x.b = x.b * V(beta2) + V(w2) * g * g;
  }
};

// Adam, and with `decay` below 1 AdamW. State c: max_exp_avg_sq.
template <class T>
struct Adam {
  static constexpr int kStates = 2, kMostStates = 3;

  GradRule<T> rule;
  MomentRule<T> moments;
  T decay, step_size, bias2_sqrt, eps;
  bool amsgrad;

  bool plain() const { return rule.plain() && moments.plain(); }

  template <class Lanes, class V = typename Lanes::V>
  void operator()(Lanes& x) const {
    const V g = rule(x);
    x.p = x.p * V(decay);
    moments(x, g);
    V square = x.b;
    if (Lanes::kStates > 2 && amsgrad) square = x.c = max(x.c, x.b);
    const V denom = sqrt(square) / V(bias2_sqrt) + V(eps);
    x.p = x.p + V(-step_size) * x.a / denom;
  }
};

template <class T>
struct NAdam {
  static constexpr int kStates = 2, kMostStates = 2;

  GradRule<T> rule;
  MomentRule<T> moments;
  T decay, bias2, eps, grad_value, moment_value;

  template <class Lanes, class V = typename Lanes::V>
  void operator()(Lanes& x) const {
    const V g = rule(x);
    x.p = x.p * V(decay);
    moments(x, g);
    const V denom = sqrt(x.b / V(bias2)) + V(eps);
    x.p = x.p + V(grad_value) * g / denom;
    x.p = x.p + V(moment_value) * x.a / denom;
  }
};

template <class T>
struct RAdam {
  static constexpr int kStates = 2, kMostStates = 2;

  GradRule<T> rule;
  MomentRule<T> moments;
  T decay, bias1, rate, bias2_sqrt, eps, rectification;
  bool rectified;

  template <class Lanes, class V = typename Lanes::V>
  void operator()(Lanes& x) const {
    const V g = rule(x);
    x.p = x.p * V(decay);
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
  static constexpr int kStates = 2, kMostStates = 2;

  GradRule<T> rule;
  T w1, beta2, eps, rate;

  template <class Lanes, class V = typename Lanes::V>
  void operator()(Lanes& x) const {
    const V g = rule(x);
    x.a = lerp_lanes(x.a, g, w1);
    x.b = max(x.b * V(beta2), abs(g) + V(eps));
    x.p = x.p + V(-rate) * x.a / x.b;
  }
};

// State a: sum.
template <class T>
struct Adagrad {
  static constexpr int kStates = 1, kMostStates = 1;

  GradRule<T> rule;
  T rate, eps;

  template <class Lanes, class V = typename Lanes::V>
  void operator()(Lanes& x) const {
    const V g = rule(x);
    x.a = x.a + g * g;
    x.p = x.p + V(-rate) * g / (sqrt(x.a) + V(eps));
  }
};

// State a: square_avg, b: momentum_buffer, c: grad_avg.
template <class T>
struct RmsProp {
  static constexpr int kStates = 1, kMostStates = 3;

  GradRule<T> rule;
  T alpha, weight, eps, rate, momentum;
  bool centered;

  template <class Lanes, class V = typename Lanes::V>
  void operator()(Lanes& x) const {
    const V g = rule(x);
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
