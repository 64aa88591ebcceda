// Functions that see a gradient while backward runs.

import { describe } from '../arguments.js';
import { callback } from '../callbacks.js';
import { call, TorchError } from '../core.js';
import { Tensor } from '../tensor.js';

/** What a hook gives: a tensor to replace the gradient, nothing to leave it. */
export type Hook = (grad: Tensor) => Tensor | null | undefined | void;

/** Takes a hook off again. */
export class RemovableHandle {
  #remove: (() => void) | undefined;

  /** @internal */
  constructor(remove: () => void) {
    this.#remove = remove;
  }

  /** Takes the hook off; the second time does nothing. */
  remove(): void {
    this.#remove?.();
    this.#remove = undefined;
  }

  [Symbol.dispose](): void {
    this.remove();
  }
}

/** @internal Tensor.register_hook. */
export function registerHook(tensor: Tensor, hook: Hook): RemovableHandle {
  if (typeof hook !== 'function') {
    throw new TorchError(`register_hook(): expected a function, got ${describe(hook)}`, 'TypeError');
  }
  const { handle } = tensor;
  const id = callback(([g]) => {
    const replaced = hook(new Tensor(g!));
    if (replaced === null || replaced === undefined) return [0];
    if (replaced instanceof Tensor) return [replaced.handle];
    throw new TorchError(
      `expected Variable, but hook returned '${describe(replaced)}'`,
      'TypeError',
    );
  });
  call((c) => c.register_hook(handle, id, hook.name || '<lambda>'));
  return new RemovableHandle(() => call((c) => c.remove_hook(id)));
}
