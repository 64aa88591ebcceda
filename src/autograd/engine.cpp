#include "autograd/engine.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "autograd/anomaly.h"
#include "autograd/record.h"

namespace torch::autograd {

namespace {

// The nodes through which a gradient can reach one of the inputs.
class Paths {
 public:
  Paths(const std::vector<Tensor>& roots, const std::vector<Tensor>& inputs) {
    for (const Tensor& t : inputs) {
      if (t.grad_fn()) {
        wanted_nodes_.insert(t.grad_fn().get());
      } else {
        wanted_leaves_.insert(t.id());
      }
    }
    for (const Tensor& t : roots) {
      if (t.grad_fn()) visit(t.grad_fn().get());
    }
  }

  // Whether an input lies beyond the node: only then it has to run.
  bool lead_from(const Node* node) const { return beyond_.at(node); }
  bool reach(const Node* node) const { return wanted_nodes_.count(node) || beyond_.at(node); }
  bool reach(const Tensor& leaf) const { return wanted_leaves_.count(leaf.id()) > 0; }

 private:
  // Depth first with an explicit stack: a node is settled after all that it points to.
  void visit(Node* root) {
    std::vector<std::pair<Node*, size_t>> stack;
    const auto push = [&](Node* node) {
      // One that has been released leads to its error, unless its own gradient is what is wanted.
      const bool leads = node->released && wanted_nodes_.count(node) == 0;
      if (beyond_.emplace(node, leads).second) stack.push_back({node, 0});
    };
    push(root);
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      if (next < node->edges.size()) {
        const Edge& edge = node->edges[next++];
        if (edge.leaf.defined() && reach(edge.leaf)) beyond_[node] = true;
        if (edge.node) push(edge.node.get());
        continue;
      }
      Node* settled = node;
      stack.pop_back();
      for (const Edge& edge : settled->edges) {
        if (edge.node && reach(edge.node.get())) beyond_[settled] = true;
      }
    }
  }

  std::set<const Node*> wanted_nodes_;
  std::set<const void*> wanted_leaves_;
  std::map<const Node*, bool> beyond_;
};

// Whether summing g over broadcast dimensions can give `sizes`.
bool sums_to(const Shape& g, const Shape& sizes) {
  const int lead = g.size() - sizes.size();
  if (lead < 0) return false;
  for (int d = 0; d < sizes.size(); ++d) {
    if (sizes[d] != g[d + lead] && sizes[d] != 1) return false;
  }
  return true;
}

class Pass {
 public:
  Pass(const std::vector<Tensor>* inputs, Options options, const Arithmetic& arithmetic)
      : inputs_(inputs), options_(options), arithmetic_(arithmetic) {
    if (inputs) captured_.resize(inputs->size());
  }

  std::vector<Tensor> run(const std::vector<Tensor>& roots, const std::vector<Tensor>& grads) {
    if (inputs_) paths_ = std::make_unique<Paths>(roots, *inputs_);
    for (size_t i = 0; i < roots.size(); ++i) send(edge_to(roots[i]), grads[i]);
    // A consumer is always younger than what it consumes, so taking the youngest node first means
    // that all of a node's gradient has arrived.
    while (!ready_.empty()) {
      std::pop_heap(ready_.begin(), ready_.end(), older);
      const std::shared_ptr<Node> node = std::move(ready_.back());
      ready_.pop_back();
      step(*node, std::move(pending_.extract(node.get()).mapped()));
    }
    for (auto& [leaf, g] : leaves_) arrive(leaf, std::move(g));
    return std::move(captured_);
  }

 private:
  static bool older(const std::shared_ptr<Node>& a, const std::shared_ptr<Node>& b) {
    return a->sequence < b->sequence;
  }

  void step(Node& node, Grads gs) {
    if (node.watchers) watch(*node.watchers, gs);
    if (inputs_) {
      for (size_t i = 0; i < inputs_->size(); ++i) {
        const Tensor& t = (*inputs_)[i];
        if (t.grad_fn().get() == &node && t.output_nr() < gs.size())
          captured_[i] = gs[t.output_nr()];
      }
      if (!paths_->lead_from(&node)) return;
    }
    node.check_alive();
    const Grads grads = run(node, gs);
    check(grads.size() == node.edges.size(), "function ", node.name,
          " returned an incorrect number of gradients (expected ", node.edges.size(), ", got ",
          grads.size(), ")");
    const std::vector<Edge> edges = options_.retain_graph ? node.edges : node.release();
    for (size_t i = 0; i < grads.size(); ++i) {
      const Edge& edge = edges[i];
      if (!grads[i].defined() || !edge.needed()) continue;
      check(sums_to(grads[i].sizes(), edge.sizes), "Function ", node.name,
            " returned an invalid gradient at index ", i, " - got ", grads[i].sizes(),
            " but expected shape compatible with ", edge.sizes);
      send(edge, grads[i]);
    }
  }

  Grads run(Node& node, const Grads& gs) {
    if (!anomaly().enabled) return node.run(gs);
    struct Inside {
      bool before = std::exchange(anomaly().in_backward, true);
      ~Inside() { anomaly().in_backward = before; }
    };
    try {
      const Inside inside;
      Grads grads = node.run(gs);
      check_gradients(node, grads);
      return grads;
    } catch (const Error&) {
      report_failure(node);
      throw;
    }
  }

  void watch(const Watchers& watchers, Grads& gs) {
    for (size_t i = 0; i < gs.size(); ++i) {
      if (gs[i].defined()) gs[i] = watchers.hooks.apply(static_cast<uint32_t>(i), gs[i]);
    }
    for (const Retained& retained : watchers.retained) {
      const Tensor t = retained.tensor.lock();
      if (!t.defined() || retained.output >= gs.size()) continue;
      const Tensor& g = gs[retained.output];
      if (!g.defined()) continue;
      t.set_grad(t.grad().defined() ? arithmetic_.add(t.grad(), g) : arithmetic_.clone(g));
    }
  }

  void send(const Edge& edge, const Tensor& grad) {
    if (!edge.needed()) return;
    if (paths_ && !(edge.node ? paths_->reach(edge.node.get()) : paths_->reach(edge.leaf))) return;
    const Tensor g = grad.sizes() == edge.sizes && grad.dtype() == edge.dtype
                         ? grad
                         : arithmetic_.fit(grad, edge.sizes, edge.dtype);
    if (!edge.node) {
      const auto [at, first] = leaf_at_.try_emplace(edge.leaf.id(), leaves_.size());
      if (first) return leaves_.push_back({edge.leaf, g});
      return add_to(leaves_[at->second].second, g);
    }
    const auto [at, first] = pending_.try_emplace(edge.node.get());
    Grads& gs = at->second;
    if (gs.size() <= edge.output) gs.resize(edge.output + 1);
    add_to(gs[edge.output], g);
    if (!first) return;
    ready_.push_back(edge.node);
    std::push_heap(ready_.begin(), ready_.end(), older);
  }

  void add_to(Tensor& sum, const Tensor& g) { sum = sum.defined() ? arithmetic_.add(sum, g) : g; }

  // With the whole of a leaf's gradient: its hooks see it once a pass.
  void arrive(const Tensor& leaf, Tensor g) {
    if (const auto hooks = leaf.hooks()) g = hooks->apply(0, std::move(g));
    if (inputs_) {
      for (size_t i = 0; i < inputs_->size(); ++i) {
        if ((*inputs_)[i].is_same(leaf)) captured_[i] = g;
      }
      return;
    }
    // What no one else holds becomes the leaf's gradient as it is.
    if (!leaf.grad().defined() && !options_.create_graph && g.is_sole() && g.is_contiguous()) {
      return leaf.set_grad(g.detach());
    }
    accumulate(leaf, g, options_.create_graph, arithmetic_);
  }

  const std::vector<Tensor>* inputs_;
  const Options options_;
  const Arithmetic& arithmetic_;
  std::unique_ptr<Paths> paths_;
  std::vector<Tensor> captured_;
  std::vector<std::shared_ptr<Node>> ready_;
  std::map<Node*, Grads> pending_;
  // Leaves in the order in which gradients reached them.
  std::vector<std::pair<Tensor, Tensor>> leaves_;
  std::map<const void*, size_t> leaf_at_;
};

}  // namespace

void accumulate(const Tensor& leaf, const Tensor& g, bool create_graph,
                const Arithmetic& arithmetic) {
  const Tensor grad = leaf.grad();
  if (!grad.defined()) {
    leaf.set_grad(create_graph ? g : arithmetic.clone(g));
  } else if (create_graph) {
    leaf.set_grad(arithmetic.add(grad, g));
  } else {
    arithmetic.accumulate(grad, g);
  }
}

std::vector<Tensor> run_backward(const std::vector<Tensor>& roots, const std::vector<Tensor>& grads,
                                 const std::vector<Tensor>* inputs, Options options,
                                 const Arithmetic& arithmetic) {
  GradMode mode(options.create_graph);
  return Pass(inputs, options, arithmetic).run(roots, grads);
}

}  // namespace torch::autograd
