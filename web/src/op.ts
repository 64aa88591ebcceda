// The shapes that nearly every op has, from a name in the table of bindings/bind_ops.cpp.

import { handle, nothing, operand, type Operand } from './arguments.js';
import { call, listAt, type Handle } from './core.js';
import type { MainModule } from './core.mjs';
import { Tensor } from './tensor.js';

/** The names of the core functions that take what F takes. */
type Core<F> = { [K in keyof MainModule]: MainModule[K] extends F ? K : never }[keyof MainModule];

/** {@link call} for the common case: an op that returns a tensor. */
export const op = (f: (core: MainModule, a: number, b: number) => Handle, a = 0, b = 0): Tensor =>
  new Tensor(call(f, a, b));

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

export function unary(name: Core<(x: Handle) => Handle> & string) {
  const f = (c: MainModule, x: Handle): Handle => c[name](x);
  const of = (input: Tensor, more?: unknown): Tensor => {
    nothing(name, more);
    return op(f, handle(input, name));
  };
  return of as (input: Tensor) => Tensor;
}

type BinaryName = Core<(a: Handle, b: Handle) => Handle> & string;
const two = (name: BinaryName) => (c: MainModule, a: Handle, b: Handle) => c[name](a, b);

export function binary(name: BinaryName) {
  const f = two(name);
  const of = (input: Operand, other: Operand, more?: unknown): Tensor => {
    nothing(name, more);
    return op(f, operand(input, name, 'input', 1), operand(other, name));
  };
  return of as (input: Operand, other: Operand) => Tensor;
}

/** {@link binary} where numbers are not allowed. */
export function binaryOfTensors(name: BinaryName) {
  const f = two(name);
  const of = (input: Tensor, other: Tensor, more?: unknown): Tensor => {
    nothing(name, more);
    return op(f, handle(input, name), handle(other, name, 'other', 2));
  };
  return of as (input: Tensor, other: Tensor) => Tensor;
}
