// Differentiation: into .grad, or leaving .grad alone.

import { describe, handle, nothing } from '../arguments.js';
import { call, list, listAt, TorchError } from '../core.js';
import { zeros_like } from '../creation.js';
import { Tensor } from '../tensor.js';
import { warn } from '../warning.js';

type Some<T> = T | readonly T[];

const several = <T>(given: Some<T>): readonly T[] => (Array.isArray(given) ? given : [given as T]);

const handles = (given: Some<Tensor | null>, op: string, argument: string): number[] =>
  several(given).map((x) => (x === null ? 0 : handle(x, op, argument)));

export interface BackwardOptions {
  gradient?: Tensor | null;
  /** Keep what backward needs, so that it can run again. Default: `create_graph`. */
  retain_graph?: boolean;
  /** Record backward itself, for higher derivatives. */
  create_graph?: boolean;
  /** Fill the `grad` of these only, leaves or not, instead of that of every leaf. */
  inputs?: Some<Tensor>;
}

/**
 * Adds the derivatives of the tensors, weighted by `grad_tensors`, to the `grad` of every leaf they
 * were made from. A tensor of more than one element needs its weight.
 */
export function backward(
  tensors: Some<Tensor>,
  grad_tensors: Some<Tensor | null> | null = null,
  { create_graph = false, retain_graph = create_graph, inputs, ...more }: Omit<BackwardOptions, 'gradient'> = {},
): void {
  nothing('backward', more);
  const roots = handles(tensors, 'backward', 'tensors');
  const weights = grad_tensors === null ? [] : handles(grad_tensors, 'backward', 'grad_tensors');
  const targets = inputs === undefined ? [] : handles(inputs, 'backward', 'inputs');
  if (inputs !== undefined && targets.length === 0) {
    throw new TorchError("'inputs' argument to backward() cannot be empty.");
  }
  if (create_graph) {
    warn(
      'Using backward() with create_graph=True will create a reference cycle between the parameter ' +
        'and its gradient which can cause a memory leak. We recommend using autograd.grad when ' +
        'creating the graph to avoid this. If you have to use this function, make sure to reset the ' +
        '.grad fields of your parameters to None after use to break the cycle and avoid the leak.',
    );
  }
  call((c) => c.backward(list(roots), list(weights), retain_graph, create_graph, list(targets)));
}

export interface GradOptions {
  grad_outputs?: Some<Tensor | null> | null;
  /** Keep what backward needs, so that it can run again. Default: `create_graph`. */
  retain_graph?: boolean;
  /** Record backward itself, for higher derivatives. */
  create_graph?: boolean;
  /** Give null for an input that the outputs do not depend on, instead of an error. */
  allow_unused?: boolean;
  /** Give zeros for such an input. */
  materialize_grads?: boolean;
  /** Not offered. */
  is_grads_batched?: false;
}

/** The derivatives of the outputs, summed, with respect to each input. */
export function grad(
  outputs: Some<Tensor>,
  inputs: Some<Tensor>,
  options: GradOptions & { materialize_grads: true },
): Tensor[];
export function grad(
  outputs: Some<Tensor>,
  inputs: Some<Tensor>,
  options?: GradOptions,
): (Tensor | null)[];
export function grad(
  outputs: Some<Tensor>,
  inputs: Some<Tensor>,
  options: GradOptions = {},
): (Tensor | null)[] {
  const { grad_outputs = null, create_graph = false, retain_graph = create_graph, ...others } = options;
  const { materialize_grads = false, allow_unused = materialize_grads, is_grads_batched, ...more } = others;
  nothing('grad', more);
  if (is_grads_batched) {
    throw new TorchError('grad: is_grads_batched is not offered; call grad once a vector');
  }
  if (materialize_grads && !allow_unused) {
    throw new TorchError(
      'Expected allow_unused to be True or not passed when materialize_grads=True, but got: ' +
        `materialize_grads=True, allow_unused=${describe(allow_unused) === 'boolean' ? 'False' : 'None'}.`,
      'ValueError',
    );
  }
  const xs = several(inputs);
  const given = {
    outputs: handles(outputs, 'grad', 'outputs'),
    inputs: handles(xs, 'grad', 'inputs'),
    weights: grad_outputs === null ? [] : handles(grad_outputs, 'grad', 'grad_outputs'),
  };
  const found = call((c) =>
    listAt(
      c.grad(
        list(given.outputs),
        list(given.inputs),
        list(given.weights),
        retain_graph,
        create_graph,
        allow_unused,
      ),
    ),
  );
  return found.map((h, i) => {
    if (h !== 0) return new Tensor(h);
    return materialize_grads ? zeros_like(xs[i]!) : null;
  });
}
