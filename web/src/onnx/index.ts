// torch.onnx: a network as a file for other engines.

import { no_grad, cat, tidy, Tensor, TorchError, _trace, type nn } from '../index.js';
import { file, type Graph, type Node, type Port } from './graph.js';
import { Recorder, refuse } from './recorder.js';

/** Dimensions of inputs and outputs that may have any size, with or without names of their own. */
export type DynamicAxes = Record<string, Record<number, string> | readonly number[]>;

export interface ExportOptions {
  /** The names of the inputs; default input, or input_0, input_1, … */
  input_names?: readonly string[];
  /** The names of the outputs; default output, or output_0, output_1, … */
  output_names?: readonly string[];
  /** `{ input: { 0: 'batch' } }` or `{ input: [0] }`: the sizes that may vary; default none. */
  dynamic_axes?: DynamicAxes;
}

/**
 * The `.onnx` file of what `model.forward(...args)` computes in eval mode, by ONNX opset 17. The
 * forward is run and its ops are recorded, so what depends on the values of `args` in any other way
 * than through ops is fixed in the file. PyTorch: `torch.onnx.export`.
 *
 * @param args an example of the input, or of all inputs in an array
 * @throws TorchError (NotImplementedError) naming the first op that ONNX has no word for here, and
 * (RuntimeError) where a forward reads elements or computes with a size that `dynamic_axes` lets vary.
 */
function exported(
  model: nn.Module,
  args: Tensor | readonly Tensor[],
  { input_names, output_names, dynamic_axes = {} }: ExportOptions = {},
): Uint8Array<ArrayBuffer> {
  const inputs = args instanceof Tensor ? [args] : [...args];
  if (!inputs.every((x) => x instanceof Tensor)) {
    throw new TorchError('onnx.export: args must be a Tensor or an array of Tensors', 'TypeError');
  }
  const names = named('input', inputs.length, input_names);
  const axes = new Map(names.map((name) => [name, axesOf(dynamic_axes[name])]));
  const modes = [...model.modules()].map((module) => [module, module.training] as const);
  model.eval();
  try {
    return tidy(() =>
      no_grad(() => {
        const first = run(model, inputs, names, output_names);
        if ([...axes.values()].every((found) => found.size === 0)) return file(lowered(first));
        const larger = inputs.map((x, i) => enlarged(x, axes.get(names[i]!)!));
        const second = run(model, larger, names, output_names);
        return file(lowered(merged(first, second, axes, dynamic_axes)));
      }),
    );
  } finally {
    for (const [module, training] of modes) module.training = training;
  }
}
export { exported as export };

const named = (what: string, n: number, given?: readonly string[]): string[] => {
  const names = given ? [...given] : Array.from({ length: n }, (_, i) => (n === 1 ? what : `${what}_${i}`));
  if (names.length === n && new Set(names).size === n) return names;
  throw new TorchError(`onnx.export: ${n} different ${what}_names are needed, got [${names}]`, 'ValueError');
};

function axesOf(given: DynamicAxes[string] | undefined): Map<number, string | undefined> {
  if (given === undefined) return new Map();
  if (Array.isArray(given)) return new Map(given.map((dim: number) => [dim, undefined]));
  return new Map(Object.entries(given as Record<number, string>).map(([dim, name]) => [Number(dim), name]));
}

/** `x` with one more slice in each of the dimensions that may vary. */
function enlarged(x: Tensor, axes: ReadonlyMap<number, unknown>): Tensor {
  let larger = x;
  for (const dim of axes.keys()) {
    if (x.size(dim) === 0) refuse('an example with no elements says nothing about other sizes', 'ValueError');
    larger = cat([larger, larger.narrow(dim, 0, 1)], dim);
  }
  return larger;
}

function run(
  model: nn.Module,
  inputs: readonly Tensor[],
  names: readonly string[],
  output_names?: readonly string[],
): Graph {
  const known = new Map<number, string>();
  for (const [path, tensor] of [...model.named_parameters(), ...model.named_buffers()]) {
    known.set(tensor.handle, path);
  }
  const recorder = new Recorder(known);
  inputs.forEach((x, i) => recorder.input(x.handle, names[i]!));
  const port = (name: string, x: Tensor): Port => ({ name, dtype: x.dtype.code, shape: x.shape });
  // Now, for a forward may write to its inputs.
  const inputPorts = inputs.map((x, i) => port(names[i]!, x));
  const result: unknown = _trace(
    () => model.forward(...inputs),
    (call) => recorder.see(call),
  );
  const outputs = Array.isArray(result) ? (result as unknown[]) : [result];
  if (outputs.length === 0 || !outputs.every((y) => y instanceof Tensor)) {
    throw new TorchError('onnx.export: forward must return a Tensor or an array of Tensors', 'TypeError');
  }
  const outputNames = named('output', outputs.length, output_names);
  const clash = outputNames.find((name) => names.includes(name));
  if (clash !== undefined) refuse(`"${clash}" names an input and an output`, 'ValueError');
  const { nodes, constants } = recorder;
  const made = outputs.map((y) => recorder.result((y as Tensor).handle));
  outputNames.forEach((name, i) => {
    nodes.push({ op: 'Identity', inputs: [made[i]!], outputs: [name], attributes: {} });
  });
  return { nodes, constants, inputs: inputPorts, outputs: outputs.map((y, i) => port(outputNames[i]!, y as Tensor)) };
}

/** One graph for both runs: what differs is a size that varies, where that can be said. */
function merged(
  first: Graph,
  second: Graph,
  axes: ReadonlyMap<string, ReadonlyMap<number, string | undefined>>,
  given: DynamicAxes,
): Graph {
  const shapeless = ({ nodes }: Graph) => JSON.stringify(nodes.map(({ shape: _, ...node }) => node));
  const bytes = ({ constants }: Graph) => [...constants].map(([name, c]) => `${name} ${c.shape}`).join();
  const same = ([name, { bytes }]: [string, { bytes: Uint8Array }]) => {
    const other = second.constants.get(name)!.bytes;
    return bytes.every((byte, i) => byte === other[i]);
  };
  if (shapeless(first) !== shapeless(second) || bytes(first) !== bytes(second) || ![...first.constants].every(same)) {
    refuse('the forward computes with a size that dynamic_axes lets vary');
  }
  const nodes = first.nodes.map((node, i): Node => {
    const other = second.nodes[i]!.shape;
    if (!node.shape || !other) return node;
    const varying = node.shape.filter((size, d) => size !== other[d]).length;
    if (varying > 1) refuse('a reshape to several sizes that vary');
    return { ...node, shape: node.shape.map((size, d) => (size === other[d] ? size : -1)) };
  });
  const symbols = (port: Port, other: Port): Port => {
    const own = axes.get(port.name) ?? axesOf(given[port.name]);
    // Sizes that vary together have the name of the one that was given.
    const shared = [...axes.values()].flatMap((found) => [...found.values()]);
    const only = new Set(shared).size === 1 ? shared[0] : undefined;
    const shape = port.shape.map((size, d) =>
      size === other.shape[d] ? size : (own.get(d) ?? only ?? `${port.name}_dim_${d}`),
    );
    return { ...port, shape };
  };
  return {
    nodes,
    constants: first.constants,
    inputs: first.inputs.map((port, i) => symbols(port, second.inputs[i]!)),
    outputs: first.outputs.map((port, i) => symbols(port, second.outputs[i]!)),
  };
}

/** The shapes of the reshapes as what ONNX takes them for: constants. */
function lowered(graph: Graph): Graph {
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.map(({ shape, ...node }): Node => {
    if (!shape) return node;
    const name = `shape[${shape}]`;
    const bytes = new Uint8Array(BigInt64Array.from(shape, BigInt).buffer);
    constants.set(name, { dtype: 3, shape: [shape.length], bytes });
    return { ...node, inputs: [...node.inputs, name] };
  });
  return { ...graph, nodes, constants };
}
