#include "autograd/anomaly.h"

#include <cmath>

namespace torch::autograd {

namespace {

struct Found {
  bool nan = false;
  bool inf = false;
};

template <class T>
void search(const T* x, const Tensor& t, int dim, Found& found) {
  if (dim == t.dim()) {
    found.nan |= std::isnan(*x);
    found.inf |= std::isinf(*x);
    return;
  }
  for (int64_t i = 0; i < t.sizes()[dim]; ++i) {
    search(x + i * t.strides()[dim], t, dim + 1, found);
  }
}

Found search(const Tensor& t) {
  Found found;
  if (!t.defined() || t.numel() == 0) return found;
  if (t.dtype() == DType::Float32) search(t.data<float>(), t, 0, found);
  if (t.dtype() == DType::Float64) search(t.data<double>(), t, 0, found);
  return found;
}

std::string hint() {
  const std::string& first = anomaly().first_inf;
  return first.empty() ? "" : concat(" Before it, '", first, "' made inf of finite values.");
}

}  // namespace

Anomaly& anomaly() {
  static Anomaly state;
  return state;
}

void check_forward(const char* name, const Tensor& y, Operands inputs) {
  Anomaly& state = anomaly();
  // A view has no values of its own.
  if (!state.enabled || state.in_backward || !state.check_nan || y.is_view()) return;
  const Found made = search(y);
  if (!made.nan && !made.inf) return;
  Found given;
  for (Operand t : inputs) {
    const Found found = search(*t);
    given.nan |= found.nan;
    given.inf |= found.inf;
  }
  if (made.inf && !given.inf && !given.nan && state.first_inf.empty()) state.first_inf = name;
  check(!made.nan || given.nan, "Function '", name,
        "' returned nan values in its forward, of inputs that had none.", hint());
}

void check_gradients(const Node& node, const Grads& grads) {
  if (!anomaly().check_nan) return;
  for (size_t i = 0; i < grads.size(); ++i) {
    check(!search(grads[i]).nan, "Function '", node.name, "' returned nan values in its ", i,
          "th output.", hint());
  }
}

void report_failure(const Node& node) {
  anomaly().failed = node.name;
  if (node.watchers && node.watchers->report) node.watchers->report();
}

}  // namespace torch::autograd
