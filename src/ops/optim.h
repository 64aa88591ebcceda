// One step of an optimizer over one parameter, from its .grad; nothing is recorded and nothing
// allocated. State tensors and options have PyTorch's names (torch/optim); an undefined state is
// one that the options do not ask for. `step` is a 0-dim float tensor that counts; it is raised
// first.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// `first`: the buffer has no value yet and takes the gradient's.
void sgd_(const Tensor& param, const Tensor& momentum_buffer, double lr, double momentum,
          double dampening, double weight_decay, bool nesterov, bool maximize, bool first);

// `decoupled` is AdamW's weight decay: of the parameter, not through the gradient.
void adam_(const Tensor& param, const Tensor& step, const Tensor& exp_avg, const Tensor& exp_avg_sq,
           const Tensor& max_exp_avg_sq, double lr, double beta1, double beta2, double eps,
           double weight_decay, bool decoupled, bool maximize);

void nadam_(const Tensor& param, const Tensor& step, const Tensor& mu_product,
            const Tensor& exp_avg, const Tensor& exp_avg_sq, double lr, double beta1, double beta2,
            double eps, double weight_decay, double momentum_decay, bool decoupled, bool maximize);

void radam_(const Tensor& param, const Tensor& step, const Tensor& exp_avg,
            const Tensor& exp_avg_sq, double lr, double beta1, double beta2, double eps,
            double weight_decay, bool decoupled, bool maximize);

void adamax_(const Tensor& param, const Tensor& step, const Tensor& exp_avg, const Tensor& exp_inf,
             double lr, double beta1, double beta2, double eps, double weight_decay, bool maximize);

void adagrad_(const Tensor& param, const Tensor& step, const Tensor& sum, double lr,
              double lr_decay, double weight_decay, double eps, bool maximize);

void rmsprop_(const Tensor& param, const Tensor& step, const Tensor& square_avg,
              const Tensor& momentum_buffer, const Tensor& grad_avg, double lr, double alpha,
              double eps, double weight_decay, double momentum, bool maximize);

}  // namespace torch
