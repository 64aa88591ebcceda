// Losses as modules; each is explained where its function is.

import { keywords } from '../arguments.js';
import type { Tensor } from '../tensor.js';
import * as F from './losses.js';
import { Module } from './module.js';

/** A loss whose options are those of its function. */
abstract class Loss<Options extends object> extends Module {
  readonly options: Readonly<Options>;

  constructor(defaults: Options, given: Partial<Options>) {
    super();
    this.options = keywords(new.target.name, defaults, [given]);
  }
}

interface PairwiseLoss<Options extends object> extends Loss<Options> {
  forward(input: Tensor, target: Tensor): Tensor;
}

/**
 * A module for a function of input and target. Its type is named, because declarations that spell
 * an unnamed class out make it another class than Module.
 */
const lossModule = <Options extends object>(
  defaults: Options,
  f: (input: Tensor, target: Tensor, options: Partial<Options>) => Tensor,
): new (options?: Partial<Options>) => PairwiseLoss<Options> =>
  class extends Loss<Options> {
    constructor(options: Partial<Options> = {}) {
      super(defaults, options);
    }

    override forward(input: Tensor, target: Tensor): Tensor {
      return f(input, target, this.options);
    }
  };

const kMean: F.Reduced = { reduction: 'mean' };

/** See {@link F.mse_loss}. */
export class MSELoss extends lossModule(kMean, F.mse_loss) {}
/** See {@link F.l1_loss}. */
export class L1Loss extends lossModule(kMean, F.l1_loss) {}
/** See {@link F.smooth_l1_loss}. */
export class SmoothL1Loss extends lossModule({ ...kMean, beta: 1 }, F.smooth_l1_loss) {}
/** See {@link F.huber_loss}. */
export class HuberLoss extends lossModule({ ...kMean, delta: 1 }, F.huber_loss) {}
/** See {@link F.kl_div}. */
export class KLDivLoss extends lossModule<F.Divergence>(
  { reduction: 'mean', log_target: false },
  F.kl_div,
) {}
/** See {@link F.hinge_embedding_loss}. */
export class HingeEmbeddingLoss extends lossModule<F.Margin>(
  { margin: 1, reduction: 'mean' },
  F.hinge_embedding_loss,
) {}
/** See {@link F.soft_margin_loss}. */
export class SoftMarginLoss extends lossModule(kMean, F.soft_margin_loss) {}
/** See {@link F.poisson_nll_loss}. */
export class PoissonNLLLoss extends lossModule<F.Poisson>(
  { log_input: true, full: false, eps: 1e-8, reduction: 'mean' },
  F.poisson_nll_loss,
) {}

/** Losses with weights, which are buffers: part of the module's state. */
abstract class WeightedLoss<Options extends F.Weighted> extends Loss<Options> {
  declare weight: Tensor | null;

  constructor(defaults: Options, given: Partial<Options>) {
    super(defaults, given);
    this.register_buffer('weight', this.options.weight);
  }
}

const kClassLoss: F.ClassLoss = { weight: null, ignore_index: -100, reduction: 'mean' };

/** See {@link F.nll_loss}. */
export class NLLLoss extends WeightedLoss<F.ClassLoss> {
  constructor(options: Partial<F.ClassLoss> = {}) {
    super(kClassLoss, options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.nll_loss(input, target, { ...this.options, weight: this.weight });
  }
}

/** See {@link F.cross_entropy}. */
export class CrossEntropyLoss extends WeightedLoss<F.CrossEntropy> {
  constructor(options: Partial<F.CrossEntropy> = {}) {
    super({ ...kClassLoss, label_smoothing: 0 }, options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.cross_entropy(input, target, { ...this.options, weight: this.weight });
  }
}

/** See {@link F.binary_cross_entropy}. */
export class BCELoss extends WeightedLoss<F.Weighted> {
  constructor(options: Partial<F.Weighted> = {}) {
    super({ weight: null, reduction: 'mean' }, options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.binary_cross_entropy(input, target, { ...this.options, weight: this.weight });
  }
}

/** See {@link F.binary_cross_entropy_with_logits}. */
export class BCEWithLogitsLoss extends WeightedLoss<F.WithLogits> {
  declare pos_weight: Tensor | null;

  constructor(options: Partial<F.WithLogits> = {}) {
    super({ weight: null, pos_weight: null, reduction: 'mean' }, options);
    this.register_buffer('pos_weight', this.options.pos_weight);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, pos_weight } = this;
    return F.binary_cross_entropy_with_logits(input, target, {
      ...this.options,
      weight,
      pos_weight,
    });
  }
}

/** See {@link F.margin_ranking_loss}. */
export class MarginRankingLoss extends Loss<F.Margin> {
  constructor(options: Partial<F.Margin> = {}) {
    super({ margin: 0, reduction: 'mean' }, options);
  }

  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.margin_ranking_loss(input1, input2, target, this.options);
  }
}

/** See {@link F.cosine_embedding_loss}. */
export class CosineEmbeddingLoss extends Loss<F.Margin> {
  constructor(options: Partial<F.Margin> = {}) {
    super({ margin: 0, reduction: 'mean' }, options);
  }

  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.cosine_embedding_loss(input1, input2, target, this.options);
  }
}

/** See {@link F.triplet_margin_loss}. */
export class TripletMarginLoss extends Loss<F.Triplet> {
  constructor(options: Partial<F.Triplet> = {}) {
    super({ margin: 1, p: 2, eps: 1e-6, swap: false, reduction: 'mean' }, options);
  }

  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return F.triplet_margin_loss(anchor, positive, negative, this.options);
  }
}
