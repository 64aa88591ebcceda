// Four floats as a vector of clang, and what each build makes of a multiply-add.
#pragma once

#include <emscripten/emscripten.h>
#include <wasm_simd128.h>

#include <cstddef>
#include <cstdint>

namespace limits {

using F4 = float __attribute__((vector_size(16)));
using I4 = int32_t __attribute__((vector_size(16)));
using U4 = uint32_t __attribute__((vector_size(16)));

inline F4 load(const float* p) { return (F4)wasm_v128_load(p); }
inline U4 load(const uint32_t* p) { return (U4)wasm_v128_load(p); }
inline void store(float* p, F4 v) { wasm_v128_store(p, (v128_t)v); }
inline void store(uint32_t* p, U4 v) { wasm_v128_store(p, (v128_t)v); }
inline F4 splat(float x) { return F4{x, x, x, x}; }
inline U4 splat_bits(uint32_t x) { return U4{x, x, x, x}; }
inline F4 load_splat(const float* p) { return (F4)wasm_v128_load32_splat(p); }
inline F4 least(F4 a, F4 b) { return (F4)wasm_f32x4_pmin((v128_t)a, (v128_t)b); }
inline F4 most(F4 a, F4 b) { return (F4)wasm_f32x4_pmax((v128_t)a, (v128_t)b); }
inline F4 square_root(F4 v) { return (F4)wasm_f32x4_sqrt((v128_t)v); }
inline float sum(F4 v) { return (v[0] + v[1]) + (v[2] + v[3]); }

#if TORCH_RELAXED_SIMD
inline constexpr bool kFused = true;
inline F4 fused(F4 a, F4 b, F4 c) {
  return (F4)wasm_f32x4_relaxed_madd((v128_t)a, (v128_t)b, (v128_t)c);
}
inline F4 select(I4 mask, F4 a, F4 b) {
  return (F4)wasm_i32x4_relaxed_laneselect((v128_t)a, (v128_t)b, (v128_t)mask);
}
#else
inline constexpr bool kFused = false;
inline F4 fused(F4 a, F4 b, F4 c) { return a * b + c; }
inline F4 select(I4 mask, F4 a, F4 b) {
  return (F4)wasm_v128_bitselect((v128_t)a, (v128_t)b, (v128_t)mask);
}
#endif

// What exp takes, four times each. Read from memory before a loop: a constant in the code is
// written into the loop again at each use by V8, three or four instructions each time.
extern float exp_table[13][4];

// The exponential of Cephes (expf): e^x = 2^n e^r, and a polynomial of degree 7 for e^r - 1.
struct Exp {
  F4 log2e, magic, ln2_high, ln2_low, p5, p4, p3, p2, p1, p0, lowest, one;
  I4 bias;

  Exp() {
    F4* const fields[] = {&log2e, &magic, &ln2_high, &ln2_low, &p5,     &p4,
                          &p3,    &p2,    &p1,       &p0,      &lowest, &one};
#pragma clang loop unroll(full)
    for (int i = 0; i < 12; ++i) *fields[i] = load(exp_table[i]);
    bias = (I4)load(exp_table[12]);
  }

  // e^r - 1, and 2^n in `scale`.
  F4 reduced(F4 x, F4& scale) const {
    const F4 shifted = fused(x, log2e, magic);
    scale = (F4)(((I4)shifted + bias) << 23);
    const F4 n = shifted - magic;
    const F4 r = fused(n, ln2_low, fused(n, ln2_high, x));
    F4 p = fused(p5, r, p4);
    p = fused(p, r, p3);
    p = fused(p, r, p2);
    p = fused(p, r, p1);
    p = fused(p, r, p0);
    return fused(p, r * r, r);
  }
  // For x <= 0.
  F4 of_negative(F4 x) const {
    F4 scale;
    const F4 q = reduced(most(x, lowest), scale);
    return fused(q, scale, scale);
  }
  F4 minus_one_of_negative(F4 x) const {
    F4 scale;
    const F4 q = reduced(most(x, lowest), scale);
    return fused(q, scale, scale - one);
  }
};

// The fixed point of Klambauer et al. 2017.
inline constexpr float kSeluScale = 1.0507009873554805f;
inline constexpr float kSeluFloor = 1.7580993408473766f;

struct Selu {
  Exp exp;
  F4 scale = splat(kSeluScale), floor = splat(kSeluFloor);
  F4 operator()(F4 x) const {
    return select((I4)(x > splat(0)), x * scale, exp.minus_one_of_negative(x) * floor);
  }
};

// Memory for good, at a multiple of 64.
void* allocate(size_t bytes);

// C[i, j] = sum over k of A[i, k] B[k, j], with strides; C is contiguous.
void multiply(int m, int n, int k, const float* a, int a_row, int a_column, const float* b,
              int b_row, int b_column, float* c);

// Cross-entropy of rows of logits, and its gradient. Any number of columns.
float cross_entropy_rows(float* gradient, const float* logits, const int32_t* labels, int rows,
                         int columns);

}  // namespace limits
