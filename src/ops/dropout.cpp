#include "ops/dropout.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "kernels/dropout.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/inplace.h"
#include "ops/pointwise.h"
#include "ops/view.h"

namespace torch {

namespace {

// Which elements are kept; shared by forward and backward.
struct KeepMask {
  // One bit an element, or one a channel of `inner` elements, in the order of the draws.
  std::shared_ptr<std::vector<uint8_t>> bits;
  size_t inner = 1;
  // The order of the dimensions in which the elements were drawn, and its inverse.
  Shape order, inverse;

  // PyTorch draws an element mask in the order of memory of a tensor laid out like x, so a
  // transposed x is dropped in the order of its storage; a channel mask in the order of indices.
  KeepMask(const Tensor& x, bool channels) {
    for (int d = 0; d < x.dim(); ++d) order.push_back(d);
    if (channels) {
      inner = static_cast<size_t>(x.numel() / (x.size(0) * x.size(1)));
    } else if (!x.is_contiguous()) {
      std::stable_sort(&order[0], &order[0] + order.size(), [&](int64_t a, int64_t b) {
        return x.strides()[int(a)] > x.strides()[int(b)];
      });
    }
    inverse = order;
    for (int i = 0; i < order.size(); ++i) inverse[int(order[i])] = i;
  }

  void draw(Generator& generator, double keep, size_t n) {
    bits = std::make_shared<std::vector<uint8_t>>((n + 7) / 8);
    kernels::bernoulli_bits(generator.engine(), keep, n, bits->data());
  }
};

// functor(kept?, x), the functor made for x's dtype.
template <class MakeFunctor>
Tensor apply(const Tensor& x, const KeepMask& mask, const MakeFunctor& functor) {
  const Tensor ordered = contiguous(permute(x.detach(), mask.order));
  const Tensor y = Tensor::empty(ordered.sizes(), x.dtype());
  dispatch_floating("dropout", x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    const auto n = static_cast<size_t>(x.numel());
    const T* from = ordered.data<T>();
    if (mask.inner == 1) {
      kernels::masked(functor(T()), mask.bits->data(), n, from, y.data<T>());
    } else {
      kernels::masked_channels(functor(T()), mask.bits->data(), n / mask.inner, mask.inner, from,
                               y.data<T>());
    }
  });
  return permute(y, mask.inverse);
}

// g where kept, scaled: the derivative of every dropout, and its own.
Tensor keep_scaled(const Tensor& g, const KeepMask& mask, double p, bool alpha) {
  const auto functor = [=](auto zero) {
    using T = decltype(zero);
    const T scale = alpha ? static_cast<T>(kernels::AlphaDropout(p).a)
                          : kernels::plain_dropout<T>(p).scale;
    return kernels::KeepScaled<T>{scale};
  };
  return record("MulBackward0", apply(g, mask, functor), {g}, {},
                [=](const Tensor& gg, const Context&) -> Grads {
                  return {keep_scaled(gg, mask, p, alpha)};
                });
}

enum class Unit { Element, Channel };

// In PyTorch's order: the range of p, the cases that change nothing, p = 1, then the draw.
Tensor drop(const Tensor& x, double p, bool train, bool alpha, Unit unit) {
  check(p >= 0 && p <= 1, "dropout probability has to be between 0 and 1, but got ", p);
  if (p == 0 || !train || x.numel() == 0) return x;
  if (p == 1) return mul(x, Tensor::number(0));
  check(unit == Unit::Element || x.dim() >= 2,
        "Feature dropout requires at least 2 dimensions in the input");

  KeepMask mask(x, unit == Unit::Channel);
  mask.draw(default_generator(), 1 - p, static_cast<size_t>(x.numel()) / mask.inner);
  check_can_cast(DType::Float32, x.dtype());

  const Tensor y = alpha ? apply(x, mask,
                                 [p](auto zero) {
                                   return kernels::AlphaDropout(p).affine<decltype(zero)>();
                                 })
                         : apply(x, mask, [p](auto zero) {
                             return kernels::plain_dropout<decltype(zero)>(p);
                           });
  return record(alpha ? "AddBackward0" : "MulBackward0", y, {x}, {},
                [=](const Tensor& g, const Context&) -> Grads {
                  return {keep_scaled(g, mask, p, alpha)};
                });
}

Tensor drop_(const Tensor& x, double p, bool train, bool alpha, Unit unit) {
  if (p > 0 && p <= 1 && train && x.numel() > 0) check_inplace(x);
  const Tensor y = drop(x, p, train, alpha, unit);
  return y.is_same(x) ? x : assign_(x, y);
}

}  // namespace

Tensor dropout(const Tensor& x, double p, bool train) {
  return drop(x, p, train, false, Unit::Element);
}

Tensor alpha_dropout(const Tensor& x, double p, bool train) {
  return drop(x, p, train, true, Unit::Element);
}

Tensor feature_dropout(const Tensor& x, double p, bool train) {
  return drop(x, p, train, false, Unit::Channel);
}

Tensor feature_alpha_dropout(const Tensor& x, double p, bool train) {
  return drop(x, p, train, true, Unit::Channel);
}

Tensor dropout_(const Tensor& x, double p, bool train) {
  return drop_(x, p, train, false, Unit::Element);
}

Tensor alpha_dropout_(const Tensor& x, double p, bool train) {
  return drop_(x, p, train, true, Unit::Element);
}

Tensor feature_dropout_(const Tensor& x, double p, bool train) {
  return drop_(x, p, train, false, Unit::Channel);
}

Tensor feature_alpha_dropout_(const Tensor& x, double p, bool train) {
  return drop_(x, p, train, true, Unit::Channel);
}

double alpha_dropout_a(double p) { return kernels::AlphaDropout(p).a; }

double alpha_dropout_b(double p) { return kernels::AlphaDropout(p).b; }

}  // namespace torch
