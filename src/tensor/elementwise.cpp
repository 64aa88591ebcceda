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

struct Operand {
  std::byte* data;
  DType dtype, buffer;  // in memory, and as the loop has it
  size_t element;
  Shape strides;
  CopyStrided copy;  // between memory and the loop's buffer; null where the loop can use memory
};

// The operands over one common shape, y's, with neighbouring dimensions merged.
struct Plan {
  Shape sizes;
  size_t lanes;  // of the loop
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
    const int lead = sizes.size() - t.dim();
    o.strides = Shape(lead, 0);
    for (int d = 0; d < t.dim(); ++d) {
      o.strides.push_back(t.sizes()[d] == 1 && sizes[lead + d] != 1 ? 0 : t.strides()[d]);
    }
  }

  // Makes one of neighbouring dimensions wherever every operand steps through them evenly.
  void merge_dimensions() {
    for (int d = sizes.size() - 1; d > 0; --d) {
      bool even = true;
      for (int k = 0; k < count && even; ++k) {
        const Shape& s = operands[k].strides;
        even = sizes[d - 1] == 1 || sizes[d] == 1 || s[d - 1] == s[d] * sizes[d];
      }
      if (!even) continue;
      for (int k = 0; k < count; ++k) {
        Shape& s = operands[k].strides;
        s[d - 1] = sizes[d] == 1 ? s[d - 1] : s[d];
        s.erase(d);
      }
      sizes[d - 1] *= sizes[d];
      sizes.erase(d);
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

  // Where runs along the innermost dimension are so short that starting one costs more than what it
  // computes, a much longer dimension takes its place.
  void lengthen_runs() {
    constexpr int64_t kShort = 8, kMuch = 8;
    const auto longest = std::max_element(sizes.begin(), sizes.end());
    if (sizes.back() >= kShort || *longest < kMuch * sizes.back()) return;
    swap_dimensions(static_cast<int>(longest - sizes.begin()), inner());
  }

  void choose_copies() {
    for (int k = 0; k < count; ++k) {
      Operand& o = operands[k];
      const bool direct = o.dtype == o.buffer && (o.strides[inner()] == 1 || sizes.back() == 1);
      o.copy = direct ? nullptr : k == 0 ? copier(o.buffer, o.dtype) : copier(o.dtype, o.buffer);
    }
  }

  void move(std::array<std::byte*, kMaxOperands>& at, int dim, int64_t steps) const {
    for (int k = 0; k < count; ++k) {
      const Operand& o = operands[k];
      at[k] += steps * o.strides[dim] * static_cast<int64_t>(o.element);
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

  const std::array<std::byte*, kMaxOperands>& at() const { return at_; }

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
  std::array<std::byte*, kMaxOperands> at_ = {};
};

class Runner {
 public:
  Runner(const Plan& plan, ContiguousLoop loop, const void* functor)
      : plan_(plan), loop_(loop), functor_(functor) {
    for (int k = 0; k < plan.count; ++k) all_direct_ &= !plan.operands[k].copy;
  }

  // Elements [begin, end) of the plan's index space, in row-major order.
  void range(size_t begin, size_t end) {
    const size_t row = static_cast<size_t>(plan_.sizes.back());
    Place place(plan_, begin / row);
    for (size_t column = begin % row; begin < end; column = 0) {
      const size_t n = std::min(row - column, end - begin);
      std::array<std::byte*, kMaxOperands> at = place.at();
      if (column > 0) plan_.move(at, plan_.inner(), static_cast<int64_t>(column));
      run(at, n);
      begin += n;
      if (begin < end) place.next_run();
    }
  }

 private:
  // n elements along the innermost dimension.
  void run(std::array<std::byte*, kMaxOperands>& at, size_t n) {
    const size_t chunk = all_direct_ ? n : kChunk;
    for (size_t i = 0; i < n; i += chunk) {
      const size_t m = std::min(chunk, n - i);
      const void* in[kMaxOperands];
      for (int k = 1; k < plan_.count; ++k) in[k - 1] = input(k, at[k], m);
      const Operand& out = plan_.operands[0];
      compute(m, out.copy ? buffers_[0] : at[0], in);
      if (out.copy) out.copy(buffers_[0], 1, at[0], stride(out), m);
      if (i + m < n) plan_.move(at, plan_.inner(), static_cast<int64_t>(m));
    }
  }

  // The loop takes whole registers. What is left over, floats and what becomes of them, passes
  // through one of each operand: here once, and not in the loop of every formula.
  void compute(size_t n, std::byte* y, const void* const* in) {
    const size_t rest = n % plan_.lanes, done = n - rest;
    if (done) loop_(functor_, done, y, in);
    if (rest == 0) return;
    float last[kMaxInputs][simd::F32::kLanes] = {};
    alignas(float) std::byte result[sizeof last[0]];
    const void* from[kMaxInputs];
    for (int k = 0; k < plan_.count - 1; ++k) {
      const float* x = static_cast<const float*>(in[k]) + done;
      for (size_t i = 0; i < rest; ++i) last[k][i] = x[i];
      from[k] = last[k];
    }
    loop_(functor_, plan_.lanes, result, from);
    const size_t element = element_size(plan_.operands[0].buffer);
    simd::copy_short(result, y + done * element, rest * element);
  }

  const void* input(int k, const std::byte* at, size_t n) {
    const Operand& o = plan_.operands[k];
    if (!o.copy) return at;
    if (stride(o) != 0) {
      o.copy(at, stride(o), buffers_[k], 1, n);
    } else if (held_[k] != at || held_count_[k] < n) {
      // One element for the whole run fills the buffer, once for all runs that have the same.
      o.copy(at, 0, buffers_[k], 1, 1);
      kernels::repeat_first(buffers_[k], element_size(o.buffer), n);
      held_[k] = at;
      held_count_[k] = n;
    }
    return buffers_[k];
  }

  ptrdiff_t stride(const Operand& o) const {
    return static_cast<ptrdiff_t>(o.strides[plan_.inner()]);
  }

  const Plan& plan_;
  ContiguousLoop loop_;
  const void* functor_;
  bool all_direct_ = true;
  const std::byte* held_[kMaxOperands] = {};
  size_t held_count_[kMaxOperands];
  alignas(64) std::byte buffers_[kMaxOperands][kChunk * kMaxElement];
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
      std::array<std::byte*, kMaxOperands> at = place.at();
      plan.move(at, inner, static_cast<int64_t>(column));
      transpose(at[1], static_cast<ptrdiff_t>(x.strides[inner]), at[0],
                static_cast<ptrdiff_t>(y.strides[inner - 1]), std::min(kTile, rows - row),
                std::min(kTile, columns - column));
    }
  });
  return true;
}

struct Identity {
  template <class V>
  V operator()(V x) const {
    return x;
  }
};

// All `count` elements of the plan.
void run(Plan& plan, size_t count, ContiguousLoop loop, const void* functor) {
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
  dispatch(y.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    const Identity identity;
    run(plan, static_cast<size_t>(y.numel()), contiguous_loop<T, T, Identity, 1>, &identity);
  });
}

}  // namespace torch
