// The tarball as such: what the tools that judge packages say, whether it can be published, what a page
// downloads.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { here, unpacked } from './pack.mjs';

const web = join(here, '../../web');
/** File → the most bytes it may have, compressed by zlib at level 9, as a server sends it. */
const budgets = JSON.parse(readFileSync(join(here, 'budgets.json'), 'utf8'));

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
};
