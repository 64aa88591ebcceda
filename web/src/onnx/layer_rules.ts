// The rules of convolution, pooling, embedding, and of what stands around and between.

import { Float32, refuse, type Operand, type Recorder } from './recorder.js';
import { filled, float, num, type Rule } from './rule.js';

/** What `write` makes of a batch, of one example too: with `n` dimensions after the channels. */
function batched(g: Recorder, x: Operand, n: number, write: (x: string) => string): string {
  if (g.shape(x).length === n + 2) return write(g.use(x));
  const axes = g.numbers([0]);
  return g.node('Squeeze', [write(g.node('Unsqueeze', [g.use(x), axes])), axes]);
}

const twice = (values: readonly number[]) => [...values, ...values];
const unsupported = (what: string) => refuse(`${what} is not supported`, 'NotImplementedError');

/** Weight and, where there is one, bias. */
const parameters = (g: Recorder, weight: Operand, bias: Operand | null) =>
  [weight, ...(bias ? [bias] : [])].map((x) => g.use(x));

const maxPool: Rule = [
  'xllll',
  (g, _, [x, kernel_shape, strides, padding, dilations, ceil_mode]) =>
    batched(g, x, kernel_shape.length, (input) =>
      g.node('MaxPool', [input], {
        kernel_shape,
        strides,
        dilations,
        pads: twice(padding),
        ceil_mode: Number(ceil_mode),
      }),
    ),
];

const avgPool: Rule = [
  'xlll',
  (g, _, [x, kernel_shape, strides, padding, ceil_mode, count_include_pad, divisor]) => {
    if (divisor !== 0) unsupported('avg_pool with divisor_override');
    return batched(g, x, kernel_shape.length, (input) =>
      g.node('AveragePool', [input], {
        kernel_shape,
        strides,
        pads: twice(padding),
        ceil_mode: Number(ceil_mode),
        count_include_pad: Number(count_include_pad),
      }),
    );
  },
];

/** Windows of one size, where the sizes divide. */
const adaptive: Rule = [
  'xl',
  (g, _, [x, sizes]) => {
    const given = g.shape(x).slice(-sizes.length);
    return batched(g, x, sizes.length, (input) => {
      if (sizes.every((size: number) => size === 1)) return g.node('GlobalAveragePool', [input]);
      if (given.some((size, d) => size % sizes[d] !== 0)) {
        unsupported('adaptive pooling to sizes that do not divide the input’s');
      }
      const kernel_shape = given.map((size, d) => size / sizes[d]);
      return g.node('AveragePool', [input], { kernel_shape, strides: kernel_shape });
    });
  },
];

/** The float32 by which ONNX comes from `from` to `to` elements, rounding down: the next above where it falls short. */
function scaleTo(from: number, to: number): number {
  const scale = Math.fround(to / from);
  return Math.floor(scale * from) === to ? scale : Math.fround(scale * (1 + 2 ** -23));
}

const kResizing: readonly Record<string, string>[] = [
  { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
  { mode: 'nearest', coordinate_transformation_mode: 'half_pixel', nearest_mode: 'round_prefer_ceil' },
  { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
  { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
];

const upsample: Rule = [
  'xlnnl',
  (g, _, [x, sizes, mode, corners, scales]) => {
    const given = g.shape(x).slice(2);
    const counted: readonly number[] = scales;
    const factors = sizes.map((size: number, d: number) => counted[d] ?? scaleTo(given[d]!, size));
    const all = g.numbers([1, 1, ...factors], Float32);
    return g.node('Resize', [g.use(x), '', all], kResizing[corners ? 3 : mode]!);
  },
];

/** `x` between its ends: a part of it before, and one after, dimension by dimension. */
function circular(g: Recorder, x: Operand, before: readonly number[], after: readonly number[]): string {
  let name = g.use(x);
  const slice = (axis: number, start: number, end: number) =>
    g.node('Slice', [name, ...[start, end, axis].map((v) => g.numbers([v]))]);
  before.forEach((first, axis) => {
    const [last, size] = [after[axis]!, g.shape(x)[axis]!];
    if (first < 0 || last < 0) unsupported('circular padding that crops');
    const parts = [
      ...(first > 0 ? [slice(axis, size - first, size)] : []),
      name,
      ...(last > 0 ? [slice(axis, 0, last)] : []),
    ];
    if (parts.length > 1) name = g.node('Concat', parts, { axis });
  });
  return name;
}

const padded: Rule = [
  'xl',
  (g, y, [x, pads, mode, value]) => {
    const dims = g.shape(x).length;
    const side = (end: number) =>
      Array.from({ length: dims }, (_, d) => (pads[2 * (dims - 1 - d) + end] as number | undefined) ?? 0);
    if (mode === 3) return circular(g, x, side(0), side(1));
    const inputs = [g.use(x), g.numbers([...side(0), ...side(1)])];
    if (mode === 0) inputs.push(num(g, y, value));
    return g.node('Pad', inputs, { mode: ['constant', 'reflect', 'edge'][mode]! });
  },
];

const groupNorm: Rule = [
  'xnxx',
  (g, y, [x, groups, weight, bias, eps]) => {
    const rows = g.node('Reshape', [g.use(x), g.numbers([0, groups, -1])]);
    const plain = [filled(g, null, x, 1, [groups]), filled(g, null, x, 0, [groups])];
    const unit = g.node('InstanceNormalization', [rows, ...plain], { epsilon: float(eps) });
    const after = Array.from({ length: g.shape(x).length - 2 }, (_, d) => d + 1);
    const column = (v: Operand) => (after.length ? g.node('Unsqueeze', [g.use(v), g.numbers(after)]) : g.use(v));
    let name = g.reshape(unit, y);
    if (weight) name = g.node('Mul', [name, column(weight)]);
    return bias ? g.node('Add', [name, column(bias)]) : name;
  },
];

const rmsNorm: Rule = [
  'xlx',
  (g, y, [x, sizes, weight, eps]) => {
    const name = g.use(x);
    const axes = sizes.map((_: number, d: number) => d - sizes.length);
    const square = g.node('ReduceMean', [g.node('Mul', [name, name])], { axes, keepdims: 1 });
    const unit = g.node('Div', [name, g.node('Sqrt', [g.node('Add', [square, num(g, y, eps)])])]);
    return weight ? g.node('Mul', [unit, g.use(weight)]) : unit;
  },
];

export const layerRules: Readonly<Record<string, Rule>> = {
  conv: [
    'xxxllll',
    (g, _, [x, weight, bias, strides, before, after, dilations, group]) =>
      batched(g, x, strides.length, (input) =>
        g.node('Conv', [input, ...parameters(g, weight, bias)], {
          strides,
          pads: [...before, ...after],
          dilations,
          group,
        }),
      ),
  ],
  conv_transpose: [
    'xxxlllnl',
    (g, _, [x, weight, bias, strides, padding, output_padding, group, dilations]) =>
      batched(g, x, strides.length, (input) =>
        g.node('ConvTranspose', [input, ...parameters(g, weight, bias)], {
          strides,
          pads: twice(padding),
          output_padding,
          dilations,
          group,
        }),
      ),
  ],
  max_pool: maxPool,
  avg_pool: avgPool,
  adaptive_avg_pool: adaptive,
  upsample,
  pad: padded,
  embedding: ['xx', (g, _, [weight, at]) => g.node('Gather', [g.use(weight), g.use(at)], { axis: 0 })],
  group_norm: groupNorm,
  rms_norm: rmsNorm,
};
