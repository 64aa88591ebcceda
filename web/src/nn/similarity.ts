// Vectors of length 1, and how near two vectors are.

import { handle, keywords, type Keywords } from '../arguments.js';
import { no_grad } from '../autograd.js';
import { scoped } from '../memory.js';
import * as ops from '../ops.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';

interface Normalized {
  /** The norm; default 2. */
  p: number;
  /** Default 1. */
  dim: number;
  /** The least that is divided by; default 1e-12. */
  eps: number;
}

/** `input / max(‖input‖ₚ, eps)`, with the norm along `dim`. */
export const normalize = scoped(
  (input: Tensor, ...args: Keywords<[p: number, dim: number, eps: number], Normalized>): Tensor => {
    const { p, dim, eps } = keywords<Normalized>('normalize', { p: 2, dim: 1, eps: 1e-12 }, args);
    const length = ops.clamp_min(ops.norm(input, { p, dim, keepdim: true }), eps);
    return ops.div(input, length);
  },
);

interface Cosine {
  /** Default 1. */
  dim: number;
  /** The least length that is divided by; default 1e-8. */
  eps: number;
}
type CosineArguments = Keywords<[dim: number, eps: number], Cosine>;
const kCosine: Cosine = { dim: 1, eps: 1e-8 };

/** `x1 · x2 / (max(‖x1‖, eps) max(‖x2‖, eps))` along `dim`, broadcast: the cosine of their angle. */
export const cosine_similarity = scoped(
  (x1: Tensor, x2: Tensor, ...args: CosineArguments): Tensor => {
    const { dim, eps } = keywords('cosine_similarity', kCosine, args);
    handle(x1, 'cosine_similarity', 'x1');
    handle(x2, 'cosine_similarity', 'x2', 2);
    const [a, b] = ops.broadcast_tensors(x1, x2) as [Tensor, Tensor];
    // The gradient is that of the length, also where eps takes its place.
    const unit = (x: Tensor) => {
      const length = ops.norm(x, { p: 2, dim, keepdim: true }).clone();
      no_grad(() => length.clamp_min_(eps));
      return ops.div(x, length);
    };
    return ops.sum(ops.mul(unit(a), unit(b)), dim);
  },
);

interface Distance {
  /** The norm; default 2. */
  p: number;
  /** Added to each difference; default 1e-6. */
  eps: number;
  keepdim: boolean;
}
type DistanceArguments = Keywords<[p: number, eps: number, keepdim: boolean], Distance>;
const kDistance: Distance = { p: 2, eps: 1e-6, keepdim: false };

/** `‖x1 - x2 + eps‖ₚ` over the last dimension. */
export const pairwise_distance = scoped(
  (x1: Tensor, x2: Tensor, ...args: DistanceArguments): Tensor => {
    const { p, eps, keepdim } = keywords('pairwise_distance', kDistance, args);
    handle(x1, 'pairwise_distance', 'x1');
    handle(x2, 'pairwise_distance', 'x2', 2);
    return ops.norm(ops.add(ops.sub(x1, x2), eps), { p, dim: -1, keepdim });
  },
);

/** See {@link cosine_similarity}. */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;

  constructor(...args: CosineArguments) {
    super();
    ({ dim: this.dim, eps: this.eps } = keywords('CosineSimilarity', kCosine, args));
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return cosine_similarity(x1, x2, this.dim, this.eps);
  }
}

/** See {@link pairwise_distance}. */
export class PairwiseDistance extends Module {
  readonly norm: number;
  readonly eps: number;
  readonly keepdim: boolean;

  constructor(...args: DistanceArguments) {
    super();
    const { p, eps, keepdim } = keywords('PairwiseDistance', kDistance, args);
    [this.norm, this.eps, this.keepdim] = [p, eps, keepdim];
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return pairwise_distance(x1, x2, this.norm, this.eps, this.keepdim);
  }
}
