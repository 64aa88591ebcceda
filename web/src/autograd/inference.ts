// No recording at all, now or later.

import { call } from '../core.js';

/** Whether new tensors are inference tensors. */
export const is_inference_mode_enabled = (): boolean => call((c) => c.inference_mode());

/** Inference mode until disposed. */
export class InferenceMode {
  #before: [inference: boolean, grad: boolean] | undefined = call((c) => [
    c.inference_mode(),
    c.grad_enabled(),
  ]);

  constructor(mode: boolean) {
    set(mode, !mode);
  }

  [Symbol.dispose](): void {
    const before = this.#before;
    this.#before = undefined;
    if (before !== undefined) set(...before);
  }
}

function set(inference: boolean, grad: boolean): void {
  call((c) => {
    c.set_inference_mode(inference);
    c.set_grad_enabled(grad);
  });
}

/**
 * Runs `fn` without recording; the tensors made in it can never be saved for a backward. With
 * `false`, records again inside such a stretch. Without `fn`: `using _ = torch.inference_mode()`.
 */
export function inference_mode(mode?: boolean): InferenceMode;
export function inference_mode<R>(fn: () => R): R;
export function inference_mode<R>(mode: boolean, fn: () => R): R;
export function inference_mode<R>(
  mode: boolean | (() => R) = true,
  fn: (() => R) | undefined = typeof mode === 'function' ? mode : undefined,
): R | InferenceMode {
  const guard = new InferenceMode(typeof mode === 'boolean' ? mode : true);
  if (fn === undefined) return guard;
  try {
    return fn();
  } finally {
    guard[Symbol.dispose]();
  }
}
