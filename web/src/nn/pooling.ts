// Pooling: the largest or the average of each window of `[N, C, L]`, `[N, C, H, W]`, or one example.

import { handle, keywords, required, type Arguments } from '../arguments.js';
import { call, list, TorchError } from '../core.js';
import { op, tensorsAt } from '../op.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';
import { printed, spatial, type Spatial } from './spatial.js';

interface Kernel {
  /** The size of the window. */
  kernel_size: Spatial;
}

const kernelOf = (args: readonly unknown[]) => required(['kernel_size'], args) as [Spatial, ...unknown[]];

interface MaxPooling {
  /** Steps from window to window; null (the default) for the size of the window. */
  stride: Spatial | null;
  /** What lies outside counts as -∞; default 0. */
  padding: Spatial;
  /** Steps between the taps of a window; default 1. */
  dilation: Spatial;
  /** Whether a window may reach over the end; default false. */
  ceil_mode: boolean;
  /** Whether to give the positions of the largest in their flattened planes too; default false. */
  return_indices: boolean;
}

const kMaxPooling: MaxPooling = {
  stride: null,
  padding: 0,
  dilation: 1,
  ceil_mode: false,
  return_indices: false,
};

type MaxPoolArguments = Arguments<
  [kernel_size: Spatial],
  Kernel,
  [stride: Spatial | null, padding: Spatial, dilation: Spatial, ceil_mode: boolean, return_indices: boolean],
  MaxPooling
>;

interface MaxPool {
  (
    input: Tensor,
    kernel_size: Spatial,
    options: Partial<MaxPooling> & { return_indices: true },
  ): [values: Tensor, indices: Tensor];
  (input: Tensor, ...args: MaxPoolArguments): Tensor;
}

const max_pool = (n: number): MaxPool =>
  ((input: Tensor, ...args: MaxPoolArguments) => {
    const name = `max_pool${n}d`;
    const [kernel_size, ...options] = kernelOf(args);
    const given = keywords(name, kMaxPooling, options);
    const x = handle(input, name);
    const kernel = spatial(kernel_size, n, name, 'kernel_size');
    const stride = spatial(given.stride ?? kernel, n, name, 'stride');
    const padding = spatial(given.padding, n, name, 'padding');
    const dilation = spatial(given.dilation, n, name, 'dilation');
    const lists = () => [list(kernel), list(stride), list(padding), list(dilation)] as const;
    return given.return_indices
      ? tensorsAt(call((c) => c.max_pool_with_indices(x, ...lists(), given.ceil_mode)))
      : op((c) => c.max_pool(x, ...lists(), given.ceil_mode));
  }) as MaxPool;

/**
 * The largest element of each window; of equal ones the first has the gradient. The size becomes
 * `⌊(L + 2 * padding - dilation * (kernel_size - 1) - 1) / stride⌋ + 1`, or ⌈⌉ in `ceil_mode`.
 */
export const max_pool1d = max_pool(1);
/** {@link max_pool1d} of the last two dimensions. */
export const max_pool2d = max_pool(2);

interface AvgPooling {
  /** Steps from window to window; null (the default) for the size of the window. */
  stride: Spatial | null;
  /** Zeros on both sides; default 0. */
  padding: Spatial;
  /** Whether a window may reach over the end; default false. */
  ceil_mode: boolean;
  /** Whether the zeros count as elements; default true. */
  count_include_pad: boolean;
}
interface AvgPooling2d extends AvgPooling {
  /** What to divide by instead of the size of the window; null (the default) for that. */
  divisor_override: number | null;
}

const kAvgPooling: AvgPooling = {
  stride: null,
  padding: 0,
  ceil_mode: false,
  count_include_pad: true,
};

function averaged(n: number, input: Tensor, kernel_size: Spatial, given: AvgPooling2d): Tensor {
  const name = `avg_pool${n}d`;
  const x = handle(input, name);
  const kernel = spatial(kernel_size, n, name, 'kernel_size');
  const stride = spatial(given.stride ?? kernel, n, name, 'stride');
  const padding = spatial(given.padding, n, name, 'padding');
  const { ceil_mode, count_include_pad, divisor_override } = given;
  if (divisor_override === 0) throw new TorchError('divisor must be not zero');
  return op((c) =>
    c.avg_pool(x, list(kernel), list(stride), list(padding), ceil_mode, count_include_pad, divisor_override ?? 0),
  );
}

/** The average of each window; sizes as in {@link max_pool1d} without dilation. */
export function avg_pool1d(
  input: Tensor,
  ...args: Arguments<
    [kernel_size: Spatial],
    Kernel,
    [stride: Spatial | null, padding: Spatial, ceil_mode: boolean, count_include_pad: boolean],
    AvgPooling
  >
): Tensor {
  const [kernel_size, ...options] = kernelOf(args);
  const given = keywords('avg_pool1d', kAvgPooling, options);
  return averaged(1, input, kernel_size, { ...given, divisor_override: null });
}

/** {@link avg_pool1d} of the last two dimensions. */
export function avg_pool2d(
  input: Tensor,
  ...args: Arguments<
    [kernel_size: Spatial],
    Kernel,
    [
      stride: Spatial | null,
      padding: Spatial,
      ceil_mode: boolean,
      count_include_pad: boolean,
      divisor_override: number | null,
    ],
    AvgPooling2d
  >
): Tensor {
  const defaults: AvgPooling2d = { ...kAvgPooling, divisor_override: null };
  const [kernel_size, ...options] = kernelOf(args);
  return averaged(2, input, kernel_size, keywords('avg_pool2d', defaults, options));
}

/** Sizes of the output; null for the input's own. */
export type OutputSize = number | null | readonly (number | null)[];

function outputs(input: Tensor, size: OutputSize, n: number, name: string): readonly number[] {
  const own = input.shape.slice(-n);
  const wanted: readonly (number | null)[] = Array.isArray(size) ? size : own.map(() => size as number | null);
  return spatial(wanted.map((value, d) => value ?? own[d] ?? 0), n, name, 'output_size');
}

const adaptive_avg_pool = (n: number) => (input: Tensor, output_size: OutputSize): Tensor => {
  const name = `adaptive_avg_pool${n}d`;
  const x = handle(input, name);
  const sizes = outputs(input, output_size, n, name);
  return op((c) => c.adaptive_avg_pool(x, list(sizes)));
};

/** Averages of windows that give `output_size`: window i is from ⌊i * L / out⌋ to ⌈(i + 1) * L / out⌉. */
export const adaptive_avg_pool1d = adaptive_avg_pool(1);
/** {@link adaptive_avg_pool1d} of the last two dimensions. */
export const adaptive_avg_pool2d = adaptive_avg_pool(2);

interface AdaptiveMaxPool {
  (input: Tensor, output_size: OutputSize, return_indices: true): [values: Tensor, indices: Tensor];
  (input: Tensor, output_size: OutputSize, return_indices?: boolean): Tensor;
}

const adaptive_max_pool = (n: number): AdaptiveMaxPool =>
  ((input: Tensor, output_size: OutputSize, return_indices = false) => {
    const name = `adaptive_max_pool${n}d`;
    const x = handle(input, name);
    const sizes = outputs(input, output_size, n, name);
    const both = tensorsAt(call((c) => c.adaptive_max_pool(x, list(sizes))));
    if (return_indices) return both;
    both[1]!.dispose();
    return both[0]!;
  }) as AdaptiveMaxPool;

/** The largest of each window of {@link adaptive_avg_pool1d}. */
export const adaptive_max_pool1d = adaptive_max_pool(1);
/** {@link adaptive_max_pool1d} of the last two dimensions. */
export const adaptive_max_pool2d = adaptive_max_pool(2);

const word = (value: boolean) => (value ? 'True' : 'False');

abstract class MaxPooled extends Module {
  readonly kernel_size: Spatial;
  readonly stride: Spatial;
  readonly padding: Spatial;
  readonly dilation: Spatial;
  readonly ceil_mode: boolean;
  readonly return_indices: boolean;

  constructor(
    // As the layers have it, the indices come before ceil_mode.
    ...args: Arguments<
      [kernel_size: Spatial],
      Kernel,
      [stride: Spatial | null, padding: Spatial, dilation: Spatial, return_indices: boolean, ceil_mode: boolean],
      MaxPooling
    >
  ) {
    super();
    const [kernel_size, ...options] = kernelOf(args);
    const { stride, padding, dilation, return_indices, ceil_mode } = kMaxPooling;
    const order = { stride, padding, dilation, return_indices, ceil_mode };
    const given = keywords(new.target.name, order, options);
    this.kernel_size = kernel_size;
    this.stride = given.stride ?? kernel_size;
    ({
      padding: this.padding,
      dilation: this.dilation,
      ceil_mode: this.ceil_mode,
      return_indices: this.return_indices,
    } = given);
  }

  /** @internal */
  protected abstract readonly pool: MaxPool;

  /** The largest of each window, or with `return_indices` `[values, indices]`. */
  override forward(input: Tensor): Tensor {
    const { stride, padding, dilation, ceil_mode, return_indices } = this;
    return this.pool(input, this.kernel_size, stride, padding, dilation, ceil_mode, return_indices);
  }

  override extra_repr(): string {
    const { kernel_size, stride, padding, dilation, ceil_mode } = this;
    const sizes = Object.entries({ kernel_size, stride, padding, dilation });
    return `${sizes.map(([name, v]) => `${name}=${printed(v)}`).join(', ')}, ceil_mode=${word(ceil_mode)}`;
  }
}

/** See {@link max_pool1d}. */
export class MaxPool1d extends MaxPooled {
  protected override readonly pool = max_pool1d;
}

/** See {@link max_pool2d}. */
export class MaxPool2d extends MaxPooled {
  protected override readonly pool = max_pool2d;
}

/** See {@link avg_pool1d}. */
export class AvgPool1d extends Module {
  readonly kernel_size: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly ceil_mode: boolean;
  readonly count_include_pad: boolean;

  constructor(
    ...args: Arguments<
      [kernel_size: Spatial],
      Kernel,
      [stride: Spatial | null, padding: Spatial, ceil_mode: boolean, count_include_pad: boolean],
      AvgPooling
    >
  ) {
    super();
    const name = 'AvgPool1d';
    const [kernel_size, ...options] = kernelOf(args);
    const given = keywords(name, kAvgPooling, options);
    this.kernel_size = spatial(kernel_size, 1, name, 'kernel_size');
    this.stride = spatial(given.stride ?? kernel_size, 1, name, 'stride');
    this.padding = spatial(given.padding, 1, name, 'padding');
    ({ ceil_mode: this.ceil_mode, count_include_pad: this.count_include_pad } = given);
  }

  override forward(input: Tensor): Tensor {
    const { kernel_size, stride, padding, ceil_mode, count_include_pad } = this;
    return avg_pool1d(input, kernel_size, { stride, padding, ceil_mode, count_include_pad });
  }

  override extra_repr(): string {
    const { kernel_size, stride, padding } = this;
    return `kernel_size=${printed(kernel_size)}, stride=${printed(stride)}, padding=${printed(padding)}`;
  }
}

/** See {@link avg_pool2d}. */
export class AvgPool2d extends Module {
  readonly kernel_size: Spatial;
  readonly stride: Spatial;
  readonly padding: Spatial;
  readonly ceil_mode: boolean;
  readonly count_include_pad: boolean;
  readonly divisor_override: number | null;

  constructor(
    ...args: Arguments<
      [kernel_size: Spatial],
      Kernel,
      [
        stride: Spatial | null,
        padding: Spatial,
        ceil_mode: boolean,
        count_include_pad: boolean,
        divisor_override: number | null,
      ],
      AvgPooling2d
    >
  ) {
    super();
    const defaults: AvgPooling2d = { ...kAvgPooling, divisor_override: null };
    const [kernel_size, ...options] = kernelOf(args);
    const given = keywords('AvgPool2d', defaults, options);
    this.kernel_size = kernel_size;
    this.stride = given.stride ?? kernel_size;
    ({
      padding: this.padding,
      ceil_mode: this.ceil_mode,
      count_include_pad: this.count_include_pad,
      divisor_override: this.divisor_override,
    } = given);
  }

  override forward(input: Tensor): Tensor {
    const { stride, padding, ceil_mode, count_include_pad, divisor_override } = this;
    const options = { stride, padding, ceil_mode, count_include_pad, divisor_override };
    return avg_pool2d(input, this.kernel_size, options);
  }

  override extra_repr(): string {
    const { kernel_size, stride, padding } = this;
    return `kernel_size=${printed(kernel_size)}, stride=${printed(stride)}, padding=${printed(padding)}`;
  }
}

abstract class Adaptive extends Module {
  constructor(readonly output_size: OutputSize) {
    super();
  }

  override extra_repr(): string {
    const text = (value: number | null) => (value === null ? 'None' : String(value));
    const size = this.output_size;
    return `output_size=${Array.isArray(size) ? `(${size.map(text).join(', ')})` : text(size as number | null)}`;
  }
}

/** See {@link adaptive_avg_pool1d}. */
export class AdaptiveAvgPool1d extends Adaptive {
  override forward(input: Tensor): Tensor {
    return adaptive_avg_pool1d(input, this.output_size);
  }
}

/** See {@link adaptive_avg_pool2d}. */
export class AdaptiveAvgPool2d extends Adaptive {
  override forward(input: Tensor): Tensor {
    return adaptive_avg_pool2d(input, this.output_size);
  }
}

abstract class AdaptiveMax extends Adaptive {
  constructor(
    output_size: OutputSize,
    readonly return_indices = false,
  ) {
    super(output_size);
  }
}

/** See {@link adaptive_max_pool1d}. */
export class AdaptiveMaxPool1d extends AdaptiveMax {
  override forward(input: Tensor): Tensor {
    return adaptive_max_pool1d(input, this.output_size, this.return_indices);
  }
}

/** See {@link adaptive_max_pool2d}. */
export class AdaptiveMaxPool2d extends AdaptiveMax {
  override forward(input: Tensor): Tensor {
    return adaptive_max_pool2d(input, this.output_size, this.return_indices);
  }
}
