// Makes dist/, the static site: the live page at its root, the API reference under api/.

import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
rmSync(dist, { recursive: true, force: true });
cpSync(join(here, '../demo/dist'), dist, { recursive: true });
const typedoc = join(dirname(createRequire(import.meta.url).resolve('typedoc/package.json')), 'bin/typedoc');
execFileSync(process.execPath, [typedoc, '--logLevel', 'Warn'], { cwd: here, stdio: 'inherit' });
