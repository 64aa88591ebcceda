// Derivatives held against difference quotients, for users who write their own.

import { TorchError } from '../core.js';
import { tensor, zeros } from '../creation.js';
import { float64 } from '../dtype.js';
import { tidy } from '../memory.js';
import { Tensor } from '../tensor.js';
import { warn } from '../warning.js';
import { grad } from './grad.js';
import { enable_grad, no_grad } from './mode.js';

/** What gradcheck() throws where derivatives disagree. */
export class GradcheckError extends TorchError {
  constructor(message: string) {
    super(message, 'GradcheckError');
  }
}

export interface GradcheckOptions {
  /** Step of the difference quotient. */
  eps?: number;
  /** Absolute and relative tolerance between the two Jacobians. */
  atol?: number;
  rtol?: number;
  /** Throw where they disagree (as it does) or return false. */
  raise_exception?: boolean;
  /** How far two runs of backward may lie apart. */
  nondet_tol?: number;
}

type Inputs = unknown | readonly unknown[];
type Checked = (...inputs: any[]) => unknown;

const listed = (x: unknown): unknown[] => (Array.isArray(x) ? [...(x as unknown[])] : [x]);
const needsGrad = (x: unknown): x is Tensor => x instanceof Tensor && x.requires_grad;
const differentiable = (x: unknown): x is Tensor =>
  x instanceof Tensor && x.dtype.is_floating_point && x.requires_grad;

/**
 * Whether the gradients of `func` at the inputs that require grad are its difference quotients
 * `(f(x + eps) - f(x - eps)) / (2 eps)`, entry by entry of the Jacobian. Inputs should be float64;
 * `func` must give the same for the same, and be smooth within `eps`. Also refuses gradients that
 * are not linear in what flows in, or that differ from run to run.
 *
 * PyTorch: `torch.autograd.gradcheck` (its slow mode).
 */
export function gradcheck(func: Checked, inputs: Inputs, options: GradcheckOptions = {}): boolean {
  const { raise_exception = true } = options;
  try {
    enable_grad(() => tidy(() => check(func, listed(inputs), options)));
  } catch (error) {
    if (raise_exception || !(error instanceof GradcheckError)) throw error;
    return false;
  }
  return true;
}

/**
 * {@link gradcheck} of the gradient of `func`, and so of its second derivative. `grad_outputs`
 * flow into the outputs; without them, fixed irregular ones do.
 *
 * PyTorch: `torch.autograd.gradgradcheck`.
 */
export function gradgradcheck(
  func: Checked,
  inputs: Inputs,
  grad_outputs: Tensor | readonly Tensor[] | null = null,
  options: GradcheckOptions = {},
): boolean {
  const xs = listed(inputs);
  return tidy(() => {
    const seeds =
      grad_outputs === null
        ? enable_grad(() => listed(func(...xs)).filter(differentiable)).map(irregular)
        : (listed(grad_outputs) as Tensor[]);
    const gradient = (...args: unknown[]): Tensor[] => {
      const given = args.slice(0, xs.length);
      const outputs = listed(func(...given)).filter(differentiable);
      const grads = grad(outputs, given.filter(needsGrad), {
        grad_outputs: args.slice(xs.length) as Tensor[],
        create_graph: true,
        allow_unused: true,
      });
      return grads.filter((g) => g !== null);
    };
    return gradcheck(gradient, [...xs, ...seeds], options);
  });
}

// Uneven, so that errors cannot cancel; not random, so that no generator moves.
function irregular(like: Tensor): Tensor {
  const values = Float64Array.from({ length: like.numel() }, (_, i) => Math.cos(3 * i + 1) + 1.5);
  return tensor(values).to(like.dtype).reshape(like.shape).requires_grad_();
}

function check(func: Checked, inputs: unknown[], options: GradcheckOptions): void {
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, nondet_tol = 0 } = options;
  const xs = inputs.filter(needsGrad);
  if (xs.length === 0) {
    throw new TorchError(
      'gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True.',
      'ValueError',
    );
  }
  inputs.forEach((x, i) => {
    if (!needsGrad(x)) return;
    if (x.dtype !== float64) {
      warn(
        `Input #${i} requires gradient and is not a double precision floating point or complex. ` +
          'This check will likely fail if all the inputs are not of double precision floating point or complex. ',
      );
    }
    if (x.stride().some((step, d) => step === 0 && x.shape[d]! > 1)) {
      throw new TorchError(
        `The ${i}th input has a dimension with stride 0. gradcheck only supports inputs that are ` +
          'non-overlapping to be able to compute the numerical gradients correctly. You should call ' +
          '.contiguous on the input before passing it to gradcheck.',
      );
    }
  });
  // Before the outputs are made, which may save the inputs that this writes to.
  const allQuotients = xs.map((x) => differenceQuotients(func, inputs, x, eps));
  const outputs = listed(func(...inputs));
  const ys = outputs.map((y, i) => [i, y] as const).filter(([, y]) => differentiable(y));
  xs.forEach((x, k) => {
    const quotients = allQuotients[k]!;
    outputs.forEach((y, i) => {
      if (differentiable(y) || !(y instanceof Tensor) || ys.length > 0) return;
      if (quotients[i]?.flat().some((q) => q !== 0)) {
        throw new GradcheckError('Numerical gradient for function expected to be zero');
      }
    });
    for (const [i, y] of ys) {
      const rows = jacobianRows(y as Tensor, x);
      const again = jacobianRows(y as Tensor, x);
      if (!agree(rows, again, nondet_tol, 0)) {
        throw new GradcheckError(
          'Backward is not reentrant, i.e., running backward with same input and grad_output multiple times ' +
            'gives different values, although analytical gradient matches numerical gradient.' +
            `The tolerance for nondeterminism was ${nondet_tol}.`,
        );
      }
      const columns = rows.map((row) => [...row]);
      const numeric = quotients[i] ?? [];
      // PyTorch's Jacobians have a row an input element.
      const analytic = Array.from({ length: x.numel() }, (_, e) => columns.map((row) => row[e]!));
      if (!agree(analytic, numeric, atol, rtol)) {
        throw new GradcheckError(
          `Jacobian mismatch for output ${i} with respect to input ${k},\n` +
            `numerical:${String(matrix(numeric, x.numel()))}\nanalytical:${String(matrix(analytic, x.numel()))}\n`,
        );
      }
    }
  });
  checkLinear(ys.map(([, y]) => y as Tensor), xs);
}

const matrix = (rows: number[][], count: number): Tensor =>
  tensor(rows.flat(), { dtype: float64 }).reshape(count, count === 0 ? 0 : rows[0]!.length);

// Per output, a row for each element of x.
function differenceQuotients(
  func: Checked,
  inputs: unknown[],
  x: Tensor,
  eps: number,
): number[][][] {
  const quotients: number[][][] = [];
  const evaluate = (): (ArrayLike<number> | null)[] =>
    tidy(() =>
      listed(func(...inputs)).map((y) =>
        y instanceof Tensor ? y.detach().to(float64).toArray<Float64Array>() : null,
      ),
    );
  for (const element of elements(x)) {
    const before = element.item();
    const at = (value: number) => {
      no_grad(() => element.fill_(value));
      return evaluate();
    };
    const above = at(before + eps);
    const below = at(before - eps);
    no_grad(() => element.fill_(before));
    above.forEach((values, i) => {
      const row = Array.from(values ?? [], (v, j) => (v - below[i]![j]!) / (2 * eps));
      (quotients[i] ??= []).push(row);
    });
  }
  return quotients;
}

// x element by element, as views of it that know no history.
function* elements(x: Tensor): Generator<Tensor> {
  const { shape } = x;
  const steps = x.stride();
  const start = x.storage_offset();
  for (let i = 0; i < x.numel(); ++i) {
    let offset = start;
    for (let d = shape.length - 1, rest = i; d >= 0; --d) {
      offset += (rest % shape[d]!) * steps[d]!;
      rest = Math.floor(rest / shape[d]!);
    }
    yield x.detach().as_strided([], [], offset);
  }
}

// The gradient of each element of y.
function jacobianRows(y: Tensor, x: Tensor): number[][] {
  return Array.from({ length: y.numel() }, (_, j) =>
    tidy(() => {
      const values = new Float64Array(y.numel());
      values[j] = 1;
      const seed = tensor(values).to(y.dtype).reshape(y.shape);
      const [g] = grad(y, x, { grad_outputs: seed, retain_graph: true, allow_unused: true });
      if (g === null || g === undefined) return new Array<number>(x.numel()).fill(0);
      if (g.dtype !== x.dtype) throw new GradcheckError('Gradient has dtype mismatch');
      return Array.from(g.to(float64).toArray<Float64Array>());
    }),
  );
}

function agree(a: number[][], b: number[][], atol: number, rtol: number): boolean {
  return a.every((row, i) =>
    row.every((v, j) => {
      const w = b[i]![j]!;
      return v === w || Math.abs(v - w) <= atol + rtol * Math.abs(w);
    }),
  );
}

function checkLinear(ys: Tensor[], xs: Tensor[]): void {
  if (ys.length === 0) return;
  const seeds = ys.map((y) => zeros(y.shape, { dtype: y.dtype }));
  const grads = grad(ys, xs, { grad_outputs: seeds, retain_graph: true, allow_unused: true });
  for (const g of grads) {
    if (g !== null && !g.eq(0).all().item()) {
      throw new GradcheckError('backward not multiplied by grad_output');
    }
  }
}
