#include "ops/loss.h"

#include <numbers>

#include "autograd/record.h"
#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/reduce.h"
#include "ops/unary.h"

namespace torch {

namespace {

Tensor number(double v) { return Tensor::number(v); }

Tensor reduced(const Tensor& y, Reduction reduction) {
  if (reduction == Reduction::None) return y;
  return reduction == Reduction::Mean ? mean(y, {}, false, std::nullopt)
                                      : sum(y, {}, false, std::nullopt);
}

Tensor weighted(const Tensor& y, const Tensor& weight) {
  return weight.defined() ? mul(y, weight) : y;
}

// In their common dtype first: a bool can be a target, but not be subtracted.
Tensor difference(const Tensor& x, const Tensor& target) {
  const DType dtype = result_type({&x, &target});
  return sub(to(x, dtype), to(target, dtype));
}

Tensor positive_part(const Tensor& x) { return clamp(x, number(0), {}); }

}  // namespace

Tensor mse_loss(const Tensor& x, const Tensor& target, Reduction reduction) {
  return named("MseLossBackward0", reduced(square(difference(x, target)), reduction));
}

Tensor l1_loss(const Tensor& x, const Tensor& target, Reduction reduction) {
  return reduced(abs(sub(x, target)), reduction);
}

Tensor smooth_l1_loss(const Tensor& x, const Tensor& target, Reduction reduction, double beta) {
  check(beta >= 0, "smooth_l1_loss does not support negative values for beta.");
  if (beta == 0) return l1_loss(x, target, reduction);
  const Tensor z = abs(difference(x, target));
  const Tensor near_zero = div(mul(mul(number(0.5), z), z), number(beta));
  const Tensor y = where(lt(z, number(beta)), near_zero, sub(z, number(0.5 * beta)));
  return named("SmoothL1LossBackward0", reduced(y, reduction));
}

Tensor huber_loss(const Tensor& x, const Tensor& target, Reduction reduction, double delta) {
  check(delta > 0, "huber_loss does not support non-positive values for delta.");
  const Tensor z = abs(difference(x, target));
  const Tensor y = where(lt(z, number(delta)), mul(mul(number(0.5), z), z),
                         mul(number(delta), sub(z, number(0.5 * delta))));
  return named("HuberLossBackward0", reduced(y, reduction));
}

namespace {

// The logarithms of a probability, not below -100 (as PyTorch limits them).
Tensor bounded_log(const Tensor& x) { return clamp(log(x), number(-100), {}); }
Tensor bounded_log1m(const Tensor& x) { return clamp(log1p(neg(x)), number(-100), {}); }

Tensor binary_cross_entropy_of(const Tensor& x, const Tensor& t) {
  Tensor y;
  {
    const GradMode off(false);
    y = sub(mul(sub(t, number(1)), bounded_log1m(x)), mul(t, bounded_log(x)));
  }
  // By PyTorch's formula: that of the composition would be inf * 0 at x = 0 and x = 1.
  return record("BinaryCrossEntropyBackward0", y, {x, t}, {x, t},
                [](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor x = ctx.saved(0), t = ctx.saved(1);
                  const Tensor spread = mul(sub(number(1), x), x);
                  return {div(mul(g, sub(x, t)), clamp(spread, number(1e-12), {})),
                          ctx.needs(1) ? mul(g, sub(bounded_log1m(x), bounded_log(x))) : Tensor{}};
                });
}

}  // namespace

Tensor binary_cross_entropy(const Tensor& x, const Tensor& target, const Tensor& weight,
                            Reduction reduction) {
  check_value(x.sizes() == target.sizes(), "Using a target size (torch.Size(", target.sizes(),
              ")) that is different to the input size (torch.Size(", x.sizes(),
              ")) is deprecated. Please ensure they have the same size.");
  const Tensor inside = logical_and(ge(x.detach(), number(0)), le(x.detach(), number(1)));
  check(item(all(inside, {}, false)) != 0, "all elements of input should be between 0 and 1");
  return named("BinaryCrossEntropyBackward0",
               reduced(weighted(binary_cross_entropy_of(x, target), weight), reduction));
}

Tensor binary_cross_entropy_with_logits(const Tensor& x, const Tensor& target, const Tensor& weight,
                                        const Tensor& pos_weight, Reduction reduction) {
  check_value(x.sizes() == target.sizes(), "Target size (torch.Size(", target.sizes(),
              ")) must be the same as input size (torch.Size(", x.sizes(), "))");
  Tensor log_probability = logsigmoid(x);
  if (pos_weight.defined()) {
    const Tensor factor = add(mul(sub(pos_weight, number(1)), target), number(1));
    log_probability = mul(log_probability, factor);
  }
  const Tensor y = sub(mul(sub(number(1), target), x), log_probability);
  return named("BinaryCrossEntropyWithLogitsBackward0", reduced(weighted(y, weight), reduction));
}

Tensor kl_div(const Tensor& x, const Tensor& target, Reduction reduction, bool log_target) {
  check(is_floating(x.dtype()) && is_floating(target.dtype()),
        "kl_div: Integral inputs not supported.");
  if (log_target) return reduced(mul(exp(target), sub(target, x)), reduction);
  // 0 * log 0 is 0.
  const Tensor positive = where(eq(target, number(0)), number(1), target);
  return reduced(sub(mul(target, log(positive)), mul(target, x)), reduction);
}

Tensor hinge_embedding_loss(const Tensor& x, const Tensor& target, double margin,
                            Reduction reduction) {
  const Tensor apart = positive_part(sub(number(margin), x));
  const Tensor y = add(where(ne(target, number(1)), apart, number(0)),
                       where(ne(target, number(-1)), x, number(0)));
  return reduced(y, reduction);
}

Tensor margin_ranking_loss(const Tensor& a, const Tensor& b, const Tensor& target, double margin,
                           Reduction reduction) {
  check(
      a.dim() == b.dim() && a.dim() == target.dim(),
      "margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ",
      a.sizes(), ", input2: ", b.sizes(), ", target: ", target.sizes());
  return reduced(positive_part(add(mul(neg(target), sub(a, b)), number(margin))), reduction);
}

Tensor cosine_embedding_loss(const Tensor& a, const Tensor& b, const Tensor& target, double margin,
                             Reduction reduction) {
  check(target.dim() <= 1, "0D or 1D target tensor expected, multi-target not supported");
  check(a.dim() == target.dim() + 1, target.dim(), "D target tensor expects ", target.dim() + 1,
        "D input tensors, but found inputs with sizes ", a.sizes(), " and ", b.sizes(), ".");
  const auto dot = [](const Tensor& x, const Tensor& y) {
    return sum(mul(x, y), {-1}, false, std::nullopt);
  };
  const Tensor eps = number(1e-12);  // as PyTorch adds to both squared lengths
  const Tensor cosine = div(dot(a, b), sqrt(mul(add(dot(a, a), eps), add(dot(b, b), eps))));
  const Tensor alike = sub(number(1), cosine);
  const Tensor apart = positive_part(sub(cosine, number(margin)));
  const Tensor y = add(where(eq(target, number(1)), alike, number(0)),
                       where(eq(target, number(-1)), apart, number(0)));
  return reduced(y, reduction);
}

Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           double margin, double p, double eps, bool swap, Reduction reduction) {
  check(anchor.dim() == positive.dim() && anchor.dim() == negative.dim(),
        "All inputs should have same dimension but got ", anchor.dim(), "D, ", positive.dim(),
        "D and ", negative.dim(), "D inputs.");
  const auto distance = [=](const Tensor& x, const Tensor& y) {
    return norm(add(sub(x, y), number(eps)), p, {-1}, false);
  };
  Tensor apart = distance(anchor, negative);
  if (swap) apart = minimum(apart, distance(positive, negative));
  const Tensor gap = sub(add(distance(anchor, positive), number(margin)), apart);
  return reduced(positive_part(gap), reduction);
}

Tensor soft_margin_loss(const Tensor& x, const Tensor& target, Reduction reduction) {
  return named("SoftMarginLossBackward0", reduced(log1p(exp(mul(neg(target), x))), reduction));
}

Tensor poisson_nll_loss(const Tensor& x, const Tensor& target, bool log_input, bool full,
                        double eps, Reduction reduction) {
  Tensor y =
      log_input ? sub(exp(x), mul(target, x)) : sub(x, mul(target, log(add(x, number(eps)))));
  if (full) {
    // log(target!) for target > 1, by Stirling.
    const Tensor many = gt(target, number(1));
    const Tensor t = where(many, target, number(1));
    const Tensor stirling =
        add(sub(mul(t, log(t)), t), mul(number(0.5), log(mul(number(2 * std::numbers::pi), t))));
    y = add(y, where(many, stirling, number(0)));
  }
  return reduced(y, reduction);
}

}  // namespace torch
