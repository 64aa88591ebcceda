// What a figure measured, what theory says, and how far a sample of this size strays.

import type { Moments } from 'alphatorch/snn';

export interface Stats {
  readonly measured: Moments;
  readonly theory: Moments;
  /** Half-widths of the 95 % band around the theory. */
  readonly band: Moments | undefined;
}
