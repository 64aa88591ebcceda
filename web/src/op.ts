// The shapes that nearly every op has, from a name in the table of bindings/bind_ops.cpp.

import { handle, operand, type Operand } from './arguments.js';
import { call, listAt, type Handle } from './core.js';
import type { MainModule } from './core.mjs';
import { Tensor } from './tensor.js';

/** The names of the core functions that take what F takes. */
type Core<F> = { [K in keyof MainModule]: MainModule[K] extends F ? K : never }[keyof MainModule];

/** {@link call} for the common case: an op that returns a tensor. */
export const op = (f: (core: MainModule) => Handle): Tensor => new Tensor(call(f));

/** {@link op} for an op that may return its input itself: then so do we. */
export function opOrSelf<T extends Tensor>(input: T, f: (core: MainModule) => Handle): T | Tensor {
  const result = call(f);
  if (!call((c) => c.same(result, input.handle))) return new Tensor(result);
  call((c) => c.release(result));
  return input;
}

/** An op that writes into `input`, which it returns. */
export function inplace<T extends Tensor>(input: T, f: (core: MainModule) => Handle): T {
  call((c) => c.release(f(c)));
  return input;
}

/** The tensors in the list that the core left at `address`. */
export const tensorsAt = (address: number): Tensor[] => listAt(address).map((h) => new Tensor(h));

export const unary =
  (name: Core<(x: Handle) => Handle> & string) =>
  (input: Tensor): Tensor => {
    const x = handle(input, name);
    return op((c) => c[name](x));
  };

export const binary =
  (name: Core<(a: Handle, b: Handle) => Handle> & string) =>
  (input: Operand, other: Operand): Tensor => {
    const a = operand(input, name, 'input', 1);
    const b = operand(other, name);
    return op((c) => c[name](a, b));
  };

/** {@link binary} where numbers are not allowed. */
export const binaryOfTensors =
  (name: Core<(a: Handle, b: Handle) => Handle> & string) =>
  (input: Tensor, other: Tensor): Tensor => {
    const a = handle(input, name);
    const b = handle(other, name, 'other', 2);
    return op((c) => c[name](a, b));
  };
