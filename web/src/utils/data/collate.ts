// How samples become a batch.

import { describe } from '../../arguments.js';
import { TorchError, type TypedArray } from '../../core.js';
import { tensor } from '../../creation.js';
import { stack } from '../../ops/join.js';
import { Tensor } from '../../tensor.js';

/**
 * Puts samples together, a new first dimension over them: tensors and typed arrays are stacked,
 * numbers become a tensor as by {@link tensor} (so integer classes, as int64, are tensors or
 * bigints), arrays and objects are put together part by part, strings stay an array.
 */
export function default_collate(batch: readonly any[]): any {
  const [first] = batch as readonly unknown[];
  if (first instanceof Tensor) return stack(batch as Tensor[], 0);
  switch (typeof first) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return tensor(batch as number[]);
    case 'string':
      return [...batch];
  }
  if (ArrayBuffer.isView(first)) {
    const rows = (batch as TypedArray[]).map((row) => tensor(row));
    const whole = stack(rows, 0);
    rows.forEach((row) => row.dispose());
    return whole;
  }
  if (Array.isArray(first)) {
    if (!batch.every((sample) => sample?.length === first.length)) {
      throw new TorchError('each element in list of batch should be of equal size');
    }
    return first.map((_, i) => default_collate(batch.map((sample) => sample[i])));
  }
  if (typeof first === 'object' && first !== null) {
    const keys = Object.keys(first);
    return Object.fromEntries(
      keys.map((key) => [key, default_collate(batch.map((sample) => part(sample, key)))]),
    );
  }
  throw new TorchError(
    `default_collate: batch must contain tensors, typed arrays, numbers, objects or arrays; found ${describe(first)}`,
    'TypeError',
  );
}

function part(sample: Record<string, unknown>, key: string): unknown {
  if (Object.hasOwn(sample, key)) return sample[key];
  throw new TorchError(`'${key}'`, 'KeyError');
}

/** Makes tensors of the typed arrays in a sample that is not batched. */
export function default_convert(data: any): any {
  if (ArrayBuffer.isView(data)) return tensor(data);
  if (Array.isArray(data)) return data.map(default_convert);
  if (typeof data !== 'object' || data === null || Object.getPrototypeOf(data) !== Object.prototype)
    return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, default_convert(value)]));
}
