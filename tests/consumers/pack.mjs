// The package as a user gets it: packed, unpacked, and found by every consumer's imports.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));
/** Where the consumers are built: outside the sources, below the tools of node_modules. */
export const work = join(here, '../../build/consumers');
export const unpacked = join(work, 'node_modules/alphatorch');

/** Packs web/ and puts it where imports from `work` find it. Returns the tarball's path. */
export function pack() {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  // A package of its own, or Node and the bundlers take the workspace around it for it.
  writeFileSync(join(work, 'package.json'), '{ "name": "consumers", "private": true, "type": "module" }\n');
  const web = join(here, '../../web');
  const text = execFileSync('npm', ['pack', '--silent', '--pack-destination', work], { cwd: web, encoding: 'utf8' });
  const tarball = join(work, text.trim().split('\n').at(-1));
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', unpacked]);
  return tarball;
}

/** A fresh copy of a project, with the common source beside it. */
export function project(name, kind) {
  const folder = join(work, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(here, 'projects', kind), folder, { recursive: true });
  cpSync(join(here, 'train.js'), join(folder, 'train.js'));
  return folder;
}

/** The common source for a place without import maps: with the address in it, or for a global. */
export function trainFor(address) {
  const source = readFileSync(join(here, 'train.js'), 'utf8');
  return address
    ? source.replace("'alphatorch'", `'${address}'`)
    : source.replace(/^import .*$/m, '').replaceAll(/^export /gm, '');
}

