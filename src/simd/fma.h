// Fused multiply-add on machines that may not have one. (The relaxed-SIMD instruction may or may
// not fuse, so it cannot give the same bits everywhere.)
#pragma once

#include "simd/vec.h"

namespace torch::simd {

namespace detail {

// The 29 bits that rounding a double to float drops, at the point half way between two floats.
inline v128_t halfway(F64 s) {
  return wasm_i64x2_eq(wasm_v128_and(s.v, wasm_i64x2_splat(0x1fffffff)),
                       wasm_i64x2_splat(0x10000000));
}

// s = p + c rounded. Where s seems to lie half way between two floats and is not the exact sum,
// one step of s toward the exact sum lets the rounding to float decide as the exact sum would.
inline F64 toward_exact(F64 s, F64 p, F64 c) {
  const F64 c_part = s - p;
  const F64 error = (p - (s - c_part)) + (c - c_part);  // exact (Knuth's two-sum)
  const v128_t up = wasm_i64x2_shr(wasm_v128_xor(error.v, s.v), 63);  // -1 where signs differ
  const v128_t step = wasm_v128_or(up, wasm_i64x2_splat(1));
  const v128_t inexact = wasm_f64x2_ne(error.v, wasm_f64x2_splat(0));
  return F64(wasm_i64x2_add(s.v, wasm_v128_and(wasm_v128_and(inexact, halfway(s)), step)));
}

}  // namespace detail

// a * b + c with one rounding. A double holds the product of two floats exactly, so only the sum
// can be rounded twice, and that matters only half way between two floats. (Results below 2^-126
// are right where the sum fits a double.)
inline F32 fma(F32 a, F32 b, F32 c) {
  const F64 c_low = low_double(c), c_high = high_double(c);
  const F64 p_low = low_double(a) * low_double(b), p_high = high_double(a) * high_double(b);
  const F64 low = p_low + c_low, high = p_high + c_high;
  if (wasm_v128_any_true(wasm_v128_or(detail::halfway(low), detail::halfway(high)))) [[unlikely]] {
    return to_float(detail::toward_exact(low, p_low, c_low),
                    detail::toward_exact(high, p_high, c_high));
  }
  return to_float(low, high);
}

template <class T>
Vec<T> fma(Vec<T> a, Vec<T> b, Vec<T> c) {
  return std::fma(a.v, b.v, c.v);
}

}  // namespace torch::simd
