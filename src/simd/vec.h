// One vocabulary for lanes: four floats in a SIMD register, or one value of any other type. A
// functor written for V works for both.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#else
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/wasm/simd128.h>
#endif

namespace torch::simd {

// One lane of T.
template <class T>
struct Vec {
  using Scalar = T;
  using Mask = bool;
  static constexpr size_t kLanes = 1;

  T v;

  Vec() = default;
  Vec(T value) : v(value) {}
  template <class U>
  requires(std::is_arithmetic_v<U> && !std::is_same_v<U, T>) explicit Vec(U value)
      : v(static_cast<T>(value)) {}

  static Vec load(const T* p) { return *p; }
  static Vec load_every(const T* p, size_t) { return *p; }
  static Vec load_n(const T* p, size_t n) { return n > 0 ? *p : T(0); }
  void store(T* p) const { *p = v; }
  void store_n(T* p, size_t n) const {
    if (n > 0) *p = v;
  }
};

// Integers wrap, as two's complement does.
template <class T>
using Wrapping = typename std::conditional_t<std::is_integral_v<T> && !std::is_same_v<T, bool> &&
                                                 (sizeof(T) >= sizeof(int)),
                                             std::make_unsigned<T>, std::type_identity<T>>::type;

template <class T>
Vec<T> operator+(Vec<T> a, Vec<T> b) {
  return static_cast<T>(static_cast<Wrapping<T>>(a.v) + static_cast<Wrapping<T>>(b.v));
}
template <class T>
Vec<T> operator-(Vec<T> a, Vec<T> b) {
  return static_cast<T>(static_cast<Wrapping<T>>(a.v) - static_cast<Wrapping<T>>(b.v));
}
template <class T>
Vec<T> operator*(Vec<T> a, Vec<T> b) {
  return static_cast<T>(static_cast<Wrapping<T>>(a.v) * static_cast<Wrapping<T>>(b.v));
}
template <class T>
Vec<T> operator/(Vec<T> a, Vec<T> b) {
  return static_cast<T>(a.v / b.v);
}
template <class T>
Vec<T> operator-(Vec<T> a) {
  if constexpr (std::is_floating_point_v<T>) {
    return -a.v;
  } else {
    return static_cast<T>(Wrapping<T>(0) - static_cast<Wrapping<T>>(a.v));
  }
}
template <class T>
bool operator<(Vec<T> a, Vec<T> b) {
  return a.v < b.v;
}
template <class T>
bool operator<=(Vec<T> a, Vec<T> b) {
  return a.v <= b.v;
}
template <class T>
bool operator>(Vec<T> a, Vec<T> b) {
  return a.v > b.v;
}
template <class T>
bool operator>=(Vec<T> a, Vec<T> b) {
  return a.v >= b.v;
}
template <class T>
bool operator==(Vec<T> a, Vec<T> b) {
  return a.v == b.v;
}
template <class T>
bool operator!=(Vec<T> a, Vec<T> b) {
  return a.v != b.v;
}
template <class T>
Vec<T> select(bool mask, Vec<T> a, Vec<T> b) {
  return mask ? a : b;
}
inline int mask_bits(bool mask) { return mask; }

// Larger and smaller of two; a NaN wins, as in torch.maximum. max(-0, 0) is 0.
template <class T>
Vec<T> max(Vec<T> a, Vec<T> b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (a.v != a.v || b.v != b.v) return a.v + b.v;
    if (a.v == 0 && b.v == 0) return std::signbit(a.v) ? b.v : a.v;
  }
  return a.v > b.v ? a : b;
}
template <class T>
Vec<T> min(Vec<T> a, Vec<T> b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (a.v != a.v || b.v != b.v) return a.v + b.v;
    if (a.v == 0 && b.v == 0) return std::signbit(a.v) ? a.v : b.v;
  }
  return a.v < b.v ? a : b;
}
template <class T>
Vec<T> abs(Vec<T> a) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::fabs(a.v);
  } else {
    return a.v < T(0) ? -a : a;
  }
}
template <class T>
Vec<T> sqrt(Vec<T> a) {
  return std::sqrt(a.v);
}
template <class T>
Vec<T> floor(Vec<T> a) {
  return std::floor(a.v);
}
template <class T>
Vec<T> ceil(Vec<T> a) {
  return std::ceil(a.v);
}
template <class T>
Vec<T> trunc(Vec<T> a) {
  return std::trunc(a.v);
}
// Halves to even.
template <class T>
Vec<T> nearest(Vec<T> a) {
  return std::nearbyint(a.v);
}
template <class T>
Vec<T> copysign(Vec<T> magnitude, Vec<T> sign) {
  return std::copysign(magnitude.v, sign.v);
}

// All ones or all zeros in each of four lanes.
struct Mask4 {
  v128_t v;
};
inline Mask4 operator&(Mask4 a, Mask4 b) { return {wasm_v128_and(a.v, b.v)}; }
inline Mask4 operator|(Mask4 a, Mask4 b) { return {wasm_v128_or(a.v, b.v)}; }
inline Mask4 operator!(Mask4 a) { return {wasm_v128_not(a.v)}; }
// Bit i is lane i.
inline int mask_bits(Mask4 mask) { return static_cast<int>(wasm_i32x4_bitmask(mask.v)); }
inline bool any(Mask4 mask) { return wasm_v128_any_true(mask.v); }
// Sixteen lanes as bools.
inline void store_bools(Mask4 a, Mask4 b, Mask4 c, Mask4 d, bool* to) {
  const v128_t low = wasm_i16x8_narrow_i32x4(a.v, b.v), high = wasm_i16x8_narrow_i32x4(c.v, d.v);
  wasm_v128_store(to, wasm_v128_and(wasm_i8x16_narrow_i16x8(low, high), wasm_i8x16_splat(1)));
}
// Of the four lowest bits.
inline Mask4 mask_from_bits(int bits) {
  static constexpr auto kMasks = [] {
    std::array<int32_t, 64> masks{};
    for (size_t i = 0; i < masks.size(); ++i) masks[i] = i / 4 >> i % 4 & 1 ? -1 : 0;
    return masks;
  }();
  return {wasm_v128_load(&kMasks[static_cast<size_t>(bits & 15) * 4])};
}

// All lanes, or none.
template <class V>
typename V::Mask mask_of(bool value) {
  if constexpr (std::is_same_v<typename V::Mask, Mask4>) {
    return {wasm_i32x4_splat(value ? -1 : 0)};
  } else {
    return value;
  }
}

// Four 32-bit integers, for random numbers and for the bits of floats. Comparison and >> are
// those of the signed or the unsigned type.
template <class I>
struct Int4 {
  using Scalar = I;
  using Mask = Mask4;
  static constexpr size_t kLanes = 4;

  v128_t v;

  Int4() = default;
  explicit Int4(v128_t value) : v(value) {}
  Int4(I value) : v(wasm_i32x4_splat(static_cast<int32_t>(value))) {}
  static Int4 load(const I* p) { return Int4(wasm_v128_load(p)); }
  void store(I* p) const { wasm_v128_store(p, v); }
};
using I32 = Int4<int32_t>;
using U32 = Int4<uint32_t>;

template <class I>
Int4<I> operator+(Int4<I> a, Int4<I> b) {
  return Int4<I>(wasm_i32x4_add(a.v, b.v));
}
template <class I>
Int4<I> operator-(Int4<I> a, Int4<I> b) {
  return Int4<I>(wasm_i32x4_sub(a.v, b.v));
}
template <class I>
Int4<I> operator*(Int4<I> a, Int4<I> b) {
  return Int4<I>(wasm_i32x4_mul(a.v, b.v));
}
template <class I>
Int4<I> operator&(Int4<I> a, Int4<I> b) {
  return Int4<I>(wasm_v128_and(a.v, b.v));
}
template <class I>
Int4<I> operator|(Int4<I> a, Int4<I> b) {
  return Int4<I>(wasm_v128_or(a.v, b.v));
}
template <class I>
Int4<I> operator^(Int4<I> a, Int4<I> b) {
  return Int4<I>(wasm_v128_xor(a.v, b.v));
}
template <class I>
Int4<I> operator<<(Int4<I> a, int n) {
  return Int4<I>(wasm_i32x4_shl(a.v, static_cast<uint32_t>(n)));
}
inline I32 operator>>(I32 a, int n) { return I32(wasm_i32x4_shr(a.v, static_cast<uint32_t>(n))); }
inline U32 operator>>(U32 a, int n) { return U32(wasm_u32x4_shr(a.v, static_cast<uint32_t>(n))); }
template <class I>
Mask4 operator==(Int4<I> a, Int4<I> b) {
  return {wasm_i32x4_eq(a.v, b.v)};
}
inline Mask4 operator<(I32 a, I32 b) { return {wasm_i32x4_lt(a.v, b.v)}; }
inline Mask4 operator>(I32 a, I32 b) { return {wasm_i32x4_gt(a.v, b.v)}; }
inline Mask4 operator<(U32 a, U32 b) { return {wasm_u32x4_lt(a.v, b.v)}; }
inline Mask4 operator>(U32 a, U32 b) { return {wasm_u32x4_gt(a.v, b.v)}; }
template <class I>
Int4<I> select(Mask4 mask, Int4<I> a, Int4<I> b) {
  return Int4<I>(wasm_v128_bitselect(a.v, b.v, mask.v));
}

// Of eight integers in a row: those at even places, and those at odd ones.
template <class I>
Int4<I> even_lanes(Int4<I> a, Int4<I> b) {
  return Int4<I>(wasm_i32x4_shuffle(a.v, b.v, 0, 2, 4, 6));
}
template <class I>
Int4<I> odd_lanes(Int4<I> a, Int4<I> b) {
  return Int4<I>(wasm_i32x4_shuffle(a.v, b.v, 1, 3, 5, 7));
}

template <>
struct Vec<float> {
  using Scalar = float;
  using Mask = Mask4;
  static constexpr size_t kLanes = 4;

  v128_t v;

  Vec() = default;
  explicit Vec(v128_t value) : v(value) {}
  Vec(float value) : v(wasm_f32x4_splat(value)) {}
  template <class U>
  requires(std::is_arithmetic_v<U> && !std::is_same_v<U, float>) explicit Vec(U value)
      : Vec(static_cast<float>(value)) {}

  static Vec load(const float* p) { return Vec(wasm_v128_load(p)); }
  // p[0], p[step], p[2 * step], p[3 * step]; reads nothing behind them.
  static Vec load_every(const float* p, size_t step) {
    if (step == 1) return load(p);
    if (step == 2) {
      return Vec(wasm_i32x4_shuffle(wasm_v128_load(p), wasm_v128_load(p + 3), 0, 2, 5, 7));
    }
    return Vec(wasm_f32x4_make(p[0], p[step], p[2 * step], p[3 * step]));
  }
  // The first n lanes; the others are 0. Never reads past them. Not by memcpy: copying a few bytes,
  // of which the compiler does not know how many, is a call out of WebAssembly.
  static Vec load_n(const float* p, size_t n) {
    if (n < 2) return Vec(n < 1 ? wasm_i32x4_splat(0) : wasm_v128_load32_zero(p));
    if (n > 3) return load(p);
    const v128_t two = wasm_v128_load64_zero(p);
    return Vec(n < 3 ? two : wasm_v128_load32_lane(p + 2, two, 2));
  }
  void store(float* p) const { wasm_v128_store(p, v); }
  void store_n(float* p, size_t n) const {
    if (n > 3) return store(p);
    if (n > 1) wasm_v128_store64_lane(p, v, 0);
    if (n == 1) wasm_v128_store32_lane(p, v, 0);
    if (n == 3) wasm_v128_store32_lane(p + 2, v, 2);
  }
};
using F32 = Vec<float>;

// A transposed 4 x 4 block of 32-bit values; the steps count values.
template <class T>
void transpose4(const T* x, ptrdiff_t x_step, T* y, ptrdiff_t y_step) {
  static_assert(sizeof(T) == 4);
  const v128_t a = wasm_v128_load(x), b = wasm_v128_load(x + x_step);
  const v128_t c = wasm_v128_load(x + 2 * x_step), d = wasm_v128_load(x + 3 * x_step);
  const v128_t low_ab = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5),
               high_ab = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
  const v128_t low_cd = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5),
               high_cd = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
  wasm_v128_store(y, wasm_i64x2_shuffle(low_ab, low_cd, 0, 2));
  wasm_v128_store(y + y_step, wasm_i64x2_shuffle(low_ab, low_cd, 1, 3));
  wasm_v128_store(y + 2 * y_step, wasm_i64x2_shuffle(high_ab, high_cd, 0, 2));
  wasm_v128_store(y + 3 * y_step, wasm_i64x2_shuffle(high_ab, high_cd, 1, 3));
}

// Four bools as 0 and 1.
inline F32 load_bools(const bool* p) {
  const v128_t halves = wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(p));
  return F32(wasm_f32x4_convert_i32x4(wasm_u32x4_extend_low_u16x8(halves)));
}

inline F32 operator+(F32 a, F32 b) { return F32(wasm_f32x4_add(a.v, b.v)); }
inline F32 operator-(F32 a, F32 b) { return F32(wasm_f32x4_sub(a.v, b.v)); }
inline F32 operator*(F32 a, F32 b) { return F32(wasm_f32x4_mul(a.v, b.v)); }
inline F32 operator/(F32 a, F32 b) { return F32(wasm_f32x4_div(a.v, b.v)); }
inline F32 operator-(F32 a) { return F32(wasm_f32x4_neg(a.v)); }
inline Mask4 operator<(F32 a, F32 b) { return {wasm_f32x4_lt(a.v, b.v)}; }
inline Mask4 operator<=(F32 a, F32 b) { return {wasm_f32x4_le(a.v, b.v)}; }
inline Mask4 operator>(F32 a, F32 b) { return {wasm_f32x4_gt(a.v, b.v)}; }
inline Mask4 operator>=(F32 a, F32 b) { return {wasm_f32x4_ge(a.v, b.v)}; }
inline Mask4 operator==(F32 a, F32 b) { return {wasm_f32x4_eq(a.v, b.v)}; }
inline Mask4 operator!=(F32 a, F32 b) { return {wasm_f32x4_ne(a.v, b.v)}; }
inline F32 select(Mask4 mask, F32 a, F32 b) { return F32(wasm_v128_bitselect(a.v, b.v, mask.v)); }
// a, or 0.
inline F32 where(Mask4 mask, F32 a) { return F32(wasm_v128_and(a.v, mask.v)); }
inline F32 max(F32 a, F32 b) { return F32(wasm_f32x4_max(a.v, b.v)); }
inline F32 min(F32 a, F32 b) { return F32(wasm_f32x4_min(a.v, b.v)); }
// The larger and the smaller one; a where either is NaN or both are 0. One instruction, where min
// and max, which must see to NaN on both sides and to -0, take several.
inline F32 larger(F32 a, F32 b) { return F32(wasm_f32x4_pmax(a.v, b.v)); }
inline F32 smaller(F32 a, F32 b) { return F32(wasm_f32x4_pmin(a.v, b.v)); }
template <class T>
Vec<T> larger(Vec<T> a, Vec<T> b) {
  return a.v < b.v ? b : a;
}
template <class T>
Vec<T> smaller(Vec<T> a, Vec<T> b) {
  return b.v < a.v ? b : a;
}
// x, or the bound it lies beyond; NaN stays.
template <class V>
V between(V x, V low, V high) {
  return smaller(larger(x, low), high);
}
// a, or NaN where b is.
inline F32 with_nan(F32 a, F32 b) { return F32(wasm_v128_or(a.v, (b != b).v)); }
template <class T>
Vec<T> with_nan(Vec<T> a, Vec<T> b) {
  return b.v != b.v ? b : a;
}
inline F32 abs(F32 a) { return F32(wasm_f32x4_abs(a.v)); }
inline F32 sqrt(F32 a) { return F32(wasm_f32x4_sqrt(a.v)); }
inline F32 floor(F32 a) { return F32(wasm_f32x4_floor(a.v)); }
inline F32 ceil(F32 a) { return F32(wasm_f32x4_ceil(a.v)); }
inline F32 trunc(F32 a) { return F32(wasm_f32x4_trunc(a.v)); }
inline F32 nearest(F32 a) { return F32(wasm_f32x4_nearest(a.v)); }
// A number that a formula uses again and again. V8 builds a v128.const anew at every use in a loop,
// in up to four instructions; what was loaded it keeps. The load is written as an instruction
// sequence without side effects, so that it moves out of the loop although the loop writes to
// memory.
template <class T>
auto constant(const T& value) {
  using V = std::conditional_t<std::is_integral_v<T>, Int4<T>, Vec<float>>;
#if defined(__wasm__)
  static_assert(sizeof(T) == 4);
  v128_t lanes;
  asm("local.get %1\n\tv128.load32_splat 0\n\tlocal.set %0" : "=r"(lanes) : "r"(&value));
  return V(lanes);
#else
  return V(value);
#endif
}

inline constexpr int32_t kSignBit = INT32_MIN;
inline F32 copysign(F32 magnitude, F32 sign) {
  return F32(wasm_v128_bitselect(sign.v, magnitude.v, constant(kSignBit).v));
}

// c[0] x^(N-1) + … + c[N-1] by Horner's rule.
template <size_t N>
F32 polynomial(const float (&c)[N], F32 x) {
  return [&]<size_t... I>(std::index_sequence<I...>) {
    F32 p = constant(c[0]);
    ((p = p * x + constant(c[I + 1])), ...);
    return p;
  }
  (std::make_index_sequence<N - 1>{});
}

// The same, the even and the odd powers by Horner's rule in x2 = x^2 beside each
// other: half as long a chain of dependent steps, and x^2 is at hand in most formulas.
template <size_t N>
F32 polynomial(const float (&c)[N], F32 x, F32 x2) {
  const auto every_second = [&]<size_t First, size_t... I>(std::index_sequence<First, I...>) {
    F32 p = constant(c[First]);
    ((p = p * x2 + constant(c[First + 2 * (I + 1)])), ...);
    return p;
  };
  const auto from = [&]<size_t First, size_t... I>(std::index_sequence<I...>) {
    return every_second(std::index_sequence<First, I...>{});
  };
  constexpr size_t kEven = (N + 1) % 2;
  const F32 even = from.template operator()<kEven>(std::make_index_sequence<(N + 1) / 2 - 1>{});
  const F32 odd = from.template operator()<1 - kEven>(std::make_index_sequence<N / 2 - 1>{});
  return odd * x + even;
}

// Reinterpretations and conversions.
inline I32 bits(F32 a) { return I32(a.v); }
inline F32 from_bits(I32 a) { return F32(a.v); }
inline F32 to_float(I32 a) { return F32(wasm_f32x4_convert_i32x4(a.v)); }
inline F32 to_float(U32 a) { return F32(wasm_f32x4_convert_u32x4(a.v)); }
// Toward zero, saturating; NaN gives 0.
inline I32 to_int(F32 a) { return I32(wasm_i32x4_trunc_sat_f32x4(a.v)); }
inline I32 as_signed(U32 a) { return I32(a.v); }
inline U32 as_unsigned(I32 a) { return U32(a.v); }

// a * b + c, fused where the relaxed-SIMD build's hardware fuses. For matrix products, the one
// place whose last bits may differ between builds, and where it has been tried first.
inline F32 madd_relaxed(F32 a, F32 b, F32 c) {
#if defined(TORCH_RELAXED_SIMD) && defined(__wasm_relaxed_simd__)
  return F32(wasm_f32x4_relaxed_madd(a.v, b.v, c.v));
#else
  return a * b + c;
#endif
}

// Two doubles, for the exact steps of the random streams.
struct F64 {
  using Mask = F64;
  static constexpr size_t kLanes = 2;

  v128_t v;

  F64() = default;
  explicit F64(v128_t value) : v(value) {}
  F64(double value) : v(wasm_f64x2_splat(value)) {}
};
inline F64 operator+(F64 a, F64 b) { return F64(wasm_f64x2_add(a.v, b.v)); }
inline F64 operator-(F64 a, F64 b) { return F64(wasm_f64x2_sub(a.v, b.v)); }
inline F64 operator*(F64 a, F64 b) { return F64(wasm_f64x2_mul(a.v, b.v)); }
inline F64 low_double(F32 a) { return F64(wasm_f64x2_promote_low_f32x4(a.v)); }
inline F64 high_double(F32 a) {
  return F64(wasm_f64x2_promote_low_f32x4(wasm_i32x4_shuffle(a.v, a.v, 2, 3, 2, 3)));
}
// Rounds both pairs to float: lanes of `low`, then lanes of `high`.
inline F32 to_float(F64 low, F64 high) {
  return F32(wasm_i32x4_shuffle(wasm_f32x4_demote_f64x2_zero(low.v),
                                wasm_f32x4_demote_f64x2_zero(high.v), 0, 1, 4, 5));
}

}  // namespace torch::simd
