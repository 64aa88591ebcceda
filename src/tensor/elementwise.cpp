#include "tensor/elementwise.h"

#include <algorithm>
#include <array>

#include "base/parallel.h"
#include "kernels/cast.h"

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
  size_t element;
  CopyStrided copy;  // between the operand and the compute buffer; null where memory can be used
  Shape strides;
};

// The operands over one common shape, with neighbouring dimensions merged wherever every operand
// steps through them evenly.
struct Plan {
  Shape sizes;
  int count = 0;
  std::array<Operand, kMaxOperands> operands;

  void add(const Tensor& t, DType buffer, bool output) {
    Operand& o = operands[count++];
    o.data = t.raw();
    o.element = element_size(t.dtype());
    o.copy = t.dtype() == buffer ? nullptr
             : output            ? copier(buffer, t.dtype())
                                 : copier(t.dtype(), buffer);
    const int lead = sizes.size() - t.dim();
    o.strides = Shape(lead, 0);
    for (int d = 0; d < t.dim(); ++d) {
      o.strides.push_back(t.sizes()[d] == 1 && sizes[lead + d] != 1 ? 0 : t.strides()[d]);
    }
  }

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
};

// One run along the innermost dimension.
void run_inner(const Plan& plan, const std::array<std::byte*, kMaxOperands>& at, size_t n,
               DType compute, DType produced, ContiguousLoop loop, const void* functor) {
  alignas(64) std::byte buffers[kMaxOperands][kChunk * kMaxElement];
  const int inner = plan.sizes.size() - 1;
  bool direct[kMaxOperands];
  bool all_direct = true;
  for (int k = 0; k < plan.count; ++k) {
    const Operand& o = plan.operands[k];
    direct[k] = !o.copy && (o.strides[inner] == 1 || n == 1);
    all_direct &= direct[k];
  }
  const DType buffer_type[2] = {compute, produced};
  const auto copy_of = [&](int k) {
    const CopyStrided copy = plan.operands[k].copy;
    return copy ? copy : copier(buffer_type[k == 0], buffer_type[k == 0]);
  };
  CopyStrided copies[kMaxOperands];
  for (int k = 0; k < plan.count; ++k) copies[k] = direct[k] ? nullptr : copy_of(k);

  const size_t chunk = all_direct ? n : kChunk;
  for (size_t i = 0; i < n; i += chunk) {
    const size_t m = std::min(chunk, n - i);
    const void* in[kMaxOperands];
    for (int k = 1; k < plan.count; ++k) {
      const Operand& o = plan.operands[k];
      const ptrdiff_t stride = static_cast<ptrdiff_t>(o.strides[inner]);
      const std::byte* from =
          at[k] + static_cast<ptrdiff_t>(i) * stride * static_cast<ptrdiff_t>(o.element);
      in[k - 1] = from;
      if (direct[k]) continue;
      // A broadcast operand fills its buffer once.
      if (stride != 0 || i == 0) copies[k](from, stride, buffers[k], 1, m);
      in[k - 1] = buffers[k];
    }
    const Operand& out = plan.operands[0];
    const ptrdiff_t stride = static_cast<ptrdiff_t>(out.strides[inner]);
    std::byte* to =
        at[0] + static_cast<ptrdiff_t>(i) * stride * static_cast<ptrdiff_t>(out.element);
    loop(functor, m, direct[0] ? to : buffers[0], in);
    if (!direct[0]) copies[0](buffers[0], 1, to, stride, m);
  }
}

// Elements [begin, end) of the plan's index space, in row-major order.
void run_range(const Plan& plan, size_t begin, size_t end, DType compute, DType produced,
               ContiguousLoop loop, const void* functor) {
  const int inner = plan.sizes.size() - 1;
  const size_t row = static_cast<size_t>(plan.sizes[inner]);
  while (begin < end) {
    size_t index = begin / row;
    const size_t column = begin % row;
    std::array<std::byte*, kMaxOperands> at;
    for (int k = 0; k < plan.count; ++k) {
      const Operand& o = plan.operands[k];
      int64_t offset = static_cast<int64_t>(column) * o.strides[inner];
      size_t rest = index;
      for (int d = inner - 1; d >= 0; --d) {
        const size_t size = static_cast<size_t>(plan.sizes[d]);
        offset += static_cast<int64_t>(rest % size) * o.strides[d];
        rest /= size;
      }
      at[k] = o.data + offset * static_cast<int64_t>(o.element);
    }
    const size_t n = std::min(row - column, end - begin);
    run_inner(plan, at, n, compute, produced, loop, functor);
    begin += n;
  }
}

struct Identity {
  template <class V>
  V operator()(V x) const {
    return x;
  }
};

}  // namespace

void run_elementwise(const Tensor& y, std::span<const Tensor* const> inputs, DType compute,
                     DType produced, ContiguousLoop loop, const void* functor) {
  if (y.numel() == 0) return;
  Plan plan;
  plan.sizes = y.sizes();
  plan.add(y, produced, true);
  for (const Tensor* t : inputs) plan.add(*t, compute, false);
  plan.merge_dimensions();
  parallel_for(static_cast<size_t>(y.numel()), kElementGrain, [&](size_t begin, size_t end) {
    run_range(plan, begin, end, compute, produced, loop, functor);
  });
}

void copy_into(const Tensor& y, const Tensor& x) {
  // The compute type is y's, so the only conversion is on the way in.
  dispatch(y.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    const Tensor* inputs[] = {&x};
    const Identity identity;
    run_elementwise(y, inputs, kDType<T>, kDType<T>, contiguous_loop<T, T, Identity, 1>, &identity);
  });
}

}  // namespace torch
