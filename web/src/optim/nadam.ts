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

export interface NAdamOptions extends Omit<Implementation, 'fused'> {
  lr: number;
  betas: readonly [number, number];
  eps: number;
  weight_decay: number;
  momentum_decay: number;
  /** Shrink the parameters themselves instead of adding to the gradient. */
  decoupled_weight_decay: boolean;
  maximize: boolean;
}

/**
 * Adam with Nesterov momentum (Dozat 2016). With `μ_t = β1 (1 - 0.96^(t * momentum_decay) / 2)` and
 * Adam's `m` and `v`, `p -= lr * (μ_{t+1} m / (1 - Π_{i≤t+1} μ_i) + (1 - μ_t) g / (1 - Π_{i≤t} μ_i))
 * / (√(v / (1 - β2^t)) + eps)`. PyTorch: `torch.optim.NAdam`.
 *
 * Defaults: lr 2e-3, betas [0.9, 0.999], eps 1e-8, weight_decay 0, momentum_decay 4e-3.
 */
export class NAdam extends Optimizer<NAdamOptions> {
  constructor(
    params: Params<NAdamOptions>,
    ...args: Keywords<
      [
        lr: number,
        betas: readonly [number, number],
        eps: number,
        weight_decay: number,
        momentum_decay: number,
        decoupled_weight_decay: boolean,
      ],
      NAdamOptions
    >
  ) {
    const options = optionsOf<NAdamOptions>(
      'NAdam',
      {
        lr: 2e-3,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weight_decay: 0,
        momentum_decay: 4e-3,
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
    checkOption('momentum_decay value', options.momentum_decay);
    super(params, options);
  }

  protected override update(param: Tensor, group: ParamGroup<NAdamOptions>): void {
    const state = this.stateOf(param, () => ({
      step: counter(),
      mu_product: counter(1),
      exp_avg: zerosLike(param),
      exp_avg_sq: zerosLike(param),
    }));
    call((c) =>
      c.nadam_(
        param.handle,
        state.step!.handle,
        state.mu_product!.handle,
        state.exp_avg!.handle,
        state.exp_avg_sq!.handle,
        group.lr,
        group.betas[0],
        group.betas[1],
        group.eps,
        group.weight_decay,
        group.momentum_decay,
        group.decoupled_weight_decay,
        group.maximize,
      ),
    );
  }
}
