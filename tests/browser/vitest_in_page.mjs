// What the test files import as `vitest` when they run in a page: the same expect, and a runner that
// is a list.

import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';
import * as chai from 'chai';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
export const expect = Object.assign((value, message) => chai.expect(value, message), chai.expect);

const tests = [];
const before = [];
const after = [];
const names = [];

export function describe(name, body) {
  names.push(name);
  body();
  names.pop();
}
const each = (add) => (rows) => (name, body) =>
  rows.forEach((row) => {
    const values = Array.isArray(row) ? row : [row];
    add(name.replace('%s', values[0]), () => body(...values));
  });
describe.each = each(describe);

export function test(name, body) {
  tests.push({ name: [...names, name].join(' › '), body });
}
test.each = each(test);
export const it = test;
export const beforeEach = (f) => before.push(f);
export const afterEach = (f) => after.push(f);
export const beforeAll = (f) => before.push(once(f));
export const afterAll = () => {};

function once(f) {
  let result;
  return () => (result ??= Promise.resolve(f()));
}

/** Runs all tests; returns how many passed, and the failures. */
export async function run() {
  const failures = [];
  for (const { name, body } of tests) {
    try {
      for (const f of before) await f();
      await body();
      for (const f of after) await f();
    } catch (error) {
      failures.push(`${name}: ${error?.message ?? error}`);
    }
  }
  return { passed: tests.length - failures.length, failures };
}
