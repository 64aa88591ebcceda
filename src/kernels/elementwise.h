// out[i] = f(in0[i], in1[i], …): every elementwise op in the library is this loop over contiguous
// memory, so a functor is nothing but its formula. Strides, broadcasting, dtype conversion and
// threads are tensor/elementwise.cpp's business.
#pragma once

#include <cstddef>
#include <type_traits>

#include "simd/vec.h"

namespace torch::kernels {

namespace detail {

// A functor that says `using Cheap = void;` is done before the loop around it: four registers go
// through one turn, at offsets that the instructions hold.
template <class F>
concept Cheap = requires {
  typename F::Cheap;
};

template <class V>
void store_mask(const typename V::Mask& mask, bool* y, size_t n) {
  if constexpr (V::kLanes == 1) {
    *y = simd::mask_bits(mask) != 0;
  } else {
    const int bits = simd::mask_bits(mask);
    for (size_t i = 0; i < n; ++i) y[i] = bits >> i & 1;
  }
}

// A comparison gives a mask, everything else a vector.
template <class V, class Out, class R>
void store_lanes(const R& r, Out* y, size_t n) {
  if constexpr (std::is_same_v<R, typename V::Mask>) {
    store_mask<V>(r, y, n);
  } else if (n == V::kLanes) {
    V(r).store(y);
  } else {
    V(r).store_n(y, n);
  }
}

}  // namespace detail

// T is the type the functor computes in, n a multiple of its lanes. Out is T, or bool for a functor
// that returns a mask.
template <class T, class Out, class F, class... In>
void elementwise_lanes(const F& functor, size_t n, Out* y, const In*... in) {
  using V = simd::Vec<T>;
  // A copy, whose fields the loop's writes cannot change: they become lanes once.
  const F f = functor;
  static_assert((std::is_same_v<In, T> && ...));
  size_t i = 0;
  if constexpr (V::kLanes == 4 && std::is_same_v<Out, bool>) {
    for (; i + 16 <= n; i += 16) {
      const auto four = [&](size_t j) { return f(V::load(in + i + j)...); };
      simd::store_bools(four(0), four(4), four(8), four(12), y + i);
    }
  } else if constexpr (std::is_same_v<T, float> && detail::Cheap<F>) {
    for (; i + 16 <= n; i += 16) {
      const auto four = [&](size_t j) { f(V::load(in + i + j)...).store(y + i + j); };
      four(0), four(4), four(8), four(12);
    }
  }
  for (; i < n; i += V::kLanes) {
    detail::store_lanes<V>(f(V::load(in + i)...), y + i, V::kLanes);
  }
}

// Any n, at the cost of the formula written a second time.
template <class T, class Out, class F, class... In>
void elementwise(const F& f, size_t n, Out* y, const In*... in) {
  using V = simd::Vec<T>;
  const size_t rest = n % V::kLanes, done = n - rest;
  elementwise_lanes<T, Out>(f, done, y, in...);
  if (rest) detail::store_lanes<V>(f(V::load_n(in + done, rest)...), y + done, rest);
}

}  // namespace torch::kernels
