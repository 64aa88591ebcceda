// Loss functions of torch.nn.functional. `reduction` is 'mean' (the default), 'sum', or 'none' for
// the losses of the elements (PyTorch docs: torch.nn.functional, "Loss functions").

import { handle, int, keywords, number, optional, sizeOf } from '../arguments.js';
import { TorchError, type Handle } from '../core.js';
import type { MainModule } from '../core.mjs';
import { op } from '../op.js';
import { scoped } from '../memory.js';
import type { Tensor } from '../tensor.js';
import { warn } from '../warning.js';

export type Reduction = 'none' | 'mean' | 'sum';

export interface Reduced {
  reduction: Reduction;
}

const kReductions: readonly string[] = ['none', 'mean', 'sum'];

function code(reduction: string): number {
  const found = kReductions.indexOf(reduction);
  if (found >= 0) return found;
  throw new TorchError(`${reduction} is not a valid value for reduction`, 'ValueError');
}

function warnOfBroadcast(input: Tensor, target: Tensor): void {
  if (String(input.shape) === String(target.shape)) return;
  warn(
    `Using a target size (${sizeOf(target)}) that is different to the input size (${sizeOf(input)}). ` +
      'This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.',
  );
}

/** Options, which have no place by position. */
type Named<Options> = [options?: Partial<Options>];

/** A loss of two tensors, from its name, its options' defaults and its call into the core. */
function pairwise<Options extends Reduced>(
  name: string,
  defaults: Options,
  core: (c: MainModule, x: Handle, t: Handle, options: Options, reduction: number) => Handle,
  look?: (input: Tensor, target: Tensor) => void,
) {
  return (input: Tensor, target: Tensor, ...args: Named<Options>): Tensor => {
    const given = keywords(name, defaults, args);
    const reduction = code(given.reduction);
    const [x, t] = [handle(input, name), handle(target, name, 'target', 2)];
    look?.(input, target);
    return op((c) => core(c, x, t, given, reduction));
  };
}

const kMean: Reduced = { reduction: 'mean' };

/** `(input - target)²` */
export const mse_loss = pairwise(
  'mse_loss',
  kMean,
  (c, x, t, _, reduction) => c.mse_loss(x, t, reduction),
  warnOfBroadcast,
);

/** `|input - target|` */
export const l1_loss = pairwise(
  'l1_loss',
  kMean,
  (c, x, t, _, reduction) => c.l1_loss(x, t, reduction),
  warnOfBroadcast,
);

/** Of `z = |input - target|`: `z² / (2 beta)` below `beta` (default 1), `z - beta / 2` above. */
export const smooth_l1_loss = pairwise(
  'smooth_l1_loss',
  { ...kMean, beta: 1 },
  (c, x, t, { beta }, reduction) => c.smooth_l1_loss(x, t, reduction, beta),
  warnOfBroadcast,
);

/** Of `z = |input - target|`: `z² / 2` below `delta` (default 1), `delta * (z - delta / 2)` above. */
export const huber_loss = pairwise(
  'huber_loss',
  { ...kMean, delta: 1 },
  (c, x, t, { delta }, reduction) => c.huber_loss(x, t, reduction, delta),
  warnOfBroadcast,
);

export interface ClassLoss extends Reduced {
  /** `[C]`: what each class counts for. */
  weight: Tensor | null;
  /** A class that counts for nothing; default -100. */
  ignore_index: number;
}

export interface CrossEntropy extends ClassLoss {
  /** The share of every target that is spread evenly over all classes, 0 to 1; default 0. */
  label_smoothing: number;
}

const kClassLoss: ClassLoss = { weight: null, ignore_index: -100, reduction: 'mean' };

/**
 * `-weight[t] * input[n, t]` for log-probabilities `[N, C, …]` or `[C]` and class indices
 * `t = target[n]`. The mean is weighted.
 */
export const nll_loss = pairwise('nll_loss', kClassLoss, (c, x, t, options, reduction) => {
  const weight = optional(options.weight, 'nll_loss', 'weight');
  return c.nll_loss(x, t, weight, int(options.ignore_index, 'nll_loss', 'ignore_index'), reduction);
});

/**
 * {@link nll_loss} of `log_softmax(input)`. Targets are class indices (int64), or of the input's
 * shape and then probabilities of the classes.
 */
export const cross_entropy = pairwise(
  'cross_entropy',
  { ...kClassLoss, label_smoothing: 0 } as CrossEntropy,
  (c, x, t, options, reduction) => {
    const weight = optional(options.weight, 'cross_entropy', 'weight');
    const ignored = int(options.ignore_index, 'cross_entropy', 'ignore_index');
    const smoothing = number(options.label_smoothing, 'cross_entropy', 'label_smoothing');
    return c.cross_entropy(x, t, weight, ignored, reduction, smoothing);
  },
);

export interface Weighted extends Reduced {
  /** What each element counts for; broadcast. */
  weight: Tensor | null;
}

const kWeighted: Weighted = { weight: null, reduction: 'mean' };

/** `-(target * log(input) + (1 - target) * log(1 - input))`, with logarithms not below -100. */
export const binary_cross_entropy = pairwise(
  'binary_cross_entropy',
  kWeighted,
  (c, x, t, options, reduction) =>
    c.binary_cross_entropy(
      x,
      t,
      optional(options.weight, 'binary_cross_entropy', 'weight'),
      reduction,
    ),
);

export interface WithLogits extends Weighted {
  /** What the positive targets count for, per class; broadcast. */
  pos_weight: Tensor | null;
}

/** {@link binary_cross_entropy} of `sigmoid(input)`, exact also where that rounds to 0 or 1. */
export const binary_cross_entropy_with_logits = pairwise(
  'binary_cross_entropy_with_logits',
  { ...kWeighted, pos_weight: null } as WithLogits,
  (c, x, t, options, reduction) => {
    const name = 'binary_cross_entropy_with_logits';
    const weight = optional(options.weight, name, 'weight');
    const positive = optional(options.pos_weight, name, 'pos_weight');
    return c.binary_cross_entropy_with_logits(x, t, weight, positive, reduction);
  },
);

export interface Divergence {
  reduction: Reduction | 'batchmean';
  /** Whether the target is given as log-probabilities. */
  log_target: boolean;
}

/**
 * `target * (log(target) - input)` for log-probabilities `input`. The divergence of a batch is
 * 'batchmean', the sum divided by the batch size; 'mean' divides by the number of elements.
 */
export const kl_div = scoped(
  (input: Tensor, target: Tensor, ...args: Named<Divergence>): Tensor => {
    const defaults: Divergence = { reduction: 'mean', log_target: false };
    const { reduction, log_target } = keywords('kl_div', defaults, args);
    const [x, t] = [handle(input, 'kl_div'), handle(target, 'kl_div', 'target', 2)];
    if (reduction === 'mean') {
      warn(
        "reduction: 'mean' divides the total loss by both the batch size and the support size." +
          "'batchmean' divides only by the batch size, and aligns with the KL div math definition." +
          "'mean' will be changed to behave the same as 'batchmean' in the next major release.",
      );
    }
    const divide = reduction === 'batchmean' && input.ndim > 0;
    const how = code(reduction === 'batchmean' ? 'sum' : reduction);
    const total = op((c) => c.kl_div(x, t, how, log_target));
    return divide ? total.div(input.shape[0]!) : total;
  },
);

export interface Margin extends Reduced {
  margin: number;
}

/** `input` where the target is 1, `max(0, margin - input)` where it is -1; `margin` is 1. */
export const hinge_embedding_loss = pairwise(
  'hinge_embedding_loss',
  { margin: 1, ...kMean } as Margin,
  (c, x, t, { margin }, reduction) => c.hinge_embedding_loss(x, t, margin, reduction),
);

/** `log(1 + exp(-target * input))` */
export const soft_margin_loss = pairwise('soft_margin_loss', kMean, (c, x, t, _, reduction) =>
  c.soft_margin_loss(x, t, reduction),
);

export interface Poisson extends Reduced {
  /** Whether the input is the logarithm of the rate; default true. */
  log_input: boolean;
  /** Whether to add Stirling's approximation of `log(target!)`. */
  full: boolean;
  /** Keeps the logarithm from 0 where the input is the rate; default 1e-8. */
  eps: number;
}

/** `exp(input) - target * input`, or `input - target * log(input + eps)`. */
export const poisson_nll_loss = pairwise(
  'poisson_nll_loss',
  { log_input: true, full: false, eps: 1e-8, reduction: 'mean' } as Poisson,
  (c, x, t, { log_input, full, eps }, reduction) =>
    c.poisson_nll_loss(x, t, log_input, full, eps, reduction),
);

const kMargin: Margin = { margin: 0, reduction: 'mean' };

/** `max(0, -target * (input1 - input2) + margin)`; `margin` is 0. */
export function margin_ranking_loss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  ...args: Named<Margin>
): Tensor {
  const name = 'margin_ranking_loss';
  const { margin, reduction } = keywords(name, kMargin, args);
  const [a, b] = [handle(input1, name, 'input1'), handle(input2, name, 'input2', 2)];
  const t = handle(target, name, 'target', 3);
  return op((c) => c.margin_ranking_loss(a, b, t, margin, code(reduction)));
}

/** `1 - cos(input1, input2)` where the target is 1, `max(0, cos - margin)` where it is -1. */
export function cosine_embedding_loss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  ...args: Named<Margin>
): Tensor {
  const name = 'cosine_embedding_loss';
  const { margin, reduction } = keywords(name, kMargin, args);
  const [a, b] = [handle(input1, name, 'input1'), handle(input2, name, 'input2', 2)];
  const t = handle(target, name, 'target', 3);
  return op((c) => c.cosine_embedding_loss(a, b, t, margin, code(reduction)));
}

export interface Triplet extends Margin {
  /** The norm of the distances; default 2. */
  p: number;
  /** Added to the differences; default 1e-6. */
  eps: number;
  /** Whether the negative's distance to the positive counts, where it is the smaller one. */
  swap: boolean;
}

/** `max(0, margin + |anchor - positive| - |anchor - negative|)`; `margin` is 1. */
export function triplet_margin_loss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  ...args: Named<Triplet>
): Tensor {
  const name = 'triplet_margin_loss';
  const defaults: Triplet = { margin: 1, p: 2, eps: 1e-6, swap: false, reduction: 'mean' };
  const { margin, p, eps, swap, reduction } = keywords(name, defaults, args);
  const a = handle(anchor, name, 'anchor');
  const near = handle(positive, name, 'positive', 2);
  const far = handle(negative, name, 'negative', 3);
  return op((c) => c.triplet_margin_loss(a, near, far, margin, p, eps, swap, code(reduction)));
}
