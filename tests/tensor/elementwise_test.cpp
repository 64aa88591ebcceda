#include "tensor/elementwise.h"

#include "base/parallel.h"
#include "expect.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"

using expect::same;
using expect::tensor;
using expect::values;
using torch::DType;
using torch::Shape;
using torch::Tensor;

namespace {

constexpr DType kEvery[] = {DType::Float32, DType::Float64, DType::Int64,
                            DType::Int32,   DType::UInt8,   DType::Bool};

Tensor counting(const Shape& sizes, DType dtype) {
  std::vector<double> v;
  for (int64_t i = 0; i < torch::numel(sizes); ++i) v.push_back(double((7 * i + i / 5) % 101 % 97));
  return tensor(sizes, v, dtype);
}

// x[i, j, k] read one by one.
std::vector<double> one_by_one(const Tensor& x) {
  std::vector<double> out;
  torch::dispatch(x.dtype(), [&](auto type) {
    using T = typename decltype(type)::type;
    for (int64_t i = 0; i < x.sizes()[0]; ++i) {
      for (int64_t j = 0; j < x.sizes()[1]; ++j) {
        for (int64_t k = 0; k < x.sizes()[2]; ++k) {
          const int64_t at = i * x.strides()[0] + j * x.strides()[1] + k * x.strides()[2];
          out.push_back(double(x.data<T>()[at]));
        }
      }
    }
  });
  return out;
}

const std::vector<Shape> kOrders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

}  // namespace

TEST_CASE("copies: every order of dimensions, dtype and length") {
  for (const DType dtype : kEvery) {
    for (int64_t n = 0; n <= 18; ++n) {
      for (const Shape& order : kOrders) {
        const Tensor x = torch::permute(counting({3, n, n + 1}, dtype), order);
        CHECK(same(values(x), one_by_one(x)));
      }
    }
    for (const Shape& sizes :
         {Shape{2, 63, 65}, Shape{1, 130, 64}, Shape{129, 2, 16}, Shape{3, 1, 700}}) {
      for (const Shape& order : kOrders) {
        const Tensor x = torch::permute(counting(sizes, dtype), order);
        CHECK(same(values(x), one_by_one(x)));
      }
    }
  }
}

TEST_CASE("copies: out of, and into, a part of a transposed tensor") {
  for (const DType dtype : kEvery) {
    const Tensor whole = counting({2, 70, 70}, dtype);
    const auto part = [](const Tensor& t) {
      return torch::narrow(torch::narrow(torch::transpose(t, 1, 2), 1, 3, 41), 2, 5, 37);
    };
    const Tensor from = part(whole);
    CHECK(same(values(from), one_by_one(from)));
    const Tensor target = counting({2, 41, 37}, dtype), into = torch::zeros({2, 70, 70}, dtype);
    torch::copy_into(part(into), target);
    CHECK(same(one_by_one(part(into)), values(target)));
    double outside = 0, inside = 0;
    for (double v : values(into)) outside += v;
    for (double v : values(target)) inside += v;
    CHECK(outside == inside);
  }
}

TEST_CASE("copies: one row or one column for all") {
  for (const DType dtype : kEvery) {
    for (int64_t n : {1, 2, 5, 17, 100}) {
      const Tensor row = torch::expand(counting({1, 1, n}, dtype), {2, 19, n});
      const Tensor column = torch::expand(counting({1, n, 1}, dtype), {2, n, 19});
      CHECK(same(values(row), one_by_one(row)));
      CHECK(same(values(column), one_by_one(column)));
    }
  }
}

TEST_CASE("elementwise: operands of any strides give the bits of contiguous ones") {
  for (const Shape& sizes :
       {Shape{3, 5, 4}, Shape{70, 66, 3}, Shape{2, 3, 600}, Shape{1, 90, 90}}) {
    for (const Shape& order : kOrders) {
      const Tensor x = torch::permute(counting(sizes, DType::Float32), order);
      const Tensor y = counting(x.sizes(), DType::Float32);
      const Tensor dense = torch::clone(x);
      CHECK(expect::same_bits(torch::div(x, y), torch::div(dense, y)));
      CHECK(expect::same_bits(torch::div(y, x), torch::div(y, dense)));
      CHECK(expect::same_bits(torch::gt(x, y), torch::gt(dense, y)));
      for (const Shape& broadcast : {Shape{1, 1, x.sizes()[2]}, Shape{1, x.sizes()[1], 1},
                                     Shape{x.sizes()[0], 1, 1}, Shape{}}) {
        const Tensor few = counting(broadcast, DType::Float32);
        const Tensor many = torch::clone(torch::expand(few, x.sizes()));
        CHECK(expect::same_bits(torch::sub(x, few), torch::sub(dense, many)));
        CHECK(expect::same_bits(torch::sub(few, x), torch::sub(many, dense)));
      }
      const Tensor bytes = torch::permute(counting(sizes, DType::UInt8), order);
      CHECK(expect::same_bits(torch::sub(x, bytes), torch::sub(dense, torch::clone(bytes))));
    }
  }
}

TEST_CASE("elementwise: short rows beside one row for all, or one element for each") {
  torch::start_threads(4);
  const int64_t lengths[] = {2, 3, 4, 5, 7, 8, 13, 16, 17, 63, 64, 100, 255, 256, 257};
  for (const int64_t n : lengths) {
    // More than two threads take on at least, so that a border lies inside a row.
    const int64_t rows = 20000 / n;
    const Tensor x = counting({2, rows, n}, DType::Float32);
    const std::vector<double> wide = values(x);
    for (const Shape& sizes : {Shape{1, 1, n}, Shape{2, 1, n}, Shape{1, rows, 1}, Shape{2, rows, 1},
                               Shape{2, 1, 1}, Shape{1, rows, n}}) {
      for (const DType dtype : {DType::Float32, DType::Int32, DType::Bool}) {
        // Every second element of memory that ends with the last one.
        const Tensor twice = counting({sizes[0], sizes[1], 2 * sizes[2]}, dtype);
        for (const Tensor& few : {counting(sizes, dtype), torch::slice(twice, 2, 1, 1 << 20, 2)}) {
          const std::vector<double> there = one_by_one(few);
          std::vector<double> sums, halves;
          for (int64_t i = 0; i < 2 * rows * n; ++i) {
            const int64_t at[] = {i / n / rows, i / n % rows, i % n};
            int64_t from = 0;
            for (int d = 0; d < 3; ++d) from = from * sizes[d] + (sizes[d] == 1 ? 0 : at[d]);
            sums.push_back(wide[size_t(i)] + there[size_t(from)]);
            halves.push_back(there[size_t(from)]);
          }
          CHECK(same(values(torch::add(x, few)), sums));
          CHECK(same(values(torch::contiguous(torch::expand(few, x.sizes()))), halves));
        }
      }
    }
    // Nothing but the result runs through the long row.
    const Tensor row = counting({n}, DType::Float32), column = counting({rows, 1}, DType::Int64);
    std::vector<double> differences;
    for (const double c : values(column)) {
      for (const double r : values(row)) differences.push_back(r - c);
    }
    CHECK(same(values(torch::sub(row, column)), differences));
  }
  torch::stop_threads();
}

TEST_CASE("elementwise: four threads give the bits of one") {
  const Tensor x = torch::transpose(counting({2, 300, 310}, DType::Float32), 1, 2);
  const Tensor y = counting({310, 1}, DType::Float32), z = counting({2, 310, 300}, DType::Int32);
  const auto all = [&] { return torch::add(torch::mul(x, y), z); };
  const Tensor one = all(), copied = torch::contiguous(x);
  torch::start_threads(4);
  CHECK(expect::same_bits(one, all()));
  CHECK(expect::same_bits(copied, torch::contiguous(x)));
  torch::stop_threads();
}
