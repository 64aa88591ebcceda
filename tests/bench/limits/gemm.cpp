// The matrix product: packed panels and a tile of 4 x 8. Of the tiles tried (4 and 8 high, 8 and 12
// wide, one to eight steps of k at once) the one that came closest to the peak in both old and new
// V8.

#include "lanes.h"

namespace limits {
namespace {

constexpr int kTall = 4, kWide = 8;
// A panel of A of 96 x 256 floats stays in L2, a strip of B of 256 x 8 in L1.
constexpr int kRows = 96, kDepth = 256, kColumns = 1024;

alignas(64) float packed_a[kRows * kDepth];
alignas(64) float packed_b[(kColumns + kWide) * kDepth];

void transpose(const float* from, int stride, float* to, int to_stride) {
  const F4 a = load(from), b = load(from + stride), c = load(from + 2 * stride),
           d = load(from + 3 * stride);
  const F4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const F4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const F4 ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const F4 cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  store(to, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
  store(to + to_stride, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
  store(to + 2 * to_stride, __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5));
  store(to + 3 * to_stride, __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7));
}

// Strips of kWidth along the side that the product keeps (`kept` elements, `step` apart), each with
// its k elements (`k_step` apart) one after the other; what is missing in the last strip is zero.
template <int kWidth>
__attribute__((noinline)) void pack(int kept, int k, const float* from, int step, int k_step,
                                    float* to) {
  for (int i = 0; i < kept; i += kWidth, from += kWidth * step) {
    const int width = kept - i < kWidth ? kept - i : kWidth;
    int p = 0;
    if (width == kWidth && step == 1) {
      for (; p < k; ++p, to += kWidth) {
#pragma clang loop unroll(full)
        for (int j = 0; j < kWidth; j += 4) store(to + j, load(from + p * k_step + j));
      }
    } else if (width == kWidth && k_step == 1) {
      for (; p + 4 <= k; p += 4, to += 4 * kWidth) {
#pragma clang loop unroll(full)
        for (int j = 0; j < kWidth; j += 4) transpose(from + j * step + p, step, to + j, kWidth);
      }
    }
    for (; p < k; ++p, to += kWidth) {
      for (int j = 0; j < kWidth; ++j) to[j] = j < width ? from[j * step + p * k_step] : 0;
    }
  }
}

// c += a b of two strips, or c = a b when it is the first part of k.
__attribute__((noinline)) void tile(int k, const float* a, const float* b, float* c, int stride,
                                    bool first) {
  constexpr int kVectors = kWide / 4;
  F4 s[kTall][kVectors];
#pragma clang loop unroll(full)
  for (int i = 0; i < kTall; ++i) {
#pragma clang loop unroll(full)
    for (int j = 0; j < kVectors; ++j) s[i][j] = first ? splat(0) : load(c + i * stride + 4 * j);
  }
#pragma clang loop unroll(disable)
  for (; k > 0; --k, a += kTall, b += kWide) {
    F4 row[kVectors];
#pragma clang loop unroll(full)
    for (int j = 0; j < kVectors; ++j) row[j] = load(b + 4 * j);
#pragma clang loop unroll(full)
    for (int i = 0; i < kTall; ++i) {
      const F4 ai = load_splat(a + i);
#pragma clang loop unroll(full)
      for (int j = 0; j < kVectors; ++j) s[i][j] = fused(ai, row[j], s[i][j]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < kTall; ++i) {
#pragma clang loop unroll(full)
    for (int j = 0; j < kVectors; ++j) store(c + i * stride + 4 * j, s[i][j]);
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
      pack<kWide>(columns, depth, b + p0 * b_row + j0 * b_column, b_column, b_row, packed_b);
      for (int i0 = 0; i0 < m; i0 += kRows) {
        const int rows = smaller(m - i0, kRows);
        pack<kTall>(rows, depth, a + i0 * a_row + p0 * a_column, a_row, a_column, packed_a);
        for (int j = 0; j < columns; j += kWide) {
          for (int i = 0; i < rows; i += kTall) {
            const int height = smaller(rows - i, kTall), width = smaller(columns - j, kWide);
            float* to = c + (i0 + i) * n + j0 + j;
            const float* strip_a = packed_a + i * depth;
            const float* strip_b = packed_b + j * depth;
            if (height == kTall && width == kWide) {
              tile(depth, strip_a, strip_b, to, n, p0 == 0);
              continue;
            }
            float part[kTall * kWide];
            tile(depth, strip_a, strip_b, part, kWide, true);
            for (int y = 0; y < height; ++y) {
              for (int x = 0; x < width; ++x) {
                to[y * n + x] = (p0 == 0 ? 0 : to[y * n + x]) + part[y * kWide + x];
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
