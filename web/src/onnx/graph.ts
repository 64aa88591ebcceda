// A network as ONNX has it: nodes with names for what goes in and out, and constants.

import { Message } from './protobuf.js';

/** ONNX's numbers for our dtypes, by our code: bool, uint8, int32, int64, float32, float64. */
export const elementTypes = [9, 2, 6, 7, 1, 11];

/** What ops of this version of the standard mean: 17, of 2022, which every engine knows. */
export const kOpset = 17;
const kFormat = 8;

export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface Node {
  op: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
  /** Of a Reshape: its second input, before it is known which sizes vary. */
  shape?: number[];
}

export interface Constant {
  dtype: number;
  shape: readonly number[];
  bytes: Uint8Array;
}

/** The type of an input or output; a dimension with a name may have any size. */
export interface Port {
  name: string;
  dtype: number;
  shape: readonly (number | string)[];
}

export interface Graph {
  nodes: Node[];
  constants: Map<string, Constant>;
  inputs: Port[];
  outputs: Port[];
}

function nodeMessage({ op, inputs, outputs, attributes }: Node): Message {
  const node = new Message();
  for (const name of inputs) node.string(1, name);
  for (const name of outputs) node.string(2, name);
  node.string(4, op);
  for (const [name, value] of Object.entries(attributes)) {
    const attribute = new Message().string(1, name);
    if (typeof value === 'number') attribute.int(3, value).int(20, 2);
    else if (typeof value === 'string') attribute.string(4, value).int(20, 3);
    else if ('float' in value) attribute.float(2, value.float).int(20, 1);
    else {
      for (const v of value) attribute.int(8, v);
      attribute.int(20, 7);
    }
    node.message(5, attribute);
  }
  return node;
}

function constantMessage(name: string, { dtype, shape, bytes }: Constant): Message {
  const tensor = new Message();
  for (const size of shape) tensor.int(1, size);
  return tensor.int(2, elementTypes[dtype]!).string(8, name).bytes(9, bytes);
}

function portMessage({ name, dtype, shape }: Port): Message {
  const dims = new Message();
  for (const size of shape) {
    dims.message(1, typeof size === 'string' ? new Message().string(2, size) : new Message().int(1, size));
  }
  const tensor = new Message().int(1, elementTypes[dtype]!).message(2, dims);
  return new Message().string(1, name).message(2, new Message().message(1, tensor));
}

/** The `.onnx` file of a graph. */
export function file({ nodes, constants, inputs, outputs }: Graph): Uint8Array<ArrayBuffer> {
  const graph = new Message();
  for (const node of nodes) graph.message(1, nodeMessage(node));
  graph.string(2, 'main_graph');
  for (const [name, constant] of constants) graph.message(5, constantMessage(name, constant));
  for (const port of inputs) graph.message(11, portMessage(port));
  for (const port of outputs) graph.message(12, portMessage(port));
  return new Message()
    .int(1, kFormat)
    .string(2, 'alphatorch')
    .message(7, graph)
    .message(8, new Message().string(1, '').int(2, kOpset))
    .finish();
}
