#include "kernels/normal.h"

#include <cmath>
#include <cstring>
#include <numbers>

#include "base/parallel.h"
#include "kernels/uniform.h"

namespace torch::kernels {

namespace {

using simd::F32, simd::I32, simd::Mask4, simd::U32, simd::constant;

#if defined(TORCH_RELAXED_SIMD)
constexpr bool kMayFuse = true;
[[maybe_unused]] F32 fused(F32 a, F32 b, F32 c) { return madd_relaxed(a, b, c); }
#elif defined(__wasm__)
constexpr bool kMayFuse = false;
[[maybe_unused]] F32 fused(F32 a, F32 b, F32 c) { return fma(a, b, c); }
#else
// The tests' stand-in for hardware that fuses.
constexpr bool kMayFuse = true;
[[maybe_unused]] F32 fused(F32 a, F32 b, F32 c) {
  float x[4], y[4], z[4];
  a.store(x);
  b.store(y);
  c.store(z);
  for (int i = 0; i < 4; ++i) z[i] = std::fma(x[i], y[i], z[i]);
  return F32::load(z);
}
#endif

// Eight floats where hardware fuses.
struct Fused8 {
  F32 a, b;

  Fused8(F32 low, F32 high) : a(low), b(high) {}
  static Fused8 all(const float& value) { return {constant(value), constant(value)}; }
  F32 low() const { return a; }
  F32 high() const { return b; }
  static F32 fma4(F32 x, F32 y, F32 z) { return fused(x, y, z); }
};
[[maybe_unused]] Fused8 operator*(const Fused8& x, const Fused8& y) {
  return {x.a * y.a, x.b * y.b};
}
[[maybe_unused]] Fused8 operator-(const Fused8& x) { return {-x.a, -x.b}; }
[[maybe_unused]] Fused8 fma(const Fused8& x, const Fused8& y, const Fused8& z) {
  return {fused(x.a, y.a, z.a), fused(x.b, y.b, z.b)};
}
[[maybe_unused]] Fused8 fma_exact(const Fused8& x, const Fused8& y, const Fused8& z) {
  return fma(x, y, z);
}

// Eight floats held in doubles.
struct Held8 : simd::Held8 {
  using simd::Held8::Held8;
  Held8(const simd::Held8& x) : simd::Held8(x) {}
  explicit Held8(simd::F64 each) : simd::Held8(each, each, each, each) {}
  // Loaded constants would be faster by a tenth, and twice the code.
  static Held8 all(const float& value) { return Held8(simd::F64(static_cast<double>(value))); }
  static F32 fma4(F32 x, F32 y, F32 z) { return simd::fma(x, y, z); }
};

// One object, so that it is whole in both builds and what lies behind it is where it was.
constexpr struct {
  float log[9] = {7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f,
                  -1.2420140846e-1f, 1.4249322787e-1f,  -1.6668057665e-1f,
                  2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f};
  float cos[3] = {2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f};
  float sin[3] = {-1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f};
  // pi / 4 in three parts, negative.
  float pi_over_4[3] = {-0.78515625f, -2.4187564849853515625e-4f, -3.77489497744594108e-8f};
  float ln2_low = -2.12194440e-4f, ln2_high = 0.693359375f, four_over_pi = 1.27323954473516f,
        two_pi = 2 * std::numbers::pi, sqrt_half = 0.707106781186547524f, half = 0.5f, one = 1,
        minus_two = -2;
  int32_t mantissa = 0x007fffff, half_bits = 0x3f000000, half_exponent = 126;
  int32_t first_bit = 1, second_bit = 2, third_bit = 4, even = ~1;
} k;

// x = 2^exponent * (1 + fraction), fraction in [sqrt(1/2) - 1, sqrt(2) - 1).
struct LogParts {
  F32 fraction, exponent;

  explicit LogParts(F32 x) {
    const F32 one = constant(k.one);
    const I32 raw = bits(x);
    const F32 m = from_bits((raw & constant(k.mantissa)) | constant(k.half_bits));
    const Mask4 low = m < constant(k.sqrt_half);
    exponent = to_float((raw >> 23) - constant(k.half_exponent)) - where(low, one);
    fraction = (m - one) + where(low, m);
  }
};

// ln x of eight normal x > 0.
template <class Eight>
Eight cephes_log(F32 x_low, F32 x_high) {
  const auto all = [](const float& value) { return Eight::all(value); };
  const LogParts low(x_low), high(x_high);
  const Eight e(low.exponent, high.exponent), x(low.fraction, high.fraction);
  const Eight z = x * x;
  Eight y = all(k.log[0]);
  // Each fused step is long where it is made of doubles: unrolled, the three loops of this file
  // cost 1 KB of the download, and time.
#pragma clang loop unroll(disable)
  for (size_t i = 1; i < 9; ++i) y = fma(y, x, all(k.log[i]));
  y = y * x;
  y = fma(y, z, e * all(k.ln2_low));
  // Both sums are exact in double, or else their smaller part is too small to matter: x is 0 or at
  // least 2^-24 from 0, and the constants are short.
  y = fma_exact(-z, all(k.half), y);
  const Eight sum(low.fraction + y.low(), high.fraction + y.high());
  return fma_exact(e, all(k.ln2_high), sum);
}

// t = octant * pi/4 + rest for the nearest even octant, 0 <= t <= 2 pi.
struct Octant {
  I32 j;

  explicit Octant(F32 t)
      : j((to_int(t * constant(k.four_over_pi)) + constant(k.first_bit)) & constant(k.even)) {}
  F32 number() const { return to_float(j); }

  // From the sine and cosine of the rest: every second octant swaps the two, the quadrant gives the
  // signs.
  F32 sin(F32 s, F32 c) const {
    return from_bits(bits(select(straight(), s, c)) ^ ((j & constant(k.third_bit)) << 29));
  }
  // Negative in the quadrants whose number, one further, has its second bit set.
  F32 cos(F32 s, F32 c) const {
    const I32 sign = ((j + constant(k.second_bit)) & constant(k.third_bit)) << 29;
    return from_bits(bits(select(straight(), c, s)) ^ sign);
  }
  Mask4 straight() const { return (j & constant(k.second_bit)) == I32(0); }
};

// 16 words to y[0..16): words[0..8) give radii, words[8..16) angles.
template <class Eight>
void normal_block(const uint32_t* words, float mean, float std, float* y) {
  const auto all = [](const float& value) { return Eight::all(value); };
  const auto uniform = [=](size_t i) { return uniform24(U32::load(words + 4 * i)); };
  const F32 one = constant(k.one);
  const Eight log = cephes_log<Eight>(one - uniform(0), one - uniform(1));
  const F32 r_low = sqrt(constant(k.minus_two) * log.low());
  const F32 r_high = sqrt(constant(k.minus_two) * log.high());

  const F32 t_low = constant(k.two_pi) * uniform(2), t_high = constant(k.two_pi) * uniform(3);
  const Octant low(t_low), high(t_high);
  const Eight octant(low.number(), high.number());
  Eight x(t_low, t_high);
#pragma clang loop unroll(disable)
  for (const float& part : k.pi_over_4) x = fma_exact(octant, all(part), x);
  const Eight z = x * x;
  Eight c = fma(all(k.cos[0]), z, all(k.cos[1]));
  c = fma(c, z, all(k.cos[2])) * z;
  c = fma(c, z, -(z * all(k.half)));
  Eight s = fma(all(k.sin[0]), z, all(k.sin[1]));
  s = fma(s, z, all(k.sin[2])) * z;
  s = fma(s, x, x);

  const F32 s_low = s.low(), s_high = s.high();
  const F32 c_low = c.low() + one, c_high = c.high() + one;
  const F32 normals[4] = {r_low * low.cos(s_low, c_low), r_high * high.cos(s_high, c_high),
                          r_low * low.sin(s_low, c_low), r_high * high.sin(s_high, c_high)};
#pragma clang loop unroll(disable)
  for (size_t i = 0; i < 4; ++i) {
    const F32 n = normals[i];
    // The fma of 1 and 0 is an addition: it makes -0 into 0.
    (mean == 0 && std == 1 ? n + F32(0) : Eight::fma4(n, F32(std), F32(mean))).store(y + 4 * i);
  }
}

// 32 words to y[0..16).
void normal_block(const uint32_t* words, double mean, double std, double* y) {
  for (size_t k = 0; k < 8; ++k) {
    const double r = std::sqrt(-2 * std::log(1 - uniform53(words + 2 * k)));
    const double t = 2 * std::numbers::pi * uniform53(words + 2 * k + 16);
    y[k] = std::fma(r * std::cos(t), std, mean);
    y[k + 8] = std::fma(r * std::sin(t), std, mean);
  }
}

// The words for n elements of T, into the memory of y.
template <class T>
void draw_words(Mt19937& engine, size_t n, T* y) {
  constexpr size_t kEach = sizeof(T) / sizeof(uint32_t);
  draw<kEach>(engine, n, [y](const uint32_t* words, size_t first, size_t count) {
    std::memcpy(y + first, words, count * sizeof(T));
  });
}

template <class T, class Block>
void each_block(const Block& block, T mean, T std, size_t blocks, T* y) {
  for (T* const end = y + 16 * blocks; y != end; y += 16) {
    uint32_t words[16 * sizeof(T) / sizeof(uint32_t)];
    std::memcpy(words, y, sizeof words);
    block(words, mean, std, y);
  }
}

// Each 16 elements from y on, which hold words, become normals. One function for both ways, whose
// parameters are all looked at: so the two builds have the same functions of the same types, and
// the second costs next to nothing in the download.
[[gnu::noinline]] void finish(float mean, float std, size_t blocks, float* y, bool fused) {
  [[maybe_unused]] const volatile bool seen = fused;
  if constexpr (kMayFuse) {
    if (fused) {
      return each_block([](auto... a) { normal_block<Fused8>(a...); }, mean, std, blocks, y);
    }
  }
  each_block([](auto... a) { normal_block<Held8>(a...); }, mean, std, blocks, y);
}
[[gnu::noinline]] void finish(double mean, double std, size_t blocks, double* y, bool) {
  each_block([](auto... a) { normal_block(a...); }, mean, std, blocks, y);
}

template <class T>
void normals(Mt19937& engine, T mean, T std, size_t n, T* y, bool fused) {
  constexpr size_t kGrain = 256;  // blocks
  draw_words(engine, n, y);
  parallel_for(n / 16, kGrain, [=](size_t begin, size_t end) {
    finish(mean, std, end - begin, y + begin * 16, fused);
  });
  if (n % 16 == 0) return;
  draw_words(engine, 16, y + n - 16);
  finish(mean, std, 1, y + n - 16, fused);
}

}  // namespace

bool fuses() {
#if defined(TORCH_RELAXED_SIMD)
  // (1 + e)^2 - (1 + 2 e) is e^2 = 2^-24, which a rounded product loses. Volatile, so that it is
  // computed where it runs.
  const volatile float factor = 1 + 0x1p-12f, sum = -(1 + 0x1p-11f);
  const F32 rest = fused(F32(factor), F32(factor), F32(sum));
  return mask_bits(rest == F32(0x1p-24f)) == 15;
#else
  return false;
#endif
}

void normal(Mt19937& engine, float mean, float std, size_t n, float* y, bool fused) {
  normals(engine, mean, std, n, y, fused);
}

void normal(Mt19937& engine, double mean, double std, size_t n, double* y) {
  normals(engine, mean, std, n, y, false);
}

}  // namespace torch::kernels
