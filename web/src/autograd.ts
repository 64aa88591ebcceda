// Grad mode, and derivatives that leave .grad alone.

import { describe, handle } from './arguments.js';
import { call, list, listAt, TorchError } from './core.js';
import { Tensor } from './tensor.js';

/** Whether operations are recorded for backward(). */
export const is_grad_enabled = (): boolean => call((c) => c.grad_enabled());

/** Grad mode until disposed. */
export class GradMode {
  #before: boolean | undefined = is_grad_enabled();

  constructor(enabled: boolean) {
    call((c) => c.set_grad_enabled(enabled));
  }

  [Symbol.dispose](): void {
    const before = this.#before;
    this.#before = undefined;
    if (before !== undefined) call((c) => c.set_grad_enabled(before));
  }
}

function within<R>(enabled: boolean, fn: (() => R) | undefined): R | GradMode {
  const mode = new GradMode(enabled);
  if (fn === undefined) return mode;
  try {
    return fn();
  } finally {
    mode[Symbol.dispose]();
  }
}

/**
 * Runs `fn` without recording. Without `fn`: `using _ = torch.no_grad()`. Of an asynchronous
 * function the part before its first `await` runs so.
 */
export function no_grad(): GradMode;
export function no_grad<R>(fn: () => R): R;
export function no_grad<R>(fn?: () => R): R | GradMode {
  return within(false, fn);
}

/** Runs `fn` with recording, as inside a {@link no_grad}. */
export function enable_grad(): GradMode;
export function enable_grad<R>(fn: () => R): R;
export function enable_grad<R>(fn?: () => R): R | GradMode {
  return within(true, fn);
}

/** Switches recording on or off: from now on, or with `using` or `fn` for a stretch. */
export function set_grad_enabled(mode: boolean): GradMode;
export function set_grad_enabled<R>(mode: boolean, fn: () => R): R;
export function set_grad_enabled<R>(mode: boolean, fn?: () => R): R | GradMode {
  if (typeof mode !== 'boolean') {
    throw new TorchError(
      `set_grad_enabled(): argument 'mode' must be bool, not ${describe(mode)}`,
      'TypeError',
    );
  }
  return within(mode, fn);
}

export interface GradOptions {
  grad_outputs?: Tensor | readonly (Tensor | null)[] | null;
  /** Keep what backward needs, so that it can run again. Default: `create_graph`. */
  retain_graph?: boolean;
  /** Record backward itself, for higher derivatives. */
  create_graph?: boolean;
  /** Give null for an input that the outputs do not depend on, instead of an error. */
  allow_unused?: boolean;
}

type Some<T> = T | readonly T[];

/** The derivatives of the outputs, summed, with respect to each input. */
export function grad(
  outputs: Some<Tensor>,
  inputs: Some<Tensor>,
  {
    grad_outputs,
    create_graph = false,
    retain_graph = create_graph,
    allow_unused = false,
  }: GradOptions = {},
): (Tensor | null)[] {
  const handles = (given: Some<Tensor | null>, argument: string) =>
    list(
      ([given].flat() as (Tensor | null)[]).map((x) =>
        x === null ? 0 : handle(x, 'grad', argument),
      ),
    );
  const [ys, xs] = [handles(outputs, 'outputs'), handles(inputs, 'inputs')];
  const gs = grad_outputs ? handles(grad_outputs, 'grad_outputs') : list([]);
  const address = call((c) => c.grad(ys, xs, gs, retain_graph, create_graph, allow_unused));
  return listAt(address).map((h) => (h === 0 ? null : new Tensor(h)));
}
