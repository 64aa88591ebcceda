// The float32 matrix product. Goto and van de Geijn 2008: panels of A and B are packed so that the
// register tile reads both with unit stride; packing reads strides, so a transpose costs nothing.
// This file alone is compiled with relaxed SIMD in the relaxed build.
#include "kernels/gemm.h"

#include "simd/vec.h"

namespace torch::kernels {

namespace {

using simd::F32;

// An 8 x 8 tile is 16 accumulators, and the widest that V8 keeps in registers (facts: 6 x 8 spills
// in older engines).
constexpr size_t kTile = 8;
// Depth of a panel: 8 x 256 floats of A and of B are 16 KB, half of L1.
constexpr size_t kDepth = 256;

size_t padded(size_t n) { return (n + kTile - 1) / kTile * kTile; }

// Packs lines [first, first + 8) of a matrix, `depth` long, interleaved: out[p * 8 + r]. Lines past
// the end are zero.
void pack(const float* x, ptrdiff_t line, ptrdiff_t along, size_t lines, size_t depth, float* out) {
  if (lines == kTile && line == 1) {
    for (size_t p = 0; p < depth; ++p, x += along, out += kTile) {
      F32::load(x).store(out);
      F32::load(x + 4).store(out + 4);
    }
    return;
  }
  for (size_t p = 0; p < depth; ++p, x += along, out += kTile) {
    for (size_t r = 0; r < kTile; ++r) {
      out[r] = r < lines ? x[static_cast<ptrdiff_t>(r) * line] : 0.0f;
    }
  }
}

F32 lane(F32 x, int i) {
  switch (i) {
    case 0:
      return F32(wasm_i32x4_shuffle(x.v, x.v, 0, 0, 0, 0));
    case 1:
      return F32(wasm_i32x4_shuffle(x.v, x.v, 1, 1, 1, 1));
    case 2:
      return F32(wasm_i32x4_shuffle(x.v, x.v, 2, 2, 2, 2));
    default:
      return F32(wasm_i32x4_shuffle(x.v, x.v, 3, 3, 3, 3));
  }
}

// tile (+)= A panel * B panel, 8 x 8.
void multiply(const float* a, const float* b, size_t depth, float* c, size_t c_row, bool first) {
  F32 acc[kTile][2];
  for (size_t r = 0; r < kTile; ++r) {
    for (size_t h = 0; h < 2; ++h) {
      acc[r][h] = first ? F32(0.0f) : F32::load(c + r * c_row + 4 * h);
    }
  }
  for (size_t p = 0; p < depth; ++p, a += kTile, b += kTile) {
    const F32 left = F32::load(b), right = F32::load(b + 4);
    for (size_t half = 0; half < 2; ++half) {
      const F32 column = F32::load(a + 4 * half);
      for (size_t r = 0; r < 4; ++r) {
        const F32 x = lane(column, static_cast<int>(r));
        F32(&row)[2] = acc[4 * half + r];
        row[0] = simd::madd_relaxed(x, left, row[0]);
        row[1] = simd::madd_relaxed(x, right, row[1]);
      }
    }
  }
  for (size_t r = 0; r < kTile; ++r) {
    for (size_t h = 0; h < 2; ++h) acc[r][h].store(c + r * c_row + 4 * h);
  }
}

// The same for a tile that sticks out of C.
void multiply_edge(const float* a, const float* b, size_t depth, float* c, size_t c_row,
                   size_t rows, size_t columns, bool first) {
  float tile[kTile * kTile] = {};
  if (!first) {
    for (size_t r = 0; r < rows; ++r) {
      for (size_t j = 0; j < columns; ++j) tile[r * kTile + j] = c[r * c_row + j];
    }
  }
  multiply(a, b, depth, tile, kTile, false);
  for (size_t r = 0; r < rows; ++r) {
    for (size_t j = 0; j < columns; ++j) c[r * c_row + j] = tile[r * kTile + j];
  }
}

}  // namespace

size_t gemm_workspace(size_t m, size_t n, size_t k) {
  return (padded(m) + padded(n)) * std::min(k, kDepth);
}

void gemm(size_t m, size_t n, size_t k, MatrixRef<float> a, MatrixRef<float> b, float* c,
          float* workspace) {
  if (k == 0) {
    std::fill(c, c + m * n, 0.0f);
    return;
  }
  const size_t row_tiles = padded(m) / kTile, column_tiles = padded(n) / kTile;
  for (size_t start = 0; start < k; start += kDepth) {
    const size_t depth = std::min(kDepth, k - start);
    const auto offset = static_cast<ptrdiff_t>(start);
    float* packed_a = workspace;
    float* packed_b = workspace + padded(m) * depth;
    const size_t pack_grain = std::max<size_t>(1, 8192 / (kTile * depth));
    parallel_for(row_tiles + column_tiles, pack_grain, [=](size_t begin, size_t end) {
      for (size_t t = begin; t < end; ++t) {
        if (t < row_tiles) {
          const size_t i = t * kTile;
          pack(a.data + static_cast<ptrdiff_t>(i) * a.row + offset * a.column, a.row, a.column,
               std::min(kTile, m - i), depth, packed_a + i * depth);
        } else {
          const size_t j = (t - row_tiles) * kTile;
          pack(b.data + static_cast<ptrdiff_t>(j) * b.column + offset * b.row, b.column, b.row,
               std::min(kTile, n - j), depth, packed_b + j * depth);
        }
      }
    });
    // A grain is a row of tiles, or several where rows are short.
    const size_t tile_grain = std::max<size_t>(1, 65536 / (kTile * kTile * depth * column_tiles));
    parallel_for(row_tiles, tile_grain, [=](size_t begin, size_t end) {
      for (size_t tj = 0; tj < column_tiles; ++tj) {
        const size_t j = tj * kTile, columns = std::min(kTile, n - j);
        for (size_t ti = begin; ti < end; ++ti) {
          const size_t i = ti * kTile, rows = std::min(kTile, m - i);
          float* tile = c + i * n + j;
          const float* pa = packed_a + i * depth;
          const float* pb = packed_b + j * depth;
          if (rows == kTile && columns == kTile) {
            multiply(pa, pb, depth, tile, n, start == 0);
          } else {
            multiply_edge(pa, pb, depth, tile, n, rows, columns, start == 0);
          }
        }
      }
    });
  }
}

}  // namespace torch::kernels
