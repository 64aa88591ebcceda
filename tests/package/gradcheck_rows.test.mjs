// No op enters the binding table unnoticed: it has a row in gradcheck, or is named as having none.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { others, rows } from '../web/gradcheck_rows.ts';

const table = readFileSync(new URL('../../web/src/core.d.mts', import.meta.url), 'utf8');
const [, embind] = table.match(/interface EmbindModule \{([^}]*)\}/);
const names = [...embind.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
const checked = new Set(rows.map((row) => row.core));

test('every function of the core has a gradcheck row or is listed as not differentiable', () => {
  const known = new Set([...checked, ...others]);
  expect(names.length).toBeGreaterThan(200);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

test('no row and no name of the list is of something that is not there, or is there twice', () => {
  const there = new Set(names);
  expect([...checked, ...others].filter((name) => !there.has(name))).toEqual([]);
  expect(others.filter((name) => checked.has(name))).toEqual([]);
});
