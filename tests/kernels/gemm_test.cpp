#include "kernels/gemm.h"

#include <cmath>
#include <vector>

#include "base/parallel.h"
#include "expect.h"

using torch::kernels::gemm;
using torch::kernels::gemm_plain;
using torch::kernels::gemm_workspace;
using torch::kernels::MatrixRef;

namespace {

// How a factor lies in memory.
enum Layout { kRows, kColumns, kSpread };

ptrdiff_t stride(size_t s) { return static_cast<ptrdiff_t>(s); }

// A rows x columns matrix in 2 * rows * columns floats.
template <class T>
MatrixRef<T> place(const std::vector<T>& v, size_t rows, size_t columns, Layout layout) {
  switch (layout) {
    case kRows:
      return {v.data(), stride(columns), 1};
    case kColumns:
      return {v.data(), 1, stride(rows)};
    case kSpread:
      break;
  }
  return {v.data() + 1, stride(2 * columns), 2};
}

std::vector<float> numbers(size_t n, double seed) {
  std::vector<float> v(n);
  for (size_t i = 0; i < n; ++i) v[i] = static_cast<float>(std::sin(seed + 1.7 * double(i)));
  return v;
}

// The product, or nothing where an element differs from the one summed in double.
std::vector<float> product(size_t m, size_t n, size_t k, Layout la, Layout lb) {
  const std::vector<float> x = numbers(2 * m * k + 1, 1), y = numbers(2 * k * n + 1, 2);
  const MatrixRef<float> a = place(x, m, k, la), b = place(y, k, n, lb);
  std::vector<float> c(m * n + 1, NAN), work(gemm_workspace(m, n, k));
  c.back() = 42;
  gemm(m, n, k, a, b, c.data(), work.data());
  if (c.back() != 42) return {};
  for (size_t i = 0; i < m; ++i) {
    for (size_t j = 0; j < n; ++j) {
      double sum = 0, size = 0;
      for (size_t p = 0; p < k; ++p) {
        const double term = double(*a.at(i, p)) * double(*b.at(p, j));
        sum += term;
        size += std::fabs(term);
      }
      // A running sum of k <= 801 floats rounds by about sqrt(k) half ulps of its size.
      if (!(std::fabs(c[i * n + j] - sum) <= 3e-6 * size + 1e-7)) return {};
    }
  }
  return c;
}

}  // namespace

TEST_CASE("gemm: every size around the tile and the depth of a panel, every layout") {
  for (size_t m : {1, 2, 3, 4, 5, 7, 8, 9, 17}) {
    for (size_t n : {1, 2, 5, 7, 8, 9, 15, 16, 33}) {
      for (size_t k : {1, 2, 3, 4, 15, 16, 17, 255, 256, 257, 399, 400, 401, 600, 801}) {
        CAPTURE(m);
        CAPTURE(n);
        CAPTURE(k);
        for (Layout a : {kRows, kColumns, kSpread}) {
          for (Layout b : {kRows, kColumns, kSpread}) CHECK(!product(m, n, k, a, b).empty());
        }
      }
    }
  }
}

TEST_CASE("gemm: more rows or columns than are packed at a time") {
  CHECK(!product(1030, 9, 450, kRows, kColumns).empty());
  CHECK(!product(70, 2061, 410, kColumns, kRows).empty());
  CHECK(gemm_workspace(1'000'000, 1'000'000, 1'000'000) <= 2048 * 400);
}

TEST_CASE("gemm: no inner dimension gives zeros") {
  std::vector<float> c(6, NAN);
  gemm(2, 3, 0, {nullptr, 0, 1}, {nullptr, 3, 1}, c.data(), nullptr);
  CHECK(c == std::vector<float>(6, 0.0f));
}

TEST_CASE("gemm: NaN and infinity reach their row or column and no other") {
  for (size_t m : {1, 5}) {
    std::vector<float> a(m * 4, 1), b(4 * 9, 1), c(m * 9), work(gemm_workspace(m, 9, 4));
    b[2 * 9 + 3] = NAN;
    b[2 * 9 + 8] = -INFINITY;
    gemm(m, 9, 4, {a.data(), 4, 1}, {b.data(), 9, 1}, c.data(), work.data());
    for (size_t i = 0; i < m; ++i) {
      for (size_t j = 0; j < 9; ++j) {
        if (j == 3) {
          CHECK(std::isnan(c[i * 9 + j]));
        } else {
          CHECK(c[i * 9 + j] == (j == 8 ? -INFINITY : 4));
        }
      }
    }
  }
}

TEST_CASE("gemm: four threads give the bits of one") {
  const auto all = [] {
    return std::vector<std::vector<float>>{product(123, 277, 300, kRows, kColumns),
                                           product(1, 3000, 400, kRows, kRows),
                                           product(3000, 1, 400, kRows, kRows)};
  };
  const std::vector<std::vector<float>> one = all();
  torch::start_threads(4);
  const std::vector<std::vector<float>> four = all();
  torch::stop_threads();
  for (const std::vector<float>& c : one) REQUIRE(!c.empty());
  CHECK(one == four);
}

TEST_CASE_TEMPLATE("gemm_plain: exact in whole numbers, every size around its tile, every layout",
                   T, double, int64_t, int32_t, uint8_t) {
  for (size_t m : {1, 3, 4, 5, 9}) {
    for (size_t n : {1, 4, 6, 8}) {
      for (size_t k : {0, 1, 7, 300}) {
        for (Layout layout : {kRows, kColumns, kSpread}) {
          CAPTURE(m);
          CAPTURE(n);
          CAPTURE(k);
          std::vector<T> x(2 * m * k + 1), y(2 * k * n + 1), c(m * n, T(77));
          for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(i % 5);
          for (size_t i = 0; i < y.size(); ++i) y[i] = static_cast<T>(i % 7);
          const MatrixRef<T> a = place(x, m, k, layout), b = place(y, k, n, layout);
          gemm_plain(m, n, k, a, b, c.data());
          for (size_t i = 0; i < m; ++i) {
            for (size_t j = 0; j < n; ++j) {
              int64_t sum = 0;
              for (size_t p = 0; p < k; ++p) sum += int64_t(*a.at(i, p)) * int64_t(*b.at(p, j));
              CHECK(c[i * n + j] == static_cast<T>(sum));
            }
          }
        }
      }
    }
  }
}

TEST_CASE("gemm_plain: integers wrap") {
  const int32_t a = 65536, b = 65537;
  int32_t c = 0;
  gemm_plain<int32_t>(1, 1, 1, {&a, 1, 1}, {&b, 1, 1}, &c);
  CHECK(c == 65536);
}
