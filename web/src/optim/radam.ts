import type { Keywords } from '../arguments.js';
import { call } from '../core.js';
import type { Tensor } from '../tensor.js';
import {
  checkBetas,
  checkOption,
  counter,
  Optimizer,
  optionsOf,
  zerosLike,
  type Implementation,
  type ParamGroup,
  type Params,
} from './optimizer.js';

export interface RAdamOptions extends Omit<Implementation, 'fused'> {
  lr: number;
  betas: readonly [number, number];
  eps: number;
  weight_decay: number;
  /** Shrink the parameters themselves instead of adding to the gradient. */
  decoupled_weight_decay: boolean;
  maximize: boolean;
}

/**
 * Rectified Adam (Liu et al. 2020, arXiv:1908.03265): without the second moment until its variance
 * is finite, then Adam's step times a rectification. PyTorch: `torch.optim.RAdam`.
 *
 * Defaults: lr 1e-3, betas [0.9, 0.999], eps 1e-8, weight_decay 0, decoupled_weight_decay false.
 */
export class RAdam extends Optimizer<RAdamOptions> {
  constructor(
    params: Params<RAdamOptions>,
    ...args: Keywords<
      [
        lr: number,
        betas: readonly [number, number],
        eps: number,
        weight_decay: number,
        decoupled_weight_decay: boolean,
      ],
      RAdamOptions
    >
  ) {
    const options = optionsOf<RAdamOptions>(
      'RAdam',
      {
        lr: 1e-3,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weight_decay: 0,
        decoupled_weight_decay: false,
        maximize: false,
        foreach: null,
        capturable: false,
        differentiable: false,
      },
      args,
    );
    checkOption('learning rate', options.lr);
    checkOption('epsilon value', options.eps);
    checkBetas(options.betas);
    checkOption('weight_decay value', options.weight_decay);
    super(params, options);
  }

  protected override update(param: Tensor, group: ParamGroup<RAdamOptions>): void {
    const state = this.stateOf(param, () => ({
      step: counter(),
      exp_avg: zerosLike(param),
      exp_avg_sq: zerosLike(param),
    }));
    call((c) =>
      c.radam_(
        param.handle,
        state.step!.handle,
        state.exp_avg!.handle,
        state.exp_avg_sq!.handle,
        group.lr,
        group.betas[0],
        group.betas[1],
        group.eps,
        group.weight_decay,
        group.decoupled_weight_decay,
        group.maximize,
      ),
    );
  }
}
