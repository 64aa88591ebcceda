// What a rule is, and the pieces that rules of every topic use.

import type { Attribute } from './graph.js';
import type { Operand, Recorder } from './recorder.js';

export type Write = (g: Recorder, y: Operand, args: any[]) => string | string[];
/**
 * A signature (a letter for each argument: x a tensor or number, X tensors, l integers, n anything
 * else, ! a tensor that is written to) and what to write.
 */
export type Rule = readonly [signature: string, write: Write];

export const float = (value: number): Attribute => ({ float: value });

/** A number of the dtype of `y`. */
export const num = (g: Recorder, y: Operand, value: number) => g.numbers([value], g.dtype(y), []);

/** Vectors of a norm that are not there. */
export const filled = (g: Recorder, x: Operand | null, like: Operand, value: number, shape: readonly number[]) =>
  x ? g.use(x) : g.numbers(Array(shape.reduce((a, b) => a * b, 1)).fill(value), g.dtype(like), shape);
