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

export interface AdamaxOptions extends Omit<Implementation, 'fused'> {
  lr: number;
  betas: readonly [number, number];
  eps: number;
  weight_decay: number;
  maximize: boolean;
}

/**
 * Adam with the infinity norm (Kingma and Ba 2015, arXiv:1412.6980): `m = β1 m + (1 - β1) g`,
 * `u = max(β2 u, |g| + eps)`, `p -= lr / (1 - β1^t) * m / u`. PyTorch: `torch.optim.Adamax`.
 *
 * Defaults: lr 2e-3, betas [0.9, 0.999], eps 1e-8, weight_decay 0.
 */
export class Adamax extends Optimizer<AdamaxOptions> {
  constructor(
    params: Params<AdamaxOptions>,
    ...args: Keywords<
      [lr: number, betas: readonly [number, number], eps: number, weight_decay: number],
      AdamaxOptions
    >
  ) {
    const options = optionsOf<AdamaxOptions>(
      'Adamax',
      {
        lr: 2e-3,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weight_decay: 0,
        foreach: null,
        maximize: false,
        differentiable: false,
        capturable: false,
      },
      args,
    );
    checkOption('learning rate', options.lr);
    checkOption('epsilon value', options.eps);
    checkBetas(options.betas);
    checkOption('weight_decay value', options.weight_decay);
    super(params, options);
  }

  protected override update(param: Tensor, group: ParamGroup<AdamaxOptions>): void {
    const state = this.stateOf(param, () => ({
      step: counter(),
      exp_avg: zerosLike(param),
      exp_inf: zerosLike(param),
    }));
    call((c) =>
      c.adamax_(
        param.handle,
        state.step!.handle,
        state.exp_avg!.handle,
        state.exp_inf!.handle,
        group.lr,
        group.betas[0],
        group.betas[1],
        group.eps,
        group.weight_decay,
        group.maximize,
      ),
    );
  }
}
