#include "ops/rows.h"

#include "autograd/record.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/inplace.h"
#include "ops/view.h"
#include "simd/copy.h"

namespace torch {

namespace {

// A row-major copy of `values` or itself, in x's dtype and apart from x's memory.
Tensor source_for(const Tensor& x, const Tensor& values) {
  const Tensor same = contiguous(to(values.detach(), x.dtype()));
  return same.storage() == x.storage() ? clone(same) : same;
}

// visit(to, from): the bytes of each row in the whole and in the rows' own tensor.
template <class Visit>
void each_row(const Rows& rows, size_t item, const Visit& visit) {
  const int64_t* starts = rows.starts.data<int64_t>();
  const size_t row = static_cast<size_t>(rows.length) * item;
  // An empty tensor has no address to copy to.
  if (row == 0) return;
  for (int64_t i = 0; i < rows.starts.numel(); ++i) {
    visit(static_cast<size_t>(starts[i]) * item, static_cast<size_t>(i) * row, row);
  }
}

// Single elements are moved as numbers of their size, longer rows as bytes.
template <class Move>
void move_rows(const Rows& rows, size_t item, const Move& move) {
  if (rows.length == 1 && item == 4) {
    each_row(rows, item, [&](size_t whole, size_t part, size_t) { move(whole, part, 4); });
  } else if (rows.length == 1 && item == 8) {
    each_row(rows, item, [&](size_t whole, size_t part, size_t) { move(whole, part, 8); });
  } else {
    each_row(rows, item, move);
  }
}

// y += values at the rows; y is row-major and float32, float64 or int64, as `values` are.
void accumulate(const Tensor& y, const Rows& rows, const Tensor& values) {
  const auto add = [&](auto* to, const auto* from) {
    const int64_t* starts = rows.starts.data<int64_t>();
    for (int64_t i = 0; i < rows.starts.numel(); ++i, from += rows.length) {
      auto* row = to + starts[i];
      for (int64_t k = 0; k < rows.length; ++k) row[k] += from[k];
    }
  };
  if (y.dtype() == DType::Int64) {
    add(y.data<uint64_t>(), values.data<uint64_t>());
  } else {
    dispatch_floating("index_add", y.dtype(), [&](auto t) {
      using T = typename decltype(t)::type;
      add(y.data<T>(), values.data<T>());
    });
  }
}

// fill(y) on x's own memory where no graph looks on, else on a copy.
template <class Fill, class F>
Tensor written(const char* name, const Tensor& x, const Rows& rows, const Tensor& values,
               Write write, const Fill& fill, F&& backward) {
  const bool in_place = write == Write::InPlace;
  if (in_place) {
    check_inplace(x);
    check_writable(x);
    if (x.is_contiguous() && !autograd::any_requires_grad({x, x.base(), values})) {
      fill(x);
      x.bump_version();
      return x;
    }
  }
  Tensor y = clone(x.detach());
  fill(y);
  y = record(name, y, {x, values}, {rows.starts}, std::forward<F>(backward));
  return in_place ? assign_(x, y) : y;
}

}  // namespace

Tensor take_rows(const char* name, const Tensor& x, const Rows& rows, const Shape& sizes) {
  const Tensor from = contiguous(x.detach());
  Tensor y = Tensor::empty(sizes, x.dtype());
  std::byte* to = y.raw();
  const std::byte* source = from.raw();
  move_rows(rows, element_size(x.dtype()), [=](size_t whole, size_t part, size_t bytes) {
    simd::copy_bytes(source + whole, to + part, bytes);
  });
  return taken_rows(name, x, rows, y);
}

Tensor taken_rows(const char* name, const Tensor& x, const Rows& rows, const Tensor& y) {
  return record(name, y, {x}, {rows.starts},
                [name, n = rows.length](const Tensor& g, const Context& ctx) -> Grads {
                  return {spread_rows(name, g, {ctx.saved(0), n}, ctx.sizes(0))};
                });
}

Tensor spread_rows(const char* name, const Tensor& values, const Rows& rows, const Shape& sizes) {
  const Tensor from = contiguous(values.detach());
  Tensor y = zeros(sizes, values.dtype());
  accumulate(y, rows, from);
  return record(name, y, {values}, {rows.starts},
                [name, n = rows.length](const Tensor& g, const Context& ctx) -> Grads {
                  return {take_rows(name, g, {ctx.saved(0), n}, ctx.sizes(0))};
                });
}

Tensor put_rows(const char* name, const Tensor& x, const Rows& rows, const Tensor& values,
                Write write) {
  const Tensor from = source_for(x, values);
  const auto fill = [&](const Tensor& y) {
    std::byte* to = y.raw();
    const std::byte* source = from.raw();
    move_rows(rows, element_size(x.dtype()), [=](size_t whole, size_t part, size_t bytes) {
      simd::copy_bytes(source + part, to + whole, bytes);
    });
  };
  return written(
      name, x, rows, values, write, fill,
      [name, n = rows.length](const Tensor& g, const Context& ctx) -> Grads {
        const Rows rows{ctx.saved(0), n};
        const Tensor none = expand(zeros({}, g.dtype()), ctx.sizes(1));
        return {put_rows(name, g, rows, none, Write::Copy), take_rows(name, g, rows, ctx.sizes(1))};
      });
}

Tensor add_rows(const char* name, const Tensor& x, const Rows& rows, const Tensor& values,
                Write write) {
  if (!is_floating(x.dtype()) && x.dtype() != DType::Int64) {
    const Tensor y =
        to(add_rows(name, to(x, DType::Int64), rows, to(values, DType::Int64), Write::Copy),
           x.dtype());
    return write == Write::InPlace ? assign_(x, y) : y;
  }
  const Tensor from = source_for(x, values);
  return written(
      name, x, rows, values, write, [&](const Tensor& y) { accumulate(y, rows, from); },
      [name, n = rows.length](const Tensor& g, const Context& ctx) -> Grads {
        return {g, take_rows(name, g, {ctx.saved(0), n}, ctx.sizes(1))};
      });
}

}  // namespace torch
