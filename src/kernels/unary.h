// Functors of one operand that are not activations.
#pragma once

#include <cmath>
#include <limits>
#include <numbers>

#include "kernels/arithmetic.h"

namespace torch::kernels {

struct Neg {
  using Cheap = void;
  template <class V>
  V operator()(V x) const {
    return -x;
  }
};

struct Abs {
  template <class V>
  V operator()(V x) const {
    if constexpr (std::is_unsigned_v<typename V::Scalar>) {
      return x;
    } else {
      return abs(x);
    }
  }
};

// -1, 0 or 1; NaN gives 0, as in PyTorch.
struct Sign {
  template <class V>
  V operator()(V x) const {
    const V positive = select(x > V(0), V(1), V(0));
    if constexpr (std::is_unsigned_v<typename V::Scalar>) {
      return positive;
    } else {
      return select(x < V(0), V(-1), positive);
    }
  }
};

struct Reciprocal {
  template <class V>
  V operator()(V x) const {
    return V(1) / x;
  }
};

struct Square {
  using Cheap = void;
  template <class V>
  V operator()(V x) const {
    return x * x;
  }
};

struct Sqrt {
  template <class V>
  V operator()(V x) const {
    return sqrt(x);
  }
};

struct Rsqrt {
  template <class V>
  V operator()(V x) const {
    return V(1) / sqrt(x);
  }
};

struct Floor {
  template <class V>
  V operator()(V x) const {
    return floor(x);
  }
};

struct Ceil {
  template <class V>
  V operator()(V x) const {
    return ceil(x);
  }
};

struct Trunc {
  template <class V>
  V operator()(V x) const {
    return trunc(x);
  }
};

// Halves to even.
struct Round {
  template <class V>
  V operator()(V x) const {
    return nearest(x);
  }
};

struct Frac {
  template <class V>
  V operator()(V x) const {
    return x - trunc(x);
  }
};

struct Exp {
  template <class V>
  V operator()(V x) const {
    return exp(x);
  }
};

struct Exp2 {
  template <class V>
  V operator()(V x) const {
    return exp2(x);
  }
};

struct Expm1 {
  template <class V>
  V operator()(V x) const {
    return expm1(x);
  }
};

struct Log {
  template <class V>
  V operator()(V x) const {
    return log(x);
  }
};

struct Log2 {
  template <class V>
  V operator()(V x) const {
    return log2(x);
  }
};

struct Log10 {
  template <class V>
  V operator()(V x) const {
    return log10(x);
  }
};

struct Log1p {
  template <class V>
  V operator()(V x) const {
    return log1p(x);
  }
};

struct Sin {
  template <class V>
  V operator()(V x) const {
    return sin(x);
  }
};

struct Cos {
  template <class V>
  V operator()(V x) const {
    return cos(x);
  }
};

struct Tan {
  template <class V>
  V operator()(V x) const {
    return tan(x);
  }
};

struct Asin {
  template <class V>
  V operator()(V x) const {
    return asin(x);
  }
};

struct Acos {
  template <class V>
  V operator()(V x) const {
    return acos(x);
  }
};

struct Atan {
  template <class V>
  V operator()(V x) const {
    return atan(x);
  }
};

struct Sinh {
  template <class V>
  V operator()(V x) const {
    return sinh(x);
  }
};

struct Cosh {
  template <class V>
  V operator()(V x) const {
    return cosh(x);
  }
};

struct Erf {
  template <class V>
  V operator()(V x) const {
    return erf(x);
  }
};

struct Erfc {
  template <class V>
  V operator()(V x) const {
    return erfc(x);
  }
};

// Central and tail rational approximations (the ones of MATLAB's classic erfinv, 1e-3), then two
// Newton steps on erf(y) = x, in double: exact to the last bits of double.
inline double erfinv_scalar(double x) {
  if (!(std::fabs(x) < 1)) {
    return std::fabs(x) == 1 ? std::copysign(std::numeric_limits<double>::infinity(), x)
                             : std::numeric_limits<double>::quiet_NaN();
  }
  double y;
  if (std::fabs(x) <= 0.7) {
    const double z = x * x;
    const double top = ((-0.140543331 * z + 0.914624893) * z - 1.645349621) * z + 0.886226899;
    const double bottom =
        (((0.012229801 * z - 0.329097515) * z + 1.442710462) * z - 2.118377725) * z + 1;
    y = x * top / bottom;
  } else {
    const double z = std::sqrt(-std::log((1 - std::fabs(x)) / 2));
    const double top = ((1.641345311 * z + 3.429567803) * z - 1.624906493) * z - 1.970840454;
    y = std::copysign(top, x) / ((1.637067800 * z + 3.543889200) * z + 1);
  }
  for (int step = 0; step < 2; ++step) {
    y -= (std::erf(y) - x) / (2 * std::numbers::inv_sqrtpi * std::exp(-y * y));
  }
  return y;
}

struct Erfinv {
  template <class V>
  V operator()(V x) const {
    return per_lane([](double v) { return erfinv_scalar(v); }, x);
  }
};

}  // namespace torch::kernels
