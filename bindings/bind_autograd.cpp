// The graph as JavaScript sees it: flags, gradients, hooks and backward.
#include <emscripten/bind.h>

#include <map>

#include "autograd/anomaly.h"
#include "autograd/hooks.h"
#include "autograd/node.h"
#include "autograd/record.h"
#include "callback.h"
#include "ops/backward.h"
#include "ops/function.h"

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
std::map<int32_t, std::weak_ptr<autograd::Hook>>& hooks() {
  static std::map<int32_t, std::weak_ptr<autograd::Hook>> map;
  return map;
}

void register_hook(int32_t h, int32_t callback, const std::string& name) {
  auto hook = std::make_shared<autograd::Hook>();
  hook->name = name;
  hook->run = [callback = Callback(callback)](const Tensor& g) { return callback({g}).at(0); };
  autograd::register_hook(held(h), hook);
  static size_t limit = 64;
  if (hooks().size() > limit) {
    std::erase_if(hooks(), [](const auto& entry) { return entry.second.expired(); });
    limit = 2 * hooks().size() + 64;
  }
  hooks()[callback] = hook;
}

void remove_hook(int32_t callback) {
  const auto at = hooks().find(callback);
  if (at == hooks().end()) return;
  const auto hook = at->second.lock();
  hooks().erase(at);
  if (hook) hook->run = nullptr;
}

// The functions whose backward runs, the innermost last.
std::vector<const Context*> running;

struct Running {
  explicit Running(const Context& ctx) { running.push_back(&ctx); }
  ~Running() { running.pop_back(); }
};

using Tensors = Wire<std::vector<Tensor>>;

Address record_function(int32_t callback, const std::string& name, Address inputs, Address outputs,
                        Address saved, Address dirty, Address non_differentiable) {
  UserFunction function{name, [callback = Callback(callback)](const Grads& gs, const Context& ctx) {
                          const Running now(ctx);
                          return callback(gs);
                        }};
  return Tensors::to(record_user_function(
      std::move(function), {Tensors::from(inputs), Tensors::from(outputs), Tensors::from(saved),
                            Tensors::from(dirty), Tensors::from(non_differentiable)}));
}

// What the innermost running function saved.
Address saved_tensors() {
  check(!running.empty(), "saved_tensors: no backward is running");
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < running.back()->saved_count(); ++i) {
    tensors.push_back(running.back()->saved(i));
  }
  return Tensors::to(tensors);
}

// `trace` is a function that gives another, to be called when what was just recorded fails; 0 for
// none.
void set_detect_anomaly(bool enabled, bool check_nan, int32_t trace) {
  autograd::Anomaly& state = autograd::anomaly();
  state.enabled = enabled;
  state.check_nan = check_nan;
  state.first_inf.clear();
  state.trace = nullptr;
  if (trace == 0) return;
  state.trace = [callback = Callback(trace)]() -> std::function<void()> {
    const Callback report(static_cast<int32_t>(callback.numbers({}).at(0)));
    return [report] { report.numbers({}); };
  };
}
bool anomaly_enabled() { return autograd::anomaly().enabled; }
bool anomaly_check_nan() { return autograd::anomaly().check_nan; }
std::string anomaly_failed() { return autograd::anomaly().failed; }

bool is_inference(int32_t h) { return held(h).is_inference(); }
bool inference_mode() { return Tensor::inference_mode; }
void set_inference_mode(bool enabled) { Tensor::inference_mode = enabled; }
void detach_in_place(int32_t h) { held(h).detach_(); }

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
  function("backward(roots, gradients, retain_graph, create_graph, inputs)",
           wire<static_cast<void (*)(const std::vector<Tensor>&, const std::vector<Tensor>&, bool,
                                     bool, const std::vector<Tensor>&)>(&backward)>);
  function("grad(outputs, inputs, grad_outputs, retain_graph, create_graph, allow_unused)",
           wire<&grad>);
  function("record_function(callback, name, inputs, outputs, saved, dirty, non_differentiable)",
           &record_function);
  function("saved_tensors()", &saved_tensors);
  function("set_detect_anomaly(enabled, check_nan, trace)", &set_detect_anomaly);
  function("anomaly_enabled()", &anomaly_enabled);
  function("anomaly_check_nan()", &anomaly_check_nan);
  function("anomaly_failed()", &anomaly_failed);
  function("is_inference(x)", &is_inference);
  function("inference_mode()", &inference_mode);
  function("set_inference_mode(enabled)", &set_inference_mode);
  function("detach_(x)", &detach_in_place);
  function("grad_enabled()", &autograd::grad_enabled);
  function("set_grad_enabled(enabled)", &autograd::set_grad_enabled);
}

}  // namespace torch::bindings
