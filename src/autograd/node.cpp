#include "autograd/node.h"

#include "base/check.h"

namespace torch::autograd {

namespace {

struct Remains {
  std::vector<Edge> edges;
  std::vector<SavedTensor> saved;
  Backward backward;
};

// Destroying a node's edges and saved tensors can destroy the nodes before it. Their contents wait
// here until the outermost call empties the list, so the depth of the graph never becomes depth of
// the stack.
void bury(Remains&& remains) {
  static std::vector<Remains>* waiting = nullptr;
  if (waiting) return waiting->push_back(std::move(remains));
  std::vector<Remains> list;
  waiting = &list;
  list.push_back(std::move(remains));
  while (!list.empty()) {
    Remains next = std::move(list.back());
    list.pop_back();
  }
  waiting = nullptr;
}

std::string type_name(const Tensor& t) {
  return concat("torch.", scalar_type_name(t.dtype()), "Tensor");
}

}  // namespace

Node::~Node() { bury({std::move(edges), std::move(saved), std::move(backward)}); }

std::vector<Edge> Node::release() {
  if (saved.empty()) return edges;
  released = true;
  std::vector<Edge> way_on;
  way_on.swap(edges);
  bury({{}, std::move(saved), std::move(backward)});
  saved.clear();
  return way_on;
}

Grads Node::run(const Grads& gs) { return backward(gs[0], Context(*this)); }

Watchers& Node::watch() {
  if (!watchers) watchers = std::make_unique<Watchers>();
  return *watchers;
}

void Node::check_alive() const {
  check(!released,
        "Trying to backward through the graph a second time (or directly access saved tensors "
        "after they have already been freed). Saved intermediate values of the graph are freed "
        "when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to "
        "backward through the graph a second time or if you need to access saved tensors after "
        "calling backward.");
}

Tensor Context::saved(size_t i) const {
  const SavedTensor& saved = node_.saved[i];
  if (!saved.tensor.defined()) return {};
  check(saved.tensor.version() == saved.version,
        "one of the variables needed for gradient computation has been modified by an inplace "
        "operation: [",
        type_name(saved.tensor), " ", saved.tensor.sizes(), "], which is output ",
        saved.tensor.output_nr(), " of ",
        saved.is_output          ? node_.name
        : saved.tensor.grad_fn() ? saved.tensor.grad_fn()->name
                                 : "a leaf",
        ", is at version ", saved.tensor.version(), "; expected version ", saved.version,
        " instead. Hint: enable anomaly detection to find the operation that failed to compute its "
        "gradient, with torch.autograd.set_detect_anomaly(True).");
  if (!saved.is_output) return saved.tensor;
  Tensor output = saved.tensor.detach();
  output.set_grad_fn(node_.shared_from_this(), saved.output);
  return output;
}

}  // namespace torch::autograd
