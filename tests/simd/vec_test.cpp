#include "simd/vec.h"

#include <cstdint>
#include <limits>
#include <vector>

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

TEST_CASE("vec: lanes from every place, every second one and further apart, and nothing behind") {
  for (size_t step = 0; step < 6; ++step) {
    std::vector<float> x(3 * step + 1);
    for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i);
    if (step == 1) x.resize(4);
    float y[4];
    F32::load_every(x.data(), step).store(y);
    for (size_t i = 0; i < 4; ++i) CHECK(y[i] == static_cast<float>(i * step));
  }
}

TEST_CASE("vec: the larger and the smaller of two, and a NaN that is not lost") {
  float y[4];
  with_nan(smaller(F32(1.0f), F32(2.0f)), F32(2.0f)).store(y);
  CHECK(y[1] == 1);
  with_nan(larger(F32(1.0f), F32(NAN)), F32(NAN)).store(y);
  CHECK(std::isnan(y[2]));
  CHECK(smaller(Vec<double>(1.0), Vec<double>(2.0)).v == 1);
  CHECK(larger(Vec<double>(1.0), Vec<double>(2.0)).v == 2);
  CHECK(std::isnan(with_nan(larger(Vec<double>(1.0), Vec<double>(NAN)), Vec<double>(NAN)).v));
  CHECK(with_nan(Vec<int64_t>(3), Vec<int64_t>(4)).v == 3);
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
