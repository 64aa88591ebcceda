// sin, cos and tan of floats, computed in double, two at a time. With errors below 2^-33 of the
// result the float is the nearest one but for one result in hundreds: 0.501 ulp.
#pragma once

#include <cstddef>

#include "simd/in_double.h"

namespace torch::simd {

// What is needed of two doubles.
struct Double2 {
  v128_t v;

  Double2(v128_t value) : v(value) {}
  Double2(double value) : v(wasm_f64x2_splat(value)) {}
};
inline Double2 operator+(Double2 a, Double2 b) { return wasm_f64x2_add(a.v, b.v); }
inline Double2 operator-(Double2 a, Double2 b) { return wasm_f64x2_sub(a.v, b.v); }
inline Double2 operator*(Double2 a, Double2 b) { return wasm_f64x2_mul(a.v, b.v); }

// Minimax fits of (sin r - r) / r^3 and (cos r - 1) / r^2 in r^2, for |r| <= pi / 4: relative
// errors of sin 2^-37.5, of cos 2^-33.9.
inline constexpr double kSine[] = {-0.16666666640776137, 0.0083333293024059618,
                                   -0.00019839311481867645, 2.7181140845801516e-06};
inline constexpr double kCosine[] = {-0.4999999969422404, 0.04166662032864827,
                                     -0.0013886680747208025, 2.4383482457259426e-05};
// pi / 2 in two parts: the product of the first with a whole number below 2^20 is exact.
inline constexpr double kQuarter = 0x1.921fb544p+0, kQuarterRest = 0x1.0b4611a626331p-34;
inline constexpr double kQuartersPerRadian = 0.63661977236758134;
inline constexpr float kFarAngle = 1e6f;

// An angle of x + turn quarters: its sine and cosine, each up to its sign, and the quarters.
struct Angle2 {
  Double2 sine, cosine;
  v128_t quarters;  // two 64-bit integers

  Angle2(Double2 x, int turn) : sine(x), cosine(x) {
    // No -0 is among the whole numbers, or an x of -0 would lose its sign.
    const Double2 whole = Double2(wasm_f64x2_nearest((x * kQuartersPerRadian).v)) + 0.0;
    const Double2 r = (x - whole * kQuarter) - whole * kQuarterRest, r2 = r * r;
    // Not in_double's: as a loop it makes sin a sixth slower.
    const auto polynomial = [r2](const double(&c)[4]) {
      return ((r2 * c[3] + c[2]) * r2 + c[1]) * r2 + c[0];
    };
    const Double2 s = r * (r2 * polynomial(kSine) + 1.0), c = r2 * polynomial(kCosine) + 1.0;
    quarters = wasm_i64x2_add(wasm_i64x2_extend_low_i32x4(wasm_i32x4_trunc_sat_f64x2_zero(whole.v)),
                              wasm_i64x2_splat(turn));
    const v128_t odd = wasm_i64x2_neg(wasm_v128_and(wasm_i64x2_splat(1), quarters));
    sine = wasm_v128_bitselect(c.v, s.v, odd);
    cosine = wasm_v128_bitselect(s.v, c.v, odd);
  }
};

// Two quarters turn the sign.
inline Double2 signed_sine(const Angle2& a) {
  const v128_t half_turn = wasm_v128_and(wasm_i64x2_splat(2), a.quarters);
  return wasm_v128_xor(a.sine.v, wasm_i64x2_shl(half_turn, 62));
}

// The sign of the sine beside that of the cosine turns with every quarter.
inline Double2 tangent(const Angle2& a) {
  const v128_t ratio = wasm_f64x2_div(a.sine.v, a.cosine.v);
  return wasm_v128_xor(ratio, wasm_i64x2_shl(a.quarters, 63));
}

// f of the angles of four floats, turned by some quarters; or exact(x) one by one where an angle is
// far out or no number.
template <class F>
F32 of_angles(const F& f, double (*exact)(double), int turn, F32 x) {
  if (mask_bits(abs(x) < F32(kFarAngle)) != 15) return through_double(exact, x);
  const v128_t high = wasm_i32x4_shuffle(x.v, x.v, 2, 3, 0, 1);
  const Double2 a = f(Angle2(wasm_f64x2_promote_low_f32x4(x.v), turn));
  const Double2 b = f(Angle2(wasm_f64x2_promote_low_f32x4(high), turn));
  return F32(wasm_i64x2_shuffle(wasm_f32x4_demote_f64x2_zero(a.v),
                                wasm_f32x4_demote_f64x2_zero(b.v), 0, 2));
}

}  // namespace torch::simd
