// Softmax and its logarithm.

import { codeOf, handle, int, keywords, required, type Arguments } from '../arguments.js';
import type { DType } from '../dtype.js';
import { op } from '../op.js';
import type { Tensor } from '../tensor.js';

/** What softmax and its kin take after the input; with `dtype`, that is converted first. */
export type SoftmaxArguments = Arguments<[dim: number], { dim: number }, [], { dtype: DType | null }>;

const normalised =
  (name: 'softmax' | 'log_softmax') =>
  (input: Tensor, ...args: SoftmaxArguments): Tensor => {
    const x = handle(input, name);
    const [dim, ...options] = required(['dim'], args);
    const { dtype } = keywords<{ dtype: DType | null }>(name, { dtype: null }, options);
    const along = int(dim as number, name, 'dim');
    return op((c) => c[name](x, along, codeOf(dtype, name)));
  };

/** `eˣ / Σ eˣ` along `dim`. */
export const softmax = normalised('softmax');
/** `log(softmax(x))`, exact also where softmax is tiny. */
export const log_softmax = normalised('log_softmax');
