// Other sizes for the same picture.

import { handle, keywords, type Keywords } from '../arguments.js';
import { list, TorchError } from '../core.js';
import { op } from '../op.js';
import { float } from '../printing.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';
import { adaptive_avg_pool1d, adaptive_avg_pool2d } from './pooling.js';
import { printed, tuple, type Spatial } from './spatial.js';

/** How to find what lies between: the nearest element, a line or plane through its neighbours, or the average of an area. */
export type InterpolationMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'area';

interface Interpolation {
  size: Spatial | null;
  /** How many times as large, instead of a size. */
  scale_factor: Spatial | null;
  mode: InterpolationMode;
  /** Whether the centres of the outermost elements stay where they are; default false. */
  align_corners: boolean | null;
  /** Whether to count positions with the ratio of the sizes and not with scale_factor; default false. */
  recompute_scale_factor: boolean | null;
}

const kInterpolation: Interpolation = {
  size: null,
  scale_factor: null,
  mode: 'nearest',
  align_corners: null,
  recompute_scale_factor: null,
};
type InterpolationArguments = Keywords<
  [
    size: Spatial | null,
    scale_factor: Spatial | null,
    mode: InterpolationMode,
    align_corners: boolean | null,
    recompute_scale_factor: boolean | null,
  ],
  Interpolation
>;

const refuse = (why: string, kind = 'ValueError'): never => {
  throw new TorchError(why, kind);
};

/** `value` for each spatial dimension of `input`. */
function each(input: Tensor, value: Spatial, isSize: boolean): readonly number[] {
  const dims = input.shape.slice(2);
  if (!Array.isArray(value)) return dims.map(() => value as number);
  const given = value as readonly number[];
  if (given.length === dims.length) return given;
  const [what, name, letter] = isSize
    ? ['output', 'output size', 'o']
    : ['scale_factor', 'scale_factor', 's'];
  return refuse(
    `Input and ${what} must have the same number of spatial dimensions, but got input with spatial dimensions of ` +
      `[${dims.join(', ')}] and ${name} of ${isSize ? '' : 'shape '}${tuple(given.map(String))}. Please provide ` +
      `input tensor in (N, C, d1, d2, ...,dK) format and ${name} in (${letter}1, ${letter}2, ...,${letter}K) format.`,
  );
}

/**
 * `[N, C, L]` or `[N, C, H, W]` in another size: `size`, or `⌊L * scale_factor⌋`. Position o of the
 * output lies at `(o + 0.5) / scale - 0.5` of the input, at `o / scale` for 'nearest', and at
 * `o * (in - 1) / (out - 1)` with `align_corners`.
 */
export function interpolate(input: Tensor, ...args: InterpolationArguments): Tensor {
  const name = 'interpolate';
  const given = keywords(name, kInterpolation, args);
  const { size, scale_factor, mode, align_corners } = given;
  const x = handle(input, name);
  const n = input.ndim - 2;
  const linear = mode === 'linear' || mode === 'bilinear';
  if (align_corners !== null && !linear) {
    refuse('align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear');
  }
  if (size === null && scale_factor === null) refuse('either size or scale_factor should be defined');
  if (size !== null && scale_factor !== null) refuse('only one of size or scale_factor should be defined');
  const known = ['nearest', 'nearest-exact', 'linear', 'bilinear', 'area'].includes(mode);
  if ((n !== 1 && n !== 2) || !known) {
    refuse(
      'Input Error: Only 3D, 4D and 5D input Tensors supported (got ' +
        `${input.ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got ${mode})`,
      'NotImplementedError',
    );
  }
  if ((mode === 'linear' && n !== 1) || (mode === 'bilinear' && n !== 2)) {
    refuse(`Got ${n + 2}D input, but ${mode} mode needs ${5 - n}D input`, 'NotImplementedError');
  }
  const scales = scale_factor === null ? [] : each(input, scale_factor, false);
  const sizes =
    size === null
      ? scales.map((scale, d) => Math.floor(input.shape[d + 2]! * scale))
      : each(input, size, true);
  if (mode === 'area') return (n === 1 ? adaptive_avg_pool1d : adaptive_avg_pool2d)(input, sizes);
  const code = linear ? 2 : Number(mode === 'nearest-exact');
  const counted = given.recompute_scale_factor ? [] : scales;
  return op((c) => c.upsample(x, list(sizes), code, align_corners ?? false, list(counted)));
}

/** See {@link interpolate}. */
export class Upsample extends Module {
  readonly size: Spatial | null;
  readonly scale_factor: Spatial | null;
  readonly mode: InterpolationMode;
  readonly align_corners: boolean | null;
  readonly recompute_scale_factor: boolean | null;

  constructor(...args: InterpolationArguments) {
    super();
    ({
      size: this.size,
      scale_factor: this.scale_factor,
      mode: this.mode,
      align_corners: this.align_corners,
      recompute_scale_factor: this.recompute_scale_factor,
    } = keywords('Upsample', kInterpolation, args));
  }

  override forward(input: Tensor): Tensor {
    const { size, scale_factor, mode, align_corners, recompute_scale_factor } = this;
    return interpolate(input, size, scale_factor, mode, align_corners, recompute_scale_factor);
  }

  override extra_repr(): string {
    const { size, scale_factor: scale } = this;
    const to =
      scale === null
        ? `size=${size === null ? 'None' : printed(size)}`
        : `scale_factor=${typeof scale === 'number' ? float(scale) : tuple(scale.map(float))}`;
    return `${to}, mode='${this.mode}'`;
  }
}
