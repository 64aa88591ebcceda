// What the page and the worker of its figures say to each other.

import type { State } from '../state.js';

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

/** The hero's rate, a sample small enough that a mask is seen to matter, and the number of masks. */
export const HERO = { p: 0.1, samples: 4096, masks: 6 } as const;

/** The same standardised input under one mask after the other. */
export interface Hero {
  readonly input: Sample;
  readonly masks: readonly { readonly dropout: Sample; readonly alpha: Sample }[];
}

export interface Layer {
  readonly input: Sample;
  readonly output: Sample;
}

/** AlphaDropout with the right sign, and with TensorFlow.js's. */
export interface Sign {
  readonly right: Sample;
  readonly wrong: Sample;
}

/** Of each unit of a layer with LeCun-normal weights: their sum and sum of squares. */
export interface Units {
  readonly omega: Float32Array;
  readonly tau: Float32Array;
}

/** How a network carries gradients down and information up, layer by layer, the input first. */
export interface Signals {
  /** Mean square of the gradient, that of the last layer's output being 1. */
  readonly gradient: readonly number[];
  /** Correlation of a layer's outputs under two masks, of the same input. */
  readonly correlation: readonly number[];
}

/** Elements a second. */
export interface Speed {
  readonly alpha: number;
  readonly copy: number;
}

export interface Results {
  readonly hero: Hero;
  readonly layer: Layer;
  readonly sign: Sign;
  readonly units: Units;
  readonly network: readonly Sample[];
  readonly signals: Signals;
  readonly speed: Speed;
}

/** The figures; a request names those that have to be drawn anew. */
export type Part = keyof Results;

export interface Request {
  readonly id: number;
  readonly state: State;
  readonly parts: readonly Part[];
}

export interface Info {
  readonly version: string;
  readonly build: string;
  readonly threads: number;
  readonly reason: string;
}

export type Answer = {
  [Kind in Part]: {
    readonly kind: Kind;
    readonly id: number;
    /** The state the result belongs to; the controls may have moved on. */
    readonly state: State;
    readonly result: Results[Kind];
    readonly ms: number;
  };
}[Part];

export type Reply =
  | Answer
  | { readonly kind: 'ready'; readonly info: Info }
  | { readonly kind: 'error'; readonly id: number; readonly part: Part | undefined; readonly message: string };
