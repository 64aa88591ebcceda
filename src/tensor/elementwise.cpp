#include "tensor/elementwise.h"

#include <algorithm>
#include <array>

#include "base/parallel.h"
#include "kernels/cast.h"
#include "kernels/transpose.h"
#include "simd/copy.h"

namespace torch {

namespace {

constexpr int kMaxOperands = 1 + kMaxInputs;
using Pointers = std::array<void*, kMaxOperands>;
constexpr size_t kChunk = 512;  // elements in a conversion buffer: 4 KB of double, inside L1
constexpr size_t kMaxElement = 8;

using CopyStrided = void (*)(const void*, ptrdiff_t, void*, ptrdiff_t, size_t);

CopyStrided copier(DType from, DType to) {
  return dispatch(from, [&](auto f) -> CopyStrided {
    return dispatch(to, [](auto t) -> CopyStrided {
      return &kernels::copy_strided<typename decltype(f)::type, typename decltype(t)::type>;
    });
  });
}

// How an operand runs along what were rows: evenly, through one row again and again, or with one
// element for each row.
enum class Rows : uint8_t { Even, Same, Single };

struct Operand {
  std::byte* data;
  DType dtype, buffer;  // in memory, and as the loop has it
  size_t element;
  Shape strides;
  Rows rows;         // along the innermost dimension; a Single's stride is from row to row
  CopyStrided copy;  // between memory and the loop's buffer; null where the loop can use memory
};

// The operands over one common shape, y's, with neighbouring dimensions merged.
struct Plan {
  Shape sizes;
  size_t lanes;    // of the loop
  size_t row = 1;  // elements of what is a row of the innermost dimension
  int count = 0;
  std::array<Operand, kMaxOperands> operands;

  Plan(const Tensor& y, DType produced, std::span<const Tensor* const> inputs, DType compute)
      : sizes(y.sizes()), lanes(compute == DType::Float32 ? simd::F32::kLanes : 1) {
    add(y, produced);
    for (const Tensor* t : inputs) add(*t, compute);
    merge_dimensions();
  }

  void add(const Tensor& t, DType buffer) {
    Operand& o = operands[count++];
    o.data = t.raw();
    o.dtype = t.dtype();
    o.buffer = buffer;
    o.element = element_size(t.dtype());
    o.rows = Rows::Even;
    const int lead = sizes.size() - t.dim();
    o.strides = Shape(lead, 0);
    for (int d = 0; d < t.dim(); ++d) {
      o.strides.push_back(t.sizes()[d] == 1 && sizes[lead + d] != 1 ? 0 : t.strides()[d]);
    }
  }

  // Whether the operand steps evenly through dimensions d - 1 and d.
  bool even(const Operand& o, int d) const {
    return sizes[d - 1] == 1 || sizes[d] == 1 || o.strides[d - 1] == o.strides[d] * sizes[d];
  }

  void merge(int d) {
    for (int k = 0; k < count; ++k) {
      Shape& s = operands[k].strides;
      s[d - 1] = sizes[d] == 1 ? s[d - 1] : s[d];
      s.erase(d);
    }
    sizes[d - 1] *= sizes[d];
    sizes.erase(d);
  }

  // Makes one of neighbouring dimensions wherever every operand steps through them evenly.
  void merge_dimensions() {
    for (int d = sizes.size() - 1; d > 0; --d) {
      bool all = true;
      for (int k = 0; k < count && all; ++k) all = even(operands[k], d);
      if (all) merge(d);
    }
    if (sizes.empty()) {
      sizes.push_back(1);
      for (int k = 0; k < count; ++k) operands[k].strides.push_back(0);
    }
  }

  int inner() const { return sizes.size() - 1; }

  void swap_dimensions(int a, int b) {
    std::swap(sizes[a], sizes[b]);
    for (int k = 0; k < count; ++k) std::swap(operands[k].strides[a], operands[k].strides[b]);
  }

  // Short rows become one long one, through which operands that have one row for all, or one
  // element for each, pass in a buffer.
  void merge_rows() {
    const int d = inner();
    if (d == 0 || sizes[d] > static_cast<int64_t>(kChunk / 2)) return;
    std::array<Rows, kMaxOperands> rows;
    for (int k = 0; k < count; ++k) {
      const Operand& o = operands[k];
      rows[k] = even(o, d) ? Rows::Even : o.strides[d - 1] == 0 ? Rows::Same : Rows::Single;
      if (rows[k] != Rows::Even && (k == 0 || (rows[k] == Rows::Single && o.strides[d] != 0)))
        return;
    }
    for (int k = 0; k < count; ++k) {
      Operand& o = operands[k];
      o.rows = rows[k];
      if (o.rows == Rows::Single) o.strides[d] = o.strides[d - 1];
    }
    row = static_cast<size_t>(sizes[d]);
    merge(d);
  }

  // Where runs along the innermost dimension are so short that starting one costs more than what it
  // computes, a much longer dimension takes its place.
  void lengthen_runs() {
    constexpr int64_t kShort = 8, kMuch = 8;
    const auto longest = std::max_element(sizes.begin(), sizes.end());
    if (row > 1 || sizes.back() >= kShort || *longest < kMuch * sizes.back()) return;
    swap_dimensions(static_cast<int>(longest - sizes.begin()), inner());
  }

  void choose_copies() {
    for (int k = 0; k < count; ++k) {
      Operand& o = operands[k];
      const bool direct = o.dtype == o.buffer && o.rows == Rows::Even &&
                          (o.strides[inner()] == 1 || sizes.back() == 1);
      o.copy = direct ? nullptr : k == 0 ? copier(o.buffer, o.dtype) : copier(o.dtype, o.buffer);
    }
  }

  void move(Pointers& at, int dim, int64_t steps) const {
    for (int k = 0; k < count; ++k) {
      const Operand& o = operands[k];
      at[k] = static_cast<std::byte*>(at[k]) + steps * o.strides[dim] * int64_t(o.element);
    }
  }
};

// A place among the runs of a plan.
class Place {
 public:
  Place(const Plan& plan, size_t run) : plan_(plan), index_(plan.inner(), 0) {
    for (int k = 0; k < plan.count; ++k) at_[k] = plan.operands[k].data;
    for (int d = plan.inner() - 1; d >= 0; --d) {
      const size_t size = static_cast<size_t>(plan.sizes[d]);
      index_[d] = static_cast<int64_t>(run % size);
      plan.move(at_, d, index_[d]);
      run /= size;
    }
  }

  const Pointers& at() const { return at_; }

  void next_run() {
    for (int d = plan_.inner() - 1; d >= 0; --d) {
      plan_.move(at_, d, 1);
      if (++index_[d] < plan_.sizes[d]) return;
      plan_.move(at_, d, -index_[d]);
      index_[d] = 0;
    }
  }

 private:
  const Plan& plan_;
  Shape index_;
  Pointers at_ = {};
};

class Runner {
 public:
  Runner(const Plan& plan, ContiguousLoop loop, const void* functor)
      : plan_(plan),
        loop_(loop),
        functor_(functor),
        chunk_(static_cast<size_t>(plan.sizes.back())) {
    for (int k = 0; k < plan.count; ++k) {
      const Operand& o = plan.operands[k];
      if (o.copy) chunk_ = std::min(chunk_, kChunk / plan.row * plan.row);
      last_at_[k] = last_[k];
    }
  }

  // Elements [begin, end) of the plan's index space, in row-major order.
  void range(size_t begin, size_t end) {
    const size_t length = static_cast<size_t>(plan_.sizes.back());
    Place place(plan_, begin / length);
    for (size_t i = begin % length; begin < end; i = 0) {
      const size_t n = std::min(length - i, end - begin);
      run(place.at(), i, i + n);
      begin += n;
      if (begin < end) place.next_run();
    }
  }

 private:
  // Elements [i, end) of the run that begins at `starts`.
  void run(const Pointers& starts, size_t i, size_t end) {
    for (; i < end; i += chunk_) {
      const size_t n = std::min(chunk_, end - i);
      Pointers at;
      for (int k = 0; k < plan_.count; ++k) at[k] = operand(k, starts[k], i, n);
      compute(n, at);
      const Operand& out = plan_.operands[0];
      if (out.copy) out.copy(at[0], 1, element(0, starts[0], i), stride(out), n);
    }
  }

  // The loop takes whole registers. What is left over, floats and what becomes of them, passes
  // through one of each operand: here once, and not in the loop of every formula.
  void compute(size_t n, const Pointers& at) {
    const size_t rest = n & (plan_.lanes - 1), done = n - rest;
    if (done) loop_(functor_, done, at[0], &at[1]);
    if (rest == 0) return;
    for (int k = 1; k < plan_.count; ++k) {
      simd::F32::load_n(static_cast<const float*>(at[k]) + done, rest).store(last_[k]);
    }
    loop_(functor_, plan_.lanes, last_[0], &last_at_[1]);
    const size_t size = element_size(plan_.operands[0].buffer);
    simd::copy_short(last_[0], static_cast<std::byte*>(at[0]) + done * size, rest * size);
  }

  // Where n elements of an operand's run, from i on, are for the loop.
  std::byte* operand(int k, void* start, size_t i, size_t n) {
    const Operand& o = plan_.operands[k];
    if (!o.copy) return element(k, start, i);
    std::byte* const buffer = buffers_[k];
    if (k == 0) return buffer;
    const size_t size = element_size(o.buffer), row = plan_.row;
    if (o.rows == Rows::Single) {
      const size_t before = i % row;
      std::byte* const singles = buffer + kChunk * kMaxElement;
      o.copy(element(k, start, i / row), stride(o), singles, 1, (before + n + row - 1) / row);
      kernels::spread(singles, size, row, before, buffer, n);
      return buffer;
    }
    const std::byte* at = element(k, start, o.rows == Rows::Same ? i % row : i);
    if (o.rows == Rows::Even && stride(o) != 0) {
      o.copy(at, stride(o), buffer, 1, n);
    } else if (held_[k] != at || held_count_[k] < n) {
      // The same for all runs and chunks that begin alike.
      if (o.rows == Rows::Even) {
        o.copy(at, 0, buffer, 1, 1);
        kernels::fill(buffer, size, buffer, n);
      } else {
        const size_t before = i % row, behind = row - before;
        o.copy(at, stride(o), buffer, 1, behind);
        o.copy(start, stride(o), buffer + behind * size, 1, before);
        kernels::repeat(buffer, row * size, n * size);
      }
      held_[k] = at;
      held_count_[k] = n;
    }
    return buffer;
  }

  std::byte* element(int k, void* start, size_t i) const {
    const Operand& o = plan_.operands[k];
    return static_cast<std::byte*>(start) + ptrdiff_t(i) * stride(o) * ptrdiff_t(o.element);
  }

  ptrdiff_t stride(const Operand& o) const {
    return static_cast<ptrdiff_t>(o.strides[plan_.inner()]);
  }

  const Plan& plan_;
  ContiguousLoop loop_;
  const void* functor_;
  size_t chunk_;
  const std::byte* held_[kMaxOperands] = {};
  size_t held_count_[kMaxOperands];
  Pointers last_at_;
  alignas(16) float last_[kMaxOperands][simd::F32::kLanes];
  // A chunk and, behind it, the single elements of the rows, each of two or more, that it touches.
  alignas(64) std::byte buffers_[kMaxOperands][(kChunk + kChunk / 2 + 8) * kMaxElement];
};

// A copy between memory whose rows are the other's columns, tile by tile. False if it is not one:
// both must run evenly, along two dimensions, and be of one dtype.
bool copy_transposed(Plan& plan) {
  const Operand &y = plan.operands[0], &x = plan.operands[1];
  if (y.dtype != x.dtype || y.strides.back() != 1 || x.strides.back() == 1) return false;
  int across = plan.inner() - 1;
  while (across >= 0 && x.strides[across] != 1) --across;
  if (across < 0) return false;
  plan.swap_dimensions(across, plan.inner() - 1);

  constexpr size_t kTile = 64;
  const int inner = plan.inner();
  const size_t rows = static_cast<size_t>(plan.sizes[inner - 1]);
  const size_t columns = static_cast<size_t>(plan.sizes[inner]);
  const size_t down = (rows + kTile - 1) / kTile, along = (columns + kTile - 1) / kTile;
  size_t matrices = 1;
  for (int d = 0; d < inner - 1; ++d) matrices *= static_cast<size_t>(plan.sizes[d]);
  const size_t tile = std::min(rows, kTile) * std::min(columns, kTile);
  const size_t grain = std::max<size_t>(1, kElementGrain / tile);
  const auto transpose = x.element == 8   ? kernels::transpose<uint64_t>
                         : x.element == 4 ? kernels::transpose<uint32_t>
                                          : kernels::transpose<uint8_t>;
  parallel_for(matrices * down * along, grain, [&](size_t begin, size_t end) {
    for (size_t t = begin; t < end; ++t) {
      const size_t row = t / along % down * kTile, column = t % along * kTile;
      Place place(plan, t / along / down * rows + row);
      Pointers at = place.at();
      plan.move(at, inner, static_cast<int64_t>(column));
      transpose(at[1], static_cast<ptrdiff_t>(x.strides[inner]), at[0],
                static_cast<ptrdiff_t>(y.strides[inner - 1]), std::min(kTile, rows - row),
                std::min(kTile, columns - column));
    }
  });
  return true;
}

void copied(const void* element, size_t n, void* y, const void* const* in) {
  simd::copy_bytes(in[0], y, n * *static_cast<const size_t*>(element));
}

// All `count` elements of the plan.
void run(Plan& plan, size_t count, ContiguousLoop loop, const void* functor) {
  plan.merge_rows();
  plan.lengthen_runs();
  plan.choose_copies();
  parallel_for(count, kElementGrain,
               [&](size_t begin, size_t end) { Runner(plan, loop, functor).range(begin, end); });
}

}  // namespace

void run_elementwise(const Tensor& y, std::span<const Tensor* const> inputs, DType compute,
                     DType produced, ContiguousLoop loop, const void* functor) {
  if (y.numel() == 0) return;
  Plan plan(y, produced, inputs, compute);
  run(plan, static_cast<size_t>(y.numel()), loop, functor);
}

void copy_into(const Tensor& y, const Tensor& x) {
  if (y.numel() == 0) return;
  const Tensor* inputs[] = {&x};
  Plan plan(y, y.dtype(), inputs, y.dtype());
  if (copy_transposed(plan)) return;
  // The compute type is y's, so the only conversion is on the way in.
  plan.lanes = 1;
  const size_t element = element_size(y.dtype());
  run(plan, static_cast<size_t>(y.numel()), copied, &element);
}

}  // namespace torch
