// A tensor as text, laid out as PyTorch's torch/_tensor_str.py does.

import { keywords, type Keywords } from './arguments.js';
import { TorchError, type TypedArray } from './core.js';
import { bool, get_default_dtype, int64 } from './dtype.js';
import { tidy } from './memory.js';
import { cat } from './ops/join.js';
import { narrow } from './ops/view.js';
import type { Tensor } from './tensor.js';

/** How tensors print. See {@link set_printoptions}. */
export interface PrintOptions {
  /** Digits after the point; default 4. */
  precision: number | null;
  /** A tensor of more elements is summarised; default 1000. */
  threshold: number | null;
  /** Elements shown at both ends of a dimension of a summarised tensor; default 3. */
  edgeitems: number | null;
  /** Characters in a line; default 80. */
  linewidth: number | null;
  /** Sets the four above: `short` to 2, 1000, 2, 80; `full` to the defaults, never summarised. */
  profile: 'default' | 'short' | 'full' | null;
  /** Scientific notation: always, never, or (null) where the magnitudes ask for it. */
  sci_mode: boolean | null;
}

const profiles = {
  default: { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 },
  short: { precision: 2, threshold: 1000, edgeitems: 2, linewidth: 80 },
  full: { precision: 4, threshold: Infinity, edgeitems: 3, linewidth: 80 },
};
let options = { ...profiles.default, sci_mode: null as boolean | null };

/**
 * Sets how tensors print from now on. What is not given stays as it is, but for `sci_mode`, which
 * then is null. PyTorch: `torch.set_printoptions`.
 *
 * @throws TorchError (ValueError) for a profile that there is not, or a number out of range.
 */
export function set_printoptions(
  ...args: Keywords<
    [
      precision: number | null,
      threshold: number | null,
      edgeitems: number | null,
      linewidth: number | null,
      profile: PrintOptions['profile'],
      sci_mode: boolean | null,
    ],
    PrintOptions
  >
): void {
  const none = null as never;
  const defaults = { precision: none, threshold: none, edgeitems: none, linewidth: none };
  const { profile, sci_mode, ...given } = keywords<PrintOptions>(
    'set_printoptions',
    { ...defaults, profile: null, sci_mode: null },
    args,
  );
  if (profile !== null && !Object.hasOwn(profiles, profile)) {
    const text = `set_printoptions: profile must be 'default', 'short' or 'full', got ${String(profile)}`;
    throw new TorchError(text, 'ValueError');
  }
  const set = { ...options, ...(profile && profiles[profile]), sci_mode };
  for (const [name, value] of Object.entries(given) as [keyof typeof given, number | null][]) {
    if (value === null) continue;
    const [low, high] = name === 'precision' ? [0, 100] : [name === 'threshold' ? 0 : 1, Infinity];
    if (!(value >= low && value <= high) || (name === 'precision' && !Number.isInteger(value))) {
      const text = `set_printoptions: ${name} must be a number in [${low}, ${high}], got ${value}`;
      throw new TorchError(text, 'ValueError');
    }
    set[name] = value;
  }
  options = set;
}

type Value = number | bigint;

/** `tensor(…)` */
export function repr(tensor: Tensor): string {
  const { dtype, shape } = tensor;
  const prefix = 'tensor(';
  const empty = tensor.numel() === 0;
  const suffixes: string[] = [];
  if (empty && shape.length !== 1) suffixes.push(`size=(${shape.join(', ')})`);
  if (dtype !== get_default_dtype() && (empty || (dtype !== int64 && dtype !== bool))) {
    suffixes.push(`dtype=${dtype}`);
  }
  if (tensor.grad_fn) suffixes.push(`grad_fn=<${tensor.grad_fn.name()}>`);
  else if (tensor.requires_grad) suffixes.push('requires_grad=True');
  return withSuffixes(
    prefix + (empty ? '[]' : elements(tensor, prefix.length)),
    suffixes,
    prefix.length,
  );
}

function withSuffixes(text: string, suffixes: readonly string[], indent: number): string {
  let width = text.length - text.lastIndexOf('\n') + 1;
  for (const suffix of suffixes) {
    if (width + suffix.length + 2 > options.linewidth) {
      text += `,\n${' '.repeat(indent)}${suffix}`;
      width = indent + suffix.length;
    } else {
      text += `, ${suffix}`;
      width += suffix.length + 2;
    }
  }
  return `${text})`;
}

function elements(tensor: Tensor, indent: number): string {
  const { dtype, shape } = tensor;
  const summarise = tensor.numel() > options.threshold;
  const edge = options.edgeitems;
  const gap = (dim: number) => summarise && shape[dim]! > 2 * edge;
  const values = tidy(() => {
    let shown = tensor.detach();
    for (let dim = 0; dim < shape.length; ++dim) {
      if (gap(dim)) shown = cat([narrow(shown, dim, 0, edge), narrow(shown, dim, shape[dim]! - edge, edge)], dim);
    }
    return [...shown.toArray<TypedArray>()] as Value[];
  });
  const [format, width] =
    dtype === bool
      ? formatBy((v) => (v ? 'True' : 'False'), values)
      : dtype.is_floating_point
        ? formatFloats(values as number[])
        : formatBy(String, values);

  const draw = (dim: number, at: number, indent: number): string => {
    if (dim === shape.length) return format(values[at]!);
    const size = gap(dim) ? 2 * edge : shape[dim]!;
    const last = dim === shape.length - 1;
    const parts = [...Array(size).keys()].map((i) => draw(dim + 1, at * size + i, indent + 1));
    if (gap(dim)) parts.splice(edge, 0, last ? ' ...' : '...');
    const newLine = `\n${' '.repeat(indent + 1)}`;
    if (!last) return `[${parts.join(`,${'\n'.repeat(shape.length - dim - 2)}${newLine}`)}]`;
    const perLine = Math.max(1, Math.floor((options.linewidth - indent) / (width + 2)));
    const lines: string[] = [];
    for (let i = 0; i < parts.length; i += perLine) {
      lines.push(parts.slice(i, i + perLine).join(', '));
    }
    return `[${lines.join(`,${newLine}`)}]`;
  };
  return draw(0, 0, indent);
}

type Format = [format: (value: Value) => string, width: number];

/** Right-aligned to the widest of `seen`. */
function formatBy(text: (value: Value) => string, seen: readonly Value[], least = 1): Format {
  let width = least;
  for (const value of seen) width = Math.max(width, text(value).length);
  return [(value) => text(value).padStart(width), width];
}

// One style for all elements: scientific where the magnitudes differ by more than 1000 or are far
// from 1, and without decimals where all are whole.
function formatFloats(sample: readonly number[]): Format {
  const seen = sample.filter((v) => v !== 0 && Number.isFinite(v));
  let largest = 0;
  let smallest = Infinity;
  for (const v of seen) {
    largest = Math.max(largest, Math.abs(v));
    smallest = Math.min(smallest, Math.abs(v));
  }
  const whole = seen.every(Number.isInteger);
  const automatic =
    seen.length > 0 && (largest / smallest > 1000 || largest > 1e8 || (!whole && smallest < 1e-4));
  const style = (scientific: boolean): ((value: Value) => string) => {
    const text = scientific ? exponential : whole ? (v: number) => `${fixed(v, 0)}.` : decimal;
    return (v) => (Number.isFinite(v) ? text(v as number) : Number.isNaN(v) ? 'nan' : v > 0 ? 'inf' : '-inf');
  };
  const [own, width] = formatBy(style(automatic), seen);
  const asked = options.sci_mode;
  if (asked === null || asked === automatic || seen.length === 0) return [own, width];
  // As wide as in the style it would have had: PyTorch asks for its option after it has measured.
  const format = style(asked);
  return [(value) => format(value).padStart(width), width];
}

/** JavaScript prints -0 without its sign. */
const signed = (v: number, text: string) => (Object.is(v, -0) ? `-${text}` : text);

/** JavaScript turns to exponents at 1e21, where all numbers are whole. */
function fixed(v: number, digits: number): string {
  if (Math.abs(v) < 1e21) return signed(v, v.toFixed(digits));
  return digits === 0 ? String(BigInt(v)) : `${BigInt(v)}.${'0'.repeat(digits)}`;
}

const decimal = (v: number): string => toEven((digits) => fixed(v, digits));

function exponential(v: number): string {
  const [mantissa, exponent] = toEven((digits) => v.toExponential(digits)).split('e');
  return `${signed(v, mantissa!)}e${exponent![0]}${exponent!.slice(1).padStart(2, '0')}`;
}

// JavaScript rounds a decimal tie away from zero, Python to the even digit. A tie in 53 bits ends
// within 30 digits.
function toEven(show: (digits: number) => string): string {
  const { precision } = options;
  const text = show(precision);
  const [digits, exponent] = text.split('e');
  const more = show(Math.min(precision + 30, 100)).split('e')[0]!;
  const beyond = (more.split('.')[1] ?? '').slice(precision);
  const odd = Number(digits!.at(-1)) % 2 === 1;
  if (!odd || !/^50*$/.test(beyond)) return text;
  const even = digits!.slice(0, -1) + (Number(digits!.at(-1)) - 1);
  return exponent === undefined ? even : `${even}e${exponent}`;
}

/** A number as Python's repr() has it: 1.0, 1e-05, inf. */
export function float(v: number): string {
  if (!Number.isFinite(v)) return Number.isNaN(v) ? 'nan' : v > 0 ? 'inf' : '-inf';
  const [mantissa, exponent] = v.toExponential().split('e');
  const power = Number(exponent);
  if (v !== 0 && (power < -4 || power >= 16)) {
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const text = signed(
    v,
    power < 0 ? v.toFixed(mantissa!.replace(/[-.]/g, '').length - 1 - power) : String(v),
  );
  return text.includes('.') ? text : `${text}.0`;
}
