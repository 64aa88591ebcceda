// What all optimizers are: groups of parameters with options, and a state for each parameter.

import { describe, isIterable, keywords } from '../arguments.js';
import { enable_grad, no_grad } from '../autograd.js';
import { call, TorchError } from '../core.js';
import { tensor, zeros_like } from '../creation.js';
import { float32 } from '../dtype.js';
import { keep } from '../memory.js';
import { clone, zero_ } from '../ops/join.js';
import { float } from '../printing.js';
import { Tensor } from '../tensor.js';
import { warn } from '../warning.js';

/** Parameters that share options. A scheduler adds `initial_lr`. */
export type ParamGroup<Options = object> = Options & {
  params: Tensor[];
  lr: number;
  [option: string]: any;
};

/** A group as it is given: options it leaves out are the optimizer's. */
export type ParamGroupOf<Options = object> = Partial<Options> & {
  params: Tensor | Iterable<Tensor> | Iterable<[name: string, parameter: Tensor]>;
};

/** What an optimizer optimizes: `model.parameters()`, `model.named_parameters()` or groups. */
export type Params<Options = object> =
  | Iterable<Tensor>
  | Iterable<[name: string, parameter: Tensor]>
  | Iterable<ParamGroupOf<Options>>;

/** What an optimizer remembers of a parameter, under PyTorch's names. */
export type ParamState = Record<string, Tensor>;

/** What {@link Optimizer.state_dict} gives: parameters are numbered in the order of the groups. */
export interface OptimizerStateDict {
  state: Record<number, ParamState>;
  param_groups: ({ params: number[] } & Record<string, any>)[];
}

/** PyTorch's switches of speed, taken and kept but without effect here. */
export interface Implementation {
  foreach: boolean | null;
  fused: boolean | null;
  capturable: boolean;
  differentiable: false;
}

/** The base of all optimizers. An own one overrides {@link update}, or all of {@link step}. */
export class Optimizer<Options extends object = any> {
  readonly defaults: Options;
  param_groups: ParamGroup<Options>[] = [];
  readonly state = new Map<Tensor, ParamState>();

  constructor(params: Params<Options>, defaults: Options) {
    this.defaults = defaults;
    if (params instanceof Tensor || !isIterable(params)) {
      const text = `params argument given to the optimizer should be an iterable of Tensors or dicts, but got ${typename(params)}`;
      throw new TorchError(text, 'TypeError');
    }
    const given = [...params] as unknown[];
    if (given.length === 0) {
      throw new TorchError('optimizer got an empty parameter list', 'ValueError');
    }
    const groups = isGroup(given[0]) ? given : [{ params: given }];
    for (const group of groups) this.add_param_group(group as ParamGroupOf<Options>);
  }

  /** Adds parameters, with options of their own: layers that thaw during training. */
  add_param_group(param_group: ParamGroupOf<Options>): void {
    if (!isGroup(param_group)) {
      throw new TorchError(
        `param_group must be a dict, but got ${describe(param_group)}`,
        'TypeError',
      );
    }
    const { params: given } = param_group as { params: unknown };
    if (given instanceof Set) {
      throw new TorchError(
        'optimizer parameters need to be organized in ordered collections, but the ordering of ' +
          'tensors in sets will change between runs. Please use a list instead.',
        'TypeError',
      );
    }
    const listed = given instanceof Tensor || !isIterable(given) ? [given] : [...given];
    const names: string[] = [];
    const params = listed.map((param) => {
      if (!Array.isArray(param)) return checked(param);
      names.push(String(param[0]));
      return checked(param[1]);
    });
    if (new Set(params).size < params.length) {
      warn(
        'optimizer contains a parameter group with duplicate parameters; in future, this will ' +
          'cause an error; see github.com/pytorch/pytorch/issues/40967 for more information',
      );
    }
    const known = new Set(this.param_groups.flatMap((group) => group.params));
    if (params.some((param) => known.has(param))) {
      throw new TorchError(
        'some parameters appear in more than one parameter group',
        'ValueError',
      );
    }
    const named = names.length > 0 ? { param_names: names } : {};
    this.param_groups.push({
      ...this.defaults,
      ...param_group,
      ...named,
      params,
    } as unknown as ParamGroup<Options>);
  }

  /**
   * Updates every parameter that has a gradient. `closure` evaluates the loss and its gradients
   * anew; what it returns is returned.
   */
  step(): void;
  step<R>(closure: () => R): R;
  step(closure?: () => unknown): unknown {
    const loss = closure && enable_grad(closure);
    for (const group of this.param_groups) {
      for (const param of group.params) {
        if (call((c) => c.has_grad(param.handle))) this.update(param, group);
      }
    }
    return loss;
  }

  /** One step over one parameter, which has a gradient. */
  protected update(_param: Tensor, _group: ParamGroup<Options>): void {
    throw new TorchError(`${this.constructor.name}.update is not implemented`, 'NotImplementedError');
  }

  /** The state of `param`, made by `init` at its first step. */
  protected stateOf(param: Tensor, init: () => ParamState): ParamState {
    const known = this.state.get(param);
    if (known && Object.keys(known).length > 0) return known;
    const made = init();
    this.state.set(param, made);
    return made;
  }

  /** Forgets the gradients of the parameters, or fills them with zeros. */
  zero_grad(options: boolean | { set_to_none?: boolean } = true): void {
    const none = typeof options === 'boolean' ? options : (options.set_to_none ?? true);
    for (const { params } of this.param_groups) {
      for (const param of params) {
        if (!call((c) => c.has_grad(param.handle))) continue;
        if (none) param.grad = null;
        else no_grad(() => zero_(param.grad!));
      }
    }
  }

  /** The state (the very tensors, not copies) and the options of all groups. */
  state_dict(): OptimizerStateDict {
    const index = new Map<Tensor, number>();
    const param_groups = this.param_groups.map(({ params, ...options }) => {
      const first = index.size;
      params.forEach((param, i) => {
        if (!index.has(param)) index.set(param, first + i);
      });
      return { ...options, params: params.map((param) => index.get(param)!) };
    });
    const state: Record<number, ParamState> = {};
    for (const [param, values] of this.state) {
      const i = index.get(param);
      if (i !== undefined) state[i] = { ...values };
    }
    return { state, param_groups };
  }

  /** Takes copies of what {@link Optimizer.state_dict} gave; training goes on exactly where it was. */
  load_state_dict(state_dict: OptimizerStateDict): void {
    const saved = state_dict.param_groups;
    if (saved.length !== this.param_groups.length) {
      throw new TorchError(
        'loaded state dict has a different number of parameter groups',
        'ValueError',
      );
    }
    if (saved.some(({ params }, i) => params.length !== this.param_groups[i]!.params.length)) {
      throw new TorchError(
        "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
        'ValueError',
      );
    }
    const owners = new Map<number, Tensor>();
    saved.forEach(({ params }, g) => {
      params.forEach((id, i) => owners.set(id, this.param_groups[g]!.params[i]!));
    });
    const loaded = new Map<Tensor, ParamState>();
    for (const [id, values] of Object.entries(state_dict.state)) {
      const param = owners.get(Number(id));
      if (param === undefined) continue;
      const copies = Object.entries(values)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [name, copied(name, value, param)]);
      loaded.set(param, Object.fromEntries(copies) as ParamState);
    }
    for (const values of this.state.values()) {
      for (const value of Object.values(values)) value.dispose();
    }
    this.state.clear();
    for (const [param, values] of loaded) this.state.set(param, values);
    this.param_groups = saved.map((options, g) => ({
      ...structuredClone({ ...options, params: [] }),
      params: this.param_groups[g]!.params,
    })) as unknown as ParamGroup<Options>[];
  }

  /** As PyTorch prints it: the options of each group. */
  toString(): string {
    const groups = this.param_groups.map((group, i) => {
      const names = Object.keys(group)
        .filter((name) => name !== 'params')
        .sort();
      const lines = names.map((name) => `    ${name}: ${python(group[name])}\n`);
      return `\nParameter Group ${i}\n${lines.join('')}`;
    });
    return `${this.constructor.name} (${groups.join('')})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

const isGroup = (value: unknown): value is ParamGroupOf =>
  typeof value === 'object' && value !== null && !(value instanceof Tensor) && 'params' in value;

const names: Record<string, string> = {
  'torch.bool': 'Bool',
  'torch.uint8': 'Byte',
  'torch.int32': 'Int',
  'torch.int64': 'Long',
  'torch.float32': 'Float',
  'torch.float64': 'Double',
};
const typename = (value: unknown) =>
  value instanceof Tensor ? `torch.${names[String(value.dtype)]}Tensor` : describe(value);

function checked(param: unknown): Tensor {
  if (!(param instanceof Tensor)) {
    const text = `optimizer can only optimize Tensors, but one of the params is ${typename(param)}`;
    throw new TorchError(text, 'TypeError');
  }
  if (!param.is_leaf) throw new TorchError("can't optimize a non-leaf Tensor", 'ValueError');
  return param;
}

// State has the dtype of its parameter; counts stay float32.
function copied(name: string, value: Tensor | number, param: Tensor): Tensor {
  if (!(value instanceof Tensor)) return keep(tensor(Number(value)));
  const dtype = name === 'step' || name === 'mu_product' ? float32 : param.dtype;
  return no_grad(() => keep(value.dtype === dtype ? clone(value.detach()) : value.to(dtype)));
}

/** @internal Zeros like `param`, which no tidy() releases. */
export const zerosLike = (param: Tensor): Tensor => keep(zeros_like(param));
/** @internal A 0-dim float32 tensor, which no tidy() releases. */
export const counter = (value = 0): Tensor => keep(tensor(value));

function python(value: unknown): string {
  if (Array.isArray(value)) return `(${value.map(python).join(', ')})`;
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' && !Number.isInteger(value) ? float(value) : String(value);
}

/** @internal PyTorch's refusal of an option outside its range. */
export function checkOption(name: string, value: number, ok = value >= 0): void {
  if (!ok) throw new TorchError(`Invalid ${name}: ${python(value)}`, 'ValueError');
}

/** @internal */
export function checkBetas([beta1, beta2]: readonly [number, number]): void {
  checkOption('beta parameter at index 0', beta1, beta1 >= 0 && beta1 < 1);
  checkOption('beta parameter at index 1', beta2, beta2 >= 0 && beta2 < 1);
}

/** @internal The options of an optimizer by name. */
export function optionsOf<Options extends object>(
  name: string,
  defaults: Options,
  args: readonly unknown[],
): Options {
  const options = keywords<Options & { differentiable?: boolean }>(name, defaults, args);
  if (options.differentiable) {
    throw new TorchError(
      `${name}: differentiable=True is not supported; a step is one kernel without a derivative`,
      'NotImplementedError',
    );
  }
  return options;
}
