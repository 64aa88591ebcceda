import type { Keywords } from '../arguments.js';
import { call, TorchError } from '../core.js';
import type { Tensor } from '../tensor.js';
import {
  checkOption,
  Optimizer,
  optionsOf,
  zerosLike,
  type Implementation,
  type ParamGroup,
  type Params,
} from './optimizer.js';

export interface SGDOptions extends Omit<Implementation, 'capturable'> {
  lr: number;
  momentum: number;
  dampening: number;
  weight_decay: number;
  nesterov: boolean;
  /** Climb instead of descending. */
  maximize: boolean;
}

/**
 * Stochastic gradient descent: `g += weight_decay * p`; with momentum
 * `buf = momentum * buf + (1 - dampening) * g` (at first `buf = g`) and `g = buf`, or with Nesterov
 * `g += momentum * buf`; then `p -= lr * g`. PyTorch: `torch.optim.SGD`.
 *
 * Defaults: lr 1e-3, momentum 0, dampening 0, weight_decay 0, nesterov false, maximize false.
 */
export class SGD extends Optimizer<SGDOptions> {
  constructor(
    params: Params<SGDOptions>,
    ...args: Keywords<
      [lr: number, momentum: number, dampening: number, weight_decay: number, nesterov: boolean],
      SGDOptions
    >
  ) {
    const options = optionsOf<SGDOptions>(
      'SGD',
      {
        lr: 1e-3,
        momentum: 0,
        dampening: 0,
        weight_decay: 0,
        nesterov: false,
        maximize: false,
        foreach: null,
        differentiable: false,
        fused: null,
      },
      args,
    );
    checkOption('learning rate', options.lr);
    checkOption('momentum value', options.momentum);
    checkOption('weight_decay value', options.weight_decay);
    if (options.nesterov && (options.momentum <= 0 || options.dampening !== 0)) {
      throw new TorchError('Nesterov momentum requires a momentum and zero dampening', 'ValueError');
    }
    super(params, options);
  }

  protected override update(param: Tensor, group: ParamGroup<SGDOptions>): void {
    const { lr, momentum, dampening, weight_decay, nesterov, maximize } = group;
    let buffer = 0;
    let first = false;
    if (momentum !== 0) {
      first = this.state.get(param)?.momentum_buffer === undefined;
      const state = this.stateOf(param, () => ({ momentum_buffer: zerosLike(param) }));
      buffer = state.momentum_buffer!.handle;
    }
    call((c) =>
      c.sgd_(
        param.handle,
        buffer,
        lr,
        momentum,
        dampening,
        weight_decay,
        nesterov,
        maximize,
        first,
      ),
    );
  }
}
