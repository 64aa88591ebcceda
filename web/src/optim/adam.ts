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

export interface AdamOptions extends Implementation {
  lr: number;
  /** How much of the running averages of the gradient and of its square stays at each step. */
  betas: readonly [number, number];
  eps: number;
  weight_decay: number;
  /** Divide by the largest average of the square so far (Reddi et al. 2018). */
  amsgrad: boolean;
  /** Climb instead of descending. */
  maximize: boolean;
  /** Shrink the parameters themselves, as {@link AdamW}, instead of adding to the gradient. */
  decoupled_weight_decay: boolean;
}

type Arguments<Options> = Keywords<
  [
    lr: number,
    betas: readonly [number, number],
    eps: number,
    weight_decay: number,
    amsgrad: boolean,
  ],
  Options
>;

/**
 * Adam (Kingma and Ba 2015, arXiv:1412.6980): with `g += weight_decay * p`,
 * `m = β1 m + (1 - β1) g` and `v = β2 v + (1 - β2) g²`,
 * `p -= lr / (1 - β1^t) * m / (√v / √(1 - β2^t) + eps)`. PyTorch: `torch.optim.Adam`.
 *
 * Defaults: lr 1e-3, betas [0.9, 0.999], eps 1e-8, weight_decay 0, amsgrad false, maximize false,
 * decoupled_weight_decay false.
 */
export class Adam extends Optimizer<AdamOptions> {
  constructor(params: Params<AdamOptions>, ...args: Arguments<AdamOptions>) {
    const options = adamOptions('Adam', 0, args);
    super(params, options);
  }

  protected override update(param: Tensor, group: ParamGroup<AdamOptions>): void {
    const { lr, betas, eps, weight_decay, amsgrad, maximize, decoupled_weight_decay } = group;
    const state = this.stateOf(param, () => ({
      step: counter(),
      exp_avg: zerosLike(param),
      exp_avg_sq: zerosLike(param),
      ...(amsgrad ? { max_exp_avg_sq: zerosLike(param) } : {}),
    }));
    call((c) =>
      c.adam_(
        param.handle,
        state.step!.handle,
        state.exp_avg!.handle,
        state.exp_avg_sq!.handle,
        amsgrad ? state.max_exp_avg_sq!.handle : 0,
        lr,
        betas[0],
        betas[1],
        eps,
        weight_decay,
        decoupled_weight_decay,
        maximize,
      ),
    );
  }
}

function adamOptions(name: string, weight_decay: number, args: readonly unknown[]): AdamOptions {
  const options = optionsOf<AdamOptions>(
    name,
    {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weight_decay,
      amsgrad: false,
      maximize: false,
      foreach: null,
      capturable: false,
      differentiable: false,
      fused: null,
      decoupled_weight_decay: name === 'AdamW',
    },
    args,
  );
  checkOption('learning rate', options.lr);
  checkOption('epsilon value', options.eps);
  checkBetas(options.betas);
  checkOption('weight_decay value', options.weight_decay);
  return options;
}

/**
 * {@link Adam} whose weight decay shrinks the parameters first, `p *= 1 - lr * weight_decay`, and
 * leaves the gradient alone (Loshchilov and Hutter 2019, arXiv:1711.05101). PyTorch:
 * `torch.optim.AdamW`. Default weight_decay: 1e-2.
 */
export class AdamW extends Adam {
  constructor(
    params: Params<AdamOptions>,
    ...args: Arguments<Omit<AdamOptions, 'decoupled_weight_decay'>>
  ) {
    const options = adamOptions('AdamW', 1e-2, args);
    super(params, { ...options, decoupled_weight_decay: true });
  }
}
