// Nested states, such as an optimizer's, in a format that knows only tensors by name and strings.

import { describe } from '../arguments.js';
import { TorchError } from '../core.js';
import { Tensor } from '../tensor.js';

/** The metadata entry that holds the state without its tensors, as JSON. */
const kState = 'state_dict';
/** Stands for a tensor in that JSON, before its name. */
const kTensor = '__tensor__';

function refuse(why: string, name = 'ValueError'): never {
  throw new TorchError(`safetensors: ${why}`, name);
}

/**
 * A nested state as {@link save} takes it: its tensors by their paths joined with dots, and all else
 * as JSON in the metadata. For optimizers: `save(...flatten_state_dict(optimizer.state_dict()))`, or
 * of an object of several states. PyTorch's distributed checkpoints name tensors in this way.
 *
 * @throws TorchError (TypeError, ValueError) for what JSON cannot say: a number that is not finite, a
 * bigint, a class; and for two tensors with one path.
 */
export function flatten_state_dict(
  state_dict: object,
): [tensors: Record<string, Tensor>, metadata: Record<string, string>] {
  const tensors = new Map<string, Tensor>();
  const plain = (value: unknown, path: string): unknown => {
    if (value instanceof Tensor) {
      if (tensors.has(path)) refuse(`two tensors have the path "${path}"`);
      tensors.set(path, value);
      return { [kTensor]: path };
    }
    if (value === null || value === undefined) return null;
    if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return value;
    const inside = (key: string) => (path === '' ? key : `${path}.${key}`);
    if (Array.isArray(value)) return value.map((v, i) => plain(v, inside(String(i))));
    if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) {
      const what = typeof value === 'number' || typeof value === 'bigint' ? value : describe(value);
      refuse(`"${path}" is ${what}, which JSON cannot hold`, 'TypeError');
    }
    if (Object.hasOwn(value, kTensor)) refuse(`"${path}" has a key "${kTensor}"`);
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, plain(v, inside(key))]));
  };
  const json = JSON.stringify(plain(state_dict, ''));
  return [Object.fromEntries(tensors), { [kState]: json }];
}

/**
 * The nested state that {@link flatten_state_dict} made flat:
 * `unflatten_state_dict(load(file), metadata(file))`.
 *
 * @throws TorchError (ValueError) where the metadata has none, or names a tensor that is not there.
 */
export function unflatten_state_dict<T = any>(
  tensors: Record<string, Tensor>,
  metadata: Record<string, string>,
): T {
  if (!Object.hasOwn(metadata, kState)) refuse(`the metadata has no "${kState}"`);
  try {
    return JSON.parse(metadata[kState]!, (_, value: unknown) => {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, kTensor)) return value;
      const name = (value as Record<string, unknown>)[kTensor];
      if (typeof name === 'string' && Object.hasOwn(tensors, name)) return tensors[name];
      refuse(`there is no tensor "${String(name)}"`);
    }) as T;
  } catch (error) {
    if (error instanceof TorchError) throw error;
    refuse(`the "${kState}" of the metadata is not JSON`);
  }
}
