#include "simd/copy.h"

#include <algorithm>
#include <vector>

#include "expect.h"

TEST_CASE("copy_short, copy_bytes: every number of bytes, short and long, and nothing behind") {
  std::vector<unsigned char> x(300);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<unsigned char>(i + 1);
  for (size_t n = 0; n <= x.size(); ++n) {
    for (const auto copy : {torch::simd::copy_short, torch::simd::copy_bytes}) {
      std::vector<unsigned char> y(n + 1, 0);
      copy(x.data(), y.data(), n);
      CHECK(std::equal(y.begin(), y.end() - 1, x.begin()));
      CHECK(y[n] == 0);
    }
  }
}
