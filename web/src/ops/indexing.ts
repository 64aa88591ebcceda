// Indexing: what stands between PyTorch's square brackets, and the named forms.

import {
  describe,
  handle,
  int,
  keywords,
  nothing,
  number,
  operand,
  refused,
  tensorOf,
  type Keywords,
  type Operand,
} from '../arguments.js';
import { list, TorchError } from '../core.js';
import { tensor } from '../creation.js';
import { bool, int64 } from '../dtype.js';
import { tidy } from '../memory.js';
import { inplace, op } from '../op.js';
import { Tensor, type NestedArray } from '../tensor.js';
import { unbind } from './split.js';

/**
 * One entry of PyTorch's `x[…]`: a number takes one slice; `'start:stop:step'`, any part of which
 * may be left out, a range; `'...'` stands for all dimensions not named; `null` is a new dimension;
 * a tensor or array of integers takes the slices at those indices, one of booleans those where it
 * holds; a boolean keeps or empties a new dimension.
 */
export type Selector =
  | number
  | boolean
  | null
  | '...'
  | `${number | ''}:${number | ''}`
  | `${number | ''}:${number | ''}:${number | ''}`
  | Tensor
  | readonly NestedArray[];

// The order of Selector::Kind in C++.
const kinds = { int: 0, slice: 1, newAxis: 2, ellipsis: 3, bool: 4, tensor: 5 };

function slicing(text: string, name: string): readonly number[] {
  const found = /^\s*(-?\d*)\s*:\s*(-?\d*)\s*(?::\s*(-?\d*)\s*)?$/.exec(text);
  const part = (given: string | undefined, otherwise: number) => {
    const value = given ? Number(given) : otherwise;
    return Number.isInteger(value) ? value : NaN;
  };
  if (found) {
    const step = part(found[3], 1);
    const [start, stop] = [part(found[1], 0), part(found[2], Number.MAX_SAFE_INTEGER)];
    if (![start, stop, step].includes(NaN)) return [kinds.slice, start, stop, step];
  }
  throw new TorchError(
    `${name}: a selector in words is 'start:stop:step' or '...', got '${text}'`,
    'IndexError',
  );
}

/** Lets `f` have the selectors as C++ takes them. */
function selecting<T>(selectors: readonly unknown[], name: string, f: (at: number) => T): T {
  const made: Tensor[] = [];
  const encoded = (selector: unknown): readonly number[] => {
    if (selector instanceof Tensor) return [kinds.tensor, handle(selector, name), 0, 1];
    if (selector === null) return [kinds.newAxis, 0, 0, 1];
    if (selector === '...') return [kinds.ellipsis, 0, 0, 1];
    if (typeof selector === 'string') return slicing(selector, name);
    if (typeof selector === 'boolean') return [kinds.bool, Number(selector), 0, 1];
    if (typeof selector === 'number' && Number.isInteger(selector)) {
      return [kinds.int, selector, 0, 1];
    }
    if (Array.isArray(selector)) {
      const values = selector as NestedArray;
      const first = (selector as unknown[]).flat(Infinity)[0];
      made.push(tensor(values, { dtype: typeof first === 'boolean' ? bool : int64 }));
      return [kinds.tensor, made.at(-1)!.handle, 0, 1];
    }
    const found = typeof selector === 'number' ? String(selector) : describe(selector);
    throw new TorchError(
      `only integers, slices (\`:\`), ellipsis (\`...\`), None and long or byte Variables are valid indices (got ${found})`,
      'IndexError',
    );
  };
  try {
    return f(list(selectors.flatMap(encoded)));
  } finally {
    for (const one of made) one.dispose();
  }
}

/**
 * PyTorch's `x[selectors]`: `x.index(0)`, `x.index(':', '1:3')`, `x.index('...', -1)`,
 * `x.index(mask)`. A view unless tensors or arrays are among them. Those broadcast to one shape,
 * which takes the place of the indexed dimensions where they are neighbours, else comes first.
 *
 * @throws IndexError where an index is out of range, a mask has other sizes, or there are more
 *   selectors than dimensions; ValueError for a step that is not positive.
 */
export function index(input: Tensor, ...selectors: Selector[]): Tensor {
  const x = handle(input, 'index');
  return selecting(selectors, 'index', (at) => op((c) => c.index(x, at)));
}

type Accumulating = { accumulate: boolean };
type Accumulate = Keywords<[accumulate: boolean], Accumulating>;

const accumulating = (name: string, args: readonly unknown[]): boolean =>
  keywords<Accumulating>(name, { accumulate: false }, args).accumulate;

/**
 * PyTorch's `x[indices] = values`, with the selectors of {@link index}; `values` broadcast to what
 * they select. With `accumulate`, adds, elements chosen twice twice.
 *
 * @throws RuntimeError where `values` has another dtype, or sizes that do not broadcast; whatever is
 *   refused is not half written.
 */
export function index_put_<T extends Tensor>(
  input: T,
  indices: readonly Selector[],
  values: Operand,
  ...args: Accumulate
): T {
  const x = handle(input, 'index_put_');
  const add = accumulating('index_put_', args);
  const v = operand(values, 'index_put_', 'values', 3);
  if (!Array.isArray(indices)) throw refused('index_put_', 'indices', 2, 'array of indices', indices);
  return selecting(indices, 'index_put_', (at) =>
    inplace(input, (c) => c.index_put_(x, at, v, add)),
  );
}

/** {@link index_put_} on a copy. */
export function index_put(
  input: Tensor,
  indices: readonly Selector[],
  values: Operand,
  ...args: Accumulate
): Tensor {
  return index_put_(tensorOf(input, 'index_put').clone(), indices, values, ...args);
}

/** The indices of what is not 0, int64 `[count, ndim]`; with `as_tuple`, a `[count]` for each dimension. */
export function nonzero(input: Tensor, options?: { as_tuple?: false }): Tensor;
export function nonzero(input: Tensor, options: { as_tuple: true }): Tensor[];
export function nonzero(input: Tensor, { as_tuple = false, ...more } = {}): Tensor | Tensor[] {
  nothing('nonzero', more);
  const x = handle(input, 'nonzero');
  const rows = () => op((c) => c.nonzero(x));
  if (!as_tuple) return rows();
  // A 0-dim tensor counts as [1].
  return tidy(() => (input.ndim === 0 ? nonzero(input.view(1), { as_tuple }) : unbind(rows(), 1)));
}

/** The indices of what is not 0, a row for each. */
export const argwhere = (input: Tensor): Tensor => nonzero(input);

/**
 * The slices of dimension `dim` at the indices of a 1-D integer tensor: `[…, n, …]` with `k` indices
 * gives `[…, k, …]`. An index out of range, or below 0, is an IndexError.
 */
export function index_select(input: Tensor, dim: number, index: Tensor): Tensor {
  const x = handle(input, 'index_select');
  const at = handle(index, 'index_select', 'index', 3);
  return op((c) => c.index_select(x, int(dim, 'index_select', 'dim'), at));
}

type Core = Parameters<Parameters<typeof op>[0]>[0];
type Run = (core: Core, in_place: boolean) => number;

/** An op and its in-place form from one call to the core. */
function both<Rest extends unknown[]>(prepare: (input: Tensor, ...rest: Rest) => Run) {
  return {
    copying: (input: Tensor, ...rest: Rest): Tensor => {
      const run = prepare(input, ...rest);
      return op((c) => run(c, false));
    },
    writing: <T extends Tensor>(input: T, ...rest: Rest): T => {
      const run = prepare(input, ...rest);
      return inplace(input, (c) => run(c, true));
    },
  };
}

const added = both<
  [dim: number, index: Tensor, source: Tensor, options?: { alpha?: number }]
>((input, dim, index, source, { alpha = 1, ...more } = {}) => {
  nothing('index_add', more);
  const [x, at] = [handle(input, 'index_add'), handle(index, 'index_add', 'index', 3)];
  const from = handle(source, 'index_add', 'source', 4);
  const [along, by] = [int(dim, 'index_add', 'dim'), number(alpha, 'index_add', 'alpha')];
  return (c, in_place) => c.index_add(x, along, at, from, by, in_place);
});
/** `input` with `alpha` times the slices of `source` added to its own at `index` in `dim`. */
export const index_add = added.copying;
/** {@link index_add}, in place. */
export const index_add_ = added.writing;

const copied = both<[dim: number, index: Tensor, source: Tensor]>((input, dim, index, source) => {
  const [x, at] = [handle(input, 'index_copy'), handle(index, 'index_copy', 'index', 3)];
  const from = handle(source, 'index_copy', 'source', 4);
  return (c, in_place) => c.index_copy(x, int(dim, 'index_copy', 'dim'), at, from, in_place);
});
/** `input` with the slices of `source` in place of its own at `index` in `dim`. */
export const index_copy = copied.copying;
/** {@link index_copy}, in place. */
export const index_copy_ = copied.writing;

const filled = both<[dim: number, index: Tensor, value: Operand]>((input, dim, index, value) => {
  const [x, at] = [handle(input, 'index_fill'), handle(index, 'index_fill', 'index', 3)];
  const v = operand(value, 'index_fill', 'value', 4);
  return (c, in_place) => c.index_fill(x, int(dim, 'index_fill', 'dim'), at, v, in_place);
});
/** `input` with `value` in all slices of `dim` at `index`. */
export const index_fill = filled.copying;
/** {@link index_fill}, in place. */
export const index_fill_ = filled.writing;

/** The elements where the boolean `mask` holds, in one row `[count]`; both broadcast. */
export function masked_select(input: Tensor, mask: Tensor): Tensor {
  const x = handle(input, 'masked_select');
  const which = handle(mask, 'masked_select', 'mask', 2);
  return op((c) => c.masked_select(x, which));
}

const masked = both<[mask: Tensor, source: Tensor]>((input, mask, source) => {
  const x = handle(input, 'masked_scatter');
  const which = handle(mask, 'masked_scatter', 'mask', 2);
  const from = handle(source, 'masked_scatter', 'source', 3);
  return (c, in_place) => c.masked_scatter(x, which, from, in_place);
});
/** `input` with the elements of `source`, in their order, where `mask` holds. */
export const masked_scatter = masked.copying;
/** {@link masked_scatter}, in place. */
export const masked_scatter_ = masked.writing;

/**
 * The elements at `index` of the input laid out in one row, in the sizes of `index`; negative ones
 * count from the end. One out of range is an IndexError.
 */
export function take(input: Tensor, index: Tensor): Tensor {
  const x = handle(input, 'take');
  const at = handle(index, 'take', 'index', 2);
  return op((c) => c.take(x, at));
}

const put_down = both<[index: Tensor, source: Tensor, ...Accumulate]>((input, index, source, ...args) => {
  const [x, at] = [handle(input, 'put'), handle(index, 'put', 'index', 2)];
  const from = handle(source, 'put', 'source', 3);
  const add = accumulating('put', args);
  return (c, in_place) => c.put(x, at, from, add, in_place);
});
/** `input` with the elements of `source` at `index` of the input laid out in one row. */
export const put = put_down.copying;
/** {@link put}, in place. */
export const put_ = put_down.writing;

/**
 * `y[i][j] = x[index[i][j]][j]` for dim 0, `x[i][index[i][j]]` for dim 1, and so on: of the sizes of
 * `index` (int64), which may be smaller than the input's in the other dimensions. One out of range
 * is a RuntimeError.
 */
export function gather(input: Tensor, dim: number, index: Tensor): Tensor {
  const x = handle(input, 'gather');
  const at = handle(index, 'gather', 'index', 3);
  return op((c) => c.gather(x, int(dim, 'gather', 'dim'), at));
}

/** {@link gather} with broadcasting; without `dim`, of the input laid out in one row. */
export function take_along_dim(
  input: Tensor,
  indices: Tensor,
  dim: number | { dim?: number | null } | null = null,
): Tensor {
  handle(input, 'take_along_dim');
  handle(indices, 'take_along_dim', 'indices', 2);
  const along = typeof dim === 'object' ? (dim?.dim ?? null) : dim;
  if (along === null) return tidy(() => gather(input.reshape(-1), 0, indices.reshape(-1)));
  if (input.ndim !== indices.ndim) {
    throw new TorchError(
      `torch.take_along_dim(): input and indices should have the same number of dimensions, ` +
        `but got ${input.ndim} dimensions for input, and ${indices.ndim} dimensions for indices`,
    );
  }
  const at = along < 0 ? along + input.ndim : along;
  const sizes = (of: Tensor) =>
    input.shape.map((size, d) =>
      d === at ? of.size(d) : size === 1 ? indices.size(d) : size,
    );
  return tidy(() => gather(input.expand(sizes(input)), along, indices.expand(sizes(indices))));
}

const placed = both<[dim: number, index: Tensor, src: Operand, options?: { reduce?: 'add' | 'multiply' }]>(
  (input, dim, index, src, { reduce, ...more } = {}) => {
    nothing('scatter', more);
    const [x, at] = [handle(input, 'scatter'), handle(index, 'scatter', 'index', 3)];
    const along = int(dim, 'scatter', 'dim');
    const from = operand(src, 'scatter', 'src', 4);
    if (reduce === undefined) return (c, in_place) => c.scatter(x, along, at, from, in_place);
    if (reduce === 'add') return (c, in_place) => c.scatter_add(x, along, at, from, in_place);
    if (reduce !== 'multiply') {
      throw new TorchError(`reduce argument must be either add or multiply.`);
    }
    return (c, in_place) => reduced(c, x, c.scatter_reduce(x, along, at, from, 1, true), in_place);
  },
);
/**
 * `input` with `x[index[i][j]][j] = src[i][j]` for dim 0, and so on; `src` is at least of the sizes
 * of `index` (int64) and of the input's dtype, or a number. Of two that go to one place the last one
 * stands. With `reduce`, what is there is added to or multiplied.
 */
export const scatter = placed.copying;
/** {@link scatter}, in place. */
export const scatter_ = placed.writing;

const summed = both<[dim: number, index: Tensor, src: Tensor]>((input, dim, index, src) => {
  const [x, at] = [handle(input, 'scatter_add'), handle(index, 'scatter_add', 'index', 3)];
  const from = handle(src, 'scatter_add', 'src', 4);
  return (c, in_place) => c.scatter_add(x, int(dim, 'scatter_add', 'dim'), at, from, in_place);
});
/** `input` with `src` added where {@link scatter} would write it. */
export const scatter_add = summed.copying;
/** {@link scatter_add}, in place. */
export const scatter_add_ = summed.writing;

// The order of Reduce in C++.
const reductions = ['sum', 'prod', 'mean', 'amax', 'amin'] as const;

/** The result, or with `in_place` x, which takes it. */
function reduced(c: Core, x: number, result: number, in_place: boolean): number {
  if (!in_place) return result;
  try {
    return c.assign_(x, result);
  } finally {
    c.release(result);
  }
}

const scatterReduced = both<
  [
    dim: number,
    index: Tensor,
    src: Tensor,
    reduce: (typeof reductions)[number],
    options?: { include_self?: boolean },
  ]
>(
  (input, dim, index, src, reduce, { include_self = true, ...more } = {}) => {
    nothing('scatter_reduce', more);
    const x = handle(input, 'scatter_reduce');
    const at = handle(index, 'scatter_reduce', 'index', 3);
    const from = handle(src, 'scatter_reduce', 'src', 4);
    const along = int(dim, 'scatter_reduce', 'dim');
    const way = reductions.indexOf(reduce);
    if (way < 0) {
      throw new TorchError(
        `reduce argument must be either sum, prod, mean, amax or amin, got ${String(reduce)}`,
      );
    }
    return (c, in_place) =>
      reduced(c, x, c.scatter_reduce(x, along, at, from, way, include_self), in_place);
  },
);
/**
 * The sum, product, mean, largest or smallest of the input's element and of all that
 * {@link scatter} would write there; without `include_self`, the input's counts only where nothing
 * is written.
 */
export const scatter_reduce = scatterReduced.copying;
/** {@link scatter_reduce}, in place. */
export const scatter_reduce_ = scatterReduced.writing;
