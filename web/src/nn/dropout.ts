// The dropout family: active in training, the identity in evaluation.

import { keywords, type Keywords } from '../arguments.js';
import { call } from '../core.js';
import { float } from '../printing.js';
import type { Tensor } from '../tensor.js';
import * as F from './functional.js';
import { Module } from './module.js';
import { checkProbability } from './probability.js';

interface Options {
  /** The probability of dropping; default 0.5. */
  p: number;
  /** Overwrite the input. */
  inplace: boolean;
}

abstract class Dropping extends Module {
  readonly p: number;
  readonly inplace: boolean;

  constructor(...args: Keywords<[p: number, inplace: boolean], Options>) {
    super();
    const { p, inplace } = keywords<Options>(new.target.name, { p: 0.5, inplace: false }, args);
    checkProbability(p);
    this.p = p;
    this.inplace = inplace;
  }

  override extra_repr(): string {
    return `p=${float(this.p)}, inplace=${this.inplace ? 'True' : 'False'}`;
  }
}

/** Sets elements to 0 at probability `p` and divides the rest by `1 - p`. */
export class Dropout extends Dropping {
  override forward(input: Tensor): Tensor {
    return F.dropout(input, this.p, this.training, this.inplace);
  }
}

/** {@link Dropout} of whole channels of `[N, C, L]` or `[C, L]`. */
export class Dropout1d extends Dropping {
  override forward(input: Tensor): Tensor {
    return F.dropout1d(input, this.p, this.training, this.inplace);
  }
}

/** {@link Dropout} of whole channels of `[N, C, H, W]`. */
export class Dropout2d extends Dropping {
  override forward(input: Tensor): Tensor {
    return F.dropout2d(input, this.p, this.training, this.inplace);
  }
}

/** {@link Dropout} of whole channels of `[N, C, D, H, W]` or `[C, D, H, W]`. */
export class Dropout3d extends Dropping {
  override forward(input: Tensor): Tensor {
    return F.dropout3d(input, this.p, this.training, this.inplace);
  }
}

/**
 * Dropout for SELU networks: `a * (keep ? x : alpha_prime) + b`, which keeps mean 0 and variance 1
 * (Klambauer et al. 2017). As PyTorch's, it takes `inplace` but never overwrites its input.
 */
export class AlphaDropout extends Dropping {
  /** SELU's floor, -λα: what a dropped element becomes before `a` and `b`. */
  get alpha_prime(): number {
    return -1.7580993408473766;
  }

  /** `1 / √((1 - p)(1 + p * alpha_prime²))` */
  get a(): number {
    return call((c) => c.alpha_dropout_a(this.p));
  }

  /** `-a * p * alpha_prime` */
  get b(): number {
    return call((c) => c.alpha_dropout_b(this.p));
  }

  override forward(input: Tensor): Tensor {
    return F.alpha_dropout(input, this.p, this.training);
  }
}

/** {@link AlphaDropout} of whole channels `x[n, c]`. */
export class FeatureAlphaDropout extends Dropping {
  override forward(input: Tensor): Tensor {
    return F.feature_alpha_dropout(input, this.p, this.training);
  }
}
