import type { Keywords } from '../arguments.js';
import { call } from '../core.js';
import type { Tensor } from '../tensor.js';
import {
  checkOption,
  counter,
  Optimizer,
  optionsOf,
  zerosLike,
  type Implementation,
  type ParamGroup,
  type Params,
} from './optimizer.js';

export interface RMSpropOptions extends Omit<Implementation, 'fused'> {
  lr: number;
  alpha: number;
  eps: number;
  weight_decay: number;
  momentum: number;
  /** Divide by the standard deviation of the gradient instead of its root mean square. */
  centered: boolean;
  maximize: boolean;
}

/**
 * RMSprop (Hinton 2012): `v = α v + (1 - α) g²`, `p -= lr * g / (√v + eps)`; with momentum
 * `buf = momentum * buf + g / (√v + eps)`, `p -= lr * buf`; centered, `√(v - a²)` where
 * `a = α a + (1 - α) g`. PyTorch: `torch.optim.RMSprop`.
 *
 * Defaults: lr 1e-2, alpha 0.99, eps 1e-8, weight_decay 0, momentum 0, centered false.
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  constructor(
    params: Params<RMSpropOptions>,
    ...args: Keywords<
      [
        lr: number,
        alpha: number,
        eps: number,
        weight_decay: number,
        momentum: number,
        centered: boolean,
      ],
      RMSpropOptions
    >
  ) {
    const options = optionsOf<RMSpropOptions>(
      'RMSprop',
      {
        lr: 1e-2,
        alpha: 0.99,
        eps: 1e-8,
        weight_decay: 0,
        momentum: 0,
        centered: false,
        capturable: false,
        foreach: null,
        maximize: false,
        differentiable: false,
      },
      args,
    );
    checkOption('learning rate', options.lr);
    checkOption('epsilon value', options.eps);
    checkOption('momentum value', options.momentum);
    checkOption('weight_decay value', options.weight_decay);
    checkOption('alpha value', options.alpha);
    super(params, options);
  }

  protected override update(param: Tensor, group: ParamGroup<RMSpropOptions>): void {
    const state = this.stateOf(param, () => ({
      step: counter(),
      square_avg: zerosLike(param),
      ...(group.momentum > 0 ? { momentum_buffer: zerosLike(param) } : {}),
      ...(group.centered ? { grad_avg: zerosLike(param) } : {}),
    }));
    call((c) =>
      c.rmsprop_(
        param.handle,
        state.step!.handle,
        state.square_avg!.handle,
        group.momentum > 0 ? state.momentum_buffer!.handle : 0,
        group.centered ? state.grad_avg!.handle : 0,
        group.lr,
        group.alpha,
        group.eps,
        group.weight_decay,
        group.momentum,
        group.maximize,
      ),
    );
  }
}
