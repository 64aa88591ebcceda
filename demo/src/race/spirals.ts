// Two interleaved spirals: a task that no shallow linear model solves.

import type { Chance } from './digits.js';

/** `count` points as [x, y, class]; the classes take turns. */
export function spirals(count: number, chance: Chance): [x: number, y: number, label: number][] {
  return Array.from({ length: count }, (_, i) => {
    const label = i % 2;
    // The square root spreads the points evenly along the arm.
    const t = Math.sqrt(chance()) * 3 * Math.PI;
    const r = t / (3 * Math.PI);
    const noise = (): number => 0.02 * (chance() + chance() + chance() - 1.5);
    const angle = t + label * Math.PI;
    return [r * Math.cos(angle) + noise(), r * Math.sin(angle) + noise(), label];
  });
}
