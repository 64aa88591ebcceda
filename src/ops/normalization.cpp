#include "ops/normalization.h"

#include <algorithm>

#include "autograd/record.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/reduce.h"
#include "ops/unary.h"
#include "ops/view.h"

namespace torch {

namespace {

Tensor number(double v) { return Tensor::number(v); }

Tensor average(const Tensor& x, const Shape& dims) { return mean(x, dims, true, std::nullopt); }

Tensor inverse_std(const Tensor& var, double eps) { return rsqrt(add(var, number(eps))); }

Tensor scaled(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const Tensor y = weight.defined() ? mul(x, weight) : x;
  return bias.defined() ? add(y, bias) : y;
}

struct Statistics {
  Tensor mean, var;
};

// x normalized over `dims`; weight and bias broadcast to it. `found`, if given, receives what x was
// normalized by.
Tensor normalized(const char* name, const Tensor& x, const Shape& dims, const Tensor& weight,
                  const Tensor& bias, double eps, Statistics* found) {
  Tensor y, centre, scale;
  {
    const GradMode off(false);
    const Tensor data = x.detach();
    const Tensor variance = var(data, dims, 0, true);
    centre = average(data, dims);
    scale = inverse_std(variance, eps);
    y = scaled(mul(sub(data, centre), scale), weight, bias);
    if (found) *found = {centre, variance};
  }
  return record(
      name, y, {x, weight, bias}, {x, weight, centre, scale},
      [dims, eps](const Tensor& g, const Context& ctx) -> Grads {
        const Tensor x = ctx.saved(0), weight = ctx.saved(1);
        // Where the gradient is to be differentiated again, the statistics are functions of x.
        const bool again = autograd::grad_enabled();
        const Tensor centre = again ? average(x, dims) : ctx.saved(2);
        const Tensor scale = again ? inverse_std(var(x, dims, 0, true), eps) : ctx.saved(3);
        const Tensor unit = mul(sub(x, centre), scale);
        Tensor gx;
        if (ctx.needs(0)) {
          const Tensor gu = weight.defined() ? mul(g, weight) : g;
          const Tensor rest = add(average(gu, dims), mul(unit, average(mul(gu, unit), dims)));
          gx = mul(scale, sub(gu, rest));
        }
        return {gx, ctx.needs(1) ? mul(g, unit) : Tensor{}, g};
      });
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
    const Tensor unit =
        mul(sub(x, per_channel(running_mean)), inverse_std(per_channel(running_var), eps));
    return named("NativeBatchNormBackward0", scaled(unit, per_channel(weight), per_channel(bias)));
  }
  const int64_t count = channels == 0 ? 0 : x.numel() / channels;
  check_value(!training || count != 1,
              "Expected more than 1 value per channel when training, got input size torch.Size(",
              x.sizes(), ")");
  Statistics found;
  Tensor y = normalized("NativeBatchNormBackward0", x, dims, per_channel(weight), per_channel(bias),
                        eps, &found);
  if (training && running_mean.defined() && count > 0) {
    const double n = static_cast<double>(count);
    follow(running_mean, found.mean, momentum);
    follow(running_var, mul(found.var, number(n / (n - 1))), momentum);
  }
  return y;
}

Tensor layer_norm(const Tensor& x, const Shape& sizes, const Tensor& weight, const Tensor& bias,
                  double eps) {
  const Shape dims = normalized_dims(x, sizes);
  check_normalized("weight", weight, sizes);
  check_normalized("bias", bias, sizes);
  return normalized("NativeLayerNormBackward0", x, dims, weight, bias, eps, nullptr);
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
  const Tensor y = normalized("NativeGroupNormBackward0", grouped, {2, 3}, w, b, eps, nullptr);
  return named("NativeGroupNormBackward0", reshape(y, x.sizes()));
}

Tensor rms_norm(const Tensor& x, const Shape& sizes, const Tensor& weight, double eps) {
  const Shape dims = normalized_dims(x, sizes);
  check_normalized("weight", weight, sizes);
  const Tensor y = mul(x, rsqrt(add(average(square(x), dims), number(eps))));
  return weight.defined() ? mul(y, weight) : y;
}

}  // namespace torch
