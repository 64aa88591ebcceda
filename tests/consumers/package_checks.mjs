// The tarball as such: what the tools that judge packages say, whether it can be published, what a page
// downloads.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { here, unpacked, work } from './pack.mjs';

const web = join(here, '../../web');
/** File → the most bytes it may have, compressed by zlib at level 9, as a server sends it. */
const budgets = JSON.parse(readFileSync(join(here, 'budgets.json'), 'utf8'));

/** The bytes of one formula with what it needs, minified: the library would be 500,000. */
const kFormula = 5000;

function sizes() {
  const over = [];
  console.log('· file               bytes     gzip   budget');
  for (const [name, budget] of Object.entries(budgets)) {
    const bytes = readFileSync(join(unpacked, 'dist', name));
    const gzip = gzipSync(bytes, { level: 9 }).length;
    const cells = [bytes.length, gzip, budget].map((n) => String(n).padStart(8));
    console.log(`· ${name.padEnd(14)} ${cells.join(' ')}`);
    if (gzip > budget) over.push(`${name} has ${gzip} bytes, ${gzip - budget} too many`);
  }
  return over.join('; ');
}

function program(name, args) {
  try {
    execFileSync(name, args, { cwd: web, encoding: 'utf8', stdio: 'pipe' });
    return '';
  } catch (error) {
    return error.stdout || error.message;
  }
}

/** What a page gets that imports one formula of `alphatorch/snn`. */
function theoryAlone() {
  const contents = "import { selu_map } from 'alphatorch/snn';\nconsole.log(selu_map({ mean: 0, variance: 1 }));\n";
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: work },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  const bytes = outputFiles[0].contents.length;
  return bytes <= kFormula ? '' : `${bytes} bytes, not within ${kFormula}`;
}

/** Name → what is wrong; empty where nothing is. */
export const packageChecks = {
  publint: () => program('publint', ['--strict']),
  // These files are for script tags, and one for a service worker; nobody imports them.
  'are the types wrong': (tarball) =>
    program('attw', [tarball, '--exclude-entrypoints', './dist/torch.js', './dist/onnx.js', './dist/snn.js', './coi']),
  // A rehearsal: it asks no registry and sends nothing.
  'npm publish --dry-run': (tarball) =>
    program('npm', ['publish', tarball, '--dry-run', '--offline', '--loglevel=error']),
  'sizes within their budgets': sizes,
  'a formula alone leaves the library out': theoryAlone,
};
