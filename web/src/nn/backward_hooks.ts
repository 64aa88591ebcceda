// Hooks on the gradients of a module: two identities, one around its inputs and one around its
// outputs, whose backwards look on. As PyTorch's torch.utils.hooks.BackwardHook.

import { describe } from '../arguments.js';
import { AutogradFunction, type FunctionCtx } from '../autograd/function.js';
import { is_grad_enabled } from '../autograd/mode.js';
import { TorchError } from '../core.js';
import { Tensor } from '../tensor.js';
import { warn } from '../warning.js';
import type { Module } from './module.js';

type Grad = Tensor | null;

/** What a hook gives: gradients to replace those it saw, or nothing. */
type Replacement = readonly Grad[] | Tensor | null | undefined | void;

export type FullBackwardHook = (module: any, grad_input: Grad[], grad_output: Grad[]) => Replacement;
export type FullBackwardPreHook = (module: any, grad_output: Grad[]) => Replacement;

type Look = (grads: readonly Grad[]) => readonly Grad[];

class BackwardHookFunction extends AutogradFunction {
  static override forward(ctx: FunctionCtx, look: Look, ...tensors: Tensor[]): Tensor[] {
    ctx['look'] = look;
    ctx.set_materialize_grads(false);
    ctx.mark_non_differentiable(...tensors.filter((x) => !x.requires_grad));
    return tensors;
  }

  static override backward(ctx: FunctionCtx, ...grads: Grad[]): Grad[] {
    return [null, ...(ctx['look'] as Look)(grads)];
  }
}

/** The values with the tensors in them passed through an identity; undefined where none requires grad. */
function watched(values: readonly unknown[], look: (grads: Grad[]) => readonly Grad[]) {
  const at = [...values.keys()].filter((i) => values[i] instanceof Tensor);
  const tensors = at.map((i) => values[i] as Tensor);
  if (!is_grad_enabled() || !tensors.some((x) => x.requires_grad)) return undefined;
  // The gradients in the places of all values, null where there is none.
  const placed: Look = (grads) => {
    const all: Grad[] = values.map(() => null);
    at.forEach((place, i) => (all[place] = grads[i] ?? null));
    const looked = look(all);
    return at.map((place) => looked[place] ?? null);
  };
  const passed = BackwardHookFunction.apply(placed, ...tensors);
  const result = [...values];
  at.forEach((place, i) => (result[place] = passed[i]));
  return result;
}

function replaced(grads: Grad[], by: Replacement, kind: string, name: string): Grad[] {
  if (by === null || by === undefined) return grads;
  const given = by instanceof Tensor ? [by] : [...by];
  if (given.length === grads.length) return given;
  throw new TorchError(
    `${kind} returned an invalid number of ${name}, got ${given.length}, but expected ${grads.length}`,
  );
}

/** @internal The hooks of one call of a module's forward. */
export class BackwardHooks {
  #grad_outputs: Grad[] | undefined;
  #inputs = 0;
  #watchesInputs = false;

  constructor(
    readonly module: Module,
    readonly hooks: readonly FullBackwardHook[],
    readonly preHooks: readonly FullBackwardPreHook[],
  ) {}

  /** The arguments that forward is to be given. */
  inputs(args: any[]): any[] {
    this.#inputs = args.length;
    const result = watched(args, (grads) => {
      // A gradient that has not come through the outputs.
      const outputs = this.#grad_outputs;
      if (outputs === undefined) return grads;
      this.#grad_outputs = undefined;
      return this.hooks.reduce(
        (grads, hook) =>
          replaced(grads, hook(this.module, grads, outputs), 'Backward hook', 'grad_input'),
        grads,
      );
    });
    this.#watchesInputs = result !== undefined;
    return result ?? args;
  }

  /** The output that the caller is to be given. */
  outputs(output: unknown): unknown {
    if (!(output instanceof Tensor) && !Array.isArray(output)) {
      warn(
        'For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received ' +
          describe(output),
      );
      return output;
    }
    const values: readonly unknown[] = Array.isArray(output) ? output : [output];
    const result = watched(values, (arrived) => {
      let grads = arrived;
      for (const hook of this.preHooks) {
        grads = replaced(grads, hook(this.module, grads), 'Backward pre hook', 'grad_output');
      }
      this.#grad_outputs = grads;
      if (!this.#watchesInputs) this.#withoutInputs(grads);
      return grads;
    });
    if (result === undefined) return output;
    return Array.isArray(output) ? result : result[0];
  }

  #withoutInputs(grads: Grad[]): void {
    this.#grad_outputs = undefined;
    for (const hook of this.hooks) {
      const inputs: Grad[] = Array.from({ length: this.#inputs }, () => null);
      const result = hook(this.module, inputs, grads);
      if (result === null || result === undefined) continue;
      if (!(result instanceof Tensor) && result.every((grad) => grad === null)) continue;
      throw new TorchError(
        'Backward hook for Modules where no input requires gradient should always return None or None for all gradients.',
      );
    }
  }
}
