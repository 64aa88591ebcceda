// Convolution, in PyTorch's sense (cross-correlation), and its transpose.

import { handle, int, keywords, optional, required, type Arguments, type Keywords } from '../arguments.js';
import { list, TorchError } from '../core.js';
import { get_default_dtype, type DType } from '../dtype.js';
import { op } from '../op.js';
import type { Tensor } from '../tensor.js';
import { blank, start_uniform } from './initial.js';
import { Module } from './module.js';
import { pad, type PaddingMode } from './padding.js';
import type { Parameter } from './parameter.js';
import { printed, spatial, tuple, type Spatial } from './spatial.js';

/** Zeros around the input: a number, one for each dimension, or what keeps the size ('same'). */
export type ConvPadding = Spatial | 'same' | 'valid';

interface Convolution {
  bias: Tensor | null;
  /** Steps from window to window; default 1. */
  stride: Spatial;
  /** Zeros on both sides of each dimension; default 0. */
  padding: ConvPadding;
  /** Steps between the taps of a window; default 1. */
  dilation: Spatial;
  /** Into how many parts the channels are split, each convolved on its own; default 1. */
  groups: number;
}
type ConvArguments = Keywords<
  [bias: Tensor | null, stride: Spatial, padding: ConvPadding, dilation: Spatial, groups: number],
  Convolution
>;

/** The zeros before and after each dimension. */
function paddings(
  padding: ConvPadding,
  kernel: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
  name: string,
): [before: readonly number[], after: readonly number[]] {
  if (typeof padding !== 'string') {
    const both = spatial(padding, kernel.length, name, 'padding');
    return [both, both];
  }
  if (padding !== 'same') return [kernel.map(() => 0), kernel.map(() => 0)];
  if (stride.some((step) => step !== 1)) {
    throw new TorchError("padding='same' is not supported for strided convolutions", 'ValueError');
  }
  const totals = kernel.map((size, d) => (dilation[d] ?? 1) * (size - 1));
  const before = totals.map((total) => Math.floor(total / 2));
  return [before, totals.map((total, d) => total - before[d]!)];
}

function checkPadding(padding: unknown): void {
  if (typeof padding !== 'string' || padding === 'same' || padding === 'valid') return;
  throw new TorchError(
    `Invalid padding string '${padding}', should be one of {'valid', 'same'}`,
    'ValueError',
  );
}

const convolution =
  (n: number) =>
  (input: Tensor, weight: Tensor, ...args: ConvArguments): Tensor => {
    const name = `conv${n}d`;
    const defaults: Convolution = { bias: null, stride: 1, padding: 0, dilation: 1, groups: 1 };
    const given = keywords(name, defaults, args);
    const [x, w] = [handle(input, name), handle(weight, name, 'weight', 2)];
    const b = optional(given.bias, name, 'bias');
    checkPadding(given.padding);
    if (input.ndim !== n + 1 && input.ndim !== n + 2) {
      throw new TorchError(
        `Expected ${n + 1}D (unbatched) or ${n + 2}D (batched) input to ${name}, but got input of size: ` +
          `[${input.shape.join(', ')}]`,
      );
    }
    const stride = spatial(given.stride, n, name, 'stride');
    const dilation = spatial(given.dilation, n, name, 'dilation');
    const [before, after] = paddings(given.padding, weight.shape.slice(2), stride, dilation, name);
    const groups = int(given.groups, name, 'groups');
    return op((c) =>
      c.conv(x, w, b, list(stride), list(before), list(after), list(dilation), groups),
    );
  };

/**
 * `y[n, o, i] = bias[o] + Σ weight[o, c, k] * x[n, c, i * stride + k * dilation - padding]`, where x is
 * zero outside: from `[N, C, L]` or `[C, L]` with a weight `[O, C / groups, K]` to `[N, O, L']`,
 * `L' = ⌊(L + 2 * padding - dilation * (K - 1) - 1) / stride⌋ + 1`.
 */
export const conv1d = convolution(1);

/** {@link conv1d} in two dimensions: `[N, C, H, W]` or `[C, H, W]`, weight `[O, C / groups, kH, kW]`. */
export const conv2d = convolution(2);

interface Transposed {
  bias: Tensor | null;
  stride: Spatial;
  padding: Spatial;
  /** Added to the output's size, on one side; default 0. */
  output_padding: Spatial;
  groups: number;
  dilation: Spatial;
}
type TransposedArguments = Keywords<
  [
    bias: Tensor | null,
    stride: Spatial,
    padding: Spatial,
    output_padding: Spatial,
    groups: number,
    dilation: Spatial,
  ],
  Transposed
>;

const transposed =
  (n: number) =>
  (input: Tensor, weight: Tensor, ...args: TransposedArguments): Tensor => {
    const name = `conv_transpose${n}d`;
    const defaults: Transposed = {
      bias: null,
      stride: 1,
      padding: 0,
      output_padding: 0,
      groups: 1,
      dilation: 1,
    };
    const given = keywords(name, defaults, args);
    const [x, w] = [handle(input, name), handle(weight, name, 'weight', 2)];
    const b = optional(given.bias, name, 'bias');
    const [stride, padding, extra, dilation] = (
      ['stride', 'padding', 'output_padding', 'dilation'] as const
    ).map((key) => spatial(given[key], n, name, key));
    const groups = int(given.groups, name, 'groups');
    return op((c) =>
      c.conv_transpose(x, w, b, list(stride!), list(padding!), list(extra!), groups, list(dilation!)),
    );
  };

/**
 * The adjoint of {@link conv1d} in its input, as a layer: from `[N, C, L]` with a weight
 * `[C, O / groups, K]` to `[N, O, (L - 1) * stride - 2 * padding + dilation * (K - 1) + output_padding + 1]`.
 */
export const conv_transpose1d = transposed(1);

/** {@link conv_transpose1d} in two dimensions. */
export const conv_transpose2d = transposed(2);

interface ConvOptions {
  stride: Spatial;
  padding: ConvPadding;
  dilation: Spatial;
  groups: number;
  bias: boolean;
  /** What stands around the input: 'zeros' (the default), 'reflect', 'replicate' or 'circular'. */
  padding_mode: 'zeros' | Exclude<PaddingMode, 'constant'>;
  dtype: DType;
}

const kPaddingModes = ['zeros', 'reflect', 'replicate', 'circular'];

const positive = (name: string, value: number) => {
  if (value > 0) return;
  throw new TorchError(`${name} must be a positive integer`, 'ValueError');
};

/** What convolutions and transposed ones share: the parameters and how they print. */
abstract class ConvNd extends Module {
  readonly kernel_size: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly padding_mode: ConvOptions['padding_mode'];
  weight: Parameter;
  /** `[out_channels]` */
  bias: Parameter | null;

  constructor(
    n: number,
    readonly in_channels: number,
    readonly out_channels: number,
    kernel_size: Spatial,
    readonly output_padding: readonly number[],
    options: ConvOptions,
    isTransposed: boolean,
  ) {
    super();
    const name = new.target.name;
    const { padding, padding_mode, bias, dtype } = options;
    const groups = (this.groups = int(options.groups, name, 'groups'));
    positive('groups', groups);
    for (const [what, value] of Object.entries({ in_channels, out_channels })) {
      if (int(value, name, what) % groups === 0) continue;
      throw new TorchError(`${what} must be divisible by groups`, 'ValueError');
    }
    checkPadding(padding);
    if (!kPaddingModes.includes(padding_mode)) {
      throw new TorchError(
        "padding_mode must be one of {'zeros', 'reflect', 'replicate', 'circular'}, but got " +
          `padding_mode='${padding_mode}'`,
        'ValueError',
      );
    }
    this.kernel_size = spatial(kernel_size, n, name, 'kernel_size');
    this.stride = spatial(options.stride, n, name, 'stride');
    this.dilation = spatial(options.dilation, n, name, 'dilation');
    this.padding = typeof padding === 'string' ? padding : spatial(padding, n, name, 'padding');
    this.padding_mode = padding_mode;
    paddings(padding, this.kernel_size, this.stride, this.dilation, name);
    const [from, to] = isTransposed ? [in_channels, out_channels] : [out_channels, in_channels];
    this.weight = blank([from, to / groups, ...this.kernel_size], dtype);
    this.bias = bias ? blank([out_channels], dtype) : null;
    this.reset_parameters();
  }

  /** Draws the parameters anew. */
  reset_parameters(): void {
    start_uniform(this.weight, this.bias);
  }

  override extra_repr(): string {
    const some = (values: readonly number[], usual: number) => values.some((v) => v !== usual);
    const { padding, dilation, output_padding, groups, padding_mode } = this;
    const padded = typeof padding === 'string' || some(padding, 0);
    return [
      `${this.in_channels}, ${this.out_channels}`,
      `kernel_size=${printed(this.kernel_size)}`,
      `stride=${printed(this.stride)}`,
      ...(padded ? [`padding=${typeof padding === 'string' ? padding : printed(padding)}`] : []),
      ...(some(dilation, 1) ? [`dilation=${printed(dilation)}`] : []),
      ...(some(output_padding, 0) ? [`output_padding=${tuple(output_padding.map(String))}`] : []),
      ...(groups === 1 ? [] : [`groups=${groups}`]),
      ...(this.bias === null ? ['bias=False'] : []),
      ...(padding_mode === 'zeros' ? [] : [`padding_mode=${padding_mode}`]),
    ].join(', ');
  }
}

interface Channels {
  in_channels: number;
  out_channels: number;
  kernel_size: Spatial;
}
type InChannels = [in_channels: number, out_channels: number, kernel_size: Spatial];

const channelsOf = (args: readonly unknown[]) =>
  required(['in_channels', 'out_channels', 'kernel_size'], args) as [...InChannels, ...unknown[]];

type ConvModuleArguments = Arguments<
  InChannels,
  Channels,
  [
    stride: Spatial,
    padding: ConvPadding,
    dilation: Spatial,
    groups: number,
    bias: boolean,
    padding_mode: ConvOptions['padding_mode'],
  ],
  ConvOptions
>;

abstract class Conv extends ConvNd {
  constructor(n: number, args: readonly unknown[]) {
    const [from, to, kernel, ...rest] = channelsOf(args);
    const defaults: ConvOptions = {
      stride: 1,
      padding: 0,
      dilation: 1,
      groups: 1,
      bias: true,
      padding_mode: 'zeros',
      dtype: get_default_dtype(),
    };
    super(n, from, to, kernel, [], keywords(`Conv${n}d`, defaults, rest), false);
  }

  /** @internal */
  protected abstract readonly conv: typeof conv1d;

  override forward(input: Tensor): Tensor {
    const { weight, bias, kernel_size, stride, padding, dilation, groups, padding_mode } = this;
    if (padding_mode === 'zeros') {
      return this.conv(input, weight, { bias, stride, padding, dilation, groups });
    }
    const [before, after] = paddings(padding, kernel_size, stride, dilation, 'conv');
    const pads = before.flatMap((size, d) => [size, after[d]!]);
    // From the last dimension to the first, as pad() takes them.
    const reversed = before.flatMap((_, d) => pads.slice(-2 * d - 2, pads.length - 2 * d));
    const padded = pad(input, reversed, { mode: padding_mode });
    return this.conv(padded, weight, { bias, stride, dilation, groups });
  }
}

/**
 * {@link conv1d} with its own weight `[out_channels, in_channels / groups, kernel_size]` and bias; both
 * start uniform on ±1/√fan_in, with PyTorch's draws.
 */
export class Conv1d extends Conv {
  protected override readonly conv = conv1d;

  constructor(...args: ConvModuleArguments) {
    super(1, args);
  }
}

/** {@link conv2d} with its own weight and bias, as {@link Conv1d}. */
export class Conv2d extends Conv {
  protected override readonly conv = conv2d;

  constructor(...args: ConvModuleArguments) {
    super(2, args);
  }
}

interface ConvTransposeOptions extends Omit<ConvOptions, 'padding' | 'padding_mode'> {
  padding: Spatial;
  output_padding: Spatial;
}
type ConvTransposeArguments = Arguments<
  InChannels,
  Channels,
  [
    stride: Spatial,
    padding: Spatial,
    output_padding: Spatial,
    groups: number,
    bias: boolean,
    dilation: Spatial,
  ],
  ConvTransposeOptions
>;

abstract class ConvTranspose extends ConvNd {
  constructor(n: number, args: readonly unknown[]) {
    const [from, to, kernel, ...rest] = channelsOf(args);
    const name = `ConvTranspose${n}d`;
    const defaults: ConvTransposeOptions = {
      stride: 1,
      padding: 0,
      output_padding: 0,
      groups: 1,
      bias: true,
      dilation: 1,
      dtype: get_default_dtype(),
    };
    const given = keywords(name, defaults, rest);
    const extra = spatial(given.output_padding, n, name, 'output_padding');
    super(n, from, to, kernel, extra, { ...given, padding_mode: 'zeros' }, true);
  }

  /** @internal */
  protected abstract readonly conv: typeof conv_transpose1d;

  override forward(input: Tensor): Tensor {
    const { weight, bias, stride, output_padding, groups, dilation } = this;
    const padding = this.padding as readonly number[];
    return this.conv(input, weight, { bias, stride, padding, output_padding, groups, dilation });
  }
}

/** {@link conv_transpose1d} with its own weight `[in_channels, out_channels / groups, kernel_size]` and bias. */
export class ConvTranspose1d extends ConvTranspose {
  protected override readonly conv = conv_transpose1d;

  constructor(...args: ConvTransposeArguments) {
    super(1, args);
  }
}

/** {@link conv_transpose2d} with its own weight and bias. */
export class ConvTranspose2d extends ConvTranspose {
  protected override readonly conv = conv_transpose2d;

  constructor(...args: ConvTransposeArguments) {
    super(2, args);
  }
}
