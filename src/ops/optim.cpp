#include "ops/optim.h"

#include <array>
#include <cmath>

#include "base/parallel.h"
#include "kernels/optim.h"
#include "ops/copy.h"
#include "tensor/elementwise.h"

namespace torch {

namespace {

using States = std::array<Tensor, 3>;

Tensor dense(const Tensor& x) {
  return !x.defined() || x.is_contiguous() ? x : contiguous(x.detach());
}

void check_like(const char* what, const Tensor& x, const Tensor& param) {
  check(x.sizes() == param.sizes() && x.dtype() == param.dtype(), "optimizer: ", what, " is ",
        scalar_type_name(x.dtype()), " of shape ", x.sizes(), ", but its parameter is ",
        scalar_type_name(param.dtype()), " of shape ", param.sizes());
}

// The part of step() that knows no formula.
void run(const Tensor& param, const States& states, kernels::OptimLoop loop, const void* functor) {
  const Tensor grad = param.grad();
  check(grad.defined(), "optimizer: the parameter has no gradient");
  check_like("the gradient", grad, param);
  for (const Tensor& s : states) {
    if (s.defined()) check_like("a state tensor", s, param);
  }
  const Tensor p = dense(param), g = dense(grad);
  const States s = {dense(states[0]), dense(states[1]), dense(states[2])};
  const size_t element = element_size(param.dtype());
  parallel_for(static_cast<size_t>(p.numel()), kElementGrain, [&](size_t begin, size_t end) {
    const auto at = [&](const Tensor& x) {
      return x.defined() ? x.raw() + begin * element : nullptr;
    };
    kernels::optim_step(loop, functor, end - begin, element,
                        {at(p), at(g), at(s[0]), at(s[1]), at(s[2])});
  });
  const auto written = [](const Tensor& x, const Tensor& copy) {
    if (!x.defined()) return;
    if (!copy.is_same(x)) copy_into(x, copy);
    x.bump_version();
  };
  written(param, p);
  for (size_t i = 0; i < states.size(); ++i) written(states[i], s[i]);
}

// Runs functor(T()), made for the parameter's type, over the parameter, its gradient and state.
template <class MakeFunctor>
void step_over(const Tensor& param, const States& states, const MakeFunctor& functor) {
  dispatch_floating("optimizer", param.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    const auto f = functor(T());
    run(param, states, &kernels::optim_loop<T, decltype(functor(T()))>, &f);
  });
}

// Multiplies a 0-dim float tensor and adds to it; returns what it then holds.
double advance(const Tensor& x, double factor, double summand) {
  check(x.numel() == 1, "optimizer: a step must be a single element, got shape ", x.sizes());
  return dispatch_floating("optimizer", x.dtype(), [&](auto t) {
    using T = typename decltype(t)::type;
    T& value = *x.data<T>();
    value = value * static_cast<T>(factor) + static_cast<T>(summand);
    x.bump_version();
    return static_cast<double>(value);
  });
}

double count(const Tensor& step) { return advance(step, 1, 1); }

// What AdamW's kind of weight decay leaves of the parameter.
double decay_factor(double lr, double weight_decay, bool decoupled) {
  return decoupled && weight_decay != 0 ? 1 - lr * weight_decay : 1;
}

}  // namespace

void sgd_(const Tensor& param, const Tensor& momentum_buffer, double lr, double momentum,
          double dampening, double weight_decay, bool nesterov, bool maximize, bool first) {
  step_over(param, {momentum_buffer}, [=]<class T>(T) {
    return kernels::Sgd<T>{{weight_decay, maximize},
                           T(lr),
                           T(momentum),
                           T(1 - dampening),
                           nesterov,
                           momentum != 0,
                           first};
  });
}

void adam_(const Tensor& param, const Tensor& step, const Tensor& exp_avg, const Tensor& exp_avg_sq,
           const Tensor& max_exp_avg_sq, double lr, double beta1, double beta2, double eps,
           double weight_decay, bool decoupled, bool maximize) {
  const double t = count(step);
  const double step_size = lr / (1 - std::pow(beta1, t));
  const double bias2_sqrt = std::sqrt(1 - std::pow(beta2, t));
  const double decay = decay_factor(lr, weight_decay, decoupled);
  const bool amsgrad = max_exp_avg_sq.defined();
  step_over(param, {exp_avg, exp_avg_sq, max_exp_avg_sq}, [=]<class T>(T) {
    return kernels::Adam<T>{{decoupled ? 0 : weight_decay, maximize},
                            {beta1, beta2},
                            T(decay),
                            T(step_size),
                            T(bias2_sqrt),
                            T(eps),
                            amsgrad};
  });
}

void nadam_(const Tensor& param, const Tensor& step, const Tensor& mu_product,
            const Tensor& exp_avg, const Tensor& exp_avg_sq, double lr, double beta1, double beta2,
            double eps, double weight_decay, double momentum_decay, bool decoupled, bool maximize) {
  const double t = count(step);
  const double mu = beta1 * (1 - 0.5 * std::pow(0.96, t * momentum_decay));
  const double mu_next = beta1 * (1 - 0.5 * std::pow(0.96, (t + 1) * momentum_decay));
  const double product = advance(mu_product, mu, 0);
  const double decay = decay_factor(lr, weight_decay, decoupled);
  step_over(param, {exp_avg, exp_avg_sq}, [=]<class T>(T) {
    return kernels::NAdam<T>{{decoupled ? 0 : weight_decay, maximize},
                             {beta1, beta2},
                             T(decay),
                             T(1 - std::pow(beta2, t)),
                             T(eps),
                             T(-lr * (1 - mu) / (1 - product)),
                             T(-lr * mu_next / (1 - product * mu_next))};
  });
}

void radam_(const Tensor& param, const Tensor& step, const Tensor& exp_avg,
            const Tensor& exp_avg_sq, double lr, double beta1, double beta2, double eps,
            double weight_decay, bool decoupled, bool maximize) {
  const double t = count(step);
  const double bias2 = 1 - std::pow(beta2, t);
  // The length of the moving average (Liu et al. 2019, arXiv:1908.03265); from 5 on its variance is
  // finite.
  const double longest = 2 / (1 - beta2) - 1;
  const double length = longest - 2 * t * std::pow(beta2, t) / bias2;
  const bool rectified = length > 5;
  const double rectification = rectified ? std::sqrt((length - 4) * (length - 2) * longest /
                                                     ((longest - 4) * (longest - 2) * length))
                                         : 0;
  const double decay = decay_factor(lr, weight_decay, decoupled);
  step_over(param, {exp_avg, exp_avg_sq}, [=]<class T>(T) {
    return kernels::RAdam<T>{{decoupled ? 0 : weight_decay, maximize},
                             {beta1, beta2},
                             T(decay),
                             T(1 - std::pow(beta1, t)),
                             T(lr),
                             T(std::sqrt(bias2)),
                             T(eps),
                             T(rectification),
                             rectified};
  });
}

void adamax_(const Tensor& param, const Tensor& step, const Tensor& exp_avg, const Tensor& exp_inf,
             double lr, double beta1, double beta2, double eps, double weight_decay,
             bool maximize) {
  const double rate = lr / (1 - std::pow(beta1, count(step)));
  step_over(param, {exp_avg, exp_inf}, [=]<class T>(T) {
    return kernels::Adamax<T>{{weight_decay, maximize}, T(1 - beta1), T(beta2), T(eps), T(rate)};
  });
}

void adagrad_(const Tensor& param, const Tensor& step, const Tensor& sum, double lr,
              double lr_decay, double weight_decay, double eps, bool maximize) {
  const double rate = lr / (1 + (count(step) - 1) * lr_decay);
  step_over(param, {sum}, [=]<class T>(T) {
    return kernels::Adagrad<T>{{weight_decay, maximize}, T(rate), T(eps)};
  });
}

void rmsprop_(const Tensor& param, const Tensor& step, const Tensor& square_avg,
              const Tensor& momentum_buffer, const Tensor& grad_avg, double lr, double alpha,
              double eps, double weight_decay, double momentum, bool maximize) {
  count(step);
  const bool centered = grad_avg.defined();
  step_over(param, {square_avg, momentum_buffer, grad_avg}, [=]<class T>(T) {
    return kernels::RmsProp<T>{
        {weight_decay, maximize}, T(alpha), T(1 - alpha), T(eps), T(lr), T(momentum), centered};
  });
}

}  // namespace torch
