#include "base/shape.h"

#include "expect.h"

using torch::Shape;

TEST_CASE("broadcast_shapes: trailing dimensions align, 1 stretches, 0 stays 0") {
  CHECK(torch::broadcast_shapes({2, 1, 3}, {4, 1}) == Shape{2, 4, 3});
  CHECK(torch::broadcast_shapes({}, {5}) == Shape{5});
  CHECK(torch::broadcast_shapes({0}, {1}) == Shape{0});
  CHECK(
      expect::error([] {
        torch::broadcast_shapes({2, 3}, {2, 4});
      }) ==
      "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1");
  CHECK(expect::error([] { torch::broadcast_shapes({0}, {2}); }) != "");
}

TEST_CASE("wrap_dim: negative counts from the end, out of range is PyTorch's IndexError") {
  CHECK(torch::wrap_dim(-1, 3) == 2);
  CHECK(torch::wrap_dim(0, 0) == 0);
  CHECK(torch::wrap_dim(-1, 0) == 0);
  CHECK(expect::error([] { torch::wrap_dim(2, 1); }) ==
        "Dimension out of range (expected to be in range of [-1, 0], but got 2)");
  CHECK(expect::error([] {
          torch::wrap_dims({0, -2}, 2);
        }) == "dim 0 appears multiple times in the list of dims");
}

TEST_CASE("numel: overflow is an error, unless a zero makes the tensor empty") {
  const int64_t big = int64_t{1} << 40;
  CHECK(torch::numel({}) == 1);
  CHECK(torch::numel({big, big, 0}) == 0);
  CHECK(expect::error([=] {
          torch::numel({big, big});
        }) == "Storage size calculation overflowed with sizes=[1099511627776, 1099511627776]");
}

TEST_CASE("contiguous_strides: size 0 and size 1 count as 1") {
  CHECK(torch::contiguous_strides({2, 3, 4}) == Shape{12, 4, 1});
  CHECK(torch::contiguous_strides({2, 0, 4}) == Shape{4, 4, 1});
}

TEST_CASE("by_stride: dimensions larger than 1, smallest stride first, equal ones as they stand") {
  CHECK(torch::by_stride({2, 3, 4}, {12, 4, 1}) == Shape{2, 1, 0});
  CHECK(torch::by_stride({2, 1, 4, 0, 3}, {1, 9, 1, 5, 0}) == Shape{4, 0, 2});
  CHECK(torch::by_stride({}, {}) == Shape{});
}

TEST_CASE("messages: doubles print as Python and JavaScript print them") {
  CHECK(torch::concat(0.1) == "0.1");
  CHECK(torch::concat(1.0) == "1");
  CHECK(torch::concat(-1.5, " ", 1e-9, " ", 0.1 + 0.2) == "-1.5 1e-09 0.30000000000000004");
  CHECK(torch::concat(std::nan(""), " ", -INFINITY) == "nan -inf");
}
