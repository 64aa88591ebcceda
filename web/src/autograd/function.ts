// Functions whose forward and backward are written in JavaScript.

import { describe } from '../arguments.js';
import { callback } from '../callbacks.js';
import { call, list, listAt, TorchError, type Handle } from '../core.js';
import { zeros } from '../creation.js';
import type { DType } from '../dtype.js';
import { forwardScope } from '../memory.js';
import { Tensor } from '../tensor.js';
import { no_grad } from './mode.js';

/** What forward and backward of one application share; it carries whatever is assigned to it. */
export class FunctionCtx {
  [name: string]: any;
  /** Whether each argument of apply() is a tensor that requires grad. */
  needs_input_grad: boolean[] = [];
  #saved: readonly (Tensor | null)[] = [];
  #dirty: readonly Tensor[] = [];
  #nonDifferentiable: readonly Tensor[] = [];
  #materialize = true;
  #running = false;

  /**
   * Saves tensors for backward: inputs and outputs without a circle of references, and with an
   * error should they be written to in between. To be called once, in forward.
   */
  save_for_backward(...tensors: (Tensor | null)[]): void {
    tensors.forEach((x, i) => {
      if (x === null || x instanceof Tensor) return;
      const text = `save_for_backward can only save variables, but argument ${i} is of type ${describe(x)}`;
      throw new TorchError(text, 'TypeError');
    });
    this.#saved = tensors;
  }

  /** In backward, what was saved; a tensor saved as an input has its history. */
  get saved_tensors(): (Tensor | null)[] {
    if (!this.#running) return [];
    return listAt(call((c) => c.saved_tensors())).map((h) => (h === 0 ? null : new Tensor(h)));
  }

  /** Names the inputs that forward overwrites; each must be an output too. */
  mark_dirty(...tensors: Tensor[]): void {
    this.#dirty = checked(tensors, 'mark_dirty');
  }

  /** Names outputs that have no gradient. */
  mark_non_differentiable(...tensors: Tensor[]): void {
    this.#nonDifferentiable = checked(tensors, 'mark_non_differentiable');
  }

  /** Whether an output that nothing depends on brings zeros to backward (as it does) or null. */
  set_materialize_grads(value: boolean): void {
    this.#materialize = value;
  }

  /** @internal What forward declared, which is forgotten: the core has it from here on. */
  declared(): { saved: readonly (Tensor | null)[]; dirty: readonly Tensor[]; fixed: readonly Tensor[] } {
    const declared = { saved: this.#saved, dirty: this.#dirty, fixed: this.#nonDifferentiable };
    this.#saved = this.#dirty = this.#nonDifferentiable = [];
    return declared;
  }

  /** @internal */
  get materializes(): boolean {
    return this.#materialize;
  }

  /** @internal Runs backward, in which there are saved tensors. */
  within<R>(backward: () => R): R {
    this.#running = true;
    try {
      return backward();
    } finally {
      this.#running = false;
    }
  }
}

function checked(tensors: Tensor[], name: string): Tensor[] {
  tensors.forEach((x, i) => {
    if (x instanceof Tensor) return;
    throw new TorchError(
      `${name} can only accept variables, but argument ${i} is of type ${describe(x)}`,
    );
  });
  return tensors;
}

/**
 * An operation with a derivative of one's own. A subclass has a static `forward(ctx, ...args)`,
 * which runs unrecorded and returns a tensor or an array of them, and a static
 * `backward(ctx, ...grads)`, which takes a gradient for each output and returns one for each
 * argument of forward (null where there is none, or where the argument is no tensor). Written in
 * differentiable ops, it is itself differentiated under `create_graph`. Called as
 * `MyFunction.apply(...args)`. Tensors made in backward are ordinary ones: a `torch.tidy` around
 * the training step releases them, or else the collector does.
 *
 * PyTorch: `torch.autograd.Function`.
 */
export class AutogradFunction {
  static forward(_ctx: any, ..._args: any[]): any {
    throw new TorchError(
      'You must implement the forward function for custom autograd.Function.',
      'NotImplementedError',
    );
  }

  static backward(_ctx: any, ..._grads: any[]): any {
    throw new TorchError(
      'You must implement either the backward or vjp method for your custom autograd.Function to ' +
        'use it with backward mode AD.',
      'NotImplementedError',
    );
  }

  /** Runs forward on `args` and puts its outputs into the graph. */
  static apply<Args extends any[], R>(
    this: { forward(ctx: any, ...args: Args): R; backward(ctx: any, ...grads: any[]): any; name: string },
    ...args: Args
  ): R {
    const ctx = new FunctionCtx();
    ctx.needs_input_grad = args.map((x) => x instanceof Tensor && x.requires_grad);
    // What forward makes and neither returns nor stores in ctx is released.
    return forwardScope(ctx, args, () => applied(this, ctx, args)) as R;
  }
}

function applied(of: Implementation, ctx: FunctionCtx, args: readonly unknown[]): unknown {
  const result = no_grad(() => of.forward(ctx, ...args));
  const outputs: unknown[] = Array.isArray(result) ? [...result] : [result];
  const declared = ctx.declared();

  const made = outputs.filter((y) => y instanceof Tensor);
  // Not the outputs themselves: the node would keep what keeps the node.
  const kinds = outputs.map((y) => (y instanceof Tensor ? { shape: y.shape, dtype: y.dtype } : null));
  const takes = args.map((x) => x instanceof Tensor);
  const id = callback((grads) => run(of, ctx, kinds, takes, grads));
  const handles = (tensors: readonly unknown[]) =>
    list(tensors.map((x) => (x instanceof Tensor ? x.handle : 0)));
  const results = call((c) =>
    listAt(
      c.record_function(
        id,
        `${of.name}Backward`,
        handles(args.filter((x) => x instanceof Tensor)),
        handles(made),
        handles(declared.saved),
        handles(declared.dirty),
        handles(declared.fixed),
      ),
    ),
  );
  made.forEach((y, i) => {
    const handle = results[i]!;
    if (call((c) => c.same(handle, y.handle))) call((c) => c.release(handle));
    else outputs[outputs.indexOf(y)] = new Tensor(handle);
  });
  return Array.isArray(result) ? outputs : outputs[0];
}

interface Implementation {
  forward(ctx: any, ...args: any[]): any;
  backward(ctx: any, ...grads: any[]): any;
  name: string;
}

interface Kind {
  shape: readonly number[];
  dtype: DType;
}

function run(
  of: Implementation,
  ctx: FunctionCtx,
  kinds: readonly (Kind | null)[],
  takes: readonly boolean[],
  handles: readonly Handle[],
): Handle[] {
  const name = `${of.name}Backward`;
  let at = 0;
  const grads = kinds.map((kind) => {
    if (kind === null) return null;
    const handle = handles[at++]!;
    if (handle !== 0) return new Tensor(handle);
    return ctx.materializes ? zeros(kind.shape, { dtype: kind.dtype }) : null;
  });
  const result: unknown = ctx.within(() => of.backward(ctx, ...grads));
  const given: unknown[] = Array.isArray(result) ? [...result] : [result];
  while (given.length > takes.length && (given.at(-1) ?? null) === null) given.pop();
  if (given.length !== takes.length) {
    throw new TorchError(
      `function ${name} returned an incorrect number of gradients (expected ${takes.length}, got ${given.length})`,
    );
  }
  return given.flatMap((g, i) => {
    if (g !== null && g !== undefined && !takes[i]) {
      throw new TorchError(
        `function ${name} returned a gradient different than None at position ${i + 1}, but the ` +
          'corresponding forward input was not a Variable',
      );
    }
    if (!takes[i]) return [];
    if (g === null || g === undefined) return [0];
    if (g instanceof Tensor) return [g.handle];
    throw new TorchError(`expected Variable or None (got ${describe(g)})`);
  });
}
