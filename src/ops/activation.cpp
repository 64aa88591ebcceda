#include "ops/activation.h"

#include <cmath>
#include <numbers>

#include "kernels/activation.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/pointwise.h"
#include "ops/unary.h"
#include "ops/view.h"

namespace torch {

namespace {

Tensor number(double v) { return Tensor::number(v); }

// What v is to integers, which stay integers with it.
Tensor whole(double v) { return Tensor::number(Scalar::from_number(std::trunc(v))); }

// An activation that saves `saved` (its input x or its output y). Backward is the fused kernel
// `fused(saved, g)`, or, when backward itself is recorded, `composed(saved, g)` in ops: the same
// formula, differentiable again.
template <class Fused, class Composed>
Tensor activation(const char* name, const Tensor& y, const Tensor& x, const Tensor& saved,
                  const Fused& fused, const Composed& composed) {
  return record(name, y, {x}, {saved},
                [fused, composed](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor s = ctx.saved(0);
                  return {autograd::grad_enabled() ? composed(s, g) : zip_floating(fused, s, g)};
                });
}

template <class F, class Fused, class Composed>
Tensor from_input(const char* name, const F& f, const Tensor& x, const Fused& fused,
                  const Composed& composed) {
  return activation(name, map_floating(f, x), x, x, fused, composed);
}

template <class F, class Fused, class Composed>
Tensor from_output(const char* name, const F& f, const Tensor& x, const Fused& fused,
                   const Composed& composed) {
  Tensor y = map_floating(f, x);
  return activation(name, y, x, y, fused, composed);
}

// g where the mask holds, else 0.
Tensor keep(const Tensor& mask, const Tensor& g) { return where(mask, g, number(0)); }

}  // namespace

Tensor relu(const Tensor& x) {
  check(x.dtype() != DType::Bool, "Boolean inputs not supported for relu");
  if (!is_floating(x.dtype())) return clamp(x, whole(0), {});
  return from_output(
      "ReluBackward0", kernels::Relu{}, x, kernels::ReluGrad{},
      [](const Tensor& y, const Tensor& g) { return where(le(y, number(0)), number(0), g); });
}

Tensor relu6(const Tensor& x) { return hardtanh(x, 0, 6); }

Tensor hardtanh(const Tensor& x, double min_val, double max_val) {
  check(x.dtype() != DType::Bool, "Bool inputs not supported for hardtanh");
  check(x.dtype() != DType::UInt8 || (min_val >= 0 && max_val >= 0),
        "cannot do hardtanh on an unsigned type with negative limits");
  if (!is_floating(x.dtype())) return clamp(x, whole(min_val), whole(max_val));
  return from_input("HardtanhBackward0", kernels::Hardtanh{min_val, max_val}, x,
                    kernels::HardtanhGrad{min_val, max_val}, [=](const Tensor& x, const Tensor& g) {
                      return keep(logical_and(gt(x, number(min_val)), lt(x, number(max_val))), g);
                    });
}

Tensor leaky_relu(const Tensor& x, double negative_slope) {
  return from_input("LeakyReluBackward0", kernels::LeakyRelu{negative_slope}, x,
                    kernels::LeakyReluGrad{negative_slope}, [=](const Tensor& x, const Tensor& g) {
                      return where(gt(x, number(0)), g, mul(g, number(negative_slope)));
                    });
}

namespace {

// With the derivative of x > 0 ? x : alpha * (e^(input_scale * x) - 1), which is f.
template <class F>
Tensor elu_of(const F& f, const Tensor& x, double alpha, double input_scale) {
  return from_input("EluBackward0", f, x, kernels::EluGrad{alpha, input_scale},
                    [=](const Tensor& x, const Tensor& g) {
                      // Where x > 0 the exponential is of 0, so that it cannot overflow into 0 *
                      // inf.
                      const Tensor e = exp(mul(minimum(x, number(0)), number(input_scale)));
                      return where(gt(x, number(0)), g,
                                   mul(mul(g, number(input_scale * alpha)), e));
                    });
}

}  // namespace

Tensor elu(const Tensor& x, double alpha) { return elu_of(kernels::Elu{alpha}, x, alpha, 1); }

Tensor celu(const Tensor& x, double alpha) {
  check(alpha != 0, "ZeroDivisionError: alpha cannot be 0 for CELU");
  return elu_of(kernels::Celu{alpha, 1 / alpha}, x, alpha, 1 / alpha);
}

Tensor selu(const Tensor& x) {
  constexpr double kFloor = kernels::kSeluScale * kernels::kSeluAlpha;
  return from_output(
      "EluBackward0", kernels::Selu{}, x, kernels::SeluGrad{},
      [](const Tensor& y, const Tensor& g) {
        return mul(g, where(gt(y, number(0)), number(kernels::kSeluScale), add(y, number(kFloor))));
      });
}

Tensor sigmoid(const Tensor& x) {
  return from_output(
      "SigmoidBackward0", kernels::Sigmoid{}, x, kernels::SigmoidGrad{},
      [](const Tensor& y, const Tensor& g) { return mul(mul(g, sub(number(1), y)), y); });
}

Tensor tanh(const Tensor& x) {
  return from_output(
      "TanhBackward0", kernels::Tanh{}, x, kernels::TanhGrad{},
      [](const Tensor& y, const Tensor& g) { return mul(g, sub(number(1), square(y))); });
}

Tensor gelu(const Tensor& x, bool tanh_approximation) {
  if (tanh_approximation) {
    return from_input(
        "GeluBackward0", kernels::GeluTanh{}, x, kernels::GeluTanhGrad{},
        [](const Tensor& x, const Tensor& g) {
          // k = sqrt(2/pi)
          constexpr double k = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
          constexpr double cubic = 0.044715;
          const Tensor x2 = square(x);
          const Tensor t = tanh(mul(number(k), add(x, mul(number(cubic), mul(x2, x)))));
          const Tensor inner = mul(number(k), add(mul(number(3 * cubic), x2), number(1)));
          const Tensor left = mul(number(0.5), add(number(1), t));
          const Tensor right = mul(mul(mul(number(0.5), x), sub(number(1), square(t))), inner);
          return mul(g, add(left, right));
        });
  }
  return from_input(
      "GeluBackward0", kernels::Gelu{}, x, kernels::GeluGrad{},
      [](const Tensor& x, const Tensor& g) {
        constexpr double kInvSqrt2Pi = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
        const Tensor cdf =
            mul(number(0.5), add(number(1), erf(mul(x, number(1 / std::numbers::sqrt2)))));
        const Tensor pdf = mul(number(kInvSqrt2Pi), exp(mul(number(-0.5), square(x))));
        return mul(g, add(cdf, mul(x, pdf)));
      });
}

Tensor silu(const Tensor& x) {
  return from_input("SiluBackward0", kernels::Silu{}, x, kernels::SiluGrad{},
                    [](const Tensor& x, const Tensor& g) {
                      const Tensor s = sigmoid(x);
                      return mul(mul(g, s), add(number(1), mul(x, sub(number(1), s))));
                    });
}

Tensor mish(const Tensor& x) {
  return from_input("MishBackward0", kernels::Mish{}, x, kernels::MishGrad{},
                    [](const Tensor& x, const Tensor& g) {
                      const Tensor t = tanh(softplus(x, 1, 20));
                      const Tensor slope = mul(mul(x, sigmoid(x)), sub(number(1), square(t)));
                      return mul(g, add(t, slope));
                    });
}

Tensor softplus(const Tensor& x, double beta, double threshold) {
  return from_input("SoftplusBackward0", kernels::Softplus{beta, threshold}, x,
                    kernels::SoftplusGrad{beta, threshold}, [=](const Tensor& x, const Tensor& g) {
                      const Tensor scaled = mul(x, number(beta));
                      return where(gt(scaled, number(threshold)), g, mul(g, sigmoid(scaled)));
                    });
}

Tensor logsigmoid(const Tensor& x) {
  return from_input("LogSigmoidBackward0", kernels::LogSigmoid{}, x, kernels::LogSigmoidGrad{},
                    [](const Tensor& x, const Tensor& g) { return mul(g, sigmoid(neg(x))); });
}

Tensor hardsigmoid(const Tensor& x) {
  return from_input("HardsigmoidBackward0", kernels::Hardsigmoid{}, x, kernels::HardsigmoidGrad{},
                    [](const Tensor& x, const Tensor& g) {
                      const Tensor inside = logical_and(gt(x, number(-3)), lt(x, number(3)));
                      return keep(inside, div(g, number(6)));
                    });
}

Tensor hardswish(const Tensor& x) {
  return from_input("HardswishBackward0", kernels::Hardswish{}, x, kernels::HardswishGrad{},
                    [](const Tensor& x, const Tensor& g) {
                      const Tensor middle = mul(g, add(div(x, number(3)), number(0.5)));
                      return where(lt(x, number(-3)), number(0),
                                   where(le(x, number(3)), middle, g));
                    });
}

Tensor hardshrink(const Tensor& x, double lambd) {
  return from_input(
      "HardshrinkBackward0", kernels::Hardshrink{lambd}, x, kernels::ShrinkGrad{lambd},
      [=](const Tensor& x, const Tensor& g) { return keep(gt(abs(x), number(lambd)), g); });
}

Tensor softshrink(const Tensor& x, double lambd) {
  check(lambd >= 0, "lambda must be greater or equal to 0, but found to be ", lambd, ".");
  return from_input(
      "SoftshrinkBackward0", kernels::Softshrink{lambd}, x, kernels::ShrinkGrad{lambd},
      [=](const Tensor& x, const Tensor& g) { return keep(gt(abs(x), number(lambd)), g); });
}

Tensor threshold(const Tensor& x, double threshold, double value) {
  return from_input("ThresholdBackward0", kernels::Threshold{threshold, value}, x,
                    kernels::ThresholdGrad{threshold}, [=](const Tensor& x, const Tensor& g) {
                      return where(le(x, number(threshold)), number(0), g);
                    });
}

Tensor glu(const Tensor& x, int64_t dim) {
  check(x.dim() > 0, "glu does not support 0-dimensional tensors");
  const int d = wrap_dim(dim, x.dim());
  const int64_t size = x.sizes()[d];
  check(size % 2 == 0, "Halving dimension must be even, but dimension ", d, " is size ", size);
  return named("GluBackward0",
               mul(narrow(x, d, 0, size / 2), sigmoid(narrow(x, d, size / 2, size / 2))));
}

Tensor prelu(const Tensor& x, const Tensor& weight) {
  const int64_t channels = x.dim() > 1 ? x.sizes()[1] : 1;
  check(weight.dim() <= 1,
        "prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = ", weight.dim());
  Tensor per_channel = weight;
  if (weight.numel() != 1) {
    check(x.dim() > 0, "Not allow zero-dim input tensor.");
    check(weight.numel() == channels,
          "Mismatch of parameter numbers and input channel size. Found parameter numbers = ",
          weight.numel(), " and channel size = ", channels, ".");
    Shape along(x.dim(), 1);
    along[1] = channels;
    per_channel = reshape(weight, along);
  } else if (weight.dim() == 1) {
    per_channel = reshape(weight, {});
  }
  return named("PreluKernelBackward0",
               where(gt(x, number(0)), x, mul(per_channel, clamp(x, {}, number(0)))));
}

Tensor softsign(const Tensor& x) { return div(x, add(abs(x), number(1))); }

Tensor tanhshrink(const Tensor& x) { return sub(x, tanh(x)); }

}  // namespace torch
