// What the race's panel says to its workers, and they to it: one worker makes the data, one more
// runs each lane, so that a lane that dies takes nobody with it.

export type Data = 'digits' | 'digits14' | 'spirals' | 'file';

/** Which hidden layers have dropout: all, or `places` of them at one end. */
export type Placement = 'all' | 'first' | 'last';

export interface Settings {
  readonly data: Data;
  readonly seed: number;
  /** Hidden layers, and units in each. */
  readonly depth: number;
  readonly width: number;
  readonly p: number;
  readonly placement: Placement;
  readonly places: number;
  /** Whether ReLU + Dropout has its dropout in the same places, instead of in all layers. */
  readonly same: boolean;
  readonly optimizer: 'sgd' | 'adam';
  readonly batch: number;
  readonly epochs: number;
}

export const lanes = [
  { id: 'snn', name: 'SNN + AlphaDropout', activation: 'selu', dropout: 'alpha', norm: false },
  { id: 'relu', name: 'ReLU + He', activation: 'relu', dropout: 'none', norm: false },
  { id: 'norm', name: 'ReLU + BatchNorm', activation: 'relu', dropout: 'none', norm: true },
  { id: 'drop', name: 'ReLU + Dropout', activation: 'relu', dropout: 'plain', norm: false },
] as const;
export type Lane = (typeof lanes)[number];

/** Samples as they were drawn or read; the last `test` of them are kept for the test. */
export interface Raw {
  readonly rows: Float32Array;
  readonly labels: Int32Array;
  readonly features: number;
  readonly classes: readonly string[];
  readonly test: number;
  /** Of pictures: how many pixels a side. They share one mean and one deviation. */
  readonly side?: number;
  /** What was left out, and why: one sentence a line of the file. */
  readonly rejected: readonly string[];
}

export interface SourceAsk {
  readonly id: number;
  readonly data: Data;
  readonly seed: number;
  readonly files: readonly File[];
}
export type SourceTell = { readonly id: number } & (
  | { readonly raw: Raw }
  /** One file of a pair has come; `message` names the other. */
  | { readonly half: string }
  | { readonly message: string }
);

export type Ask =
  | { readonly kind: 'set up'; readonly id: number; readonly lane: number; readonly settings: Settings; readonly lr: number; readonly raw: Raw }
  | { readonly kind: 'run' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'step' }
  /** A drawn digit: 28 × 28 values from 0 to 1. */
  | { readonly kind: 'classify'; readonly pixels: Float32Array };

export interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** What a network answers on a square grid over data of two features, row by row from the top. */
export interface Boundary {
  readonly side: number;
  readonly classes: Uint8Array;
  readonly sure: Float32Array;
  /** Least and most of each feature: [x, X, y, Y]. */
  readonly bounds: readonly number[];
}

export interface Standing {
  /** Shares that are answered rightly, in eval mode: of (at most 1000 of) the training set, of the test set. */
  readonly train: number;
  readonly test: number;
  readonly testLoss: number;
  /** Behind each hidden layer, in training, of the current batch. */
  readonly moments: readonly Moments[];
  readonly boundary: Boundary | undefined;
}

/** Each with the id of the set-up that it belongs to. */
export type Tell = { readonly id: number } & Told;
export type Told =
  | { readonly kind: 'ready'; readonly perEpoch: number; readonly chance: number }
  | {
      readonly kind: 'progress';
      readonly step: number;
      /** The losses of the steps since the last message. */
      readonly losses: readonly number[];
      /** Once an epoch, or more often where epochs are long. */
      readonly standing: Standing | undefined;
      readonly stepsPerSecond: number;
      /** The step at which the loss was no longer a number. */
      readonly diverged: number | undefined;
    }
  | { readonly kind: 'answer'; readonly probabilities: readonly number[] }
  | { readonly kind: 'error'; readonly message: string };
