// The dropout ops, as PyTorch's C++ has them; torch.nn.functional is the friendlier face.

import { handle, number } from '../arguments.js';
import { inplace, opOrSelf } from '../op.js';
import type { Tensor } from '../tensor.js';

type Name = 'dropout' | 'alpha_dropout' | 'feature_dropout' | 'feature_alpha_dropout';

const dropping =
  (name: Name) =>
  (input: Tensor, p: number, train: boolean): Tensor => {
    const x = handle(input, name);
    return opOrSelf(input, (c) => c[name](x, number(p, name, 'p'), train));
  };

const droppingInPlace =
  (name: Name) =>
  <T extends Tensor>(input: T, p: number, train: boolean): T => {
    const x = handle(input, `${name}_`);
    return inplace(input, (c) => c[`${name}_`](x, number(p, name, 'p'), train));
  };

/** 0 at probability `p`, the rest divided by `1 - p`; `input` itself when nothing drops. */
export const dropout = dropping('dropout');
/** SELU's floor at probability `p`, then an affine map that keeps mean 0 and variance 1. */
export const alpha_dropout = dropping('alpha_dropout');
/** {@link dropout} of whole channels `input[n, c]`. */
export const feature_dropout = dropping('feature_dropout');
/** {@link alpha_dropout} of whole channels `input[n, c]`. */
export const feature_alpha_dropout = dropping('feature_alpha_dropout');

/** {@link dropout} in place. */
export const dropout_ = droppingInPlace('dropout');
/** {@link alpha_dropout} in place. */
export const alpha_dropout_ = droppingInPlace('alpha_dropout');
/** {@link feature_dropout} in place. */
export const feature_dropout_ = droppingInPlace('feature_dropout');
/** {@link feature_alpha_dropout} in place. */
export const feature_alpha_dropout_ = droppingInPlace('feature_alpha_dropout');
