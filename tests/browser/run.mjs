// The tests of tests/web in real Chromium and Firefox, and every door on every kind of page.

import { build } from 'esbuild';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kBrowsers, launch } from './browsers.mjs';
import { kinds, serve } from './serve.mjs';

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

const server = await serve(new Map([['/tests.js', await bundledTests()]]));
const hashes = new Set();

async function inPage(browser, query, timeout = 20_000) {
  const page = await browser.newPage();
  const errors = [];
  // The browser itself asks for a favicon, which the strict policy does not allow.
  const note = (text) => text.includes('favicon.ico') || errors.push(text);
  page.on('pageerror', (error) => note(error.message));
  page.on('console', (message) => message.type() === 'error' && note(message.text()));
  try {
    await page.goto(`${server.page}/page?${new URLSearchParams(query)}`);
    await page.waitForFunction('globalThis.outcome !== undefined', { timeout }).catch(() => {
      throw new Error(errors.join('; ') || 'the page set no outcome');
    });
    return { outcome: await page.evaluate('globalThis.outcome'), errors };
  } finally {
    await page.close();
  }
}

function problemOf(kind, { outcome, errors }) {
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
  const threads = isolated && !workersBlocked;
  if (threads && !(info.threads > 1 && info.reason === '')) return `no threads: ${info.reason}`;
  const why = workersBlocked ? 'worker-src' : 'Cross-Origin-Embedder-Policy';
  if (!threads && !(info.threads === 1 && (!isolated || info.reason.includes(why)))) {
    return `${info.threads} threads, reason "${info.reason}"`;
  }
  if (info.build !== 'relaxed') return `build ${info.build}`;
  return '';
}

/** On a page that forbids WebAssembly the error names the directive that is missing. */
async function refusal(browser) {
  const page = await browser.newPage();
  try {
    const thrown = new Promise((resolve) => page.on('pageerror', (e) => resolve(e.message)));
    const silence = new Promise((resolve) => setTimeout(resolve, 10_000, 'no error'));
    await page.goto(`${server.page}/page?door=script&kind=csp+without+wasm`);
    const message = await Promise.race([thrown, silence]);
    return message.includes("'wasm-unsafe-eval'") ? '' : message;
  } finally {
    await page.close();
  }
}

for (const name of kBrowsers) {
  const browser = await launch(name);
  try {
    for (const door of ['script', 'module', 'other origin']) {
      for (const kind of Object.keys(kinds)) {
        if (kind === 'csp without wasm') continue;
        if (door === 'other origin' && kind.includes('csp')) continue; // script-src names 'self' alone
        const label = `${name}, ${door}, ${kind} page`;
        try {
          report(label, problemOf(kind, await inPage(browser, { door, kind })));
        } catch (error) {
          report(label, error.message);
        }
      }
    }
    report(`${name}, a page that forbids WebAssembly is told so`, await refusal(browser));
    for (const kind of ['plain', 'isolated']) {
      const { outcome, errors } = await inPage(browser, { run: '/tests.js', kind }, 300_000);
      passed += outcome.passed;
      for (const failure of outcome.failures) report(`${name}, ${kind} page, ${failure}`, 'failed');
      report(`${name}, ${kind} page, tests/web without errors on the console`, errors.join('; '));
      console.log(`${name}, ${kind} page: ${outcome.passed} tests of tests/web passed`);
    }
  } finally {
    await browser.close();
  }
}
report('the same bits in every browser, on every page', hashes.size === 1 ? '' : `${hashes.size} results`);
server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
