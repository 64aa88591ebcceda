// Windows as columns, and columns added up into planes.

import { handle, keywords, type Keywords } from '../arguments.js';
import { list } from '../core.js';
import { op } from '../op.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';
import { printed, spatial, type Spatial } from './spatial.js';

interface Window {
  dilation: Spatial;
  padding: Spatial;
  stride: Spatial;
}
type WindowArguments = Keywords<[dilation: Spatial, padding: Spatial, stride: Spatial], Window>;

const kWindow: Window = { dilation: 1, padding: 0, stride: 1 };

function window(name: string, kernel_size: Spatial, args: WindowArguments) {
  const given = { kernel_size, ...keywords(name, kWindow, args) };
  const pair = (key: keyof typeof given) => spatial(given[key], 2, name, key);
  return [pair('kernel_size'), pair('dilation'), pair('padding'), pair('stride')] as const;
}

/** The windows of `[N, C, H, W]` as columns `[N, C * kH * kW, L]`, or of one example. */
export function unfold(input: Tensor, kernel_size: Spatial, ...args: WindowArguments): Tensor {
  const x = handle(input, 'unfold');
  const [kernel, dilation, padding, stride] = window('unfold', kernel_size, args);
  return op((c) => c.im2col(x, list(kernel), list(dilation), list(padding), list(stride)));
}

/** The adjoint of {@link unfold}: columns added up into `[N, C, H, W]`, `[H, W]` = `output_size`. */
export function fold(
  input: Tensor,
  output_size: Spatial,
  kernel_size: Spatial,
  ...args: WindowArguments
): Tensor {
  const x = handle(input, 'fold');
  const size = spatial(output_size, 2, 'fold', 'output_size');
  const [kernel, dilation, padding, stride] = window('fold', kernel_size, args);
  return op((c) => c.col2im(x, list(size), list(kernel), list(dilation), list(padding), list(stride)));
}

abstract class Windowed extends Module {
  readonly dilation: Spatial;
  readonly padding: Spatial;
  readonly stride: Spatial;

  constructor(
    readonly kernel_size: Spatial,
    ...args: WindowArguments
  ) {
    super();
    ({
      dilation: this.dilation,
      padding: this.padding,
      stride: this.stride,
    } = keywords(new.target.name, kWindow, args));
  }

  override extra_repr(): string {
    const { kernel_size, dilation, padding, stride } = this;
    const sizes = Object.entries({ kernel_size, dilation, padding, stride });
    return sizes.map(([name, value]) => `${name}=${printed(value)}`).join(', ');
  }
}

/** See {@link unfold}. */
export class Unfold extends Windowed {
  override forward(input: Tensor): Tensor {
    return unfold(input, this.kernel_size, this.dilation, this.padding, this.stride);
  }
}

/** See {@link fold}. */
export class Fold extends Windowed {
  constructor(
    readonly output_size: Spatial,
    kernel_size: Spatial,
    ...args: WindowArguments
  ) {
    super(kernel_size, ...args);
  }

  override forward(input: Tensor): Tensor {
    return fold(input, this.output_size, this.kernel_size, this.dilation, this.padding, this.stride);
  }

  override extra_repr(): string {
    return `output_size=${printed(this.output_size)}, ${super.extra_repr()}`;
  }
}
