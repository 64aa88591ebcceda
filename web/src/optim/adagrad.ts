import type { Keywords } from '../arguments.js';
import { call } from '../core.js';
import { full_like } from '../creation.js';
import { keep } from '../memory.js';
import type { Tensor } from '../tensor.js';
import {
  checkOption,
  counter,
  Optimizer,
  optionsOf,
  type Implementation,
  type ParamGroup,
  type Params,
  type ParamState,
} from './optimizer.js';

export interface AdagradOptions extends Omit<Implementation, 'capturable'> {
  lr: number;
  lr_decay: number;
  weight_decay: number;
  initial_accumulator_value: number;
  eps: number;
  maximize: boolean;
}

/**
 * Adagrad (Duchi et al. 2011): `s += g²`, `p -= lr / (1 + (t - 1) lr_decay) * g / (√s + eps)`.
 * PyTorch: `torch.optim.Adagrad`.
 *
 * Defaults: lr 1e-2, lr_decay 0, weight_decay 0, initial_accumulator_value 0, eps 1e-10.
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  constructor(
    params: Params<AdagradOptions>,
    ...args: Keywords<
      [
        lr: number,
        lr_decay: number,
        weight_decay: number,
        initial_accumulator_value: number,
        eps: number,
      ],
      AdagradOptions
    >
  ) {
    const options = optionsOf<AdagradOptions>(
      'Adagrad',
      {
        lr: 1e-2,
        lr_decay: 0,
        weight_decay: 0,
        initial_accumulator_value: 0,
        eps: 1e-10,
        foreach: null,
        maximize: false,
        differentiable: false,
        fused: null,
      },
      args,
    );
    checkOption('learning rate', options.lr);
    checkOption('lr_decay value', options.lr_decay);
    checkOption('weight_decay value', options.weight_decay);
    checkOption('initial_accumulator_value value', options.initial_accumulator_value);
    checkOption('epsilon value', options.eps);
    super(params, options);
    // As in PyTorch the state is there before the first step.
    for (const group of this.param_groups) {
      for (const param of group.params) this.sums(param);
    }
  }

  private sums(param: Tensor): ParamState {
    const { initial_accumulator_value } = this.defaults;
    return this.stateOf(param, () => ({
      step: counter(),
      sum: keep(full_like(param, initial_accumulator_value)),
    }));
  }

  protected override update(param: Tensor, group: ParamGroup<AdagradOptions>): void {
    const state = this.sums(param);
    call((c) =>
      c.adagrad_(
        param.handle,
        state.step!.handle,
        state.sum!.handle,
        group.lr,
        group.lr_decay,
        group.weight_decay,
        group.eps,
        group.maximize,
      ),
    );
  }
}
