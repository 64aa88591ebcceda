// Turns the calls that a forward makes into the core into nodes of a graph.

import { TorchError, type CoreCall, type TypedArray } from '../index.js';
import { elementTypes, type Attribute, type Constant, type Node } from './graph.js';
import { rules } from './rules.js';

/** The codes of the dtypes that rules name. */
export const Bool = 0;
export const Int64 = 3;
export const Float32 = 4;

// What asks about a tensor and computes nothing, or makes one out of nothing.
const silent = new Set<string>(
  (
    'sizes strides storage_offset dtype numel is_contiguous same version requires_grad set_requires_grad is_leaf ' +
    'grad_fn_name has_grad get_grad set_grad retains_grad grad_enabled set_grad_enabled inference_mode ' +
    'set_inference_mode is_inference result_type held_count live_tensors live_bytes peak_bytes bump_version ' +
    'empty zeros ones full eye arange linspace logspace rand randn randint randperm normal scratch_address ' +
    'scratch_bytes scalar_slots num_threads anomaly_enabled anomaly_check_nan alpha_dropout_a alpha_dropout_b ' +
    'manual_seed new_generator release_generator get_rng_state set_rng_state reseed initial_seed_high ' +
    'initial_seed_low decrementExceptionRefcount'
  ).split(' '),
);

/** The name of a tensor of which a part was written to through a view. */
const kStale = '';
const kOfView = 'a view of a tensor that was then written to in place is not supported';

const kinds = ['bool', 'uint8', 'int32', 'int64', 'float32', 'float64'];

export function refuse(why: string, kind = 'RuntimeError'): never {
  throw new TorchError(`onnx.export: ${why}`, kind);
}

/** An operand of an op: a tensor, or a number that takes part as one. */
export type Operand = { readonly handle: number } | { readonly value: number };

/** What a rule gets for a letter of its signature: x a tensor or number, X tensors, l integers. */
export type Argument = Operand | null | readonly Operand[] | readonly number[] | number;

/** One run of a forward. */
export class Recorder {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Constant>();
  /** The names of what depends on the inputs, by handle. */
  readonly #names = new Map<number, string>();
  readonly #constantOf = new Map<number, string>();
  // Storages of constants that hold, in part, what depends on the inputs.
  readonly #written = new Set<number>();
  #nodes = 0;
  #tensors = 0;
  #call!: CoreCall;

  /** @param known names of parameters and buffers by handle */
  constructor(private readonly known: ReadonlyMap<number, string>) {}

  input(handle: number, name: string): void {
    this.#names.set(handle, name);
  }

  /** The name of what the forward returned. */
  result(handle: number): string {
    return this.#current(handle) ?? refuse('an output does not depend on the inputs');
  }

  #current(handle: number): string | undefined {
    const name = this.#names.get(handle);
    return name === kStale ? refuse(kOfView) : name;
  }

  // What rules use

  /** Appends a node with one output, and gives that output's name. */
  node(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    return this.nodesOf(op, inputs, attributes, 1)[0]!;
  }

  nodesOf(op: string, inputs: readonly string[], attributes: Record<string, Attribute>, n: number): string[] {
    const outputs = Array.from({ length: n }, () => `${op.toLowerCase()}_${this.#nodes++}`);
    this.nodes.push({ op, inputs: [...inputs], outputs, attributes });
    return outputs;
  }

  shape(x: Operand): readonly number[] {
    return 'value' in x ? [] : this.#call.list(this.#call.core.sizes(x.handle));
  }

  dtype(x: Operand): number {
    return 'value' in x ? Float32 : this.#call.core.dtype(x.handle);
  }

  /** The dtype two operands are brought to before they are compared. */
  common(a: Operand, b: Operand): number {
    const [x, y] = 'value' in a ? [b, a] : [a, b];
    if (!('value' in y)) return Math.max(this.dtype(x), this.dtype(y));
    return this.dtype(x) >= Float32 ? this.dtype(x) : Number.isInteger(y.value) ? Int64 : Float32;
  }

  /** The name of an operand, converted to `dtype` where that is given and another. */
  use(x: Operand, dtype?: number): string {
    if ('value' in x) return this.numbers([x.value], dtype ?? Float32, []);
    const name = this.#current(x.handle) ?? this.#constant(x.handle);
    return dtype === undefined ? name : this.cast(name, this.dtype(x), dtype);
  }

  cast(name: string, from: number, to: number): string {
    return from === to ? name : this.node('Cast', [name], { to: elementTypes[to]! });
  }

  /** A constant of these numbers: a list of int64, or a number or list of another dtype. */
  numbers(values: readonly number[], dtype = Int64, shape: readonly number[] = [values.length]): string {
    const types = [Uint8Array, Uint8Array, Int32Array, BigInt64Array, Float32Array, Float64Array] as const;
    const elements: TypedArray =
      dtype === Int64
        ? BigInt64Array.from(values, BigInt)
        : (types[dtype] as Float32ArrayConstructor).from(values);
    // Named by what it is: the same in every run, and there once.
    const name = `${kinds[dtype]}${shape.length ? `[${values}]` : `_${values}`}`;
    this.constants.set(name, { dtype, shape, bytes: new Uint8Array(elements.buffer) });
    return name;
  }

  /** A node that gives `x` the shape that `y` has. */
  reshape(x: string, y: Operand): string {
    const output = this.node('Reshape', [x]);
    this.nodes.at(-1)!.shape = [...this.shape(y)];
    return output;
  }

  #constant(handle: number): string {
    const found = this.#constantOf.get(handle);
    if (found !== undefined) return found;
    const { core, list, elements } = this.#call;
    if (this.#written.has(this.#storage(handle))) refuse(kOfView);
    const name = this.known.get(handle) ?? `tensor_${this.#tensors++}`;
    const whole = core.contiguous(handle);
    const { buffer } = elements(whole);
    core.release(whole);
    this.constants.set(name, { dtype: core.dtype(handle), shape: list(core.sizes(handle)), bytes: new Uint8Array(buffer) });
    this.#constantOf.set(handle, name);
    return name;
  }

  // What the trace shows

  /** Takes part in a forward: shown each call into the core. */
  see(call: CoreCall): void {
    this.#call = call;
    const { name, args, result } = call;
    if (name === 'release') {
      this.#names.delete(args[0]!);
      this.#constantOf.delete(args[0]!);
      return;
    }
    if (silent.has(name)) return;
    if (name === 'item' || name === 'data_ptr') {
      if (this.#names.has(args[0]!)) {
        refuse('the forward reads elements that depend on its inputs (item(), tolist(), toArray() or printing)');
      }
      return;
    }
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof typeof rules] : undefined;
    if (!rule) return this.#unknown(name, args);
    const [signature, write] = rule;
    const given = args.map((arg, i) => this.#argument(signature[i] ?? 'n', arg));
    const operands = given.flatMap((arg, i) =>
      /[xX!]/.test(signature[i] ?? 'n') && arg !== null ? (arg as Operand) : [],
    ) as Operand[];
    if (!operands.some((x) => 'handle' in x && this.#names.has(x.handle))) {
      if (signature[0] === '!') this.#constantOf.delete(args[0]!);
      return;
    }
    if (signature === '!x+' && !this.#names.has(args[0]!)) {
      refuse(`${name} writes to a tensor that does not depend on the inputs`);
    }
    if (signature[0] === '!') return this.#assign(args[0]!, result, write(this, { handle: args[0]! }, given) as string);
    const many = name === 'var_mean' || (name.endsWith('_dim') && name !== 'prod_dim');
    const results = many ? call.list(result) : [result];
    const written = write(this, { handle: results[0]! }, given);
    // A rule that asks for sizes has had them written where the results are listed.
    if (many) call.relist(result, results);
    [written].flat().forEach((output, i) => this.#names.set(results[i]!, output));
  }

  #argument(kind: string, arg: number): Argument {
    const operand = (h: number): Operand => (h < 0 ? { value: this.#call.scalar(h) } : { handle: h });
    if (kind === 'x' || kind === '!') return arg === 0 ? null : operand(arg);
    if (kind === 'X') return this.#call.list(arg).map(operand);
    return kind === 'l' ? this.#call.list(arg) : arg;
  }

  /** Where the storage of a tensor begins. */
  #storage(handle: number): number {
    const { core } = this.#call;
    return (core.data_ptr(handle) >>> 0) - core.storage_offset(handle) * [1, 1, 4, 8, 4, 8][core.dtype(handle)]!;
  }

  #unknown(name: string, args: readonly number[]): void {
    if (args.some((arg) => typeof arg === 'number' && this.#names.has(arg))) {
      refuse(`the op ${name} is not supported`, 'NotImplementedError');
    }
  }

  /** A write in place: whoever sees the tensor sees `name` from now on. */
  #assign(target: number, result: number, name: string): void {
    const before = this.#names.get(target);
    const storage = this.#storage(target);
    if (before === undefined) this.#written.add(storage);
    for (const [handle, known] of this.#names) {
      if (handle === target || this.#storage(handle) !== storage) continue;
      this.#names.set(handle, known === before && known !== kStale ? name : kStale);
    }
    this.#names.set(target, name);
    this.#names.set(result, name);
  }
}
