// No public op without a test row, no name that scripts use most without an op (./run ops prints both).
import { expect, test } from 'vitest';
import { missing, ops, wanted } from './op_rows.mjs';

const all = ops();

test('every public op has a test row', () => {
  expect(all.length).toBeGreaterThan(500);
  expect(all.filter(({ row }) => row === undefined).map(({ path }) => path)).toEqual([]);
});

test('the names that scripts use most are there', () => {
  expect(wanted.length).toBe(new Set(wanted).size);
  // Comes with the layers that need it.
  expect(missing().filter((name) => name !== 'nn.functional.one_hot')).toEqual([]);
});
