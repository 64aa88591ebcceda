// Running results along a dimension.

import { codeOf, handle, int, keywords, type Keywords } from '../arguments.js';
import { call } from '../core.js';
import type { DType } from '../dtype.js';
import { op, tensorsAt } from '../op.js';
import type { Tensor } from '../tensor.js';
import type { ValuesAndIndices } from './reduce.js';

interface Along {
  dim: number;
}
interface Typed extends Along {
  /** Convert to this dtype first. */
  dtype: DType | null;
}

const running =
  (name: 'cumsum' | 'cumprod') =>
  (input: Tensor, ...args: Keywords<[dim: number], Typed>): Tensor => {
    const x = handle(input, name);
    const { dim, dtype } = keywords<Typed>(name, { dim: NaN, dtype: null }, args);
    const along = int(dim, name, 'dim');
    return op((c) => c[name](x, along, codeOf(dtype, name)));
  };

/** The sums of all elements up to each, along `dim`; int64 of integers and booleans. */
export const cumsum = running('cumsum');
/** The products of all elements up to each, along `dim`; int64 of integers and booleans. */
export const cumprod = running('cumprod');

/** `log(Σ eˣ)` of all elements up to each, along `dim`, without overflow. */
export function logcumsumexp(input: Tensor, ...args: Keywords<[dim: number], Along>): Tensor {
  const x = handle(input, 'logcumsumexp');
  const along = int(keywords<Along>('logcumsumexp', { dim: NaN }, args).dim, 'logcumsumexp', 'dim');
  return op((c) => c.logcumsumexp(x, along));
}

/** @internal The pair that the core left at `address`, by position and by name. */
export function valuesAndIndices(address: number): ValuesAndIndices {
  const [values, indices] = tensorsAt(address) as [Tensor, Tensor];
  return Object.assign([values, indices] as [Tensor, Tensor], { values, indices });
}

const extreme =
  (name: 'cummax' | 'cummin') =>
  (input: Tensor, ...args: Keywords<[dim: number], Along>): ValuesAndIndices => {
    const x = handle(input, name);
    const along = int(keywords<Along>(name, { dim: NaN }, args).dim, name, 'dim');
    return valuesAndIndices(call((c) => c[name](x, along)));
  };

/** The largest element up to each, along `dim`, and where it was last met; NaN wins. */
export const cummax = extreme('cummax');
/** The smallest element up to each, along `dim`, and where it was last met; NaN wins. */
export const cummin = extreme('cummin');
