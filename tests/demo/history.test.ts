// What a lane's curves keep of a race that goes on for hours.
import { describe, expect, test } from 'vitest';
import { History, RunningMean } from '../../demo/src/race/history.js';

describe('a history', () => {
  test('is every point, while they are few', () => {
    const history = new History();
    for (let step = 1; step <= 1000; ++step) history.add(step, -step);
    expect(history.at).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
    expect(history.values).toEqual(history.at.map((step) => -step));
  });

  test('stays below a screen’s points, evenly spaced, with the first and the latest, after any number of steps', () => {
    const history = new History();
    for (let step = 1; step <= 10_000; ++step) {
      history.add(step, -step);
      expect(history.at.length).toBeLessThanOrEqual(1000);
      expect(history.at.at(-1)).toBe(step);
      if (step > 1000) expect(history.at.length).toBeGreaterThan(500);
    }
    expect(history.at[0]).toBe(1);
    expect(history.values).toEqual(history.at.map((step) => -step));
    const gaps = new Set(history.at.slice(1, -1).map((step, i) => step - history.at[i]!));
    expect([...gaps]).toEqual([16]);
  });
});

describe('a running mean', () => {
  test('is over what there is, then over the latest', () => {
    const mean = new RunningMean(3);
    expect([3, 5, 1, 0, 2].map((value) => mean.add(value))).toEqual([3, 4, 3, 2, 1]);
  });

  test('recovers from what is no number', () => {
    const mean = new RunningMean(2);
    expect([1, NaN, 2, 4].map((value) => mean.add(value))).toEqual([1, NaN, NaN, 3]);
  });
});
