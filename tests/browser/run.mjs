// The tests of tests/web in real Chromium and Firefox, and every door on every kind of page.

import { build } from 'esbuild';
import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kBrowsers, launch } from './browsers.mjs';
import { failures, told } from './failures.mjs';
import { visit } from './pages.mjs';
import { kinds, serve } from './serve.mjs';
import { launchWebkit } from './webkit.mjs';

const here = dirname(fileURLToPath(import.meta.url));
let passed = 0;
let failed = 0;

function report(name, problem) {
  if (problem) {
    ++failed;
    console.log(`✗ ${name}: ${problem}`);
  } else {
    ++passed;
  }
}

/** The test files as one script whose global `outcome` is what run() finds. */
async function bundledTests() {
  const web = join(here, '../web');
  const files = readdirSync(web).filter((name) => name.endsWith('.test.ts'));
  const { outputFiles } = await build({
    stdin: {
      contents: [
        ...files.map((name) => `import './${name}';`),
        "import { run } from 'vitest'; globalThis.outcome = run();",
      ].join('\n'),
      resolveDir: web,
    },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    alias: { vitest: join(here, 'vitest_in_page.mjs') },
    // Fixtures are read from disk in Node; here they are part of the script.
    plugins: [
      {
        name: 'fixtures',
        setup(build) {
          build.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'node' }));
          build.onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => {
            throw new Error(`a test of tests/web uses ${path}; it must run in a page too`);
          });
        },
      },
    ],
  });
  return outputFiles[0].text;
}

const made = new Map([['/tests.js', await bundledTests()]]);
Object.values(failures).forEach(({ before, file }, i) => {
  made.set(`/failure${i}/before.js`, before ?? ';');
  made.set(`/failure${i}/library.js`, file ?? readFileSync(join(here, '../../web/dist/torch.js'), 'utf8'));
  made.set(`/failure${i}/told.js`, told);
});
const server = await serve(made);
const hashes = new Set();

const at = (query) => `${server.page}/page?${new URLSearchParams(query)}`;

function problemOf(kind, { outcome, error, errors }, engine = {}) {
  if (error) return error;
  const workersBlocked = kind === 'isolated csp without workers';
  // The browser reports the one worker that asked whether workers are allowed.
  const unexpected = workersBlocked ? errors.filter((e) => !/worker|script-src/.test(e)) : errors;
  if (unexpected.length > 0) return unexpected.join('; ');
  const { first, again, info } = outcome;
  hashes.add(first.hash);
  if (again.hash !== first.hash) return `${info.threads} threads gave another result than one`;
  if (Math.abs(first.mean) > 0.02 || Math.abs(first.variance - 1) > 0.03) {
    return `mean ${first.mean}, variance ${first.variance}`;
  }
  const isolated = kind.startsWith('isolated') && availableParallelism() > 1;
  const threads = isolated && !workersBlocked && !engine.unshared;
  if (threads && !(info.threads > 1 && info.reason === '')) return `no threads: ${info.reason}`;
  let why = kind.startsWith('isolated') ? '' : 'Cross-Origin-Embedder-Policy';
  if (isolated && workersBlocked) why = 'worker-src';
  if (isolated && engine.unshared) why = 'SharedArrayBuffer';
  if (!threads && !(info.threads === 1 && info.reason.includes(why))) {
    return `${info.threads} threads, reason "${info.reason}"`;
  }
  return info.build === (engine.build ?? 'relaxed') ? '' : `build ${info.build}`;
}

async function doors(browser, name, chosen, engine) {
  for (const door of ['script', 'module', 'other origin']) {
    for (const kind of chosen) {
      if (kind === 'csp without wasm') continue;
      if (door === 'other origin' && kind.includes('csp')) continue; // script-src names 'self' alone
      const found = await visit(browser, name, at({ door, kind }));
      report(`${name}, ${door}, ${kind} page`, problemOf(kind, found, engine));
    }
  }
}

for (const name of kBrowsers) {
  const browser = await launch(name);
  try {
    await doors(browser, name, Object.keys(kinds));
    for (const [i, [failure, { kind = 'plain', check }]] of Object.entries(failures).entries()) {
      const { outcome, error, errors } = await visit(browser, name, at({ door: 'failure', name: `failure${i}`, kind }));
      report(`${name}, ${failure}`, error ?? check(outcome, errors));
    }
    for (const kind of ['plain', 'isolated']) {
      const { outcome, error, errors } = await visit(browser, name, at({ run: '/tests.js', kind }), { patience: 300_000 });
      for (const failure of outcome?.failures ?? []) report(`${name}, ${kind} page, ${failure}`, 'failed');
      report(`${name}, ${kind} page, tests/web without errors on the console`, error ?? errors.join('; '));
      passed += outcome?.passed ?? 0;
      console.log(`${name}, ${kind} page: ${outcome?.passed ?? 0} tests of tests/web passed`);
    }
  } finally {
    await browser.close();
  }
}
// As Debian ships it, without shared memory, and with it as Safari has it.
for (const sharedMemory of [false, true]) {
  const browser = await launchWebkit({ sharedMemory });
  const chosen = ['plain', 'isolated', ...(sharedMemory ? ['isolated csp without workers', 'windows-1252'] : [])];
  try {
    await doors(browser, 'webkit', chosen, { build: 'simd', unshared: !sharedMemory });
  } finally {
    await browser.close();
  }
}
report('the same bits in every browser, on every page', hashes.size === 1 ? '' : `${hashes.size} results`);
server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
