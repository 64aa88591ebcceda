// The graph as JavaScript sees it: flags, gradients, hooks and backward.
#include <emscripten/bind.h>

#include <unordered_map>

#include "autograd/hooks.h"
#include "autograd/node.h"
#include "autograd/record.h"
#include "callback.h"
#include "ops/backward.h"

namespace torch::bindings {

namespace {

bool requires_grad(int32_t h) { return held(h).requires_grad(); }
void set_requires_grad(int32_t h, bool value) { held(h).set_requires_grad(value); }
bool is_leaf(int32_t h) { return held(h).is_leaf(); }
int32_t get_grad(int32_t h) { return hold(held(h).grad()); }
void set_grad(int32_t h, int32_t g) { held(h).set_grad(held(g)); }
std::string grad_fn_name(int32_t h) {
  const auto& node = held(h).grad_fn();
  return node ? node->name : "";
}

// The hooks that can still be removed.
std::unordered_map<int32_t, std::weak_ptr<autograd::Hook>>& hooks() {
  static std::unordered_map<int32_t, std::weak_ptr<autograd::Hook>> map;
  return map;
}

void register_hook(int32_t h, int32_t callback, const std::string& name) {
  auto hook = std::make_shared<autograd::Hook>();
  hook->name = name;
  hook->run = [callback = Callback(callback)](const Tensor& g) { return callback({g}).at(0); };
  autograd::register_hook(held(h), hook);
  std::erase_if(hooks(), [](const auto& entry) { return entry.second.expired(); });
  hooks()[callback] = hook;
}

void remove_hook(int32_t callback) {
  const auto at = hooks().find(callback);
  if (at == hooks().end()) return;
  const auto hook = at->second.lock();
  hooks().erase(at);
  if (hook) hook->run = nullptr;
}

void retain_grad(int32_t h) { autograd::retain_grad(held(h)); }
bool retains_grad(int32_t h) { return autograd::retains_grad(held(h)); }

}  // namespace

EMSCRIPTEN_BINDINGS(autograd) {
  using emscripten::function;

  function("requires_grad(x)", &requires_grad);
  function("set_requires_grad(x, value)", &set_requires_grad);
  function("is_leaf(x)", &is_leaf);
  function("get_grad(x)", &get_grad);
  function("set_grad(x, grad)", &set_grad);
  function("grad_fn_name(x)", &grad_fn_name);
  function("register_hook(x, callback, name)", &register_hook);
  function("remove_hook(callback)", &remove_hook);
  function("retain_grad(x)", &retain_grad);
  function("retains_grad(x)", &retains_grad);
  function("backward(x, gradient, retain_graph, create_graph)", wire<&backward>);
  function("grad(outputs, inputs, grad_outputs, retain_graph, create_graph, allow_unused)",
           wire<&grad>);
  function("grad_enabled()", &autograd::grad_enabled);
  function("set_grad_enabled(enabled)", &autograd::set_grad_enabled);
}

}  // namespace torch::bindings
