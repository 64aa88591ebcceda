// The graph that record() builds and backward walks.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "autograd/hooks.h"
#include "tensor/tensor.h"

namespace torch {

// One gradient per input, in the inputs' order; undefined where none is needed.
using Grads = std::vector<Tensor>;

namespace autograd {

class Context;

// An op's derivative: any callable (const Tensor& g, const Context& ctx) -> Grads. A smaller
// std::function: nothing here copies one, or asks it for its type.
class Backward {
 public:
  Backward() = default;
  template <class F>
  Backward(F f) : held_(std::make_unique<Held<F>>(std::move(f))) {}

  Grads operator()(const Tensor& g, const Context& ctx) const { return (*held_)(g, ctx); }
  explicit operator bool() const { return held_ != nullptr; }

 private:
  struct Callable {
    virtual ~Callable() = default;
    virtual Grads operator()(const Tensor& g, const Context& ctx) = 0;
  };
  template <class F>
  struct Held final : Callable {
    explicit Held(F f) : f(std::move(f)) {}
    Grads operator()(const Tensor& g, const Context& ctx) override { return f(g, ctx); }
    F f;
  };
  std::unique_ptr<Callable> held_;
};

// Where a gradient goes: to the node that made the input, to the leaf itself, or (neither) nowhere.
struct Edge {
  std::shared_ptr<Node> node;
  Tensor leaf;
  Shape sizes;
  DType dtype = DType::Float32;
  // Which of the node's outputs it is.
  uint32_t output = 0;

  bool needed() const { return node || leaf.defined(); }
};

struct SavedTensor {
  Tensor tensor;
  uint32_t version = 0;
  // The node's own output is saved without its history, or the two would keep each other alive.
  bool is_output = false;
  uint32_t output = 0;
};

// A result whose gradient is kept in its .grad.
struct Retained {
  uint32_t output;
  WeakTensor tensor;
};

// Who looks on while a gradient passes a node; hooks before those that retain.
struct Watchers {
  Hooks hooks;
  std::vector<Retained> retained;
  // Says where the node was made; in anomaly mode.
  std::function<void()> report;
};

struct Node : std::enable_shared_from_this<Node> {
  const char* name = "";
  // Nodes run in descending order of creation.
  uint64_t sequence = 0;
  std::vector<Edge> edges;
  std::vector<SavedTensor> saved;
  Backward backward;
  bool released = false;
  std::unique_ptr<Watchers> watchers;

  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  // Iterative: a chain of a million ops must not overflow the stack.
  virtual ~Node();
  // The gradients of the inputs from those of the outputs, which may be undefined.
  virtual Grads run(const Grads& gs);
  // Frees what was saved for backward. A node that had something cannot run again, so its edges and
  // its closure go too: an output that lives on must not hold the graph under it. Returns the
  // edges.
  std::vector<Edge> release();
  // Fails when release() has been here.
  void check_alive() const;
  Watchers& watch();
};

// What a backward closure sees of its node.
class Context {
 public:
  explicit Context(Node& node) : node_(node) {}
  // The i-th saved tensor; fails if it was modified since, or freed.
  Tensor saved(size_t i) const;
  size_t saved_count() const { return node_.saved.size(); }
  // Whether input i wants a gradient.
  bool needs(size_t i) const { return node_.edges[i].needed(); }
  const Shape& sizes(size_t i) const { return node_.edges[i].sizes; }

 private:
  Node& node_;
};

}  // namespace autograd

using autograd::Context;

}  // namespace torch
