// A training step of a self-normalizing network as a hand-written sequence of kernels: Linear, SELU
// and AlphaDropout in hidden layers, cross-entropy, Adam. Its random numbers are xoshiro128+'s.

#include "lanes.h"

extern "C" void adam(float* w, float* m, float* v, const float* g, int n, float step, float root);

namespace limits {
namespace {

// Blackman and Vigna's xoshiro128+, eight streams side by side.
struct Xoshiro {
  U4 s[4][2];
  U4 next(int v) {
    const U4 result = s[0][v] + s[3][v];
    const U4 t = s[1][v] << 9;
    s[2][v] ^= s[0][v];
    s[3][v] ^= s[1][v];
    s[1][v] ^= s[2][v];
    s[0][v] ^= s[3][v];
    s[2][v] ^= t;
    s[3][v] = (s[3][v] << 11) | (s[3][v] >> 21);
    return result;
  }
};
Xoshiro generator;

// y = keep ? a h + b : floor, which keeps mean 0 and variance 1 (Klambauer et al. 2017).
struct AlphaDropout {
  float a, b, floor;
  I4 threshold;  // of a signed comparison
  explicit AlphaDropout(float p) {
    a = 1 / __builtin_sqrtf((1 - p) * (1 + p * kSeluFloor * kSeluFloor));
    b = a * kSeluFloor * p;
    floor = b - a * kSeluFloor;
    threshold = (I4)splat_bits(static_cast<uint32_t>(p * 4294967296.f) ^ 0x80000000u);
  }
};

// h = selu(z + bias), y = alpha_dropout(h). `columns` is a multiple of 8.
void activate(float* y, float* h, const float* z, const float* bias, int rows, int columns,
              float p) {
  const Selu selu;
  const AlphaDropout drop(p);
  const F4 a = splat(drop.a), b = splat(drop.b), floor = splat(drop.floor);
  Xoshiro x = generator;
  for (int r = 0; r < rows; ++r, y += columns, h += columns, z += columns) {
#pragma clang loop unroll(disable)
    for (int i = 0; i < columns; i += 8) {
#pragma clang loop unroll(full)
      for (int v = 0; v < 2; ++v) {
        const int at = i + 4 * v;
        const F4 value = selu(load(z + at) + load(bias + at));
        const I4 keep = (I4)(x.next(v) ^ splat_bits(0x80000000u)) >= drop.threshold;
        store(h + at, value);
        store(y + at, select(keep, fused(value, a, b), floor));
      }
    }
  }
  generator = x;
}

// In place, from the gradient of y to that of z. What was dropped is what lies at the floor.
void activate_backward(float* g, const float* y, const float* h, int n, float p) {
  const AlphaDropout drop(p);
  const F4 a = splat(drop.a), floor = splat(drop.floor);
  const F4 scale = splat(kSeluScale), deepest = splat(kSeluFloor);
#pragma clang loop unroll(disable)
  for (int i = 0; i < n; i += 4) {
    const F4 hi = load(h + i);
    const F4 slope = select((I4)(hi > splat(0)), scale, hi + deepest);
    const I4 kept = (I4)(load(y + i) != floor);
    store(g + i, (F4)((I4)(load(g + i) * slope * a) & kept));
  }
}

void sum_of_rows(float* sums, const float* x, int rows, int columns) {
  for (int j = 0; j < columns; ++j) sums[j] = x[j];
  for (int r = 1; r < rows; ++r) {
    x += columns;
    int j = 0;
    for (; j + 4 <= columns; j += 4) store(sums + j, load(sums + j) + load(x + j));
    for (; j < columns; ++j) sums[j] += x[j];
  }
}

struct Network {
  static constexpr int kMost = 40;
  int layers, batch, parameters;
  int sizes[kMost + 1];
  float *weight[kMost], *bias[kMost], *weight_gradient[kMost], *bias_gradient[kMost];
  float *h[kMost], *y[kMost], *z, *gradient[2];
  float *all, *all_gradients, *first_moment, *second_moment;
};
Network net;

int padded(int n) { return (n + 15) & ~15; }

float* floats(int n) {
  auto* p = static_cast<float*>(allocate(static_cast<size_t>(padded(n)) * 4));
  for (int i = 0; i < padded(n); ++i) p[i] = 0;
  return p;
}

}  // namespace

extern "C" {

// Called once for each instance of the module.
EMSCRIPTEN_KEEPALIVE void network(int layers, const int32_t* sizes, int batch) {
  net.layers = layers;
  net.batch = batch;
  int widest = 0;
  for (int l = 0; l <= layers; ++l) {
    net.sizes[l] = sizes[l];
    widest = sizes[l] > widest ? sizes[l] : widest;
  }
  for (int l = 0; l < layers; ++l) {
    net.parameters += padded(sizes[l] * sizes[l + 1]) + padded(sizes[l + 1]);
  }
  net.all = floats(net.parameters);
  net.all_gradients = floats(net.parameters);
  net.first_moment = floats(net.parameters);
  net.second_moment = floats(net.parameters);
  int at = 0;
  for (int l = 0; l < layers; ++l) {
    net.weight[l] = net.all + at;
    net.weight_gradient[l] = net.all_gradients + at;
    at += padded(sizes[l] * sizes[l + 1]);
    net.bias[l] = net.all + at;
    net.bias_gradient[l] = net.all_gradients + at;
    at += padded(sizes[l + 1]);
    net.h[l] = floats(batch * sizes[l + 1]);
    net.y[l] = floats(batch * sizes[l + 1]);
  }
  net.z = floats(batch * widest);
  for (float*& g : net.gradient) g = floats(batch * widest);
  // Any odd constants do for a start: nothing is claimed about these random numbers.
  uint32_t word = 1;
  for (auto& row : generator.s) {
    for (U4& lanes : row) {
      for (int i = 0; i < 4; ++i) lanes[i] = word = word * 1664525u + 1013904223u;
    }
  }
}

// The weight of layer l, in[l] x out[l].
EMSCRIPTEN_KEEPALIVE float* network_weight(int l) { return net.weight[l]; }

// One step of Adam (step and root are adam's) on the mean cross-entropy, which it returns.
EMSCRIPTEN_KEEPALIVE float network_step(const float* x, const int32_t* labels, float p, float step,
                                        float root) {
  const int last = net.layers - 1, batch = net.batch;
  const auto in = [&](int l) { return l == 0 ? x : net.y[l - 1]; };
  for (int l = 0; l < last; ++l) {
    const int from = net.sizes[l], to = net.sizes[l + 1];
    multiply(batch, to, from, in(l), from, 1, net.weight[l], to, 1, net.z);
    activate(net.y[l], net.h[l], net.z, net.bias[l], batch, to, p);
  }
  const int classes = net.sizes[net.layers];
  multiply(batch, classes, net.sizes[last], in(last), net.sizes[last], 1, net.weight[last], classes,
           1, net.z);
  for (int r = 0; r < batch; ++r) {
    for (int j = 0; j < classes; ++j) net.z[r * classes + j] += net.bias[last][j];
  }
  float *g = net.gradient[0], *below = net.gradient[1];
  const float loss = cross_entropy_rows(g, net.z, labels, batch, classes);
  for (int l = last; l >= 0; --l) {
    const int from = net.sizes[l], to = net.sizes[l + 1];
    multiply(from, to, batch, in(l), 1, from, g, to, 1, net.weight_gradient[l]);
    sum_of_rows(net.bias_gradient[l], g, batch, to);
    if (l == 0) break;
    multiply(batch, from, to, g, to, 1, net.weight[l], 1, to, below);
    activate_backward(below, net.y[l - 1], net.h[l - 1], batch * from, p);
    float* const swapped = g;
    g = below;
    below = swapped;
  }
  adam(net.all, net.first_moment, net.second_moment, net.all_gradients, net.parameters, step, root);
  return loss;
}

}  // extern "C"
}  // namespace limits
