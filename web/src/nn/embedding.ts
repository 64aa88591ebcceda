// Vectors by index.

import { handle, int, keywords, type Keywords } from '../arguments.js';
import { no_grad } from '../autograd.js';
import { TorchError } from '../core.js';
import { zeros } from '../creation.js';
import { get_default_dtype, int64, type DType } from '../dtype.js';
import { scoped } from '../memory.js';
import { op } from '../op.js';
import type { Tensor } from '../tensor.js';
import { blank } from './initial.js';
import { normal_ } from './init.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

interface EmbeddingOptions {
  /** The row that is never learned; counted from the end when negative. */
  padding_idx: number | null;
  /** Not there: give null. */
  max_norm: number | null;
}

function refuseNorm(name: string, max_norm: number | null): void {
  if (max_norm === null) return;
  throw new TorchError(`${name}: max_norm is not supported`, 'NotImplementedError');
}

/** `index` from 0, of `rows`. */
function wrapped(index: number, rows: number): number {
  if (index >= -rows && index < rows) return index < 0 ? index + rows : index;
  throw new TorchError('Padding_idx must be within num_embeddings', 'AssertionError');
}

/**
 * `weight[input]`: the rows of a matrix `[num_embeddings, embedding_dim]` at int64 indices of any shape,
 * which gains a last dimension. No gradient reaches the row `padding_idx`.
 */
export function embedding(
  input: Tensor,
  weight: Tensor,
  ...args: Keywords<[padding_idx: number | null, max_norm: number | null], EmbeddingOptions>
): Tensor {
  const name = 'embedding';
  const { padding_idx, max_norm } = keywords<EmbeddingOptions>(
    name,
    { padding_idx: null, max_norm: null },
    args,
  );
  const [at, w] = [handle(input, name), handle(weight, name, 'weight', 2)];
  refuseNorm(name, max_norm);
  const row =
    padding_idx === null ? -1 : wrapped(int(padding_idx, name, 'padding_idx'), weight.shape[0] ?? 0);
  return op((c) => c.embedding(w, at, row));
}

interface Classes {
  /** How many; -1 (the default) for one more than the largest value. */
  num_classes: number;
}

/**
 * 1 at the position that an index names and 0 elsewhere, along a new last dimension of `num_classes`,
 * by default one more than the largest; int64.
 */
export const one_hot = scoped((tensor: Tensor, ...args: Keywords<[num_classes: number], Classes>): Tensor => {
  const { num_classes } = keywords('one_hot', { num_classes: -1 }, args);
  handle(tensor, 'one_hot', 'tensor');
  const refuse = (why: string) => {
    throw new TorchError(why);
  };
  if (tensor.dtype !== int64) refuse('one_hot is only applicable to index tensor.');
  let classes = int(num_classes, 'one_hot', 'num_classes');
  if (tensor.numel() === 0) {
    if (classes <= 0) refuse('Can not infer total number of classes from empty tensor.');
  } else {
    if (Number(tensor.min().item()) < 0) refuse('Class values must be non-negative.');
    const largest = Number(tensor.max().item());
    if (classes === -1) classes = largest + 1;
    if (largest >= classes) refuse('Class values must be smaller than num_classes.');
  }
  return zeros([...tensor.shape, classes], { dtype: int64 }).scatter_(-1, tensor.unsqueeze(-1), 1);
});

interface EmbeddingModule extends EmbeddingOptions {
  dtype: DType;
}

/**
 * {@link embedding} with its own weight, which starts standard normal, the row `padding_idx` at zero.
 */
export class Embedding extends Module {
  readonly num_embeddings: number;
  readonly embedding_dim: number;
  readonly padding_idx: number | null;
  /** `[num_embeddings, embedding_dim]` */
  weight: Parameter;

  constructor(
    num_embeddings: number,
    embedding_dim: number,
    ...args: Keywords<[padding_idx: number | null, max_norm: number | null], EmbeddingModule>
  ) {
    super();
    const name = 'Embedding';
    const defaults: EmbeddingModule = {
      padding_idx: null,
      max_norm: null,
      dtype: get_default_dtype(),
    };
    const { padding_idx, max_norm, dtype } = keywords(name, defaults, args);
    refuseNorm(name, max_norm);
    this.num_embeddings = int(num_embeddings, name, 'num_embeddings', 1);
    this.embedding_dim = int(embedding_dim, name, 'embedding_dim');
    this.padding_idx = padding_idx === null ? null : wrapped(padding_idx, num_embeddings);
    this.weight = blank([num_embeddings, embedding_dim], dtype);
    this.reset_parameters();
  }

  /** The layer of a matrix that is there; not learned, unless `freeze` is false. */
  static from_pretrained(
    embeddings: Tensor,
    ...args: Keywords<
      [freeze: boolean, padding_idx: number | null],
      { freeze: boolean; padding_idx: number | null }
    >
  ): Embedding {
    const defaults: { freeze: boolean; padding_idx: number | null } = { freeze: true, padding_idx: null };
    const { freeze, padding_idx } = keywords('from_pretrained', defaults, args);
    handle(embeddings, 'from_pretrained', 'embeddings');
    const [rows, columns] = embeddings.shape;
    if (embeddings.ndim !== 2) {
      throw new TorchError('Embeddings parameter is expected to be 2-dimensional', 'ValueError');
    }
    // An empty one draws nothing.
    const layer = new Embedding(0, columns!, { dtype: embeddings.dtype });
    const weight = new Parameter(embeddings, !freeze);
    const found = padding_idx === null ? null : wrapped(padding_idx, rows!);
    return Object.assign(layer, { num_embeddings: rows!, padding_idx: found, weight });
  }

  /** Draws the weight anew. */
  reset_parameters(): void {
    normal_(this.weight);
    const { padding_idx, weight } = this;
    if (padding_idx === null) return;
    no_grad(() => {
      const row = weight.select(0, padding_idx);
      row.zero_();
      row.dispose();
    });
  }

  override forward(input: Tensor): Tensor {
    return embedding(input, this.weight, this.padding_idx);
  }

  override extra_repr(): string {
    const row = this.padding_idx === null ? '' : `, padding_idx=${this.padding_idx}`;
    return `${this.num_embeddings}, ${this.embedding_dim}${row}`;
  }
}
