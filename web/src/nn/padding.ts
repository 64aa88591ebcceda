// What is put around a tensor: torch.nn.functional.pad, and the layers that are one call of it.

import { handle, ints, keywords, number, type Keywords } from '../arguments.js';
import { list, TorchError } from '../core.js';
import { op } from '../op.js';
import { float } from '../printing.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';
import { spatial, tuple, type Spatial } from './spatial.js';

/** What stands around: a constant, the mirrored input, its border, or its other end. */
export type PaddingMode = 'constant' | 'reflect' | 'replicate' | 'circular';
const kModes: readonly string[] = ['constant', 'reflect', 'replicate', 'circular'];

interface Padded {
  mode: PaddingMode;
  /** The constant; default 0. */
  value: number | null;
}

/**
 * `input` with elements around it: `pad` is `[before, after]` of the last dimension, then of the one
 * before it, and so on. Negative numbers crop. Modes other than 'constant' take one spatial dimension
 * of a 2-D or 3-D tensor, or two of a 3-D or 4-D one.
 */
export function pad(
  input: Tensor,
  pad: readonly number[],
  ...args: Keywords<[mode: PaddingMode, value: number | null], Padded>
): Tensor {
  const { mode, value } = keywords<Padded>('pad', { mode: 'constant', value: null }, args);
  const x = handle(input, 'pad');
  const pads = ints(pad, 'pad', 'pad');
  const code = kModes.indexOf(mode);
  if (code < 0) throw new TorchError(`Unrecognised padding mode ${mode}`, 'NotImplementedError');
  if (code > 0 && value !== null) {
    throw new TorchError(`Padding mode "${mode}" doesn't take in value argument`, 'ValueError');
  }
  const dims = pads.length / 2;
  if (code > 0 && !(dims <= 2 && (input.ndim === dims + 1 || input.ndim === dims + 2))) {
    throw new TorchError(
      'Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now',
      'NotImplementedError',
    );
  }
  const constant = number(value ?? 0, 'pad', 'value');
  return op((c) => c.pad(x, list(pads), code, constant));
}

abstract class Padding extends Module {
  readonly padding: readonly number[];

  constructor(padding: Spatial, n: number, readonly mode: PaddingMode, readonly value: number) {
    super();
    this.padding = spatial(padding, 2 * n, new.target.name, 'padding');
  }

  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, this.mode, this.mode === 'constant' ? this.value : null);
  }

  override extra_repr(): string {
    return tuple(this.padding.map(String));
  }
}

/** {@link pad} of the last dimension with zeros: `padding` is a number or `[left, right]`. */
export class ZeroPad1d extends Padding {
  constructor(padding: Spatial) {
    super(padding, 1, 'constant', 0);
  }
}

/** {@link pad} of the last two dimensions with zeros: a number or `[left, right, top, bottom]`. */
export class ZeroPad2d extends Padding {
  constructor(padding: Spatial) {
    super(padding, 2, 'constant', 0);
  }
}

abstract class ConstantPad extends Padding {
  override extra_repr(): string {
    return `padding=${tuple(this.padding.map(String))}, value=${float(this.value)}`;
  }
}

/** {@link pad} of the last dimension with `value`. */
export class ConstantPad1d extends ConstantPad {
  constructor(padding: Spatial, value: number) {
    super(padding, 1, 'constant', value);
  }
}

/** {@link pad} of the last two dimensions with `value`. */
export class ConstantPad2d extends ConstantPad {
  constructor(padding: Spatial, value: number) {
    super(padding, 2, 'constant', value);
  }
}

/** {@link pad} of the last dimension in the mode 'reflect'. */
export class ReflectionPad1d extends Padding {
  constructor(padding: Spatial) {
    super(padding, 1, 'reflect', 0);
  }
}

/** {@link pad} of the last two dimensions in the mode 'reflect'. */
export class ReflectionPad2d extends Padding {
  constructor(padding: Spatial) {
    super(padding, 2, 'reflect', 0);
  }
}

/** {@link pad} of the last dimension in the mode 'replicate'. */
export class ReplicationPad1d extends Padding {
  constructor(padding: Spatial) {
    super(padding, 1, 'replicate', 0);
  }
}

/** {@link pad} of the last two dimensions in the mode 'replicate'. */
export class ReplicationPad2d extends Padding {
  constructor(padding: Spatial) {
    super(padding, 2, 'replicate', 0);
  }
}

/** {@link pad} of the last dimension in the mode 'circular'. */
export class CircularPad1d extends Padding {
  constructor(padding: Spatial) {
    super(padding, 1, 'circular', 0);
  }
}

/** {@link pad} of the last two dimensions in the mode 'circular'. */
export class CircularPad2d extends Padding {
  constructor(padding: Spatial) {
    super(padding, 2, 'circular', 0);
  }
}
