// Modules and parameters in dictionaries and lists.

import { describe, int } from '../arguments.js';
import { TorchError } from '../core.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

type Entries<T> = Record<string, T> | Iterable<readonly [string, T]>;

const pairs = <T>(given: Entries<T>): Iterable<readonly [string, T]> =>
  Symbol.iterator in given ? (given as Iterable<readonly [string, T]>) : Object.entries(given);

/** A dictionary whose entries are fields of the module, in the order of their insertion. */
abstract class Dictionary<T> extends Module {
  /** @internal */
  protected abstract is(value: unknown): value is T;
  /** @internal */
  protected abstract put(key: string, value: T): void;

  #fields(): Record<string, unknown> {
    return this as unknown as Record<string, unknown>;
  }

  /** The entry, or an error where there is none. */
  get(key: string): T {
    const value = this.#fields()[key];
    if (Object.hasOwn(this, key) && this.is(value)) return value;
    throw new TorchError(`'${key}'`, 'KeyError');
  }

  set(key: string, value: T): this {
    if (this.has(key)) this.#fields()[key] = value;
    else this.put(key, value);
    return this;
  }

  has(key: string): boolean {
    return Object.hasOwn(this, key) && this.is(this.#fields()[key]);
  }

  *entries(): Generator<[string, T]> {
    for (const [key, value] of Object.entries(this)) if (this.is(value)) yield [key, value];
  }

  /** The entries, as PyTorch calls them. */
  items(): Generator<[string, T]> {
    return this.entries();
  }

  *keys(): Generator<string> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): Generator<T> {
    for (const [, value] of this.entries()) yield value;
  }

  get length(): number {
    return [...this.entries()].length;
  }

  /** Adds the entries of an object, of pairs, or of another dictionary. */
  update(entries: Entries<T>): this {
    for (const [key, value] of pairs(entries)) this.set(key, value);
    return this;
  }

  /** Takes an entry out and returns it. */
  pop(key: string): T {
    const value = this.get(key);
    delete this.#fields()[key];
    return value;
  }

  clear(): void {
    for (const key of [...this.keys()]) delete this.#fields()[key];
  }

  /** The keys, as a Python dictionary gives them. */
  [Symbol.iterator](): Generator<string> {
    return this.keys();
  }
}

/** Modules by name: `new ModuleDict({ conv: …, pool: … })`. */
export class ModuleDict extends Dictionary<Module> {
  [name: string]: unknown;

  constructor(modules: Entries<Module> = {}) {
    super();
    this.update(modules);
  }

  protected override is(value: unknown): value is Module {
    return value instanceof Module;
  }

  protected override put(key: string, value: Module): void {
    this.register_module(key, value);
  }
}

const asParameter = (value: Tensor): Parameter =>
  value instanceof Parameter ? value : new Parameter(value);

/** Parameters by name; a tensor that is none becomes one. */
export class ParameterDict extends Dictionary<Parameter> {
  [name: string]: unknown;

  constructor(parameters: Entries<Tensor> = {}) {
    super();
    for (const [key, value] of pairs(parameters)) this.set(key, asParameter(value));
  }

  protected override is(value: unknown): value is Parameter {
    return value instanceof Parameter;
  }

  protected override put(key: string, value: Parameter): void {
    this.register_parameter(key, value);
  }
}

/** Parameters in order, which are the fields '0', '1', …; a tensor that is none becomes one. */
export class ParameterList extends Module {
  [index: number]: Parameter;

  constructor(parameters: Iterable<Tensor> = []) {
    super();
    this.extend(parameters);
  }

  get length(): number {
    return [...this].length;
  }

  *[Symbol.iterator](): Generator<Parameter> {
    for (const value of Object.values(this)) if (value instanceof Parameter) yield value;
  }

  append(parameter: Tensor): this {
    this.register_parameter(String(this.length), asParameter(parameter));
    return this;
  }

  extend(parameters: Iterable<Tensor>): this {
    if (typeof parameters !== 'object' || !(Symbol.iterator in parameters)) {
      const text = `ParameterList.extend should be called with an iterable, but got ${describe(parameters)}`;
      throw new TorchError(text, 'TypeError');
    }
    for (const parameter of parameters) this.append(parameter);
    return this;
  }

  /** The parameter at `index`, from the end when negative. */
  at(index: number): Parameter {
    const found = [...this].at(int(index, 'at', 'index', 1));
    if (found) return found;
    throw new TorchError(`index ${index} is out of range`, 'IndexError');
  }
}
