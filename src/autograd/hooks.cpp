#include "autograd/hooks.h"

#include <algorithm>

#include "autograd/node.h"
#include "base/check.h"

namespace torch::autograd {

namespace {

void check_result(const Hook& hook, const Tensor& g, const Tensor& result) {
  check(result.dtype() == g.dtype(), "hook '", hook.name,
        "' has changed the type of value (was torch.", scalar_type_name(g.dtype()),
        "Tensor got torch.", scalar_type_name(result.dtype()), "Tensor)");
  check(result.sizes() == g.sizes(), "hook '", hook.name, "' has changed the size of value");
}

}  // namespace

void Hooks::add(std::shared_ptr<Hook> hook) {
  std::erase_if(hooks_, [](const auto& known) { return !known->run; });
  hooks_.push_back(std::move(hook));
}

Tensor Hooks::apply(uint32_t output, Tensor g) const {
  // A hook may register or remove hooks.
  const std::vector<std::shared_ptr<Hook>> hooks = hooks_;
  for (const std::shared_ptr<Hook>& hook : hooks) {
    if (hook->output != output || !hook->run) continue;
    const auto run = hook->run;
    const Tensor result = run(g);
    if (!result.defined()) continue;
    check_result(*hook, g, result);
    g = result;
  }
  return g;
}

void register_hook(const Tensor& t, std::shared_ptr<Hook> hook) {
  check(t.requires_grad(), "cannot register a hook on a tensor that doesn't require gradient");
  hook->output = t.output_nr();
  if (const auto& node = t.grad_fn()) {
    node->watch().hooks.add(std::move(hook));
  } else {
    if (!t.hooks()) t.set_hooks(std::make_shared<Hooks>());
    t.hooks()->add(std::move(hook));
  }
}

void retain_grad(const Tensor& t) {
  check(t.requires_grad(), "can't retain_grad on Tensor that has requires_grad=False");
  if (t.is_leaf() || retains_grad(t)) return;
  t.grad_fn()->watch().retained.push_back({t.output_nr(), t});
}

bool retains_grad(const Tensor& t) {
  const auto& node = t.grad_fn();
  if (!node || !node->watchers) return false;
  const auto& retained = node->watchers->retained;
  return std::any_of(retained.begin(), retained.end(),
                     [&](const Retained& r) { return r.tensor.lock().is_same(t); });
}

}  // namespace torch::autograd
