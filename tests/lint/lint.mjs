// The house rules that a machine can check. Prints each offence as file:line and closes with counts.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { undocumented } from './docs.mjs';
import { rules } from './rules.mjs';

const fix = process.argv.includes('--fix');
const root = new URL('../..', import.meta.url).pathname;
process.chdir(root);

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path && existsSync(path))
  .map((path) => {
    const bytes = readFileSync(path);
    return { path, text: bytes.includes(0) ? '' : bytes.toString('utf8') };
  });

let passed = 0;
let failed = 0;
function report(name, offences) {
  if (offences.length === 0) passed += 1;
  else failed += 1;
  console.log(`${offences.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  for (const offence of offences) console.log(`       ${offence}`);
}

for (const { name, check } of rules) report(name, files.flatMap((file) => check(file, files)));

function formatting() {
  const sources = files.map((f) => f.path).filter((p) => /\.(h|cpp)$/.test(p));
  if (sources.length === 0) return ['no C++ file found'];
  const mode = fix ? ['-i'] : ['--dry-run', '-Werror'];
  const { status, stderr, error } = spawnSync('clang-format', [...mode, ...sources], {
    encoding: 'utf8',
  });
  if (error) return [`clang-format does not run: ${error.message}`];
  if (status === 0) return [];
  const places = stderr.matchAll(/^(\S+:\d+):\d+: error/gm);
  const first = new Map();
  for (const [, place] of places) {
    const path = place.split(':')[0];
    first.set(path, (first.get(path) ?? []).concat(place));
  }
  if (first.size === 0) return [stderr.trim()];
  return [...first.values()].map((p) => `${p[0]}: and ${p.length - 1} more (./run lint --fix)`);
}
report('C++ is formatted as .clang-format says', formatting());

for (const workspace of ['web', 'tests', 'demo']) {
  const name = `TypeScript of ${workspace}/ compiles under strict`;
  if (!existsSync(`${workspace}/tsconfig.json`)) {
    report(name, [`${workspace}/tsconfig.json is missing`]);
    continue;
  }
  const { status, stdout, error } = spawnSync(
    'node_modules/.bin/tsc',
    ['--noEmit', '--emitDeclarationOnly', 'false', '-p', workspace],
    { encoding: 'utf8' },
  );
  if (error) report(name, [`tsc does not run: ${error.message}`]);
  else report(name, status === 0 ? [] : stdout.trim().split('\n'));
}

const { offences, count } = undocumented('web/src/index.ts', 'web/tsconfig.json');
report('every public function and class has a doc comment', count > 400 ? offences : [`only ${count} exports found`]);

console.log(`lint: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
