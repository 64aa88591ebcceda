// Functors of binary arithmetic. A functor written for V works for four float lanes and for one
// lane of any other dtype; where integers differ, the formula says so.
#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "simd/math.h"
#include "simd/vec.h"

namespace torch::kernels {

template <class V>
inline constexpr bool kIsFloat = std::is_floating_point_v<typename V::Scalar>;

// f of every lane as a scalar, for what has no vector form.
template <class F, class V, class... Vs>
V per_lane(const F& f, V a, Vs... rest) {
  using T = typename V::Scalar;
  if constexpr (V::kLanes == 1) {
    return V(static_cast<T>(f(a.v, rest.v...)));
  } else {
    T x[V::kLanes], y[V::kLanes];
    a.store(x);
    if constexpr (sizeof...(rest) == 0) {
      for (size_t i = 0; i < V::kLanes; ++i) x[i] = static_cast<T>(f(x[i]));
    } else {
      (rest.store(y), ...);
      for (size_t i = 0; i < V::kLanes; ++i) x[i] = static_cast<T>(f(x[i], y[i]));
    }
    return V::load(x);
  }
}

// -x, wrapping.
template <class T>
T negated(T x) {
  return static_cast<T>(-static_cast<std::make_unsigned_t<T>>(x));
}

// x - trunc(x / y) y
inline double remainder_of_trunc(double x, double y) { return std::fmod(x, y); }
inline float remainder_of_trunc(float x, float y) {
  return static_cast<float>(simd::in_double::fmod(x, y));
}

struct Add {
  using Cheap = void;
  template <class V>
  V operator()(V a, V b) const {
    return a + b;
  }
};

struct Sub {
  using Cheap = void;
  template <class V>
  V operator()(V a, V b) const {
    return a - b;
  }
};

struct Mul {
  using Cheap = void;
  template <class V>
  V operator()(V a, V b) const {
    return a * b;
  }
};

struct Div {
  template <class V>
  V operator()(V a, V b) const {
    return a / b;
  }
};

// Integer division has the quotient's floor; a zero divisor is refused before the loop. Integers
// wrap: the smallest one divided by -1 is itself.
struct FloorDivide {
  template <class V>
  V operator()(V a, V b) const {
    using T = typename V::Scalar;
    if constexpr (kIsFloat<V>) {
      return per_lane(
          [](T x, T y) -> T {
            // As Python: exact also where x / y would round up to a whole number.
            if (y == 0) return x / y;
            const T r = remainder_of_trunc(x, y);
            T q = (x - r) / y;
            if (r != 0 && (y < 0) != (r < 0)) q -= 1;
            if (q == 0) return std::copysign(T(0), x / y);
            const T f = std::floor(q);
            return q - f > T(0.5) ? f + 1 : f;
          },
          a, b);
    } else {
      return per_lane(
          [](T x, T y) -> T {
            if constexpr (std::is_signed_v<T>) {
              if (y == -1) return negated(x);
              const T q = x / y;
              return q * y != x && (x < 0) != (y < 0) ? q - 1 : q;
            }
            return static_cast<T>(x / y);
          },
          a, b);
    }
  }
};

struct TruncDivide {
  template <class V>
  V operator()(V a, V b) const {
    using T = typename V::Scalar;
    if constexpr (kIsFloat<V>) {
      return trunc(a / b);
    } else {
      return per_lane(
          [](T x, T y) -> T {
            if constexpr (std::is_signed_v<T>) {
              if (y == -1) return negated(x);
            }
            return static_cast<T>(x / y);
          },
          a, b);
    }
  }
};

struct Remainder {
  template <class V>
  V operator()(V a, V b) const {
    using T = typename V::Scalar;
    if constexpr (kIsFloat<V>) {
      const V r = fmod(a, b);
      return select(r * copysign(V(1), b) < V(0), r + b, r);
    } else {
      return per_lane(
          [](T x, T y) -> T {
            if constexpr (std::is_signed_v<T>) {
              if (y == -1) return 0;
              const T r = x % y;
              return r != 0 && (r < 0) != (y < 0) ? r + y : r;
            }
            return static_cast<T>(x % y);
          },
          a, b);
    }
  }
};

struct Fmod {
  template <class V>
  V operator()(V a, V b) const {
    using T = typename V::Scalar;
    if constexpr (kIsFloat<V>) {
      return fmod(a, b);
    } else {
      return per_lane(
          [](T x, T y) -> T {
            if constexpr (std::is_signed_v<T>) {
              if (y == -1) return 0;
            }
            return static_cast<T>(x % y);
          },
          a, b);
    }
  }
};

struct Pow {
  template <class V>
  V operator()(V a, V b) const {
    using T = typename V::Scalar;
    if constexpr (kIsFloat<V>) {
      return pow(a, b);
    } else {
      // Wraps; a negative exponent of an integer other than 1 and -1 gives 0.
      return per_lane(
          [](T x, T y) -> T {
            if constexpr (std::is_signed_v<T>) {
              if (y < 0) return x == 1 ? 1 : x == -1 ? (y % 2 ? -1 : 1) : 0;
            }
            uint64_t result = 1, base = static_cast<uint64_t>(x);
            for (uint64_t e = static_cast<uint64_t>(y); e > 0; e >>= 1, base *= base) {
              if (e & 1) result *= base;
            }
            return static_cast<T>(result);
          },
          a, b);
    }
  }
};

// NaN wins, as in torch.maximum.
struct Maximum {
  template <class V>
  V operator()(V a, V b) const {
    return max(a, b);
  }
};

struct Minimum {
  template <class V>
  V operator()(V a, V b) const {
    return min(a, b);
  }
};

struct Atan2 {
  template <class V>
  V operator()(V a, V b) const {
    return atan2(a, b);
  }
};

// From the nearer end, so that w = 1 gives exactly b.
struct Lerp {
  template <class V>
  V operator()(V a, V b, V w) const {
    const V difference = b - a;
    return select(abs(w) < V(0.5f), a + w * difference, b - difference * (V(1) - w));
  }
};

// x + value * a * b, left to right.
struct AddCMul {
  double value;
  template <class V>
  V operator()(V x, V a, V b) const {
    return x + V(static_cast<typename V::Scalar>(value)) * a * b;
  }
};

// x + value * a / b, left to right.
struct AddCDiv {
  double value;
  template <class V>
  V operator()(V x, V a, V b) const {
    return x + V(static_cast<typename V::Scalar>(value)) * a / b;
  }
};

}  // namespace torch::kernels
