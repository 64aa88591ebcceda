// Makes dist/, the static site: the live page at its root, the API reference under api/. It runs from any
// static host and any path there, with threads, and after the first visit without a network.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const { resolve } = createRequire(import.meta.url);
rmSync(dist, { recursive: true, force: true });
cpSync(join(here, '../demo/dist'), dist, { recursive: true });
const typedoc = join(dirname(resolve('typedoc/package.json')), 'bin/typedoc');
const document = (...options) =>
  execFileSync(process.execPath, [typedoc, '--logLevel', 'Warn', ...options], { cwd: here, stdio: 'inherit' });
document();
// A reference of its own for each part: beside others, an entry point is a folder in every address.
for (const part of ['snn', 'onnx']) {
  const out = `dist/api/${part}`;
  document('--entryPoints', `../web/src/${part}/index.ts`, '--out', out, '--name', `alphatorch/${part}`, '--readme', 'none');
}

cpSync(resolve('alphatorch/coi'), join(dist, 'coi.js'));
const page = readFileSync(join(dist, 'index.html'), 'utf8');
const scripts = `<script src="./coi.js" data-worker="./offline.js"></script>
    <script>navigator.serviceWorker?.ready.then(({ active }) => active.postMessage('keep'));</script>`;
writeFileSync(join(dist, 'index.html'), page.replace('<head>', `<head>\n    ${scripts}`));

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
  .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1))
  .sort();
const hash = createHash('sha256');
for (const file of files) hash.update(readFileSync(join(dist, file)));
const offline = readFileSync(join(here, 'offline.js'), 'utf8')
  .replace("'VERSION'", JSON.stringify(`alphatorch ${hash.digest('hex').slice(0, 16)}`))
  .replace("['FILES']", JSON.stringify(files));
writeFileSync(join(dist, 'offline.js'), offline);
