// Activations and, below each, its gradient: g times the slope, from the input x or the output y.
// Constants are rounded to the lane type where PyTorch rounds them (ATen's Activation.cpp, Elu.h).
#pragma once

#include <numbers>

#include "simd/math.h"

namespace torch::kernels {

// The fixed point of Klambauer et al. 2017 (arXiv:1706.02515). Not tunable.
inline constexpr double kSeluScale = 1.0507009873554804934193349852946;
inline constexpr double kSeluAlpha = 1.6732632423543772848170429916717;

// scale * (x > 0 ? x : alpha * (e^x - 1))
// Fields, which the loop turns into lanes once (simd::constant says what constants cost).
struct Selu {
  double scale = kSeluScale, alpha = kSeluAlpha;
  template <class V>
  V operator()(V x) const {
    return select(x < V(0), expm1_negative(x) * (V(scale) * V(alpha)), x * V(scale));
  }
};

// From the output: for y <= 0, dy/dx = scale * alpha * e^x = y + scale * alpha. No exp, and y is
// already alive for the next layer's backward, where x is not.
struct SeluGrad {
  using Cheap = void;
  double scale = kSeluScale, alpha = kSeluAlpha;
  template <class V>
  V operator()(V y, V g) const {
    return g * select(y > V(0), V(scale), y + V(scale) * V(alpha));
  }
};

// x > 0 ? x : alpha * (e^x - 1)
struct Elu {
  double alpha;
  template <class V>
  V operator()(V x) const {
    return select(x < V(0), expm1_negative(x) * V(alpha), x);
  }
};

// x > 0 ? x : alpha * (e^(input_scale * x) - 1); a negative alpha makes the exponent positive.
struct Celu {
  double alpha, input_scale;
  template <class V>
  V operator()(V x) const {
    return select(x < V(0), expm1(x * V(input_scale)) * V(alpha), x);
  }
};

// Of both.
struct EluGrad {
  double alpha, input_scale;
  template <class V>
  V operator()(V x, V g) const {
    const V slope = g * V(input_scale) * V(alpha) * exp(x * V(input_scale));
    return select(x <= V(0), slope, g);
  }
};

// NaN stays NaN, and -0 stays -0.
struct Relu {
  using Cheap = void;
  template <class V>
  V operator()(V x) const {
    return select(x < V(0), V(0), x);
  }
};

struct ReluGrad {
  using Cheap = void;
  template <class V>
  V operator()(V y, V g) const {
    return select(y <= V(0), V(0), g);
  }
};

// And clamp between numbers. NaN stays NaN, and -0 stays -0 where a bound is 0.
struct Hardtanh {
  using Cheap = void;
  double low, high;
  template <class V>
  V operator()(V x) const {
    return between(x, V(low), V(high));
  }
};

struct HardtanhGrad {
  double low, high;
  template <class V>
  V operator()(V x, V g) const {
    return select((x > V(low)) & (x < V(high)), g, V(0));
  }
};

struct LeakyRelu {
  double slope;
  template <class V>
  V operator()(V x) const {
    return select(x > V(0), x, x * V(slope));
  }
};

struct LeakyReluGrad {
  double slope;
  template <class V>
  V operator()(V x, V g) const {
    return select(x > V(0), g, g * V(slope));
  }
};

struct Sigmoid {
  template <class V>
  V operator()(V x) const {
    return sigmoid(x);
  }
};

struct SigmoidGrad {
  template <class V>
  V operator()(V y, V g) const {
    return g * (V(1) - y) * y;
  }
};

struct Tanh {
  template <class V>
  V operator()(V x) const {
    return tanh(x);
  }
};

struct TanhGrad {
  template <class V>
  V operator()(V y, V g) const {
    return g * (V(1) - y * y);
  }
};

// x * Phi(x)
struct Gelu {
  double half = 0.5, one = 1, scale = 1 / std::numbers::sqrt2;
  template <class V>
  V operator()(V x) const {
    return x * V(half) * (V(one) + erf(x * V(scale)));
  }
};

struct GeluGrad {
  template <class V>
  V operator()(V x, V g) const {
    const V cdf = V(0.5) * (V(1) + erf(x * V(1 / std::numbers::sqrt2)));
    const V pdf = V(std::numbers::inv_sqrtpi / std::numbers::sqrt2) * exp(x * x * V(-0.5));
    return g * (cdf + x * pdf);
  }
};

// The tanh form of Hendrycks and Gimpel 2016 (arXiv:1606.08415), k = sqrt(2 / pi).
inline constexpr double kGeluK = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
inline constexpr double kGeluCubic = 0.044715;

struct GeluTanh {
  template <class V>
  V operator()(V x) const {
    const V inner = V(kGeluK) * (x + V(kGeluCubic) * x * x * x);
    return V(0.5) * x * (V(1) + tanh(inner));
  }
};

struct GeluTanhGrad {
  template <class V>
  V operator()(V x, V g) const {
    const V t = tanh(V(kGeluK) * (x + V(kGeluCubic) * x * x * x));
    const V inner = V(kGeluK) * (V(1) + V(3 * kGeluCubic) * x * x);
    return g * (V(0.5) * (V(1) + t) + V(0.5) * x * (V(1) - t * t) * inner);
  }
};

struct Silu {
  template <class V>
  V operator()(V x) const {
    return x / (V(1) + exp(-x));
  }
};

struct SiluGrad {
  template <class V>
  V operator()(V x, V g) const {
    const V s = sigmoid(x);
    return g * s * (V(1) + x * (V(1) - s));
  }
};

// x * tanh(log(1 + e^x))
// x tanh(softplus(x)) with one exponential: for n = e (e + 2), e = e^x, the tanh is n / (n + 2).
// Where x > 20 it is 1 in float64 too.
struct Mish {
  template <class V>
  V operator()(V x) const {
    const V e = exp(min(x, V(20)));
    const V n = e * (e + V(2));
    return x * (n / (n + V(2)));
  }
};

struct MishGrad {
  template <class V>
  V operator()(V x, V g) const {
    const V m = min(x, V(20));
    const V e = exp(m);
    const V n = e * (e + V(2));
    const V r = V(1) / (n + V(2));
    return g * (n * r + V(4) * m * e * (V(1) + e) * r * r);
  }
};

// log(1 + e^(beta * x)) / beta, and x where beta * x > threshold.
struct Softplus {
  double beta, threshold;
  template <class V>
  V operator()(V x) const {
    const V scaled = x * V(beta);
    return select(scaled > V(threshold), x, log1p(exp(scaled)) / V(beta));
  }
};

struct SoftplusGrad {
  double beta, threshold;
  template <class V>
  V operator()(V x, V g) const {
    const V scaled = x * V(beta);
    const V z = exp(scaled);
    return select(scaled > V(threshold), g, g * z / (z + V(1)));
  }
};

// min(x, 0) - log(1 + e^-|x|)
struct LogSigmoid {
  template <class V>
  V operator()(V x) const {
    return min(x, V(0)) - log1p(exp(-abs(x)));
  }
};

struct LogSigmoidGrad {
  template <class V>
  V operator()(V x, V g) const {
    const V b = exp(-abs(x));
    const V inside =
        select(x < V(0), V(1), V(0)) - select(x < V(0), V(1), V(-1)) * (b / (V(1) + b));
    return g * inside;
  }
};

struct Hardsigmoid {
  template <class V>
  V operator()(V x) const {
    return min(max(x + V(3), V(0)), V(6)) / V(6);
  }
};

struct HardsigmoidGrad {
  template <class V>
  V operator()(V x, V g) const {
    return select((x > V(-3)) & (x < V(3)), g / V(6), V(0));
  }
};

struct Hardswish {
  template <class V>
  V operator()(V x) const {
    return x * min(max(x + V(3), V(0)), V(6)) / V(6);
  }
};

struct HardswishGrad {
  template <class V>
  V operator()(V x, V g) const {
    const V middle = g * (x / V(3) + V(0.5));
    return select(x < V(-3), V(0), select(x <= V(3), middle, g));
  }
};

struct Hardshrink {
  double lambd;
  template <class V>
  V operator()(V x) const {
    return select((x >= V(-lambd)) & (x <= V(lambd)), V(0), x);
  }
};

struct Softshrink {
  double lambd;
  template <class V>
  V operator()(V x) const {
    return select(x > V(lambd), x - V(lambd), select(x < V(-lambd), x + V(lambd), x * V(0)));
  }
};

struct ShrinkGrad {
  double lambd;
  template <class V>
  V operator()(V x, V g) const {
    return select((x >= V(-lambd)) & (x <= V(lambd)), V(0), g);
  }
};

// x > t ? x : value
struct Threshold {
  double t, value;
  template <class V>
  V operator()(V x) const {
    return select(x <= V(t), V(value), x);
  }
};

struct ThresholdGrad {
  double t;
  template <class V>
  V operator()(V x, V g) const {
    return select(x <= V(t), V(0), g);
  }
};

}  // namespace torch::kernels
