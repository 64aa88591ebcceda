// What users pass in: Python's calling conventions, and the checks before anything reaches C++.

import { list, scalar, TorchError, type Handle } from './core.js';
import { DType } from './dtype.js';
import { Tensor } from './tensor.js';

/** A tensor, or a number that takes part as a 0-dim one. */
export type Operand = Tensor | number | boolean | bigint;

/** One dimension or several; null means all of them. */
export type Dims = number | readonly number[] | null;

/** @internal What `value` is, for messages. */
export function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  const name = value.constructor?.name || 'object';
  const foreign = 'grad_fn' in value && !(value instanceof Tensor);
  return foreign ? `${name} of another copy of alphatorch` : name;
}

/** @internal The sizes of `tensor`, as PyTorch writes them in messages. */
export const sizeOf = ({ shape }: Tensor): string => `torch.Size([${shape.join(', ')}])`;

/** @internal */
export const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof (value as Iterable<unknown> | null)?.[Symbol.iterator] === 'function';

/** @internal The handle of what must be a tensor. */
export function handle(value: Tensor, op: string, argument = 'input', position = 1): Handle {
  if (value instanceof Tensor) return value.handle;
  throw refused(op, argument, position, 'Tensor', value);
}

/** @internal The list of the handles of what must be an array of tensors. */
export function handles(tensors: readonly Tensor[], op: string): number {
  if (!Array.isArray(tensors)) throw refused(op, 'tensors', 1, 'array of Tensors', tensors);
  return list(tensors.map((x: Tensor) => handle(x, op, 'tensors')));
}

/** @internal The handle of a tensor, or 0 where there is none. */
export const optional = (
  value: Tensor | null | undefined,
  op: string,
  argument: string,
  position = 3,
): Handle => ((value ?? null) === null ? 0 : handle(value as Tensor, op, argument, position));

/** @internal `value` itself, which must be a tensor. */
export function tensorOf(value: Tensor, op: string, argument = 'input', position = 1): Tensor {
  handle(value, op, argument, position);
  return value;
}

/** @internal The handle of a tensor, or a slot that holds a number. */
export function operand(value: Operand, op: string, argument = 'other', position = 2): Handle {
  if (value instanceof Tensor) return value.handle;
  if (typeof value === 'number' || typeof value === 'boolean') return scalar(value);
  if (typeof value === 'bigint') return scalar(Number(value));
  throw refused(op, argument, position, 'Tensor or number', value);
}

/** @internal The number of a dtype in C++, -1 where none is given. */
export function codeOf(dtype: DType | null | undefined, op: string): number {
  if (dtype === null || dtype === undefined) return -1;
  if (dtype instanceof DType) return dtype.code;
  throw refused(op, 'dtype', 0, 'torch.dtype', dtype);
}

/** @internal */
export function number(value: number, op: string, argument: string, position = 2): number {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return Number(value);
  }
  throw refused(op, argument, position, 'number', value);
}

/** @internal */
export function int(value: number, op: string, argument: string, position = 2): number {
  const given = number(value, op, argument, position);
  if (Number.isInteger(given)) return given;
  throw new TorchError(`${op}(): argument '${argument}' must be int, not ${given}`, 'TypeError');
}

/** @internal A list of sizes or dimensions. */
export function ints(values: readonly number[], op: string, argument: string): readonly number[] {
  if (!Array.isArray(values)) throw refused(op, argument, 1, 'array of ints', values);
  values.forEach((value: unknown, i) => {
    if (Number.isInteger(value)) return;
    const found = typeof value === 'number' ? value : describe(value);
    throw new TorchError(
      `${op}(): argument '${argument}' must be array of ints, but found ${found} at pos ${i}`,
      'TypeError',
    );
  });
  return values;
}

/** @internal Dimensions as C++ takes them: empty for all. */
export function dimensions(dim: Dims | undefined, op: string): readonly number[] {
  if (dim === null || dim === undefined) return [];
  return typeof dim === 'number' ? [int(dim, op, 'dim')] : ints(dim, op, 'dim');
}

/** @internal PyTorch's refusal of an argument, which stands at position `at` or, where 0, has a name. */
export function refused(op: string, argument: string, at: number, due: string, got: unknown): TorchError {
  const position = at ? ` (position ${at})` : '';
  const text = `${op}(): argument '${argument}'${position} must be ${due}, not ${describe(got)}`;
  return new TorchError(text, 'TypeError');
}

/** Sizes as an array or as separate numbers, then options. */
export type Sizes<Options> =
  | [size: readonly number[], options?: Options]
  | [...size: number[]]
  | [...size: number[], options: Options];

/** @internal */
export function sized<Options extends object>(
  args: Sizes<Options>,
  op: string,
): [size: readonly number[], options: Partial<Options>] {
  const rest: unknown[] = [...args];
  const options = isOptions(rest.at(-1)) ? (rest.pop() as Options) : {};
  if (rest.length > 1 && rest.at(-1) === undefined) rest.pop();
  const size = Array.isArray(rest[0]) ? (rest[0] as number[]) : (rest as number[]);
  return [ints(size, op, 'size'), options];
}

/** @internal {@link sized} where there are no options. */
export function sizesOf(args: Sizes<object>, op: string): readonly number[] {
  const [size, more] = sized(args, op);
  nothing(op, more);
  return size;
}

/** The arguments of a Python function: by position, the rest by name in one last object. */
export type Keywords<Positional extends unknown[], Named> = Positional extends [
  infer Head,
  ...infer Tail,
]
  ? [options?: Partial<Named>] | [Head | undefined, ...Keywords<Tail, Named>]
  : [options?: Partial<Named>];

/**
 * Arguments of which those of `Required` must be given: by position, or in the last object with the
 * options.
 */
export type Arguments<
  Required extends unknown[],
  RequiredNamed,
  Positional extends unknown[],
  Named,
> = [...Required, ...Keywords<Positional, Named>] | InObject<Required, RequiredNamed, Partial<Named>>;

type InObject<Required extends unknown[], RequiredNamed, Options> = Required extends [
  ...infer Front,
  unknown,
]
  ? Front extends []
    ? [named: RequiredNamed & Options]
    : [...Front, named: Partial<RequiredNamed> & Options] | InObject<Front, RequiredNamed, Options>
  : never;

/** @internal The required arguments, called `names`, to the front of `args`, wherever they were given. */
export function required(names: readonly string[], args: readonly unknown[]): unknown[] {
  const last = args.at(-1);
  if (args.length > names.length || !isOptions(last)) return [...args];
  const options: Record<string, unknown> = { ...last };
  const front = args.slice(0, -1);
  for (const name of names.slice(front.length)) {
    front.push(options[name]);
    delete options[name];
  }
  return [...front, options];
}

/** @internal `args` by name; the order of `defaults` is that of the positions. */
export function keywords<Named extends object>(
  op: string,
  defaults: Named,
  args: readonly unknown[],
): Named {
  const named = { ...defaults };
  const names = Object.keys(defaults) as (keyof Named & string)[];
  const set = (name: string, value: unknown) => {
    if (value !== undefined) named[name as keyof Named] = value as Named[keyof Named];
  };
  args.forEach((value, i) => {
    if (i === args.length - 1 && isOptions(value)) {
      for (const [name, v] of Object.entries(value)) {
        if (!Object.hasOwn(defaults, name)) {
          throw unexpected(op, name);
        }
        set(name, v);
      }
    } else if (i < names.length) {
      set(names[i]!, value);
    } else if (value !== undefined) {
      throw new TorchError(
        `${op}() takes at most ${names.length} options, got ${args.length}`,
        'TypeError',
      );
    }
  });
  return named;
}

const unexpected = (op: string, name: string): TorchError =>
  new TorchError(`${op}() got an unexpected keyword argument '${name}'`, 'TypeError');

/**
 * @internal Refuses `more`, what is left of a call when all that `op` knows is taken: a word that
 * nobody hears would be a wrong result.
 */
export function nothing(op: string, more: unknown): void {
  if (more === undefined) return;
  if (typeof more !== 'object' || more === null || Array.isArray(more) || more instanceof Tensor) {
    throw new TorchError(`${op}() takes fewer positional arguments, got ${describe(more)} as the last`, 'TypeError');
  }
  for (const name in more) throw unexpected(op, name);
}

/** @internal Refuses options that are not among `known`. */
export function only(op: string, options: object, known: readonly string[]): void {
  for (const name in options) if (!known.includes(name)) throw unexpected(op, name);
}

/** @internal Whether `value` is a plain object, as options are. */
export function isOptions(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
