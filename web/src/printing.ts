// A tensor as text, laid out as PyTorch's torch/_tensor_str.py does with its default options.

import type { TypedArray } from './core.js';
import { bool, get_default_dtype, int64 } from './dtype.js';
import type { Tensor } from './tensor.js';

const precision = 4;
const threshold = 1000;
const edgeItems = 3;
const lineWidth = 80;

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
    if (width + suffix.length + 2 > lineWidth) {
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
  const values = tensor.toArray<TypedArray>();
  const summarise = values.length > threshold;

  /** Which indices of a dimension are shown; -1 stands for the gap. */
  const shown = (size: number): number[] =>
    summarise && size > 2 * edgeItems
      ? [0, 1, 2, -1, size - 3, size - 2, size - 1]
      : [...Array(size).keys()];
  const visit = (dim: number, at: number, see: (value: Value) => void): void => {
    if (dim === shape.length) return see(values[at]!);
    for (const i of shown(shape[dim]!)) if (i >= 0) visit(dim + 1, at * shape[dim]! + i, see);
  };

  const sample: Value[] = [];
  visit(0, 0, (value) => sample.push(value));
  const [format, width] =
    dtype === bool
      ? formatBy((v) => (v ? 'True' : 'False'), sample)
      : dtype.is_floating_point
        ? formatFloats(sample as number[])
        : formatBy(String, sample);

  const draw = (dim: number, at: number, indent: number): string => {
    if (dim === shape.length) return format(values[at]!);
    const size = shape[dim]!;
    const last = dim === shape.length - 1;
    const parts = shown(size).map((i) =>
      i < 0 ? (last ? ' ...' : '...') : draw(dim + 1, at * size + i, indent + 1),
    );
    const newLine = `\n${' '.repeat(indent + 1)}`;
    if (!last) return `[${parts.join(`,${'\n'.repeat(shape.length - dim - 2)}${newLine}`)}]`;
    const perLine = Math.max(1, Math.floor((lineWidth - indent) / (width + 2)));
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
  const scientific =
    seen.length > 0 && (largest / smallest > 1000 || largest > 1e8 || (!whole && smallest < 1e-4));
  const finite = (text: (v: number) => string) => (v: Value) =>
    Number.isFinite(v) ? text(v as number) : Number.isNaN(v) ? 'nan' : v > 0 ? 'inf' : '-inf';
  if (scientific) return formatBy(finite(exponential), seen);
  if (whole)
    return formatBy(
      finite((v) => `${signed(v, v.toFixed(0))}.`),
      seen,
    );
  return formatBy(
    finite((v) =>
      signed(
        v,
        toEven((digits) => v.toFixed(digits)),
      ),
    ),
    seen,
  );
}

/** JavaScript prints -0 without its sign. */
const signed = (v: number, text: string) => (Object.is(v, -0) ? `-${text}` : text);

function exponential(v: number): string {
  const [mantissa, exponent] = toEven((digits) => v.toExponential(digits)).split('e');
  return `${signed(v, mantissa!)}e${exponent![0]}${exponent!.slice(1).padStart(2, '0')}`;
}

// JavaScript rounds a decimal tie away from zero, Python to the even digit.
function toEven(show: (digits: number) => string): string {
  const text = show(precision);
  const [digits, exponent] = text.split('e');
  const beyond = show(60).split('e')[0]!.split('.')[1]!.slice(precision);
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
