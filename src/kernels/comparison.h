// Functors of comparison, logic and choice. A comparison returns a mask; it becomes a bool tensor.
#pragma once

#include "kernels/arithmetic.h"

namespace torch::kernels {

struct Eq {
  template <class V>
  typename V::Mask operator()(V a, V b) const {
    return a == b;
  }
};

struct Ne {
  template <class V>
  typename V::Mask operator()(V a, V b) const {
    return a != b;
  }
};

struct Lt {
  template <class V>
  typename V::Mask operator()(V a, V b) const {
    return a < b;
  }
};

struct Le {
  template <class V>
  typename V::Mask operator()(V a, V b) const {
    return a <= b;
  }
};

struct Gt {
  template <class V>
  typename V::Mask operator()(V a, V b) const {
    return a > b;
  }
};

struct Ge {
  template <class V>
  typename V::Mask operator()(V a, V b) const {
    return a >= b;
  }
};

struct IsNan {
  template <class V>
  typename V::Mask operator()(V x) const {
    return x != x;
  }
};

// x - x is 0 for finite x, NaN otherwise.
struct IsFinite {
  template <class V>
  typename V::Mask operator()(V x) const {
    const V d = x - x;
    return d == d;
  }
};

// Nonzero x counts as true, NaN included.
struct LogicalNot {
  template <class V>
  typename V::Mask operator()(V x) const {
    return x == V(0);
  }
};

struct LogicalAnd {
  template <class V>
  typename V::Mask operator()(V a, V b) const {
    return (a != V(0)) & (b != V(0));
  }
};

struct LogicalOr {
  template <class V>
  typename V::Mask operator()(V a, V b) const {
    return (a != V(0)) | (b != V(0));
  }
};

struct LogicalXor {
  template <class V>
  typename V::Mask operator()(V a, V b) const {
    return ((a != V(0)) & (b == V(0))) | ((a == V(0)) & (b != V(0)));
  }
};

// Integers and bool only.
struct BitAnd {
  template <class V>
  V operator()(V a, V b) const {
    using T = typename V::Scalar;
    return per_lane([](T x, T y) -> T { return static_cast<T>(x & y); }, a, b);
  }
};

struct BitOr {
  template <class V>
  V operator()(V a, V b) const {
    using T = typename V::Scalar;
    return per_lane([](T x, T y) -> T { return static_cast<T>(x | y); }, a, b);
  }
};

struct BitXor {
  template <class V>
  V operator()(V a, V b) const {
    using T = typename V::Scalar;
    return per_lane([](T x, T y) -> T { return static_cast<T>(x ^ y); }, a, b);
  }
};

// condition ? a : b, the condition converted to the operands' type.
struct Where {
  using Cheap = void;
  template <class V>
  V operator()(V condition, V a, V b) const {
    return select(condition != V(0), a, b);
  }
};

// NaN stays NaN; NaN bounds give NaN.
struct Clamp {
  template <class V>
  V operator()(V x, V low, V high) const {
    return with_nan(smaller(with_nan(larger(x, low), low), high), high);
  }
};

}  // namespace torch::kernels
