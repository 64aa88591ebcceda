// Hand kernels over one long array: SELU, mean and variance, Adam, SGD. Lengths are multiples
// of 16.

#include "lanes.h"

namespace limits {

// Cephes's numbers for expf; the last row is 127 minus the bits of the magic number, 1.5 * 2^23.
#define FOUR(x) \
  { x, x, x, x }
float exp_table[13][4] = {
    FOUR(1.44269504088896341f),
    FOUR(12582912.f),
    FOUR(-0.693359375f),
    FOUR(2.12194440e-4f),
    FOUR(1.9875691500e-4f),
    FOUR(1.3981999507e-3f),
    FOUR(8.3334519073e-3f),
    FOUR(4.1665795894e-2f),
    FOUR(1.6666665459e-1f),
    FOUR(5.0000001201e-1f),
    FOUR(-87.33654f),
    FOUR(1.f),
    FOUR(__builtin_bit_cast(float, 127 - 0x4B400000)),
};
#undef FOUR

extern "C" {

EMSCRIPTEN_KEEPALIVE void selu(float* y, const float* x, int n) {
  const Selu f;
#pragma clang loop unroll(disable)
  for (int i = 0; i < n; i += 16) {
    const F4 a = load(x + i), b = load(x + i + 4), c = load(x + i + 8), d = load(x + i + 12);
    store(y + i, f(a));
    store(y + i + 4, f(b));
    store(y + i + 8, f(c));
    store(y + i + 12, f(d));
  }
}

// Two passes, the variance of the population: out[0] and out[1].
EMSCRIPTEN_KEEPALIVE void mean_variance(float* out, const float* x, int n) {
  F4 s[4] = {};
#pragma clang loop unroll(disable)
  for (int i = 0; i < n; i += 16) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; ++j) s[j] += load(x + i + 4 * j);
  }
  out[0] = sum((s[0] + s[1]) + (s[2] + s[3])) / static_cast<float>(n);
  const F4 mean = splat(out[0]);
  F4 q[4] = {};
#pragma clang loop unroll(disable)
  for (int i = 0; i < n; i += 16) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; ++j) {
      const F4 d = load(x + i + 4 * j) - mean;
      q[j] = fused(d, d, q[j]);
    }
  }
  out[1] = sum((q[0] + q[1]) + (q[2] + q[3])) / static_cast<float>(n);
}

// PyTorch's Adam: step is lr / (1 - beta1^t), root is 1 / sqrt(1 - beta2^t).
EMSCRIPTEN_KEEPALIVE void adam(float* w, float* m, float* v, const float* g, int n, float step,
                               float root) {
  const F4 b1 = splat(0.9f), c1 = splat(0.1f), b2 = splat(0.999f), c2 = splat(0.001f);
  const F4 eps = splat(1e-8f), minus_step = splat(-step), r = splat(root);
#pragma clang loop unroll(disable)
  for (int i = 0; i < n; i += 4) {
    const F4 gi = load(g + i);
    const F4 mi = fused(load(m + i), b1, gi * c1);
    const F4 vi = fused(load(v + i), b2, gi * gi * c2);
    store(m + i, mi);
    store(v + i, vi);
    store(w + i, fused(minus_step, mi / fused(square_root(vi), r, eps), load(w + i)));
  }
}

EMSCRIPTEN_KEEPALIVE void sgd(float* w, const float* g, int n, float lr) {
  const F4 minus_lr = splat(-lr);
#pragma clang loop unroll(disable)
  for (int i = 0; i < n; i += 16) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 16; j += 4) {
      store(w + i + j, fused(minus_lr, load(g + i + j), load(w + i + j)));
    }
  }
}

}  // extern "C"
}  // namespace limits
