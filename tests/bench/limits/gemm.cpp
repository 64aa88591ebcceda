// The matrix product: packed panels, an 8x8 tile, four steps of k at once. The tile that came
// closest to the peak in both old and new V8.

#include "lanes.h"

namespace limits {
namespace {

constexpr int kTile = 8;
constexpr int kSteps = 4;
// A panel of A of 96 x 256 floats stays in L2, a strip of B of 256 x 8 in L1.
constexpr int kRows = 96, kDepth = 256, kColumns = 1024;

alignas(64) float packed_a[kRows * kDepth];
alignas(64) float packed_b[kColumns * kDepth];

void transpose(const float* from, int stride, float* to) {
  const F4 a = load(from), b = load(from + stride), c = load(from + 2 * stride),
           d = load(from + 3 * stride);
  const F4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const F4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const F4 ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const F4 cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  store(to, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
  store(to + kTile, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
  store(to + 2 * kTile, __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5));
  store(to + 3 * kTile, __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7));
}

// Strips of 8 along the side that the product keeps (`kept` elements, `step` apart), each with its
// k elements (`k_step` apart) one after the other; what is missing in the last strip is zero.
__attribute__((noinline)) void pack(int kept, int k, const float* from, int step, int k_step,
                                    float* to) {
  for (int i = 0; i < kept; i += kTile, from += kTile * step) {
    const int width = kept - i < kTile ? kept - i : kTile;
    int p = 0;
    if (width == kTile && step == 1) {
      for (; p < k; ++p, to += kTile) {
        store(to, load(from + p * k_step));
        store(to + 4, load(from + p * k_step + 4));
      }
    } else if (width == kTile && k_step == 1) {
      for (; p + 4 <= k; p += 4, to += 4 * kTile) {
        transpose(from + p, step, to);
        transpose(from + 4 * step + p, step, to + 4);
      }
    }
    for (; p < k; ++p, to += kTile) {
      for (int j = 0; j < kTile; ++j) to[j] = j < width ? from[j * step + p * k_step] : 0;
    }
  }
}

// c += a b of two strips, or c = a b when it is the first part of k.
__attribute__((noinline)) void tile(int k, const float* a, const float* b, float* c, int stride,
                                    bool first) {
  F4 s[kTile][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < kTile; ++i) {
    s[i][0] = first ? splat(0) : load(c + i * stride);
    s[i][1] = first ? splat(0) : load(c + i * stride + 4);
  }
  const auto step = [&](int p) __attribute__((always_inline)) {
    const F4 b0 = load(b + p * kTile), b1 = load(b + p * kTile + 4);
#pragma clang loop unroll(full)
    for (int i = 0; i < kTile; ++i) {
      const F4 ai = load_splat(a + p * kTile + i);
      s[i][0] = fused(ai, b0, s[i][0]);
      s[i][1] = fused(ai, b1, s[i][1]);
    }
  };
#pragma clang loop unroll(disable)
  for (; k >= kSteps; k -= kSteps, a += kSteps * kTile, b += kSteps * kTile) {
#pragma clang loop unroll(full)
    for (int p = 0; p < kSteps; ++p) step(p);
  }
#pragma clang loop unroll(disable)
  for (; k > 0; --k, a += kTile, b += kTile) step(0);
#pragma clang loop unroll(full)
  for (int i = 0; i < kTile; ++i) {
    store(c + i * stride, s[i][0]);
    store(c + i * stride + 4, s[i][1]);
  }
}

int smaller(int a, int b) { return a < b ? a : b; }

}  // namespace

void multiply(int m, int n, int k, const float* a, int a_row, int a_column, const float* b,
              int b_row, int b_column, float* c) {
  for (int j0 = 0; j0 < n; j0 += kColumns) {
    const int columns = smaller(n - j0, kColumns);
    for (int p0 = 0; p0 < k; p0 += kDepth) {
      const int depth = smaller(k - p0, kDepth);
      pack(columns, depth, b + p0 * b_row + j0 * b_column, b_column, b_row, packed_b);
      for (int i0 = 0; i0 < m; i0 += kRows) {
        const int rows = smaller(m - i0, kRows);
        pack(rows, depth, a + i0 * a_row + p0 * a_column, a_row, a_column, packed_a);
        for (int j = 0; j < columns; j += kTile) {
          for (int i = 0; i < rows; i += kTile) {
            const int height = smaller(rows - i, kTile), width = smaller(columns - j, kTile);
            float* to = c + (i0 + i) * n + j0 + j;
            const float* strip_a = packed_a + i * depth;
            const float* strip_b = packed_b + j * depth;
            if (height == kTile && width == kTile) {
              tile(depth, strip_a, strip_b, to, n, p0 == 0);
              continue;
            }
            float part[kTile * kTile];
            tile(depth, strip_a, strip_b, part, kTile, true);
            for (int y = 0; y < height; ++y) {
              for (int x = 0; x < width; ++x) {
                to[y * n + x] = (p0 == 0 ? 0 : to[y * n + x]) + part[y * kTile + x];
              }
            }
          }
        }
      }
    }
  }
}

extern "C" {

EMSCRIPTEN_KEEPALIVE void gemm(int m, int n, int k, const float* a, int a_row, int a_column,
                               const float* b, int b_row, int b_column, float* c) {
  multiply(m, n, k, a, a_row, a_column, b, b_row, b_column, c);
}

}  // extern "C"
}  // namespace limits
