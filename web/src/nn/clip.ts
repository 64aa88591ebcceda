// torch.nn.utils: gradients limited, parameters as one vector.

import { no_grad } from '../autograd.js';
import { describe, isIterable, keywords, number, required, type Arguments } from '../arguments.js';
import { TorchError } from '../core.js';
import { tensor } from '../creation.js';
import { tidy } from '../memory.js';
import * as ops from '../ops.js';
import { float } from '../printing.js';
import { Tensor } from '../tensor.js';

type Parameters = Tensor | Iterable<Tensor>;

function listed(parameters: Parameters): Tensor[] {
  if (parameters instanceof Tensor) return [parameters];
  if (isIterable(parameters)) return [...parameters];
  throw new TorchError(`expected Tensors or an iterable of them, got ${describe(parameters)}`, 'TypeError');
}

function gradients(parameters: Parameters): Tensor[] {
  return listed(parameters)
    .map(({ grad }) => grad)
    .filter((grad) => grad !== null);
}

interface Clipping {
  /** The norm; Infinity for the largest absolute value; default 2. */
  norm_type: number;
  /** Whether a norm that is NaN or infinite is an error. */
  error_if_nonfinite: boolean;
}

/**
 * Scales all gradients together, in place, so that their common norm is at most `max_norm`:
 * by `min(1, max_norm / (norm + 1e-6))` (Pascanu et al. 2013). Returns the norm from before.
 */
export function clip_grad_norm_(
  parameters: Parameters,
  ...args: Arguments<[max_norm: number], { max_norm: number }, [norm_type: number, error_if_nonfinite: boolean], Clipping>
): Tensor {
  const [max_norm, ...options] = required(['max_norm'], args) as [number, ...unknown[]];
  const defaults: Clipping = { norm_type: 2, error_if_nonfinite: false };
  const { norm_type, error_if_nonfinite } = keywords('clip_grad_norm_', defaults, options);
  const limit = number(max_norm, 'clip_grad_norm_', 'max_norm');
  return tidy(() =>
    no_grad(() => {
      const grads = gradients(parameters);
      if (grads.length === 0) return tensor(0);
      const norms = grads.map((grad) => ops.norm(grad, norm_type));
      const total = ops.norm(ops.stack(norms), norm_type);
      if (error_if_nonfinite && !Number.isFinite(total.item())) {
        throw new TorchError(
          `The total norm of order ${float(norm_type)} for gradients from \`parameters\` is non-finite, so it ` +
            'cannot be clipped. To disable this error and scale the gradients by the non-finite norm anyway, ' +
            'set `error_if_nonfinite=False`',
        );
      }
      const factor = ops.clamp(ops.div(limit, ops.add(total, 1e-6)), { max: 1 });
      for (const grad of grads) grad.mul_(factor);
      return total;
    }),
  );
}

/** Limits every element of the gradients to `[-clip_value, clip_value]`, in place. */
export function clip_grad_value_(parameters: Parameters, clip_value: number): void {
  const limit = number(clip_value, 'clip_grad_value_', 'clip_value');
  tidy(() =>
    no_grad(() => {
      for (const grad of gradients(parameters)) {
        grad.copy_(ops.clamp(grad, { min: -limit, max: limit }));
      }
    }),
  );
}

/** All parameters, flattened, one after the other. */
export function parameters_to_vector(parameters: Iterable<Tensor>): Tensor {
  return tidy(() => ops.cat(listed(parameters).map((parameter) => parameter.reshape(-1))));
}

/** The opposite of {@link parameters_to_vector}: copies a vector's elements into the parameters. */
export function vector_to_parameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  if (!(vector instanceof Tensor)) {
    throw new TorchError(`expected torch.Tensor, but got: ${typeof vector}`, 'TypeError');
  }
  const all = listed(parameters);
  const due = all.reduce((n, parameter) => n + parameter.numel(), 0);
  if (vector.ndim !== 1 || vector.numel() < due) {
    throw new TorchError(
      `vector_to_parameters: the vector needs ${due} elements, got [${vector.shape.join(', ')}]`,
    );
  }
  tidy(() =>
    no_grad(() => {
      let start = 0;
      for (const parameter of all) {
        const n = parameter.numel();
        parameter.copy_(vector.narrow(0, start, n).reshape(parameter.shape));
        start += n;
      }
    }),
  );
}
