// Holds the API reference to the library: a page for each name that a user can call, or for one
// that it is another name of. Then visits the site.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as torch from 'alphatorch';
import { visits } from './visit.mjs';

const has = (kind, path) => existsSync(fileURLToPath(new URL(`dist/api/${kind}/${path}.html`, import.meta.url)));
const kinds = ['functions', 'classes', 'variables'];
const isNamespace = (path) => has('modules', path);

function* publicNames(namespace, prefix = '') {
  for (const [name, value] of Object.entries(namespace)) {
    const path = prefix + name;
    if (isNamespace(path)) yield* publicNames(value, `${path}.`);
    else yield { path, value };
  }
}

const names = [...publicNames(torch)];
const documented = new Set(names.filter(({ path }) => kinds.some((kind) => has(kind, path))).map(({ value }) => value));
const missing = names.filter(({ value }) => !documented.has(value)).map(({ path }) => path);
for (const path of missing) console.log(`✗ the API reference has no page for ${path}`);
let passed = names.length - missing.length;
let failed = missing.length;
await visits((name, problem) => {
  if (problem) failed += 1;
  else passed += 1;
  console.log(problem ? `✗ ${name}: ${problem}` : `✓ ${name}`);
});
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
