// Holds the API reference to the library: a page for each name that a user can call, or for one
// that it is another name of. Then visits the site.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as torch from 'alphatorch';
import * as onnx from 'alphatorch/onnx';
import * as snn from 'alphatorch/snn';
import { visits } from './visit.mjs';

const kinds = ['functions', 'classes', 'variables'];
let passed = 0;
let failed = 0;

function holdReference(folder, library) {
  const has = (kind, path) => existsSync(fileURLToPath(new URL(`dist/${folder}/${kind}/${path}.html`, import.meta.url)));
  const isNamespace = (path) => has('modules', path);
  function* publicNames(namespace, prefix = '') {
    for (const [name, value] of Object.entries(namespace)) {
      const path = prefix + name;
      if (isNamespace(path)) yield* publicNames(value, `${path}.`);
      else yield { path, value };
    }
  }
  const names = [...publicNames(library)];
  const documented = new Set(names.filter(({ path }) => kinds.some((kind) => has(kind, path))).map(({ value }) => value));
  const missing = names.filter(({ value }) => !documented.has(value)).map(({ path }) => path);
  for (const path of missing) console.log(`✗ the reference in ${folder} has no page for ${path}`);
  passed += names.length - missing.length;
  failed += missing.length;
}

holdReference('api', torch);
holdReference('api/snn', snn);
holdReference('api/onnx', onnx);
await visits((name, problem) => {
  if (problem) failed += 1;
  else passed += 1;
  console.log(problem ? `✗ ${name}: ${problem}` : `✓ ${name}`);
});
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
