// The optimizers' table: see bind_ops.cpp.
#include <emscripten/bind.h>

#include "ops/optim.h"
#include "wire.h"

namespace torch::bindings {

namespace {

bool has_grad(int32_t h) { return held(h).grad().defined(); }

}  // namespace

EMSCRIPTEN_BINDINGS(optim) {
  using emscripten::function;

  function("has_grad(x)", &has_grad);
  function(
      "sgd_(param, momentum_buffer, lr, momentum, dampening, weight_decay, nesterov, maximize, "
      "first)",
      wire<&torch::sgd_>);
  function(
      "adam_(param, step, exp_avg, exp_avg_sq, max_exp_avg_sq, lr, beta1, beta2, eps, "
      "weight_decay, decoupled, maximize)",
      wire<&torch::adam_>);
  function(
      "nadam_(param, step, mu_product, exp_avg, exp_avg_sq, lr, beta1, beta2, eps, weight_decay, "
      "momentum_decay, decoupled, maximize)",
      wire<&torch::nadam_>);
  function(
      "radam_(param, step, exp_avg, exp_avg_sq, lr, beta1, beta2, eps, weight_decay, decoupled, "
      "maximize)",
      wire<&torch::radam_>);
  function("adamax_(param, step, exp_avg, exp_inf, lr, beta1, beta2, eps, weight_decay, maximize)",
           wire<&torch::adamax_>);
  function("adagrad_(param, step, sum, lr, lr_decay, weight_decay, eps, maximize)",
           wire<&torch::adagrad_>);
  function(
      "rmsprop_(param, step, square_avg, momentum_buffer, grad_avg, lr, alpha, eps, weight_decay, "
      "momentum, maximize)",
      wire<&torch::rmsprop_>);
}

}  // namespace torch::bindings
