// The base of all modules. A module's own fields are its registry: a Parameter is a parameter, a
// Module is a child, in the order in which the fields came to be.

import { describe, sizeOf } from '../arguments.js';
import { no_grad } from '../autograd.js';
import type { RemovableHandle } from '../autograd/hooks.js';
import { TorchError } from '../core.js';
import { DType, float32, float64 } from '../dtype.js';
import { tidy } from '../memory.js';
import { copy_, zero_ } from '../ops/join.js';
import { device, Tensor } from '../tensor.js';
import type { FullBackwardHook, FullBackwardPreHook } from './backward_hooks.js';
import {
  addHook,
  wrapForward,
  type ForwardHook,
  type ForwardHookOptions,
  type ForwardPreHook,
  type HookOptions,
} from './hooks.js';
import { Parameter } from './parameter.js';

/** Tensors by name, as {@link Module.state_dict} gives them. */
export type StateDict = Record<string, Tensor>;

export interface Incompatible {
  missing_keys: string[];
  unexpected_keys: string[];
}

/**
 * What every layer and model extends. A call of `forward` runs the module's hooks, and the outermost
 * one is a scope: the tensors born in it are released when it returns, but for those it returns
 * (inside arrays and objects too), those stored in a field of a module or put into an argument
 * (inside arrays, maps and objects too), and those given to {@link keep}. What it leaves elsewhere,
 * a variable outside or a `#private` field, needs `torch.keep(x)`. The graph for backward() does
 * not: C++ holds what it needs.
 */
export class Module {
  /** Whether dropout drops; see {@link train} and {@link eval}. */
  training = true;
  // Buffers by name, and whether state_dict has them.
  readonly #buffers = new Map<string, boolean>();

  constructor() {
    wrapForward(new.target.prototype as Module, Module.prototype);
  }

  /** What the module computes. */
  forward(..._input: any[]): any {
    const text = `Module [${this.constructor.name}] is missing the required "forward" function`;
    throw new TorchError(text, 'NotImplementedError');
  }

  // Walking

  /** This module and all below it, each once, with its path; the root's is ''. */
  *named_modules(prefix = '', seen = new Set<Module>()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.#fields(isModule)) {
      yield* child.named_modules(join(prefix, name), seen);
    }
  }

  /** This module and all below it, each once. */
  *modules(): Generator<Module> {
    for (const [, module] of this.named_modules()) yield module;
  }

  /** The modules directly below this one. */
  *named_children(): Generator<[string, Module]> {
    yield* once(this.#fields(isModule));
  }

  *children(): Generator<Module> {
    for (const [, child] of this.named_children()) yield child;
  }

  /** The parameters, each once, with their paths. */
  named_parameters(prefix = '', recurse = true): Generator<[string, Parameter]> {
    return once(this.#paths(isParameter, prefix, recurse));
  }

  /** The parameters, each once: what an optimizer takes. */
  *parameters(recurse = true): Generator<Parameter> {
    for (const [, parameter] of this.named_parameters('', recurse)) yield parameter;
  }

  /** The buffers, each once, with their paths. */
  named_buffers(prefix = '', recurse = true): Generator<[string, Tensor]> {
    return once(this.#paths(isTensor, prefix, recurse, (module, name) => module.#buffers.has(name)));
  }

  *buffers(recurse = true): Generator<Tensor> {
    for (const [, buffer] of this.named_buffers('', recurse)) yield buffer;
  }

  *#fields<T>(is: (value: unknown) => value is T): Generator<[string, T]> {
    for (const [name, value] of Object.entries(this)) if (is(value)) yield [name, value];
  }

  *#paths<T>(
    is: (value: unknown) => value is T,
    prefix: string,
    recurse: boolean,
    wanted: (module: Module, name: string) => boolean = () => true,
  ): Generator<[string, T]> {
    for (const [path, module] of recurse ? this.named_modules(prefix) : [[prefix, this] as const]) {
      for (const [name, value] of module.#fields(is)) {
        if (wanted(module, name)) yield [join(path, name), value];
      }
    }
  }

  /** The module at a path such as `encoder.0`; '' is this one. */
  get_submodule(target: string): Module {
    let module: Module = this;
    if (target === '') return module;
    for (const name of target.split('.')) {
      const found = (module as unknown as Record<string, unknown>)[name];
      if (found === undefined) throw missing(module, name);
      if (!(found instanceof Module)) {
        throw new TorchError(`\`${name}\` is not an nn.Module`, 'AttributeError');
      }
      module = found;
    }
    return module;
  }

  /** The parameter at a path such as `encoder.0.weight`. */
  get_parameter(target: string): Parameter {
    const { name, found } = this.#find(target);
    if (found instanceof Parameter) return found;
    throw new TorchError(`\`${name}\` is not an nn.Parameter`, 'AttributeError');
  }

  /** The buffer at a path such as `norm.running_mean`. */
  get_buffer(target: string): Tensor {
    const { module, name, found } = this.#find(target);
    if (found instanceof Tensor && module.#buffers.has(name)) return found;
    throw new TorchError(`\`${name}\` is not a buffer`, 'AttributeError');
  }

  #find(target: string): { module: Module; name: string; found: unknown } {
    const [path, name] = split(target);
    const module = this.get_submodule(path);
    const found = (module as unknown as Record<string, unknown>)[name];
    if (found === undefined) throw missing(module, name);
    return { module, name, found };
  }

  // Registering

  /** Adds a child under a name that is not known when the class is written. */
  register_module(name: string, module: Module | null): void {
    if (module !== null && !(module instanceof Module)) {
      throw new TorchError(`${describe(module)} is not a Module subclass`, 'TypeError');
    }
    this.#register('module', name, module, isModule);
  }

  /** See {@link register_module}. */
  add_module(name: string, module: Module | null): void {
    this.register_module(name, module);
  }

  /** Adds a parameter under a name that is not known when the class is written. */
  register_parameter(name: string, param: Parameter | null): void {
    if (param !== null && !(param instanceof Parameter)) {
      const text = `cannot assign '${describe(param)}' object to parameter '${name}' (torch.nn.Parameter or None required)`;
      throw new TorchError(text, 'TypeError');
    }
    this.#register('parameter', name, param, isParameter);
  }

  /** Adds a tensor that belongs to the module's state but is not learned. */
  register_buffer(name: string, tensor: Tensor | null, persistent = true): void {
    if (tensor !== null && !(tensor instanceof Tensor)) {
      const text = `cannot assign '${describe(tensor)}' object to buffer '${name}' (torch Tensor or None required)`;
      throw new TorchError(text, 'TypeError');
    }
    this.#register('buffer', name, tensor, isTensor);
    this.#buffers.set(name, persistent);
  }

  #register(
    kind: string,
    name: string,
    value: unknown,
    is: (value: unknown) => boolean,
  ): void {
    const bad = (text: string, error = 'KeyError') => new TorchError(text, error);
    if (typeof name !== 'string')
      throw bad(`${kind} name should be a string. Got ${describe(name)}`, 'TypeError');
    if (name.includes('.')) {
      throw bad(`${kind} name can't contain "."${kind === 'module' ? `, got: ${name}` : ''}`);
    }
    if (name === '') throw bad(`${kind} name can't be empty string ""`);
    const fields = this as unknown as Record<string, unknown>;
    const before = fields[name];
    const free =
      before === undefined || (Object.hasOwn(this, name) && (before === null || is(before)));
    if (!free) throw bad(`attribute '${name}' already exists`);
    fields[name] = value;
  }

  // Hooks

  /**
   * Calls `hook(module, args)` before every forward. What it returns, unless that is undefined or
   * null, takes the place of the arguments: an array of them, or the only one.
   */
  register_forward_pre_hook(hook: ForwardPreHook, options: HookOptions = {}): RemovableHandle {
    return addHook(this, 'forward_pre', hook, options);
  }

  /**
   * Calls `hook(module, args, output)` after every forward. What it returns, unless that is
   * undefined or null, takes the place of the output. It runs in the scope of the forward: what it
   * is to hold on to needs `torch.keep(x)`. With `always_call` it is called also when the forward
   * throws, with null for the output.
   */
  register_forward_hook(hook: ForwardHook, options: ForwardHookOptions = {}): RemovableHandle {
    return addHook(this, 'forward', hook, options);
  }

  /**
   * Calls `hook(module, grad_output)` in backward(), before the gradient goes through the module.
   * `grad_output` has a place for each output; gradients it returns take their place.
   */
  register_full_backward_pre_hook(
    hook: FullBackwardPreHook,
    options: HookOptions = {},
  ): RemovableHandle {
    return addHook(this, 'full_backward_pre', hook, options);
  }

  /**
   * Calls `hook(module, grad_input, grad_output)` in backward(), when the gradients of the module's
   * inputs are there. Both have a place for each input or output, null for what has no gradient;
   * gradients it returns take the place of `grad_input`. Inputs and outputs are the tensors among
   * the arguments of `forward`, and its result or the elements of the array that it is.
   */
  register_full_backward_hook(hook: FullBackwardHook, options: HookOptions = {}): RemovableHandle {
    return addHook(this, 'full_backward', hook, options);
  }

  // State

  /** Switches training mode on or off, here and in all modules below. */
  train(mode = true): this {
    if (typeof mode !== 'boolean') {
      throw new TorchError('training mode is expected to be boolean', 'ValueError');
    }
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Switches training mode off. */
  eval(): this {
    return this.train(false);
  }

  /** Whether the parameters are learned. */
  requires_grad_(requires_grad = true): this {
    for (const parameter of this.parameters()) parameter.requires_grad = requires_grad;
    return this;
  }

  /** Forgets the gradients of the parameters, or fills them with zeros. */
  zero_grad(set_to_none = true): void {
    for (const parameter of this.parameters()) {
      if (set_to_none) parameter.grad = null;
      else tidy(() => parameter.grad && no_grad(() => zero_(parameter.grad!)));
    }
  }

  /** Calls `fn` with every module, children first. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** Converts parameters and buffers of floating point. */
  to(dtype: DType | 'cpu'): this {
    if (typeof dtype === 'string') {
      device(dtype);
      return this;
    }
    if (!(dtype instanceof DType) || !dtype.is_floating_point) {
      throw new TorchError(
        `nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=${String(dtype)}`,
        'TypeError',
      );
    }
    no_grad(() => {
      for (const tensor of [...this.parameters(), ...this.buffers()]) {
        if (!tensor.dtype.is_floating_point || tensor.dtype === dtype) continue;
        const converted = tensor.to(dtype);
        tensor.data = converted;
        converted.dispose();
      }
    });
    return this;
  }

  float(): this {
    return this.to(float32);
  }
  double(): this {
    return this.to(float64);
  }

  /** Parameters and persistent buffers by path. They share the module's elements, without history. */
  state_dict(): StateDict {
    return Object.fromEntries([...this.#state()].map(([path, tensor]) => [path, tensor.detach()]));
  }

  // As state_dict: parameters, then buffers, then children; a shared one under each of its names.
  *#state(prefix = ''): Generator<[string, Tensor]> {
    for (const [name, value] of this.#fields(isParameter)) yield [join(prefix, name), value];
    for (const [name, value] of this.#fields(isTensor)) {
      if (this.#buffers.get(name)) yield [join(prefix, name), value];
    }
    for (const [name, child] of this.#fields(isModule)) yield* child.#state(join(prefix, name));
  }

  /**
   * Copies tensors into parameters and buffers. Nothing is copied unless all sizes fit and, when
   * `strict`, the names match.
   */
  load_state_dict(
    state_dict: StateDict,
    options: boolean | { strict?: boolean } = {},
  ): Incompatible {
    if (typeof state_dict !== 'object' || state_dict === null) {
      const text = `Expected state_dict to be dict-like, got <class '${describe(state_dict)}'>.`;
      throw new TorchError(text, 'TypeError');
    }
    const strict = typeof options === 'boolean' ? options : (options.strict ?? true);
    const own = new Map(this.#state());
    const missing_keys = [...own.keys()].filter((path) => !Object.hasOwn(state_dict, path));
    const unexpected_keys = Object.keys(state_dict).filter((path) => !own.has(path));
    const errors: string[] = [];
    const listed = (paths: string[]) => paths.map((path) => `"${path}"`).join(', ');
    if (strict && missing_keys.length > 0) {
      errors.push(`Missing key(s) in state_dict: ${listed(missing_keys)}. `);
    }
    if (strict && unexpected_keys.length > 0) {
      errors.push(`Unexpected key(s) in state_dict: ${listed(unexpected_keys)}. `);
    }
    const copies: [Tensor, Tensor][] = [];
    for (const [path, target] of own) {
      if (!Object.hasOwn(state_dict, path)) continue;
      const source = state_dict[path]!;
      if (!(source instanceof Tensor)) {
        errors.push(
          `While copying the parameter named "${path}", expected torch.Tensor or Tensor-like object ` +
            `from checkpoint but received ${describe(source)}`,
        );
      } else if (String(source.shape) !== String(target.shape)) {
        errors.push(
          `size mismatch for ${path}: copying a param with shape ${sizeOf(source)} from checkpoint, ` +
            `the shape in current model is ${sizeOf(target)}.`,
        );
      } else {
        copies.push([target, source]);
      }
    }
    if (errors.length > 0) {
      const text = errors.map((error) => `\n\t${error}`).join('');
      throw new TorchError(`Error(s) in loading state_dict for ${this.constructor.name}:${text}`);
    }
    no_grad(() => copies.forEach(([target, source]) => copy_(target, source)));
    return new IncompatibleKeys(missing_keys, unexpected_keys);
  }

  // Printing

  /** What toString() says of the module itself, between its parentheses. */
  extra_repr(): string {
    return '';
  }

  /** As PyTorch prints it: the children indented below. */
  toString(): string {
    const extra = this.extra_repr();
    const lines = [...this.#fields(isModule)].map(
      ([name, child]) => `(${name}): ${child.toString().replaceAll('\n', '\n  ')}`,
    );
    if (lines.length === 0) return `${this.constructor.name}(${extra})`;
    const all = extra === '' ? lines : [extra, ...lines];
    return `${this.constructor.name}(\n  ${all.join('\n  ')}\n)`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

class IncompatibleKeys implements Incompatible {
  constructor(
    readonly missing_keys: string[],
    readonly unexpected_keys: string[],
  ) {}

  toString(): string {
    if (this.missing_keys.length + this.unexpected_keys.length === 0) {
      return '<All keys matched successfully>';
    }
    const keys = (names: string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;
    return `_IncompatibleKeys(missing_keys=${keys(this.missing_keys)}, unexpected_keys=${keys(this.unexpected_keys)})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

const isModule = (value: unknown): value is Module => value instanceof Module;
const isParameter = (value: unknown): value is Parameter => value instanceof Parameter;
const isTensor = (value: unknown): value is Tensor =>
  value instanceof Tensor && !(value instanceof Parameter);

const join = (prefix: string, name: string) => (prefix === '' ? name : `${prefix}.${name}`);

function split(path: string): [parent: string, name: string] {
  const dot = path.lastIndexOf('.');
  return [path.slice(0, Math.max(dot, 0)), path.slice(dot + 1)];
}

const missing = (module: Module, name: string) =>
  new TorchError(`${module.constructor.name} has no attribute \`${name}\``, 'AttributeError');

function* once<T>(pairs: Iterable<[string, T]>): Generator<[string, T]> {
  const seen = new Set<T>();
  for (const pair of pairs) {
    if (seen.has(pair[1])) continue;
    seen.add(pair[1]);
    yield pair;
  }
}
