// The bench's own arithmetic, on times made up here.
import { describe, expect, test } from 'vitest';
import { judge, median, ratio, ratios } from './ratios.mjs';
import { neededBytes, normal, wrong } from './reference.mjs';
import { digits, markdown, plain, summary, table } from './report.mjs';
import { tasks } from './tasks.mjs';

test('median: the middle, or the mean of the two in the middle', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
});

describe('ratio', () => {
  test('is taken round by round: a slow round slows both', () => {
    expect(ratio('tfjs', { ours: [1, 100, 1], tfjs: [3, 300, 3] })).toBe(3);
  });
  test('of peak, of tfjs: theirs over ours; of hand: ours over theirs', () => {
    expect(ratio('of peak', { ours: [10], peak: [9] })).toBe(0.9);
    expect(ratio('× hand', { ours: [6], hand: [5] })).toBe(1.2);
    expect(ratio('threads', { ours: [6], 'ours, threads': [3] })).toBe(2);
  });
  test('is undefined when one of the two did not run', () => {
    expect(ratio('tfjs', { ours: [1] })).toBeUndefined();
    expect(ratio('tfjs', { tfjs: [1] })).toBeUndefined();
  });
  test('ms is the time itself', () => expect(ratio('ms', { ours: [1, 2, 4] })).toBe(2));
});

describe('judge', () => {
  const task = { name: 'a', targets: { tfjs: 5, '× hand': 1.3, ms: 2, 'jax-js': 2 } };
  test('at least for peers, at most for limits, the bound itself included', () => {
    const judged = judge(task, { ours: [2], tfjs: [10], hand: [1.5], peak: [1] });
    expect(judged.tfjs).toEqual({ value: 5, sense: '≥', bound: 5, met: true });
    expect(judged['× hand'].met).toBe(false);
    expect(judged.ms.met).toBe(true);
    expect(judged['of peak'].met).toBeUndefined();
    expect(judged['jax-js']).toBeUndefined();
  });
  test('a target misses by a little', () => {
    expect(judge(task, { ours: [2], tfjs: [9.99] }).tfjs.met).toBe(false);
    expect(judge(task, { ours: [2.01] }).ms.met).toBe(false);
  });
});

describe('tables', () => {
  const task = { name: 'selu', targets: { tfjs: 5, '× hand': 1.3 } };
  const results = [{ task, times: { ours: [2], tfjs: [8], hand: [2] } }];
  test('show each ratio with its target and a mark, and no empty column', () => {
    expect(table(results)).toEqual([
      ['task', 'ms', '× limit', '× tfjs'],
      ['selu', '2.00', 'hand 1.00 (≤ 1.3 ✓)', '4.00 (≥ 5 ✗)'],
    ]);
  });
  test('as text and as Markdown', () => {
    const lines = [['task', 'ms'], ['a', '1.00'], ['long', '12.0']];
    expect(plain(lines)).toBe('task  ms\na     1.00\nlong  12.0');
    expect(markdown(lines)).toBe('| task | ms |\n| --- | ---: |\n| a | 1.00 |\n| long | 12.0 |');
  });
  test('what is missed is named', () => {
    expect(summary(results)).toEqual({ met: 1, missed: ['selu: tfjs 4.00, wanted ≥ 5'] });
  });
  test('digits: three that count', () => {
    expect([0.00123, 0.999, 1.234, 12.34, 123.4, 0].map(digits)).toEqual(['0.00123', '0.999', '1.23', '12.3', '123', '0']);
  });
});

describe('tasks', () => {
  test('each has a name of its own and targets that are ratios', () => {
    expect(new Set(tasks.map(({ name }) => name)).size).toBe(tasks.length);
    for (const { targets } of tasks) {
      for (const [name, bound] of Object.entries(targets)) {
        expect(ratios).toHaveProperty([name]);
        expect(bound).toBeGreaterThan(0);
      }
    }
  });
  test('the same seed gives the same data, of mean 0 and variance 1', () => {
    const x = normal(10_000, 3);
    expect(normal(100, 3)).toEqual(x.subarray(0, 100));
    expect(Math.abs(x.reduce((s, v) => s + v, 0) / x.length)).toBeLessThan(0.04);
    expect(Math.abs(x.reduce((s, v) => s + v * v, 0) / x.length - 1)).toBeLessThan(0.06);
  });
  test('a wrong result is found, a right one passes', () => {
    const task = { name: 'small', kind: 'matmul', m: 1, k: 2, n: 1, flops: 4 };
    const [a, b] = [normal(2, 1), normal(2, 2)];
    const value = a[0] * b[0] + a[1] * b[1];
    expect(wrong(task, 'ours', Array(8).fill(value))).toBe('');
    expect(wrong(task, 'ours', [...Array(7).fill(value), value + 1e-3])).toContain('value 7');
    expect(wrong(task, 'ours', [NaN])).toContain('NaN');
    expect(wrong(task, 'ours', [])).toBe('0 values');
    expect(wrong(task, 'peak', [264])).toBe('');
    expect(wrong(task, 'peak', [263])).toContain('263');
  });
  test('the loss goes down in the reference of a training step', () => {
    const task = { name: 'net', kind: 'train', sizes: [8, 4, 3], batch: 5 };
    expect(wrong(task, 'ours', [0])).toContain('expected');
    const expected = Number(/expected (.*)$/.exec(wrong(task, 'ours', [NaN]))[1]);
    expect(wrong(task, 'ours', [expected])).toBe('');
    const second = Number(/expected (.*)$/.exec(wrong(task, 'ours', [expected, NaN]))[1]);
    expect(second).toBeLessThan(expected);
  });
  test('memory: parameters four times, what each layer leaves, the batch', () => {
    // 2-4-3, 8 examples: 12 + 15 parameters, 32 hidden elements, 24 logits, 16 inputs, 8 labels.
    expect(neededBytes({ sizes: [2, 4, 3], batch: 8 })).toBe(16 * 27 + 32 * 8.125 + 4 * 24 + 4 * 16 + 64);
  });
});
