#include "autograd/engine.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

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

  bool lead_from(const Node* node) const { return leads_.at(node); }

 private:
  // Depth first with an explicit stack: a node is settled after all that it points to.
  void visit(Node* root) {
    std::vector<std::pair<Node*, size_t>> stack;
    const auto push = [&](Node* node) {
      // One that has been released leads to its error.
      const bool leads = node->released || wanted_nodes_.count(node) > 0;
      if (leads_.emplace(node, leads).second) stack.push_back({node, 0});
    };
    push(root);
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      if (next < node->edges.size()) {
        const Edge& edge = node->edges[next++];
        if (edge.leaf.defined() && wanted_leaves_.count(edge.leaf.id())) leads_[node] = true;
        if (edge.node) push(edge.node.get());
        continue;
      }
      Node* settled = node;
      stack.pop_back();
      for (const Edge& edge : settled->edges) {
        if (edge.node && leads_.at(edge.node.get())) leads_[settled] = true;
      }
    }
  }

  std::unordered_set<const Node*> wanted_nodes_;
  std::unordered_set<const void*> wanted_leaves_;
  std::unordered_map<const Node*, bool> leads_;
};

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
      const Tensor g = std::move(pending_.extract(node.get()).mapped());
      step(*node, g);
    }
    return std::move(captured_);
  }

 private:
  static bool older(const std::shared_ptr<Node>& a, const std::shared_ptr<Node>& b) {
    return a->sequence < b->sequence;
  }

  void step(Node& node, const Tensor& g) {
    if (inputs_) {
      for (size_t i = 0; i < inputs_->size(); ++i) {
        if ((*inputs_)[i].grad_fn().get() == &node) captured_[i] = g;
      }
      if (!paths_->lead_from(&node)) return;
    }
    node.check_alive();
    const Grads grads = node.backward(g, Context(node));
    check(grads.size() == node.edges.size(), "function ", node.name,
          " returned an incorrect number of gradients (expected ", node.edges.size(), ", got ",
          grads.size(), ")");
    const std::vector<Edge> edges = options_.retain_graph ? node.edges : node.release();
    for (size_t i = 0; i < grads.size(); ++i) {
      if (grads[i].defined()) send(edges[i], grads[i]);
    }
  }

  void send(const Edge& edge, const Tensor& grad) {
    if (!edge.needed()) return;
    const Tensor g = grad.sizes() == edge.sizes && grad.dtype() == edge.dtype
                         ? grad
                         : arithmetic_.fit(grad, edge.sizes, edge.dtype);
    if (!edge.node) return arrive(edge.leaf, g);
    if (paths_ && !paths_->lead_from(edge.node.get())) return;
    const auto [at, first] = pending_.try_emplace(edge.node.get(), g);
    if (!first) {
      at->second = arithmetic_.add(at->second, g);
      return;
    }
    ready_.push_back(edge.node);
    std::push_heap(ready_.begin(), ready_.end(), older);
  }

  void arrive(const Tensor& leaf, const Tensor& g) {
    if (inputs_) {
      for (size_t i = 0; i < inputs_->size(); ++i) {
        if (!(*inputs_)[i].is_same(leaf)) continue;
        captured_[i] = captured_[i].defined() ? arithmetic_.add(captured_[i], g) : g;
      }
      return;
    }
    const Tensor grad = leaf.grad();
    if (!grad.defined()) {
      leaf.set_grad(options_.create_graph ? g : arithmetic_.clone(g));
    } else if (options_.create_graph) {
      leaf.set_grad(arithmetic_.add(grad, g));
    } else {
      arithmetic_.accumulate(grad, g);
    }
  }

  const std::vector<Tensor>* inputs_;
  const Options options_;
  const Arithmetic& arithmetic_;
  std::unique_ptr<Paths> paths_;
  std::vector<Tensor> captured_;
  std::vector<std::shared_ptr<Node>> ready_;
  std::unordered_map<Node*, Tensor> pending_;
};

}  // namespace

std::vector<Tensor> run_backward(const std::vector<Tensor>& roots, const std::vector<Tensor>& grads,
                                 const std::vector<Tensor>* inputs, Options options,
                                 const Arithmetic& arithmetic) {
  GradMode mode(options.create_graph);
  return Pass(inputs, options, arithmetic).run(roots, grads);
}

}  // namespace torch::autograd
