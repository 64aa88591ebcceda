#include "simd/vec.h"

#include <cstdint>
#include <limits>

#include "expect.h"

using torch::simd::F32;
using torch::simd::Vec;

TEST_CASE("vec: partial loads and stores touch only their lanes") {
  const float x[4] = {1, 2, 3, 4};
  for (size_t n = 0; n <= 4; ++n) {
    float y[4] = {9, 9, 9, 9}, all[4];
    F32::load_n(x, n).store(all);
    for (size_t i = 0; i < 4; ++i) CHECK(all[i] == (i < n ? x[i] : 0));
    F32::load(x).store_n(y, n);
    for (size_t i = 0; i < 4; ++i) CHECK(y[i] == (i < n ? x[i] : 9));
  }
}

TEST_CASE("vec: mask bits there and back") {
  for (int bits = 0; bits < 16; ++bits) {
    CHECK(mask_bits(torch::simd::mask_from_bits(bits)) == bits);
    CHECK(mask_bits(torch::simd::mask_from_bits(bits | 0x70)) == bits);
  }
}

TEST_CASE("vec: one lane of an integer wraps") {
  const int64_t most = std::numeric_limits<int64_t>::max();
  CHECK((Vec<int64_t>(most) + Vec<int64_t>(1)).v == std::numeric_limits<int64_t>::min());
  CHECK((Vec<int32_t>(65536) * Vec<int32_t>(65536)).v == 0);
  CHECK((Vec<uint8_t>(3) - Vec<uint8_t>(5)).v == 254);
  CHECK((-Vec<int64_t>(std::numeric_limits<int64_t>::min())).v ==
        std::numeric_limits<int64_t>::min());
}

TEST_CASE("vec: NaN wins in max and min, in lanes as in scalars") {
  float y[4];
  max(F32(NAN), F32(1.0f)).store(y);
  CHECK(std::isnan(y[0]));
  min(F32(1.0f), F32(NAN)).store(y);
  CHECK(std::isnan(y[3]));
  CHECK(std::isnan(max(Vec<double>(1.0), Vec<double>(NAN)).v));
  CHECK(min(Vec<double>(2.0), Vec<double>(1.0)).v == 1);
}
