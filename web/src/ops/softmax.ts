// Softmax and its logarithm.

import { handle, int } from '../arguments.js';
import type { DType } from '../dtype.js';
import { op } from '../op.js';
import type { Tensor } from '../tensor.js';

const normalised =
  (name: 'softmax' | 'log_softmax') =>
  (input: Tensor, dim: number, { dtype = null }: { dtype?: DType | null } = {}): Tensor => {
    const x = handle(input, name);
    const along = int(dim, name, 'dim');
    return op((c) => c[name](x, along, dtype?.code ?? -1));
  };

/** `eˣ / Σ eˣ` along `dim`. */
export const softmax = normalised('softmax');
/** `log(softmax(x))`, exact also where softmax is tiny. */
export const log_softmax = normalised('log_softmax');
