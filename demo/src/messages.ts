// What the page and its worker say to each other.

import type { State } from './state.js';

/** The two figures; a request names those that have to be drawn anew. */
export type Part = 'layer' | 'network';

export interface Request {
  readonly id: number;
  readonly state: State;
  readonly parts: readonly Part[];
}

/** A histogram of equal bins over [least, most], with the extreme values outside in neither. */
export interface Bins {
  readonly least: number;
  readonly most: number;
  readonly counts: Uint32Array;
  readonly total: number;
}

/** A tensor's statistics: PyTorch's mean() and var(), the unbiased one, and a histogram. */
export interface Sample {
  readonly mean: number;
  readonly variance: number;
  readonly bins: Bins;
}

/** One layer of dropout on standardised normal values. */
export interface OneLayer {
  readonly input: Sample;
  readonly dropout: Sample;
  readonly alpha: Sample;
}

export interface Info {
  readonly version: string;
  readonly build: string;
  readonly threads: number;
  readonly reason: string;
}

interface Answer<Kind, Result> {
  readonly kind: Kind;
  readonly id: number;
  /** The state the result belongs to; the controls may have moved on. */
  readonly state: State;
  readonly result: Result;
  readonly ms: number;
}

export type Reply =
  | { readonly kind: 'ready'; readonly info: Info }
  | Answer<'layer', OneLayer>
  | Answer<'network', Sample[]>
  | { readonly kind: 'error'; readonly id: number; readonly message: string };
