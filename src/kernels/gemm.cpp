// The float32 matrix product. Goto and van de Geijn 2008: panels of A and B are packed so that the
// register tile reads both with unit stride; packing reads strides, so a transpose costs nothing.
// This file alone is compiled with relaxed SIMD in the relaxed build.
#include "kernels/gemm.h"

#include <utility>

#include "simd/copy.h"

namespace torch::kernels {

namespace {

using simd::F32;

// The register tile: 4 rows of two vectors are 8 accumulators, which with their operands fit the 16
// registers of x86. Taller tiles, and k unrolled, are as fast in some engines and spill in others.
constexpr size_t kRows = 4;
constexpr size_t kColumns = 8;
// Depth of a panel at most: 4 x 400 floats of A and 8 x 400 of B are 19 KB, which stay in L1. Fewer
// panels are fewer meetings of the threads, two for each.
constexpr size_t kDepth = 400;
// Rows and columns of C that one task covers: 100 KB of A and of B, which stay in L2.
constexpr size_t kTask = 64;
// Multiply-adds that are worth a thread: 10 us.
constexpr size_t kGrain = 262144;
// Rows or columns that are packed at a time, so that the workspace has a bound.
constexpr size_t kBlock = 1024;

size_t tiles(size_t lines, size_t width) { return (lines + width - 1) / width; }

// The depth of the panels that k > 0 is divided into: all the same, as far as four divides it.
size_t panel_depth(size_t k) { return tiles(tiles(k, tiles(k, kDepth)), 4) * 4; }

// Columns become rows.
void transpose4(F32 (&x)[4]) {
  const v128_t a = wasm_i32x4_shuffle(x[0].v, x[1].v, 0, 4, 1, 5);
  const v128_t b = wasm_i32x4_shuffle(x[2].v, x[3].v, 0, 4, 1, 5);
  const v128_t c = wasm_i32x4_shuffle(x[0].v, x[1].v, 2, 6, 3, 7);
  const v128_t d = wasm_i32x4_shuffle(x[2].v, x[3].v, 2, 6, 3, 7);
  x[0] = F32(wasm_i32x4_shuffle(a, b, 0, 1, 4, 5));
  x[1] = F32(wasm_i32x4_shuffle(a, b, 2, 3, 6, 7));
  x[2] = F32(wasm_i32x4_shuffle(c, d, 0, 1, 4, 5));
  x[3] = F32(wasm_i32x4_shuffle(c, d, 2, 3, 6, 7));
}

// Packs `lines` <= kWidth lines of a matrix, `depth` long, interleaved: out[p * kWidth + r] is
// x[r, p]. Lines past the end are zero.
template <size_t kWidth>
void pack(MatrixRef<float> x, size_t lines, size_t depth, float* out) {
  size_t p = 0;
  if (lines == kWidth && x.row == 1) {
    for (; p < depth; ++p, out += kWidth) {
      for (size_t r = 0; r < kWidth; r += 4) F32::load(x.at(r, p)).store(out + r);
    }
  } else if (lines == kWidth && x.column == 1) {
    for (; p + 4 <= depth; p += 4, out += 4 * kWidth) {
      for (size_t r = 0; r < kWidth; r += 4) {
        F32 square[4] = {F32::load(x.at(r, p)), F32::load(x.at(r + 1, p)),
                         F32::load(x.at(r + 2, p)), F32::load(x.at(r + 3, p))};
        transpose4(square);
        square[0].store(out + r);
        square[1].store(out + r + kWidth);
        square[2].store(out + r + 2 * kWidth);
        square[3].store(out + r + 3 * kWidth);
      }
    }
  }
  for (; p < depth; ++p, out += kWidth) {
    for (size_t r = 0; r < kWidth; ++r) out[r] = r < lines ? *x.at(r, p) : 0.0f;
  }
}

F32 splat(const float* p) { return F32(wasm_v128_load32_splat(p)); }

// tile (+)= A panel * B panel. The rows are written out by an index sequence and not left to the
// compiler's unroller: an accumulator that is indexed at run time lives in memory.
template <size_t... R>
[[gnu::always_inline]] inline void multiply(const float* a, const float* b, size_t depth, float* c,
                                            size_t c_row, bool first, std::index_sequence<R...>) {
  F32 left[kRows] = {(first ? F32(0.0f) : F32::load(c + R * c_row))...};
  F32 right[kRows] = {(first ? F32(0.0f) : F32::load(c + R * c_row + 4))...};
  for (size_t p = 0; p < depth; ++p, a += kRows, b += kColumns) {
    const F32 b0 = F32::load(b), b1 = F32::load(b + 4);
    ((left[R] = simd::madd_relaxed(splat(a + R), b0, left[R]),
      right[R] = simd::madd_relaxed(splat(a + R), b1, right[R])),
     ...);
  }
  (left[R].store(c + R * c_row), ...);
  (right[R].store(c + R * c_row + 4), ...);
}

void multiply(const float* a, const float* b, size_t depth, float* c, size_t c_row, bool first) {
  multiply(a, b, depth, c, c_row, first, std::make_index_sequence<kRows>{});
}

// The same for a tile that sticks out of C.
void multiply_edge(const float* a, const float* b, size_t depth, float* c, size_t c_row,
                   size_t rows, size_t columns, bool first) {
  const size_t width = columns * sizeof(float);
  float tile[kRows * kColumns] = {};
  if (!first) {
    for (size_t r = 0; r < rows; ++r) simd::copy_short(c + r * c_row, tile + r * kColumns, width);
  }
  multiply(a, b, depth, tile, kColumns, false);
  for (size_t r = 0; r < rows; ++r) simd::copy_short(tile + r * kColumns, c + r * c_row, width);
}

// c[j] = x . column j of B, whose columns are contiguous.
void dot_columns(size_t k, const float* x, MatrixRef<float> b, float* c, size_t begin, size_t end) {
  for (size_t j = begin; j < end; ++j) {
    const float* y = b.at(0, j);
    F32 s0(0.0f), s1(0.0f), s2(0.0f), s3(0.0f);
    size_t p = 0;
    for (; p + 16 <= k; p += 16) {
      s0 = simd::madd_relaxed(F32::load(x + p), F32::load(y + p), s0);
      s1 = simd::madd_relaxed(F32::load(x + p + 4), F32::load(y + p + 4), s1);
      s2 = simd::madd_relaxed(F32::load(x + p + 8), F32::load(y + p + 8), s2);
      s3 = simd::madd_relaxed(F32::load(x + p + 12), F32::load(y + p + 12), s3);
    }
    float lanes[4];
    ((s0 + s1) + (s2 + s3)).store(lanes);
    float sum = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
    for (; p < k; ++p) sum += x[p] * y[p];
    c[j] = sum;
  }
}

// c += x[P] * row P of B, for rows that are contiguous.
template <size_t... P>
void add_rows(const float* x, MatrixRef<float> b, float* c, size_t n, std::index_sequence<P...>) {
  const F32 factor[] = {splat(x + P)...};
  const float* row[] = {b.at(P, 0)...};
  size_t j = 0;
  for (; j + 4 <= n; j += 4) {
    F32 sum = F32::load(c + j);
    ((sum = simd::madd_relaxed(factor[P], F32::load(row[P] + j), sum)), ...);
    sum.store(c + j);
  }
  for (; j < n; ++j) ((c[j] += x[P] * row[P][j]), ...);
}

// c = sum of x[p] * row p of B. Rows go by four at a time, so that memory is read in streams.
void sum_rows(size_t k, const float* x, MatrixRef<float> b, float* c, size_t begin, size_t end) {
  std::fill(c + begin, c + end, 0.0f);
  size_t p = 0;
  const auto rest = [&] { return MatrixRef<float>{b.at(p, begin), b.row, b.column}; };
  for (; p + 4 <= k; p += 4) {
    add_rows(x + p, rest(), c + begin, end - begin, std::make_index_sequence<4>{});
  }
  for (; p < k; ++p) {
    add_rows(x + p, rest(), c + begin, end - begin, std::make_index_sequence<1>{});
  }
}

bool has_unit_stride(MatrixRef<float> x) { return x.row == 1 || x.column == 1; }

// A vector times a matrix reads each element of the matrix once: packing would double the work.
void multiply_vector(size_t n, size_t k, MatrixRef<float> a, MatrixRef<float> b, float* c,
                     float* workspace) {
  const float* x = a.data;
  if (a.column != 1) {
    for (size_t p = 0; p < k; ++p) workspace[p] = *a.at(0, p);
    x = workspace;
  }
  const size_t grain = std::max<size_t>(64, 65536 / k / 64 * 64);
  parallel_for(n, grain, [=](size_t begin, size_t end) {
    (b.row == 1 ? dot_columns : sum_rows)(k, x, b, c, begin, end);
  });
}

// The part of a product that is packed at a time.
struct Block {
  size_t rows, columns, depth;
};

void pack_block(const Block& size, MatrixRef<float> a, MatrixRef<float> b, float* packed_a,
                float* packed_b, bool with_b) {
  const size_t a_tiles = tiles(size.rows, kRows);
  const size_t b_tiles = with_b ? tiles(size.columns, kColumns) : 0;
  const size_t all = a_tiles + b_tiles;
  // Shared where the product is, and as evenly: what a thread packs is what it reads most. In
  // proportion tiles of A and B alternate, so that each thread packs its part of both.
  const bool shared = size.rows * size.columns * size.depth >= 2 * kGrain;
  const size_t grain = shared ? tiles(all, 8) : all;
  const auto a_before = [=](size_t t) { return t * a_tiles / all; };
  parallel_for(all, grain, [=](size_t begin, size_t end) {
    for (size_t t = begin; t < end; ++t) {
      const size_t a_tile = a_before(t);
      if (a_before(t + 1) > a_tile) {
        const size_t i = a_tile * kRows;
        pack<kRows>({a.at(i, 0), a.row, a.column}, std::min(kRows, size.rows - i), size.depth,
                    packed_a + i * size.depth);
      } else {
        const size_t j = (t - a_tile) * kColumns;
        pack<kColumns>({b.at(0, j), b.column, b.row}, std::min(kColumns, size.columns - j),
                       size.depth, packed_b + j * size.depth);
      }
    }
  });
}

void multiply_block(const Block& size, const float* packed_a, const float* packed_b, float* c,
                    size_t c_row, bool first) {
  const size_t across = tiles(size.columns, kTask), down = tiles(size.rows, kTask);
  // The longer side is what threads share, so that of the packed panels it is the shorter side's
  // that all of them read.
  const bool by_columns = size.columns > size.rows;
  const size_t area = std::min(size.rows, kTask) * std::min(size.columns, kTask);
  const size_t grain = tiles(kGrain, area * size.depth);
  parallel_for(across * down, grain, [=](size_t begin, size_t end) {
    for (size_t t = begin; t < end; ++t) {
      const size_t top = (by_columns ? t % down : t / across) * kTask;
      const size_t left = (by_columns ? t / down : t % across) * kTask;
      const size_t bottom = std::min(top + kTask, size.rows);
      const size_t right = std::min(left + kTask, size.columns);
      for (size_t j = left; j < right; j += kColumns) {
        for (size_t i = top; i < bottom; i += kRows) {
          const float* panel_a = packed_a + i * size.depth;
          const float* panel_b = packed_b + j * size.depth;
          const size_t rows = std::min(kRows, bottom - i);
          const size_t columns = std::min(kColumns, right - j);
          if (rows == kRows && columns == kColumns) {
            multiply(panel_a, panel_b, size.depth, c + i * c_row + j, c_row, first);
          } else {
            multiply_edge(panel_a, panel_b, size.depth, c + i * c_row + j, c_row, rows, columns,
                          first);
          }
        }
      }
    }
  });
}

}  // namespace

size_t gemm_workspace(size_t m, size_t n, size_t k) {
  const size_t lines =
      tiles(std::min(m, kBlock), kRows) * kRows + tiles(std::min(n, kBlock), kColumns) * kColumns;
  return std::max(lines * std::min(k, kDepth), m == 1 || n == 1 ? k : 0);
}

void gemm(size_t m, size_t n, size_t k, MatrixRef<float> a, MatrixRef<float> b, float* c,
          float* workspace) {
  if (k == 0) {
    std::fill(c, c + m * n, 0.0f);
    return;
  }
  if (m == 1 && has_unit_stride(b)) return multiply_vector(n, k, a, b, c, workspace);
  if (n == 1 && has_unit_stride(a)) {
    return multiply_vector(m, k, b.transposed(), a.transposed(), c, workspace);
  }
  const size_t each = panel_depth(k);
  for (size_t column = 0; column < n; column += kBlock) {
    const size_t columns = std::min(kBlock, n - column);
    for (size_t start = 0; start < k; start += each) {
      const size_t depth = std::min(each, k - start);
      // The columns of B stay packed while the blocks of A go by.
      float* packed_b = workspace;
      float* packed_a = workspace + tiles(columns, kColumns) * kColumns * depth;
      for (size_t row = 0; row < m; row += kBlock) {
        const Block block{std::min(kBlock, m - row), columns, depth};
        pack_block(block, {a.at(row, start), a.row, a.column},
                   {b.at(start, column), b.row, b.column}, packed_a, packed_b, row == 0);
        multiply_block(block, packed_a, packed_b, c + row * n + column, n, start == 0);
      }
    }
  }
}

}  // namespace torch::kernels
