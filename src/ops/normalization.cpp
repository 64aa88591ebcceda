#include "ops/normalization.h"

#include <algorithm>

#include "autograd/record.h"
#include "kernels/normalization.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/pointwise.h"
#include "ops/reduce.h"
#include "ops/unary.h"
#include "ops/view.h"

namespace torch {

namespace {

Tensor number(double v) { return Tensor::number(v); }

Tensor inverse_std(const Tensor& var, double eps) { return rsqrt(add(var, number(eps))); }

Tensor or_number(const Tensor& t, double v) { return t.defined() ? t : number(v); }

Tensor total(const Tensor& x, const Shape& dims) {
  return dims.empty() ? x : sum(x, dims, true, std::nullopt);
}

// What x is normalized by.
struct Statistics {
  Tensor centre, var;
};

using Measure = Statistics (*)(const Tensor& x, const Shape& dims);

Statistics moments(const Tensor& x, const Shape& dims) {
  const auto [variance, centre] = var_mean(x, dims, 0, true);
  return {centre, variance};
}

Statistics mean_square(const Tensor& x, const Shape& dims) {
  return {{}, mean(square(x), dims, true, std::nullopt)};
}

// Those of `dims` in which the weight is one number: sums over them need no product with it.
Shape one_weight(const Tensor& weight, const Shape& dims, int rank) {
  Shape shared;
  for (int64_t d : dims) {
    const int64_t own = weight.defined() ? d - (rank - weight.dim()) : -1;
    if (own < 0 || weight.sizes()[static_cast<int>(own)] == 1) shared.push_back(d);
  }
  return shared;
}

// (x - centre) * scale * weight + bias, where centre is the mean over `dims`, or nothing, and scale
// is 1 / sqrt(var + eps). Weight and bias broadcast to x. `found`, if given, receives the
// statistics.
Tensor normalized(const char* name, Measure measure, const Tensor& x, const Shape& dims,
                  const Tensor& weight, const Tensor& bias, double eps,
                  Statistics* found = nullptr) {
  Tensor y, centre, scale;
  {
    const GradMode off(false);
    const Statistics statistics = measure(x, dims);
    centre = statistics.centre;
    scale = inverse_std(statistics.var, eps);
    y = zip_floating(kernels::Normalize{}, x, or_number(centre, 0), scale, or_number(weight, 1),
                     or_number(bias, 0));
    if (found) *found = statistics;
  }
  return record(
      name, y, {x, weight, bias}, {x, weight, centre, scale},
      [measure, dims, eps](const Tensor& g, const Context& ctx) -> Grads {
        const Tensor x = ctx.saved(0), weight = ctx.saved(1);
        const Tensor centre = ctx.saved(2);
        Tensor scale = ctx.saved(3), unit;
        const bool centred = centre.defined();
        // Where the gradient is to be differentiated again, the statistics are functions of x.
        const bool again = autograd::grad_enabled();
        if (again) {
          const Statistics statistics = measure(x, dims);
          scale = inverse_std(statistics.var, eps);
          unit = mul(centred ? sub(x, statistics.centre) : x, scale);
        } else {
          unit = zip_floating(kernels::Standardize{}, x, or_number(centre, 0), scale);
        }
        const Shape shared = one_weight(weight, dims, x.dim());
        const Tensor with_unit = total(mul(g, unit), shared), plain = total(g, shared);
        if (!ctx.needs(0)) return {{}, with_unit, plain};

        const double count = static_cast<double>(x.numel()) / static_cast<double>(scale.numel());
        const auto average = [&](const Tensor& t) {
          return div(total(weight.defined() ? mul(t, weight) : t, dims), number(count));
        };
        const Tensor m = centred ? average(plain) : number(0), mu = average(with_unit);
        if (!again) {
          return {
              zip_floating(kernels::NormalizeGrad{}, g, or_number(weight, 1), unit, scale, m, mu),
              with_unit, plain};
        }
        const Tensor gu = weight.defined() ? mul(g, weight) : g;
        return {mul(sub(gu, add(m, mul(unit, mu))), scale), with_unit, plain};
      });
}

// The same by statistics that are given, not x's own.
Tensor normalized_by(const Tensor& x, const Tensor& centre, const Tensor& scale,
                     const Tensor& weight, const Tensor& bias) {
  const Tensor w = weight.defined() ? mul(scale, weight) : scale;
  const Tensor y = mul(sub(x, centre), w);
  return bias.defined() ? add(y, bias) : y;
}

// running = (1 - momentum) * running + momentum * found
void follow(const Tensor& running, const Tensor& found, double momentum) {
  const GradMode off(false);
  const Tensor now = reshape(found, running.sizes());
  copy_(running, add(mul(running, number(1 - momentum)), mul(now, number(momentum))));
}

void check_channels(const char* name, const Tensor& t, int64_t channels) {
  check(!t.defined() || t.numel() == channels, name, " should contain ", channels, " elements not ",
        t.defined() ? t.numel() : 0);
}

// The trailing dimensions of x that `sizes` names.
Shape normalized_dims(const Tensor& x, const Shape& sizes) {
  const int lead = x.dim() - sizes.size();
  bool fits = lead >= 0 && !sizes.empty();
  Shape dims;
  for (int d = 0; d < sizes.size(); ++d) {
    fits = fits && x.sizes()[lead + d] == sizes[d];
    dims.push_back(lead + d);
  }
  if (!fits) {
    std::string expected = "[*";
    for (int64_t size : sizes) expected += concat(", ", size);
    fail(ErrorKind::Runtime, "Given normalized_shape=", sizes, ", expected input with shape ",
         expected, "], but got input of size", x.sizes());
  }
  return dims;
}

void check_normalized(const char* name, const Tensor& t, const Shape& sizes) {
  check(!t.defined() || t.sizes() == sizes, "Expected ", name,
        " to be of same shape as normalized_shape, but got ", name, " of shape ",
        t.defined() ? t.sizes() : Shape{}, " and normalized_shape = ", sizes);
}

}  // namespace

Tensor batch_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var,
                  const Tensor& weight, const Tensor& bias, bool training, double momentum,
                  double eps) {
  check(x.dim() >= 2, "batch_norm: the input needs at least 2 dimensions, got ", x.dim());
  const int64_t channels = x.sizes()[1];
  check_channels("running_mean", running_mean, channels);
  check_channels("running_var", running_var, channels);
  check_channels("weight", weight, channels);
  check_channels("bias", bias, channels);
  Shape dims, along(x.dim(), 1);
  along[1] = channels;
  for (int d = 0; d < x.dim(); ++d) {
    if (d != 1) dims.push_back(d);
  }
  const auto per_channel = [&](const Tensor& t) { return t.defined() ? reshape(t, along) : t; };
  if (!training && running_mean.defined()) {
    const Tensor scale = inverse_std(per_channel(running_var), eps);
    return named("NativeBatchNormBackward0", normalized_by(x, per_channel(running_mean), scale,
                                                           per_channel(weight), per_channel(bias)));
  }
  const int64_t count = channels == 0 ? 0 : x.numel() / channels;
  check_value(!training || count != 1,
              "Expected more than 1 value per channel when training, got input size torch.Size(",
              x.sizes(), ")");
  Statistics found;
  Tensor y = normalized("NativeBatchNormBackward0", moments, x, dims, per_channel(weight),
                        per_channel(bias), eps, &found);
  if (training && running_mean.defined() && count > 0) {
    const double n = static_cast<double>(count);
    follow(running_mean, found.centre, momentum);
    follow(running_var, mul(found.var, number(n / (n - 1))), momentum);
  }
  return y;
}

Tensor layer_norm(const Tensor& x, const Shape& sizes, const Tensor& weight, const Tensor& bias,
                  double eps) {
  const Shape dims = normalized_dims(x, sizes);
  check_normalized("weight", weight, sizes);
  check_normalized("bias", bias, sizes);
  return normalized("NativeLayerNormBackward0", moments, x, dims, weight, bias, eps);
}

Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& weight, const Tensor& bias,
                  double eps) {
  check(groups > 0, "num_groups must be positive, got ", groups);
  check(x.dim() >= 2, "Expected at least 2 dimensions for input tensor but received ", x.dim());
  const int64_t examples = x.sizes()[0], channels = x.sizes()[1];
  check(channels % groups == 0,
        "Expected number of channels in input to be divisible by num_groups, but got input of "
        "shape ",
        x.sizes(), " and num_groups=", groups);
  const auto per_channel = [&](const char* name, const Tensor& t) {
    if (!t.defined()) return t;
    check(t.dim() == 1 && t.numel() == channels, "Expected ", name,
          " to be a vector of size equal to the number of channels in input, but got ", name,
          " of shape ", t.sizes(), " and input of shape ", x.sizes());
    return reshape(t, {1, groups, channels / groups, 1});
  };
  const Tensor w = per_channel("weight", weight), b = per_channel("bias", bias);
  const int64_t rest = x.numel() / std::max<int64_t>(1, examples * channels);
  const Tensor grouped = reshape(x, {examples, groups, channels / groups, rest});
  const Tensor y = normalized("NativeGroupNormBackward0", moments, grouped, {2, 3}, w, b, eps);
  return named("NativeGroupNormBackward0", reshape(y, x.sizes()));
}

Tensor rms_norm(const Tensor& x, const Shape& sizes, const Tensor& weight, double eps) {
  const Shape dims = normalized_dims(x, sizes);
  check_normalized("weight", weight, sizes);
  return normalized("FusedRmsNormBackward0", mean_square, x, dims, weight, {}, eps);
}

}  // namespace torch
