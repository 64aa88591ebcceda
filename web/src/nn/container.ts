// Modules made of modules.

import { describe, int, isOptions, keywords, type Keywords } from '../arguments.js';
import { TorchError } from '../core.js';
import { flatten, unflatten } from '../ops/view.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';
import { tuple } from './spatial.js';

/** A list of modules, which are the fields '0', '1', …, so that `list[0]` is the first. */
export class ModuleList extends Module {
  [index: number]: Module;

  constructor(modules: Iterable<Module> = []) {
    super();
    this.extend(modules);
  }

  get length(): number {
    return [...this].length;
  }

  /** The modules in order. */
  *[Symbol.iterator](): Generator<Module> {
    for (const [, module] of this.named_items()) yield module;
  }

  protected *named_items(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this))
      if (value instanceof Module) yield [name, value];
  }

  append(module: Module): this {
    this.register_module(String(this.length), module);
    return this;
  }

  extend(modules: Iterable<Module>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  /** Puts `module` before the one at `index`. */
  insert(index: number, module: Module): this {
    const all = [...this];
    const at = int(index, 'insert', 'index', 1);
    if (at < -all.length || at > all.length) throw outOfRange(at);
    all.splice(at, 0, module);
    all.forEach((each, i) => (this[i] = each));
    return this;
  }

  /** The module at `index`, from the end when negative. */
  at(index: number): Module {
    return this.#item(index)[1];
  }

  /** Puts `module` in the place of the one at `index`. */
  set(index: number, module: Module): this {
    const [name] = this.#item(index);
    (this as Record<string, unknown>)[name] = module;
    return this;
  }

  /** Takes the module at `index` out, by default the last, and returns it. Later ones move up. */
  pop(index = -1): Module {
    const items = [...this.named_items()];
    const [name, module] = this.#item(index);
    for (const [each] of items) delete (this as Record<string, unknown>)[each];
    const rest = items.filter(([each]) => each !== name);
    // As in PyTorch, where `del` numbers the rest anew.
    rest.forEach(([, each], i) => this.register_module(String(i), each));
    return module;
  }

  /** A container of the same kind with the modules from `start` to before `end`. */
  slice(start?: number, end?: number): ModuleList {
    return new ModuleList([...this].slice(start, end));
  }

  #item(index: number): [string, Module] {
    const items = [...this.named_items()];
    if (!(index >= -items.length && index < items.length)) throw outOfRange(index);
    return items.at(index)!;
  }
}

const outOfRange = (index: number) =>
  new TorchError(`index ${index} is out of range`, 'IndexError');

/**
 * Modules one after the other: given as arguments, or by name in one object. They are the fields
 * '0', '1', …, or those names.
 */
export class Sequential extends ModuleList {
  constructor(...modules: Module[] | [Record<string, Module>]) {
    super();
    const [first] = modules;
    if (modules.length === 1 && first !== undefined && !(first instanceof Module)) {
      const isNamed = Array.isArray(first) || isOptions(first);
      if (!isNamed) throw notModule(first);
      for (const [name, module] of Object.entries(first)) this.register_module(name, module);
    } else {
      this.extend(modules as Module[]);
    }
  }

  /** The modules from `start` to before `end`, under their names. */
  override slice(start?: number, end?: number): Sequential {
    return new Sequential(Object.fromEntries([...this.named_items()].slice(start, end)));
  }

  override forward(input: Tensor): Tensor {
    let x = input;
    for (const module of this) x = module.forward(x) as Tensor;
    return x;
  }
}

const notModule = (value: unknown) =>
  new TorchError(`${describe(value)} is not a Module subclass`, 'TypeError');

interface Flattened {
  start_dim: number;
  end_dim: number;
}

/** Dimensions `start_dim` to `end_dim` as one; by default all but the first. */
export class Flatten extends Module {
  readonly start_dim: number;
  readonly end_dim: number;

  constructor(...args: Keywords<[start_dim: number, end_dim: number], Flattened>) {
    super();
    const defaults: Flattened = { start_dim: 1, end_dim: -1 };
    ({ start_dim: this.start_dim, end_dim: this.end_dim } = keywords('Flatten', defaults, args));
  }

  override forward(input: Tensor): Tensor {
    return flatten(input, this.start_dim, this.end_dim);
  }

  override extra_repr(): string {
    return `start_dim=${this.start_dim}, end_dim=${this.end_dim}`;
  }
}

/** Dimension `dim` as several, of the sizes `unflattened_size`. */
export class Unflatten extends Module {
  constructor(
    readonly dim: number,
    readonly unflattened_size: readonly number[],
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return unflatten(input, this.dim, this.unflattened_size);
  }

  override extra_repr(): string {
    return `dim=${this.dim}, unflattened_size=${tuple(this.unflattened_size.map(String))}`;
  }
}
