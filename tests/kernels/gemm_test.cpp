#include "kernels/gemm.h"

#include <cmath>
#include <vector>

#include "base/parallel.h"
#include "expect.h"

using torch::kernels::gemm;
using torch::kernels::gemm_workspace;

namespace {

std::vector<float> numbers(size_t n, float seed) {
  std::vector<float> v(n);
  for (size_t i = 0; i < n; ++i) v[i] = std::sin(seed + 1.7f * static_cast<float>(i));
  return v;
}

// A is m x k and B is k x n, each stored as is or transposed.
std::vector<float> product(size_t m, size_t n, size_t k, bool ta, bool tb) {
  const std::vector<float> a = numbers(m * k, 1), b = numbers(k * n, 2);
  std::vector<float> c(m * n, NAN), work(gemm_workspace(m, n, k));
  const auto stride = [](size_t s) { return static_cast<ptrdiff_t>(s); };
  gemm(m, n, k, {a.data(), ta ? 1 : stride(k), ta ? stride(m) : 1},
       {b.data(), tb ? 1 : stride(n), tb ? stride(k) : 1}, c.data(), work.data());
  for (size_t i = 0; i < m; ++i) {
    for (size_t j = 0; j < n; ++j) {
      double sum = 0, size = 0;
      for (size_t p = 0; p < k; ++p) {
        const double term =
            double(a[ta ? p * m + i : i * k + p]) * double(b[tb ? j * k + p : p * n + j]);
        sum += term;
        size += std::fabs(term);
      }
      // The rounding of a running sum: about sqrt(k) half ulps of its size, k <= 600.
      if (!(std::fabs(c[i * n + j] - sum) <= 3e-6 * size + 1e-7)) return {};
    }
  }
  return c;
}

}  // namespace

TEST_CASE("gemm: every size around the tile and the depth of a panel, every transposition") {
  for (size_t m : {1, 2, 7, 8, 9, 17}) {
    for (size_t n : {1, 5, 8, 15, 16, 33}) {
      for (size_t k : {1, 3, 8, 255, 256, 257, 600}) {
        CAPTURE(m);
        CAPTURE(n);
        CAPTURE(k);
        CHECK(!product(m, n, k, false, false).empty());
        CHECK(!product(m, n, k, true, false).empty());
        CHECK(!product(m, n, k, false, true).empty());
        CHECK(!product(m, n, k, true, true).empty());
      }
    }
  }
}

TEST_CASE("gemm: no inner dimension gives zeros") {
  std::vector<float> c(6, NAN);
  gemm(2, 3, 0, {nullptr, 0, 1}, {nullptr, 3, 1}, c.data(), nullptr);
  CHECK(c == std::vector<float>(6, 0.0f));
}

TEST_CASE("gemm: four threads give the bits of one") {
  const std::vector<float> one = product(123, 77, 300, false, true);
  torch::start_threads(4);
  const std::vector<float> four = product(123, 77, 300, false, true);
  torch::stop_threads();
  REQUIRE(!one.empty());
  CHECK(one == four);
}
