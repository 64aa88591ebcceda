// What the page keeps of a lane's past: no more than a screen can show, however long the race.

import type { Curve } from './views/curves.js';

/** More points than this on one curve cannot be told apart. */
const kMost = 1000;

/** A curve that thins as it grows: it keeps every nth point, for an n that doubles, and always the latest. */
export class History implements Curve {
  readonly at: number[] = [];
  readonly values: number[] = [];
  #every = 1;
  #count = 0;

  add(step: number, value: number): void {
    // The one before stood there only while it was the latest.
    if (this.#count > 0 && (this.#count - 1) % this.#every !== 0) this.#cut(this.at.length - 1);
    this.at.push(step);
    this.values.push(value);
    this.#count += 1;
    if (this.at.length > kMost) this.#thin();
  }

  #thin(): void {
    this.#every *= 2;
    const last = this.at.length - 1;
    let kept = 0;
    for (let i = 0; i <= last; ++i) {
      if (i % 2 !== 0 && i !== last) continue;
      [this.at[kept], this.values[kept]] = [this.at[i]!, this.values[i]!];
      kept += 1;
    }
    this.#cut(kept);
  }

  #cut(length: number): void {
    this.at.length = this.values.length = length;
  }
}

/** The mean of the latest `over` values. */
export class RunningMean {
  readonly #latest: number[] = [];

  constructor(private readonly over: number) {}

  add(value: number): number {
    if (this.#latest.length === this.over) this.#latest.shift();
    this.#latest.push(value);
    return this.#latest.reduce((sum, x) => sum + x, 0) / this.#latest.length;
  }
}
