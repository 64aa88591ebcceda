// What happens around a forward: hooks, and the scope that releases what it leaves.

import { describe } from '../arguments.js';
import { RemovableHandle } from '../autograd/hooks.js';
import { TorchError } from '../core.js';
import { forwardScope } from '../memory.js';
import { warn } from '../warning.js';
import { BackwardHooks, type FullBackwardHook, type FullBackwardPreHook } from './backward_hooks.js';
import type { Module } from './module.js';

export type ForwardPreHook = (module: any, args: any[]) => unknown;
export type ForwardHook = (module: any, args: any[], output: any) => unknown;

export interface HookOptions {
  /** Call it before the hooks that are there, not after them. */
  prepend?: boolean;
}

export interface ForwardHookOptions extends HookOptions {
  /** Call it also when the forward throws. */
  always_call?: boolean;
}

interface Entry<F> {
  readonly hook: F;
  readonly always_call: boolean;
}

interface Hooks {
  forward_pre: Entry<ForwardPreHook>[];
  forward: Entry<ForwardHook>[];
  full_backward_pre: Entry<FullBackwardPreHook>[];
  full_backward: Entry<FullBackwardHook>[];
}

const kNone: Hooks = { forward_pre: [], forward: [], full_backward_pre: [], full_backward: [] };

// Not in fields of the module: they are no part of what it registers, saves or prints.
const hooksOf = new WeakMap<Module, Hooks>();

/** @internal Registers a hook of `module`. The lists are replaced, not changed: one may be running. */
export function addHook<K extends keyof Hooks>(
  module: Module,
  kind: K,
  hook: Hooks[K][number]['hook'],
  { prepend = false, always_call = false }: ForwardHookOptions,
): RemovableHandle {
  if (typeof hook !== 'function') {
    const text = `register_${kind}_hook(): hook must be a function, not ${describe(hook)}`;
    throw new TorchError(text, 'TypeError');
  }
  let hooks = hooksOf.get(module);
  if (!hooks) hooksOf.set(module, (hooks = { ...kNone }));
  const lists = hooks as Record<K, Entry<unknown>[]>;
  const entry = { hook, always_call };
  lists[kind] = prepend ? [entry, ...lists[kind]] : [...lists[kind], entry];
  return new RemovableHandle(() => {
    lists[kind] = lists[kind].filter((other) => other !== entry);
  });
}

type Forward = (this: Module, ...args: any[]) => unknown;
const wrapped = new WeakSet<Forward>();

/**
 * @internal Sees to it that the `forward` that objects of `prototype` have runs as
 * {@link runForward}: so a subclass needs nothing but its method.
 */
export function wrapForward(prototype: Module, base: Module): void {
  let owner = prototype;
  while (!Object.hasOwn(owner, 'forward')) owner = Object.getPrototypeOf(owner) as Module;
  const forward = owner.forward as Forward;
  if (owner === base || wrapped.has(forward)) return;
  const wrapper: Forward = function (...args) {
    // `super.forward(x)` is part of the forward that calls it.
    return this.forward === wrapper ? runForward(this, forward, args) : forward.apply(this, args);
  };
  Object.defineProperty(wrapper, 'name', { value: 'forward' });
  Object.defineProperty(owner, 'forward', { value: wrapper, writable: true, configurable: true });
  wrapped.add(wrapper);
}

function runForward(module: Module, forward: Forward, args: any[]): unknown {
  return forwardScope(module, args, () => {
    const hooks = hooksOf.get(module);
    return hooks ? hooked(module, forward, args, hooks) : forward.apply(module, args);
  });
}

const given = (value: unknown): boolean => value !== undefined && value !== null;

// As PyTorch's Module._call_impl.
function hooked(module: Module, forward: Forward, input: any[], hooks: Hooks): unknown {
  let args = input;
  let result: unknown = null;
  const called = new Set<unknown>();
  let gradients: BackwardHooks | undefined;
  const finish = (output: unknown): unknown => {
    result = output;
    for (const entry of hooks.forward) {
      called.add(entry);
      const other = entry.hook(module, args, result);
      if (given(other)) result = other;
    }
    return gradients ? gradients.outputs(result) : result;
  };
  const fail = (error: unknown): never => {
    for (const entry of hooks.forward) {
      if (!entry.always_call || called.has(entry)) continue;
      try {
        const other = entry.hook(module, args, result);
        if (given(other)) result = other;
      } catch (second) {
        warn(
          'forward hook with ``always_call=True`` raised an exception that was silenced as another error was ' +
            `raised in forward: ${String(second)}`,
        );
      }
    }
    throw error;
  };
  try {
    for (const { hook } of hooks.forward_pre) {
      const other = hook(module, args);
      if (given(other)) args = Array.isArray(other) ? other : [other];
    }
    gradients = backwardHooks(module, hooks);
    if (gradients) args = gradients.inputs(args);
    const output = forward.apply(module, args);
    if (!(output instanceof Promise)) return finish(output);
    return output.then(finish).catch(fail);
  } catch (error) {
    return fail(error);
  }
}

function backwardHooks(module: Module, hooks: Hooks): BackwardHooks | undefined {
  const { full_backward, full_backward_pre } = hooks;
  if (full_backward.length + full_backward_pre.length === 0) return undefined;
  return new BackwardHooks(
    module,
    full_backward.map(({ hook }) => hook),
    full_backward_pre.map(({ hook }) => hook),
  );
}
