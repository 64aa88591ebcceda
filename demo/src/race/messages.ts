// What the race's panel and its worker say to each other.

export type Data = 'digits' | 'spirals' | 'table';

export interface Settings {
  readonly data: Data;
  readonly seed: number;
  /** Hidden layers, and units in each. */
  readonly depth: number;
  readonly width: number;
  readonly p: number;
  readonly lr: number;
  readonly batch: number;
}

export const lanes = [
  { id: 'snn', name: 'SELU + AlphaDropout', activation: 'selu', dropout: 'alpha', norm: false },
  { id: 'selu', name: 'SELU + Dropout', activation: 'selu', dropout: 'plain', norm: false },
  { id: 'relu', name: 'ReLU + Dropout', activation: 'relu', dropout: 'plain', norm: false },
  { id: 'norm', name: 'ReLU + BatchNorm + Dropout', activation: 'relu', dropout: 'plain', norm: true },
] as const;
export type Lane = (typeof lanes)[number];

export type Ask =
  /** Begin anew. `csv` is the visitor's file, for the data 'table'. */
  | { readonly kind: 'set up'; readonly id: number; readonly settings: Settings; readonly csv: string }
  | { readonly kind: 'run' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'step' }
  /** A drawn digit: 28 × 28 values from 0 to 1. */
  | { readonly kind: 'classify'; readonly pixels: Float32Array };

/** Of one lane. */
export interface Standing {
  /** Share of the test set that is answered rightly. */
  readonly accuracy: number;
  /** Behind each hidden layer, in training, of the current batch. */
  readonly moments: readonly { readonly mean: number; readonly variance: number }[];
}

/** Each with the id of the set-up that it belongs to. */
export type Tell = { readonly id: number } & Told;

export type Told =
  | {
      readonly kind: 'set up';
      readonly train: number;
      readonly test: number;
      readonly features: number;
      readonly classes: readonly string[];
      readonly rejected: readonly string[];
      /** The first digits of the training set, to look at. */
      readonly examples: readonly Float32Array[];
    }
  | {
      readonly kind: 'progress';
      readonly step: number;
      /** The losses of the steps since the last message: a list of the lanes' losses for each. */
      readonly losses: readonly (readonly number[])[];
      /** Once in a while. */
      readonly standings: readonly Standing[] | undefined;
      readonly stepsPerSecond: number;
    }
  /** Each lane's probabilities of the classes. */
  | { readonly kind: 'answer'; readonly probabilities: readonly (readonly number[])[] }
  | { readonly kind: 'error'; readonly message: string };
