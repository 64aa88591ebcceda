// The losses of classification.

#include <limits>

#include "autograd/record.h"
#include "kernels/pick.h"
#include "kernels/softmax.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/loss.h"
#include "ops/reduce.h"
#include "ops/softmax.h"
#include "ops/unary.h"
#include "ops/view.h"

namespace torch {

namespace {

Tensor number(double v) { return Tensor::number(v); }

// Class indices in memory, with the sizes of what they index: [outer, classes, inner].
struct Targets {
  Tensor indices;  // [outer, inner], contiguous
  int64_t ignored;
  int64_t outer, classes, inner;

  bool kept(int64_t i) const { return indices.data<int64_t>()[i] != ignored; }
};

Tensor place(const Tensor& g, const Targets& t);

// [outer, inner]: x[n, t[n, s], s], 0 where ignored; x is [outer, classes, inner].
Tensor pick(const Tensor& x, const Targets& t) {
  Tensor y = Tensor::empty({t.outer, t.inner}, x.dtype());
  const Shape& strides = x.strides();
  dispatch_floating("nll_loss_out_frame", x.dtype(), [&](auto type) {
    using T = typename decltype(type)::type;
    kernels::pick(x.data<T>(), {strides[0], strides[1], strides[2]}, t.indices.data<int64_t>(),
                  t.ignored, static_cast<size_t>(t.outer), static_cast<size_t>(t.inner),
                  y.data<T>());
  });
  return record("GatherBackward0", y, {x}, {},
                [t](const Tensor& g, const Context&) -> Grads { return {place(g, t)}; });
}

// The adjoint of pick().
Tensor place(const Tensor& g, const Targets& t) {
  Tensor y = zeros({t.outer, t.classes, t.inner}, g.dtype());
  const Tensor from = contiguous(g.detach());
  dispatch_floating("nll_loss_backward_out_frame", g.dtype(), [&](auto type) {
    using T = typename decltype(type)::type;
    kernels::place(from.data<T>(), t.indices.data<int64_t>(), t.ignored,
                   static_cast<size_t>(t.outer), static_cast<size_t>(t.classes),
                   static_cast<size_t>(t.inner), y.data<T>());
  });
  return record("ScatterBackward0", y, {g}, {},
                [t](const Tensor& g, const Context&) -> Grads { return {pick(g, t)}; });
}

// [outer, inner]: log_softmax(x)[n, t[n, s], s], 0 where ignored, without the other classes; nor
// are they kept for the gradient, which makes them anew from two numbers a row.
Tensor pick_log_softmax(const Tensor& x, const Targets& t) {
  const Tensor rows =
      contiguous(x.dim() == 2 ? x : transpose(reshape(x, {t.outer, t.classes, t.inner}), 1, 2));
  const Tensor picked = Tensor::empty({t.outer, t.inner}, x.dtype());
  const Tensor tops = Tensor::empty({t.outer, t.inner}, x.dtype());
  const Tensor rests = Tensor::empty({t.outer, t.inner}, x.dtype());
  const auto count = static_cast<size_t>(t.outer * t.inner);
  const auto classes = static_cast<size_t>(t.classes);
  dispatch_floating("log_softmax_lastdim_kernel_impl", x.dtype(), [&](auto type) {
    using T = typename decltype(type)::type;
    kernels::log_softmax_at(rows.data<T>(), t.indices.data<int64_t>(), t.ignored, picked.data<T>(),
                            tops.data<T>(), rests.data<T>(), count, classes);
  });
  return record("NllLossBackward0", picked, {rows}, {rows, tops, rests},
                [t, count, classes](const Tensor& g, const Context& ctx) -> Grads {
                  const Tensor rows = ctx.saved(0);
                  if (autograd::grad_enabled()) {
                    const Tensor at_target = reshape(transpose(place(g, t), 1, 2), rows.sizes());
                    Shape each = rows.sizes();
                    each[rows.dim() - 1] = 1;
                    const Tensor kept = reshape(mul(g, ne(t.indices, number(t.ignored))), each);
                    return {sub(at_target, mul(softmax(rows, -1, std::nullopt), kept))};
                  }
                  const Tensor from = contiguous(g), tops = ctx.saved(1), rests = ctx.saved(2);
                  const Tensor gx = Tensor::empty(rows.sizes(), rows.dtype());
                  dispatch_floating("log_softmax_backward", rows.dtype(), [&](auto type) {
                    using T = typename decltype(type)::type;
                    kernels::log_softmax_at_grad(rows.data<T>(), tops.data<T>(), rests.data<T>(),
                                                 t.indices.data<int64_t>(), t.ignored,
                                                 from.data<T>(), gx.data<T>(), count, classes);
                  });
                  return {gx};
                });
}

Shape without_classes(const Tensor& x) {
  Shape sizes = x.sizes();
  sizes.erase(x.dim() == 1 ? 0 : 1);
  return sizes;
}

void check_weight(const Tensor& weight, int64_t classes) {
  check(!weight.defined() || (weight.dim() == 1 && weight.numel() == classes),
        "weight tensor should be defined either for all ", classes,
        " classes or no classes but got weight tensor of shape: ",
        weight.defined() ? weight.sizes() : Shape{});
}

Targets targets_of(const Tensor& x, const Tensor& target, int64_t ignore_index) {
  const int64_t classes = x.sizes()[x.dim() == 1 ? 0 : 1];
  const int64_t outer = x.dim() == 1 ? 1 : x.sizes()[0];
  int64_t inner = 1;
  for (int d = 2; d < x.dim(); ++d) inner *= x.sizes()[d];
  check(target.dtype() == DType::Int64 || target.dtype() == DType::UInt8,
        "expected scalar type Long but found ", scalar_type_name(target.dtype()));
  const Tensor indices = reshape(contiguous(to(target.detach(), DType::Int64)), {outer, inner});
  const int64_t* t = indices.data<int64_t>();
  for (int64_t i = 0; i < indices.numel(); ++i) {
    check_index(t[i] == ignore_index || (t[i] >= 0 && t[i] < classes), "Target ", t[i],
                " is out of bounds. The classes are 0 to ", classes - 1, ".");
  }
  return {indices, ignore_index, outer, classes, inner};
}

void check_target_sizes(const Tensor& x, const Tensor& target) {
  if (x.dim() <= 2) {
    check(target.dim() <= 1, "0D or 1D target tensor expected, multi-target not supported");
    check(x.dim() == 2 || target.dim() == 0, "size mismatch (got input: ", x.sizes(),
          ", target: ", target.sizes(), ")");
    if (x.dim() == 1) return;
    const int64_t batch = x.sizes()[0], given = target.dim() == 0 ? 1 : target.sizes()[0];
    check_value(given == batch, "Expected input batch_size (", batch,
                ") to match target batch_size (", given, ").");
    return;
  }
  const Shape due = without_classes(x);
  check_value(target.dim() > 0 && target.sizes()[0] == due[0], "Expected input batch_size (",
              due[0], ") to match target batch_size (", target.dim() > 0 ? target.sizes()[0] : 0,
              ").");
  check(target.sizes() == due, "Expected target size ", due, ", got ", target.sizes());
}

// How much each position weighs: its class's weight, 1 without weights, 0 where ignored.
Tensor position_weights(const Targets& t, const Tensor& weight, DType dtype) {
  const Tensor of_class = weight.defined() ? weight.detach() : ones({t.classes}, dtype);
  return pick(expand(reshape(of_class, {1, t.classes, 1}), {t.outer, t.classes, t.inner}), t);
}

Tensor over_positions(const Tensor& losses, const Tensor& weights, const Shape& sizes,
                      Reduction reduction) {
  if (reduction == Reduction::None) return reshape(losses, sizes);
  const Tensor total = sum(losses, {}, false, std::nullopt);
  return reduction == Reduction::Sum ? total : div(total, sum(weights, {}, false, std::nullopt));
}

// nll_loss of what `picked` gives for x.
template <class Picked>
Tensor nll_loss_of(const Picked& picked, const Tensor& x, const Tensor& target,
                   const Tensor& weight, int64_t ignore_index, Reduction reduction) {
  check(x.dim() > 0, "input tensor should be 1D or 2D");
  check_target_sizes(x, target);
  const Targets t = targets_of(x, target, ignore_index);
  check_weight(weight, t.classes);
  const Tensor each = picked(x, t);
  const Tensor weights = position_weights(t, weight, x.dtype());
  const Tensor losses = neg(weight.defined() ? mul(each, weights) : each);
  const char* name = x.dim() == 4 ? "NllLoss2DBackward0" : "NllLossBackward0";
  return named(name, over_positions(losses, weights, without_classes(x), reduction));
}

}  // namespace

Tensor nll_loss(const Tensor& x, const Tensor& target, const Tensor& weight, int64_t ignore_index,
                Reduction reduction) {
  const auto picked = [](const Tensor& x, const Targets& t) {
    return pick(reshape(x, {t.outer, t.classes, t.inner}), t);
  };
  return nll_loss_of(picked, x, target, weight, ignore_index, reduction);
}

namespace {

Tensor cross_entropy_of_probabilities(const Tensor& x, const Tensor& target, const Tensor& weight,
                                      Reduction reduction, double smoothing) {
  const int dim = x.dim() == 1 ? 0 : 1;
  const int64_t classes = x.sizes()[dim];
  check(is_floating(target.dtype()),
        "Expected floating point type for target with class probabilities, got ",
        scalar_type_name(target.dtype()));
  check_weight(weight, classes);
  Tensor q = target;
  if (smoothing > 0) {
    q = add(mul(q, number(1 - smoothing)), number(smoothing / static_cast<double>(classes)));
  }
  Tensor terms = mul(log_softmax(x, dim, std::nullopt), q);
  if (weight.defined()) {
    Shape along(x.dim(), 1);
    along[dim] = classes;
    terms = mul(terms, reshape(weight, along));
  }
  if (reduction == Reduction::None) return neg(sum(terms, {dim}, false, std::nullopt));
  const Tensor total = neg(sum(terms, {}, false, std::nullopt));
  if (reduction == Reduction::Sum) return total;
  return div(total, number(static_cast<double>(x.numel()) / static_cast<double>(classes)));
}

// (1 - e) * nll + e / C * (the sum over all classes), with the weights of both.
Tensor smoothed(const Tensor& log_probabilities, const Tensor& target, const Tensor& weight,
                int64_t ignore_index, Reduction reduction, double smoothing) {
  const Tensor& x = log_probabilities;
  const Targets t = targets_of(x, target, ignore_index);
  const Tensor rows = reshape(x, {t.outer, t.classes, t.inner});
  const Tensor all = weight.defined() ? mul(rows, reshape(weight, {1, t.classes, 1})) : rows;
  const Tensor ones_kept = position_weights(t, {}, x.dtype());
  // Chosen, not multiplied: what is ignored may be infinite, and its gradient too.
  const Tensor every =
      where(ne(ones_kept, number(0)), neg(sum(all, {1}, false, std::nullopt)), number(0));
  const Tensor weights = weight.defined() ? position_weights(t, weight, x.dtype()) : ones_kept;
  const Shape sizes = without_classes(x);
  const Tensor smooth = over_positions(every, weights, sizes, reduction);
  const Tensor nll = nll_loss(x, target, weight, ignore_index, reduction);
  return add(mul(nll, number(1 - smoothing)),
             mul(smooth, number(smoothing / static_cast<double>(t.classes))));
}

}  // namespace

Tensor cross_entropy(const Tensor& x, const Tensor& target, const Tensor& weight,
                     int64_t ignore_index, Reduction reduction, double label_smoothing) {
  check(label_smoothing >= 0 && label_smoothing <= 1,
        "label_smoothing must be between 0.0 and 1.0. Got: ", label_smoothing);
  check(x.dim() > 0, "input tensor should be 1D or 2D");
  if (x.sizes() == target.sizes()) {
    check(ignore_index < 0, "ignore_index is not supported for floating point target");
    return cross_entropy_of_probabilities(x, target, weight, reduction, label_smoothing);
  }
  if (label_smoothing == 0) {
    return nll_loss_of(pick_log_softmax, x, target, weight, ignore_index, reduction);
  }
  check_target_sizes(x, target);
  check_weight(weight, x.sizes()[x.dim() == 1 ? 0 : 1]);
  const Tensor log_probabilities = log_softmax(x, x.dim() == 1 ? 0 : 1, std::nullopt);
  return smoothed(log_probabilities, target, weight, ignore_index, reduction, label_smoothing);
}

}  // namespace torch
