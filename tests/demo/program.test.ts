// The code panel's programs: what becomes of imports, where errors stand, and that the examples run.
import { readdirSync, readFileSync } from 'node:fs';
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { lineOf, prepared, syntaxError } from '../../demo/src/code/program.js';

test('imports of the library become constants, on the same lines', () => {
  expect(prepared("import * as torch from 'alphatorch';\nf();")).toBe('const torch = globalThis.torch;\nf();');
  expect(prepared('import {\n  nn as N,\n  selu } from "alphatorch"')).toBe('const {\n  N,\n  selu } = globalThis.torch;'.replace('N,', 'nn: N,'));
  expect(prepared("import 'alphatorch';")).toBe('const {} = globalThis.torch;');
  expect(() => prepared("\nimport x from 'y'\nimport * as fs from 'fs';")).toThrow("only 'alphatorch' can be imported here, not 'fs'");
});

test('a syntax error has its line', async () => {
  expect(await syntaxError('const a = 1;\nconst b = ;\n')).toMatchObject({ message: 'Unexpected token', line: 2 });
  expect(await syntaxError('await 1; export {};')).toBe(undefined);
  expect(lineOf('Error: x\n    at f (blob:http://localhost:1/ab-c:7:9)\n    at blob:null/x:2:1')).toBe(7);
  expect(lineOf('f@blob:http://localhost/ab:12:3')).toBe(12);
  expect(lineOf('Error: x\n at worker.js:1:1')).toBe(undefined);
});

const folder = new URL('../../demo/src/code/examples/', import.meta.url);
test.each(readdirSync(folder))('the example %s runs', (name) => {
  const code = prepared(readFileSync(new URL(name, folder), 'utf8'));
  const printed: unknown[][] = [];
  new Function('globalThis', 'console', code)({ torch }, { log: (...values: unknown[]) => printed.push(values) });
  expect(printed.length).toBeGreaterThanOrEqual(2);
  const numbers = printed.flat().filter((value) => typeof value === 'number');
  expect(numbers.every(Number.isFinite)).toBe(true);
});

test('the training example is the README’s', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const example = readFileSync(new URL('3_train.js', folder), 'utf8');
  expect(readme).toContain(example.split('\n').slice(1).join('\n'));
});
