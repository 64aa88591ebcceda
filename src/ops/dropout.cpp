#include "ops/dropout.h"

#include "kernels/dropout.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/inplace.h"
#include "ops/pointwise.h"
#include "tensor/memory_order.h"

namespace torch {

namespace {

// Which elements are kept.
struct KeepMask {
  Tensor bits;  // one bit an element, or one a channel of `inner` elements, as they were drawn
  size_t inner = 1;
  Shape order;  // of the dimensions in which the elements were drawn

  // PyTorch draws an element mask in the order of memory of a tensor laid out like x, so a
  // transposed x is dropped in the order of its storage; a channel mask in the order of indices.
  static KeepMask draw(const Tensor& x, bool channels, double keep, Generator& generator) {
    KeepMask mask;
    if (channels) {
      mask.inner = static_cast<size_t>(x.numel() / (x.size(0) * x.size(1)));
      for (int d = 0; d < x.dim(); ++d) mask.order.push_back(d);
    } else {
      mask.order = memory_order(x);
    }
    const size_t n = static_cast<size_t>(x.numel()) / mask.inner;
    mask.bits = Tensor::empty({static_cast<int64_t>((n + 7) / 8)}, DType::UInt8);
    kernels::bernoulli_bits(generator.engine(), keep, n, mask.bits.data<uint8_t>());
    return mask;
  }
};

// functor(kept?, x), the functor made for x's dtype.
template <class MakeFunctor>
Tensor apply(const Tensor& x, const KeepMask& mask, const MakeFunctor& functor) {
  const Tensor ordered = contiguous(reordered(x, mask.order));
  const Tensor y = Tensor::empty(ordered.sizes(), x.dtype());
  dispatch_floating("dropout", x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    const auto n = static_cast<size_t>(x.numel());
    const uint8_t* bits = mask.bits.data<uint8_t>();
    const T* from = ordered.data<T>();
    if (mask.inner == 1) {
      kernels::masked(functor(T()), bits, n, from, y.data<T>());
    } else {
      kernels::masked_channels(functor(T()), bits, n / mask.inner, mask.inner, from, y.data<T>());
    }
  });
  return restored(y, mask.order);
}

Tensor keep_scaled(const Tensor& g, const KeepMask& mask, double p, bool alpha);

// y with the derivative of every dropout: g where kept, scaled.
Tensor record_dropout(const char* name, const Tensor& y, const Tensor& x, const KeepMask& mask,
                      double p, bool alpha) {
  return record(
      name, y, {x}, {mask.bits},
      [=, inner = mask.inner, order = mask.order](const Tensor& g, const Context& ctx) -> Grads {
        return {keep_scaled(g, {ctx.saved(0), inner, order}, p, alpha)};
      });
}

// Linear in g, so its derivative is itself.
Tensor keep_scaled(const Tensor& g, const KeepMask& mask, double p, bool alpha) {
  const Tensor y = apply(g, mask, [=]<class T>(T) {
    return kernels::KeepScaled<T>{alpha ? static_cast<T>(kernels::AlphaDropout(p).a)
                                        : kernels::plain_dropout<T>(p).scale};
  });
  return record_dropout("MulBackward0", y, g, mask, p, alpha);
}

enum class Unit { Element, Channel };

// In PyTorch's order: the range of p, the cases that change nothing, p = 1, then the draw.
Tensor drop(const Tensor& x, double p, bool train, bool alpha, Unit unit) {
  check(p >= 0 && p <= 1, "dropout probability has to be between 0 and 1, but got ", p);
  if (p == 0 || !train || x.numel() == 0) return x;
  if (p == 1) return mul(x, zeros({}, x.dtype()));
  check(unit == Unit::Element || x.dim() >= 2,
        "Feature dropout requires at least 2 dimensions in the input");

  const KeepMask mask = KeepMask::draw(x, unit == Unit::Channel, 1 - p, default_generator());
  // PyTorch's alpha noise of a bool tensor is int64 by then.
  check_can_cast(DType::Float32, alpha && x.dtype() == DType::Bool ? DType::Int64 : x.dtype());

  if (!alpha) {
    const Tensor y = apply(x, mask, [p]<class T>(T) { return kernels::plain_dropout<T>(p); });
    return record_dropout("MulBackward0", y, x, mask, p, alpha);
  }
  const kernels::AlphaDropout constants(p);
  const Tensor y = apply(x, mask, [&]<class T>(T) { return constants.affine<T>(); });
  return record_dropout("AddBackward0", y, x, mask, p, alpha);
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
