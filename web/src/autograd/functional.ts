// Derivatives of functions: `torch.autograd.functional`.

import { describe, sizeOf } from '../arguments.js';
import { TorchError } from '../core.js';
import { ones_like, zeros_like } from '../creation.js';
import { stack } from '../ops/join.js';
import { Tensor } from '../tensor.js';
import { grad } from './grad.js';
import { enable_grad } from './mode.js';

export interface FunctionalOptions {
  /** Give results that can be differentiated with respect to the inputs. */
  create_graph?: boolean;
  /** Refuse outputs that do not depend on an input, instead of giving zeros. */
  strict?: boolean;
}

type Several = Tensor | readonly Tensor[];
type Func = (...inputs: Tensor[]) => Several;

function tensors(given: unknown, what: string, op: string): Tensor[] {
  const list: unknown[] = Array.isArray(given) ? given : [given];
  list.forEach((x, i) => {
    if (x instanceof Tensor) return;
    const which = Array.isArray(given) ? `value at index ${i}` : `given ${what}`;
    throw new TorchError(
      `The ${what} given to ${op} must be either a Tensor or a tuple of Tensors but the ${which} has type ${describe(x)}.`,
      'TypeError',
    );
  });
  return list as Tensor[];
}

// Tensors of our own, so that what func captured by itself is not mistaken for an input.
const fresh = (x: Tensor, create_graph: boolean): Tensor =>
  create_graph && x.requires_grad ? x.view(...x.shape) : x.detach().requires_grad_();

const finished = (x: Tensor, create_graph: boolean): Tensor => (create_graph ? x : x.detach());

const like = <T>(given: unknown, list: T[]): T | T[] => (Array.isArray(given) ? list : list[0]!);

function checkOutputs(ys: Tensor[], strict: boolean): void {
  ys.forEach((y, i) => {
    if (!strict || y.requires_grad) return;
    throw new TorchError(
      `Output ${i} of the user-provided function does not require gradients. The outputs must be computed in a ` +
        'differentiable manner from the input when running in strict mode.',
    );
  });
}

// grad() that leaves out what has no history, and gives null for what is not reached.
function gradOf(
  ys: readonly (Tensor | null)[],
  xs: Tensor[],
  vs: readonly Tensor[],
  create_graph: boolean,
): (Tensor | null)[] {
  const used = ys.map((y, i) => [y, vs[i]!] as const).filter(([y]) => y?.requires_grad);
  if (used.length === 0) return xs.map(() => null);
  return grad(
    used.map(([y]) => y!),
    xs,
    { grad_outputs: used.map(([, v]) => v), create_graph, retain_graph: true, allow_unused: true },
  );
}

function independent(strict: boolean, what: string, x: Tensor): Tensor {
  if (strict) throw new TorchError(`${what} This is not allowed in strict mode.`);
  return zeros_like(x);
}

/**
 * All first derivatives: for an output of shape `s` and an input of shape `t`, a tensor of shape
 * `s + t`. Arrays of inputs or outputs give arrays, outputs outermost.
 */
export function jacobian(func: Func, inputs: Tensor, options?: FunctionalOptions): any;
export function jacobian(func: Func, inputs: readonly Tensor[], options?: FunctionalOptions): any;
export function jacobian(
  func: Func,
  inputs: Several,
  { create_graph = false, strict = false }: FunctionalOptions = {},
): unknown {
  return enable_grad(() => {
    const xs = tensors(inputs, 'inputs', 'jacobian').map((x) => fresh(x, create_graph));
    const result = func(...xs);
    const ys = tensors(result, 'outputs of the user-provided function', 'jacobian');
    checkOutputs(ys, strict);
    const blocks = ys.map((y, i) => {
      const flat = y.reshape(-1);
      const rows: Tensor[][] = xs.map(() => []);
      for (let j = 0; j < flat.numel(); ++j) {
        const element = flat.select(0, j);
        gradOf([element], xs, [ones_like(element)], create_graph).forEach((g, k) => {
          if (g !== null && strict && create_graph && !g.requires_grad) {
            throw new TorchError(
              `The jacobian of the user-provided function is independent of input ${k}. This is not allowed in strict mode when create_graph=True.`,
            );
          }
          const what = `Output ${i} of the user-provided function is independent of input ${k}.`;
          rows[k]!.push(g ?? independent(strict, what, xs[k]!));
        });
      }
      const parts = rows.map((row, k) => {
        const shape = [...y.shape, ...xs[k]!.shape];
        const whole = row.length === 0 ? zeros_like(xs[k]!).reshape(-1).narrow(0, 0, 0) : stack(row);
        return finished(whole.reshape(shape), create_graph);
      });
      return like(inputs, parts);
    });
    return like(result, blocks as unknown[]);
  });
}

// The gradient of a function with one element, as a function that can be differentiated again.
function gradientOf(func: Func, inputs: Several, op: string, seen?: (y: Tensor) => void): Func {
  const single = (...xs: Tensor[]): Tensor => {
    const y = func(...xs);
    tensors(y, 'outputs of the user-provided function', op);
    if (!(y instanceof Tensor)) {
      throw new TorchError(`The function given to ${op} should return a single Tensor`);
    }
    if (y.numel() !== 1) {
      throw new TorchError(
        `The Tensor returned by the function given to ${op} should contain a single element`,
      );
    }
    seen?.(y);
    return y.reshape();
  };
  return (...at) => jacobian(single, like(inputs, at) as Tensor, { create_graph: true }) as Several;
}

/** All second derivatives of a function with one element: for inputs of shapes `s`, `t`: `s + t`. */
export function hessian(func: Func, inputs: Tensor, options?: FunctionalOptions): any;
export function hessian(func: Func, inputs: readonly Tensor[], options?: FunctionalOptions): any;
export function hessian(
  func: Func,
  inputs: Several,
  { create_graph = false, strict = false }: FunctionalOptions = {},
): unknown {
  const xs = tensors(inputs, 'inputs', 'hessian');
  const gradient = gradientOf(func, inputs, 'hessian');
  return jacobian(gradient, like(inputs, xs) as Tensor, { create_graph, strict });
}

function weights(v: Several | null | undefined, of: Tensor[], several: boolean, what: string): Tensor[] {
  if (v === null || v === undefined) {
    if (of.length === 1 && of[0]!.numel() === 1) return [ones_like(of[0]!)];
    throw new TorchError(`The vector v can only be None if ${what} a single Tensor with a single element.`);
  }
  const vs = tensors(v, 'v', 'the function');
  if (vs.length !== of.length) {
    throw new TorchError(
      several
        ? `v is a tuple of invalid length: should be ${of.length} but got ${vs.length}.`
        : 'The given v should contain a single Tensor.',
    );
  }
  vs.forEach((x, i) => {
    if (String(x.shape) === String(of[i]!.shape)) return;
    const entry = several ? `Entry ${i} in ` : '';
    throw new TorchError(`${entry}v has invalid size: should be ${sizeOf(of[i]!)} but got ${sizeOf(x)}.`);
  });
  return vs;
}

/** `[outputs, v · J]`, where J is the Jacobian of `func` at `inputs` and `v` has the outputs' shapes. */
export function vjp(func: Func, inputs: Tensor, v?: Several | null, options?: FunctionalOptions): [any, Tensor];
export function vjp(func: Func, inputs: readonly Tensor[], v?: Several | null, options?: FunctionalOptions): [any, Tensor[]];
export function vjp(
  func: Func,
  inputs: Several,
  v: Several | null = null,
  { create_graph = false, strict = false }: FunctionalOptions = {},
): [unknown, unknown] {
  return enable_grad(() => {
    const xs = tensors(inputs, 'inputs', 'vjp').map((x) => fresh(x, create_graph));
    const result = func(...xs);
    const ys = tensors(result, 'outputs of the user-provided function', 'vjp');
    checkOutputs(ys, strict);
    const vs = weights(v, ys, Array.isArray(result), 'the user-provided function returns');
    const grads = gradOf(ys, xs, vs, create_graph).map((g, k) => {
      const what = `The output of the user-provided function is independent of input ${k}.`;
      return finished(g ?? independent(strict, what, xs[k]!), create_graph);
    });
    return [like(result, ys.map((y) => finished(y, create_graph))), like(inputs, grads)];
  });
}

/**
 * `[outputs, J · v]`, where J is the Jacobian of `func` at `inputs` and `v` has the inputs' shapes.
 * Computed by differentiating `u · J`, which is linear in `u`, with respect to `u`.
 */
export function jvp(
  func: Func,
  inputs: Several,
  v: Several | null = null,
  { create_graph = false, strict = false }: FunctionalOptions = {},
): [any, any] {
  return enable_grad(() => {
    const given = tensors(inputs, 'inputs', 'jvp');
    const xs = given.map((x) => fresh(x, create_graph));
    const vs = weights(v, given, Array.isArray(inputs), 'the input to the user-provided function is');
    const result = func(...xs);
    const ys = tensors(result, 'outputs of the user-provided function', 'jvp');
    checkOutputs(ys, strict);
    const us = ys.map((y) => zeros_like(y).requires_grad_());
    const products = gradOf(ys, xs, us, true);
    const used = products.map((g, k) => {
      const what = `The output of the user-provided function is independent of input ${k}.`;
      return g ?? independent(strict, what, xs[k]!);
    });
    const derivatives = gradOf(used, us, vs, create_graph).map((g, i) => {
      const what = `The gradient with respect to the input is independent of entry ${i} in the grad_outputs when using the double backward trick to compute forward mode gradients.`;
      return finished(g ?? independent(strict, what, ys[i]!), create_graph);
    });
    return [like(result, ys.map((y) => finished(y, create_graph))), like(result, derivatives)];
  });
}

const alongHessian =
  (op: string, product: typeof jvp | typeof vjp) =>
  (
    func: Func,
    inputs: Several,
    v: Several | null = null,
    options: FunctionalOptions = {},
  ): [Tensor, any] => {
    const given = tensors(inputs, 'inputs', op);
    const vs = weights(v, given, Array.isArray(inputs), 'the input to the user-provided function is');
    let output: Tensor;
    const gradient = gradientOf(func, inputs, op, (y) => (output = y));
    const [, result] = product(gradient, inputs as Tensor, like(inputs, vs) as Tensor, options);
    return [finished(output!, options.create_graph ?? false), result];
  };

/** `[output, H · v]`, where H is the Hessian of `func`, which gives one element, at `inputs`. */
export const hvp = alongHessian('hvp', jvp);

/** `[output, v · H]`, as {@link hvp} where H is symmetric, with one pass fewer. */
export const vhp = alongHessian('vhp', vjp);
