// Fused multiply-add on machines that may not have one. (The relaxed-SIMD instruction may or may
// not fuse, so whoever uses it must have tried first: kernels/normal.cpp.) A double holds the
// product of two floats exactly, so only the sum can be rounded twice, and that matters only half
// way between two floats. Results below 2^-126 are right where the sum fits a double.
#pragma once

#include "simd/vec.h"

namespace torch::simd {

namespace detail {

// Where the 29 bits that rounding to float drops say "half way between two floats".
inline v128_t halfway(F64 s) {
  return wasm_i64x2_eq(wasm_v128_and(s.v, wasm_i64x2_splat(0x1fffffff)),
                       wasm_i64x2_splat(0x10000000));
}

// s = p + c rounded. Where s lies half way and is not the exact sum, one step of s toward the exact
// sum lets the rounding to float decide as the exact sum would.
inline F64 toward_exact(F64 s, F64 p, F64 c) {
  const F64 c_part = s - p;
  const F64 error = (p - (s - c_part)) + (c - c_part);                  // exact (Knuth's two-sum)
  const v128_t down = wasm_i64x2_shr(wasm_v128_xor(error.v, s.v), 63);  // -1 where signs differ
  const v128_t step = wasm_v128_or(down, wasm_i64x2_splat(1));
  const v128_t inexact = wasm_f64x2_ne(error.v, wasm_f64x2_splat(0));
  return F64(wasm_i64x2_add(s.v, wasm_v128_and(wasm_v128_and(inexact, halfway(s)), step)));
}

}  // namespace detail

// a * b + c with one rounding.
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

// Eight floats, each held in a double, for chains of fma: between two steps nothing moves, and four
// registers in flight hide how long a step takes. Four names and no array: what is indexed in a
// loop that is not unrolled lives in memory.
struct Held8 {
  F64 a, b, c, d;

  Held8(F64 a, F64 b, F64 c, F64 d) : a(a), b(b), c(c), d(d) {}
  Held8(F32 low, F32 high)
      : Held8(low_double(low), high_double(low), low_double(high), high_double(high)) {}
  F32 low() const { return to_float(a, b); }
  F32 high() const { return to_float(c, d); }
};

namespace detail {
inline bool any_halfway(F64 a, F64 b, F64 c, F64 d) {
  const v128_t ab = wasm_i32x4_shl(wasm_i32x4_shuffle(a.v, b.v, 0, 2, 4, 6), 3);
  const v128_t cd = wasm_i32x4_shl(wasm_i32x4_shuffle(c.v, d.v, 0, 2, 4, 6), 3);
  const v128_t half = wasm_i32x4_splat(INT32_MIN);
  return wasm_v128_any_true(wasm_v128_or(wasm_i32x4_eq(ab, half), wasm_i32x4_eq(cd, half)));
}

// Rounded to float.
inline F64 as_float(F64 x) {
  v128_t rounded = wasm_f32x4_demote_f64x2_zero(x.v);
#if defined(__wasm__)
  // LLVM takes the two conversions in a row apart, into scalar ones; here it cannot see the row.
  asm("" : "+r"(rounded));
#endif
  return F64(wasm_f64x2_promote_low_f32x4(rounded));
}
}  // namespace detail

template <class F, class... Held>
Held8 each(const F& f, const Held&... x) {
  return {f(x.a...), f(x.b...), f(x.c...), f(x.d...)};
}

inline Held8 operator*(const Held8& x, const Held8& y) {
  return each([](F64 x, F64 y) { return detail::as_float(x * y); }, x, y);
}
inline Held8 operator-(const Held8& x) {
  return each([](F64 x) { return F64(wasm_f64x2_neg(x.v)); }, x);
}
// fma for where the double sum is exact whenever it lies half way between two floats. Such sums
// often do, which would be the slow way through fma.
inline Held8 fma_exact(const Held8& x, const Held8& y, const Held8& z) {
  return each([](F64 x, F64 y, F64 z) { return detail::as_float(x * y + z); }, x, y, z);
}
namespace detail {
// Out of line: it is rare, and there are dozens of places.
[[gnu::noinline, gnu::cold]] inline Held8 toward_exact(const Held8& s, const Held8& p,
                                                       const Held8& z) {
  return each([](F64 s, F64 p, F64 z) { return toward_exact(s, p, z); }, s, p, z);
}
}  // namespace detail

inline Held8 fma(const Held8& x, const Held8& y, const Held8& z) {
  const Held8 p = each([](F64 x, F64 y) { return x * y; }, x, y);
  Held8 s = each([](F64 p, F64 z) { return p + z; }, p, z);
  if (detail::any_halfway(s.a, s.b, s.c, s.d)) [[unlikely]] {
    s = detail::toward_exact(s, p, z);
  }
  return each(detail::as_float, s);
}

}  // namespace torch::simd
