// The types of every public function, class and method are used in what tests/web/types/ compiles.
import { readdirSync, readFileSync } from 'node:fs';
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';

const folder = new URL('../web/types/', import.meta.url);
const text = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');

// How the files name a namespace, where not by its path.
const short = {
  'torch.nn.functional': 'F',
  'torch.nn.init': 'init',
  'torch.optim.lr_scheduler': 's',
  'torch.utils.data': 'data',
};
const isNamespace = (value) => [null, Object.prototype].includes(Object.getPrototypeOf(value));
const last = (path) => path.split('.').at(-1);

function* exported(space, path = 'torch') {
  for (const [name, value] of Object.entries(space)) {
    if (name.startsWith('_')) continue;
    if (typeof value === 'object' && value && isNamespace(value)) yield* exported(value, `${path}.${name}`);
    else if (typeof value === 'function') yield { path: `${path}.${name}`, space: `(?:${short[path] ?? last(path)}|${last(path)})`, name };
  }
}

test('every exported function and class', () => {
  const all = [...exported(torch)];
  expect(all.length).toBeGreaterThan(500);
  const unused = all.filter(({ space, name }) => {
    const called = new RegExp(`\\b${space}\\.${name}\\b`);
    // Or taken out of its namespace first.
    return !called.test(text) && !new RegExp(`\\{[^{}]*\\b${name}\\b[^{}]*\\} = [\\w.]*${space};`).test(text);
  });
  expect(unused.map(({ path }) => path)).toEqual([]);
});

test('every method and attribute of a tensor', () => {
  const own = Object.getOwnPropertyNames(torch.Tensor.prototype);
  // `handle`, `become`, `wrapped`, `checkGrad` are ours alone.
  const inner = new Set(['constructor', 'handle', 'become', 'wrapped', 'checkGrad', 'toString']);
  expect(own.length).toBeGreaterThan(400);
  const unused = own.filter((name) => !inner.has(name) && !new RegExp(`\\.${name}\\b`).test(text));
  expect(unused).toEqual([]);
});
