// Hand kernels over rows: softmax, and cross-entropy with its gradient.

#include "lanes.h"

// The module is linked without a C library.
extern "C" __attribute__((import_module("env"), import_name("log"))) double log_of_javascript(
    double);

namespace limits {
namespace {

float greatest(const float* x, int n) {
  int i = 0;
  float result = x[0];
  if (n >= 16) {
    F4 m[4] = {load(x), load(x + 4), load(x + 8), load(x + 12)};
#pragma clang loop unroll(disable)
    for (i = 16; i + 16 <= n; i += 16) {
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; ++j) m[j] = most(m[j], load(x + i + 4 * j));
    }
    const F4 all = most(most(m[0], m[1]), most(m[2], m[3]));
    for (int j = 0; j < 4; ++j) result = all[j] > result ? all[j] : result;
  }
  for (; i < n; ++i) result = x[i] > result ? x[i] : result;
  return result;
}

// y = e^(x - greatest); returns their sum.
float exponentials(float* y, const float* x, float greatest, int n, const Exp& exp) {
  const F4 g = splat(greatest);
  F4 s[4] = {};
  int i = 0;
#pragma clang loop unroll(disable)
  for (; i + 16 <= n; i += 16) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; ++j) {
      const F4 e = exp.of_negative(load(x + i + 4 * j) - g);
      s[j] += e;
      store(y + i + 4 * j, e);
    }
  }
  float total = sum((s[0] + s[1]) + (s[2] + s[3]));
  for (; i < n; i += 4) {
    F4 rest = splat(0);
    for (int j = 0; j < 4 && i + j < n; ++j) rest[j] = x[i + j] - greatest;
    rest = exp.of_negative(rest);
    for (int j = 0; j < 4 && i + j < n; ++j) total += y[i + j] = rest[j];
  }
  return total;
}

void scale(float* y, float factor, int n) {
  const F4 f = splat(factor);
  int i = 0;
#pragma clang loop unroll(disable)
  for (; i + 16 <= n; i += 16) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 16; j += 4) store(y + i + j, load(y + i + j) * f);
  }
  for (; i < n; ++i) y[i] *= factor;
}

}  // namespace

float cross_entropy_rows(float* gradient, const float* logits, const int32_t* labels, int rows,
                         int columns) {
  const Exp exp;
  const float share = 1 / static_cast<float>(rows);
  float loss = 0;
  for (int r = 0; r < rows; ++r, gradient += columns, logits += columns) {
    const float top = greatest(logits, columns);
    const float total = exponentials(gradient, logits, top, columns, exp);
    scale(gradient, share / total, columns);
    gradient[labels[r]] -= share;
    loss += static_cast<float>(log_of_javascript(total)) + top - logits[labels[r]];
  }
  return loss * share;
}

extern "C" {

EMSCRIPTEN_KEEPALIVE void softmax(float* y, const float* x, int rows, int columns) {
  const Exp exp;
  for (int r = 0; r < rows; ++r, y += columns, x += columns) {
    scale(y, 1 / exponentials(y, x, greatest(x, columns), columns, exp), columns);
  }
}

EMSCRIPTEN_KEEPALIVE float cross_entropy(float* gradient, const float* logits,
                                         const int32_t* labels, int rows, int columns) {
  return cross_entropy_rows(gradient, logits, labels, rows, columns);
}

}  // extern "C"
}  // namespace limits
