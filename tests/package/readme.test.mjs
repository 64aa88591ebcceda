// The README's JavaScript runs as it stands.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const tests = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
// What goes to Python and back runs in tests/python.
const here = readme.replace(/^## Move weights$.*?(?=^## )/ms, '');
const blocks = [...here.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);

function run(code) {
  const args = ['--input-type=module', '-e', code];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: tests,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

test('there are examples', () => expect(blocks.length).toBeGreaterThanOrEqual(2));

test.each(blocks.map((code, i) => [i + 1, code]))('block %i', (_, code) => {
  const lines = run(code).trim().split('\n');
  if (!code.includes('optim')) return;
  const [first, , last] = lines.map((line) => Number(line.split(' ')[1]));
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['100', '200', '300']);
  expect(last).toBeLessThan(first);
  expect(last).toBeLessThan(0.04);
});
