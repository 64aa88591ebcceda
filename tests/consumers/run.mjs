// The packed package in the hands of each kind of consumer, on each kind of page, in each browser:
// each trains ten steps and gets the same losses.

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { kBrowsers, launch } from '../browser/browsers.mjs';
import { bundlers, viteDev } from './bundlers.mjs';
import { here, pack, project, trainFor, unpacked } from './pack.mjs';

const kIsolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const pages = { plain: {}, isolated: kIsolated };
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css' };

/** Serves a folder with headers on a free port. */
async function served(folder, headers) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const path = normalize(join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    try {
      const body = readFileSync(path);
      const type = types[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { ...headers, 'Content-Type': `${type}; charset=utf-8` });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://localhost:${server.address().port}/`, close };
}

let passed = 0;
let failed = 0;
const report = (name, problem) => {
  if (problem) ++failed;
  else ++passed;
  console.log(problem ? `✗ ${name}: ${problem}` : `✓ ${name}`);
};

let expected;
/** What is wrong with an outcome; empty where nothing is. */
function problemOf({ first, again, info }, threads) {
  // Builds with and without fused multiply-adds differ in last bits.
  const off = Math.max(...expected.map((loss, i) => Math.abs(first[i] - loss) / loss));
  if (!(first.length === 10 && off < 1e-5)) return `losses ${first.slice(0, 3)}, ${off} off`;
  if (String(again) !== String(first)) return 'another result when the threads are up';
  if (info.threads > 1 !== threads) return `${info.threads} threads, reason "${info.reason}"`;
  if (!threads && info.reason === '') return 'no reason for a single thread';
  return '';
}

const kPatienceMs = 30_000;
const kLook = `(() => {
  globalThis.answer ??= globalThis.outcome?.then(
    (outcome) => (globalThis.arrived = { outcome }),
    (error) => (globalThis.arrived = { error: String(error) }),
  );
  return globalThis.arrived ?? null;
})()`;

/** What the page's `outcome` comes to; null where nothing comes. */
async function answerOf(page) {
  const end = performance.now() + kPatienceMs;
  for (;;) {
    const arrived = await page.evaluate(kLook);
    if (arrived !== null || performance.now() > end) return arrived;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// On a busy machine Firefox now and then never comes back from a `new Worker` or an importScripts in
// a worker, whatever is in it: then its page gets another chance.
const kChances = { chrome: 1, firefox: 3 };

async function inPage(browser, kind, address, threads) {
  for (let chance = kChances[kind]; ; --chance) {
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    try {
      await page.goto(address);
      const answer = await answerOf(page);
      if (answer?.outcome) return problemOf(answer.outcome, threads);
      if (answer || errors.length > 0 || chance <= 1) {
        return [answer?.error ?? 'no answer', ...errors].join('; ');
      }
    } catch (error) {
      return [error.message, ...errors].join('; ');
    } finally {
      await page.close();
    }
  }
}

// The package as such

const tarball = pack();
const checks = {
  publint: ['publint', ['--strict'], { cwd: join(here, '../../web') }],
  // Two files are for script tags; nobody imports them.
  'are the types wrong': ['attw', [tarball, '--exclude-entrypoints', './dist/torch.js', './dist/onnx.js', './dist/snn.js']],
};
for (const [name, [program, args, options]] of Object.entries(checks)) {
  try {
    execFileSync(program, args, { ...options, encoding: 'utf8', stdio: 'pipe' });
    report(name, '');
  } catch (error) {
    report(name, error.stdout || error.message);
  }
}

// Without a browser

const node = project('node', 'node');
const programs = {
  'Node, import': [process.execPath, ['main.mjs']],
  'Node, require': [process.execPath, ['main.cjs']],
  Deno: ['deno', ['run', '--no-lock', '--allow-env', '--allow-read', 'main.mjs']],
  Bun: ['bun', ['main.mjs']],
};
writeFileSync(
  join(node, 'main.cjs'),
  `const torch = require('alphatorch');\n${trainFor('')}\nreport().then((r) => console.log(JSON.stringify(r)));\n`,
);
for (const [name, [program, args]] of Object.entries(programs)) {
  try {
    const outcome = JSON.parse(execFileSync(program, args, { cwd: node, encoding: 'utf8' }));
    expected ??= outcome.first;
    report(name, problemOf(outcome, false));
  } catch (error) {
    report(name, error.message);
  }
}

// With one

const folders = {};
for (const [name, build] of Object.entries(bundlers)) {
  console.log(`· building with ${name}`);
  try {
    folders[name] = await build();
  } catch (error) {
    report(`${name}, build`, String(error.stderr ?? error.stack));
  }
}
const tags = project('tags', 'tags');
execFileSync('cp', ['-r', join(unpacked, 'dist'), join(tags, 'alphatorch')]);
writeFileSync(join(tags, 'classic.js'), trainFor(''));
writeFileSync(join(tags, 'main.js'), `import { report } from './train.js';\n\nglobalThis.outcome = report();\n`);
writeFileSync(
  join(tags, 'module_worker.js'),
  `${trainFor('/alphatorch/torch.mjs')}\n${readFileSync(join(tags, 'module_worker_source.js'), 'utf8').replace(/^import .*$/m, '')}`,
);
const cdn = await served(tags, { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
const script = join(tags, 'script.html');
writeFileSync(script, readFileSync(script, 'utf8').replace('OTHER_ORIGIN/', cdn.address));
const tagPages = ['script', 'import_map', 'module_worker', 'classic_worker', 'service_worker'];

for (const kind of kBrowsers) {
  const browser = await launch(kind);
  try {
    for (const [pageKind, headers] of Object.entries(pages)) {
      const threads = pageKind === 'isolated' && availableParallelism() > 1;
      const label = (name) => `${name}, ${kind}, ${pageKind} page`;
      for (const [name, folder] of Object.entries(folders)) {
        const server = await served(folder, headers);
        report(label(name), await inPage(browser, kind, server.address, threads));
        server.close();
      }
      // A port for each kind of page: a browser would take the headers from its cache.
      const dev = await viteDev(headers, pageKind === 'plain' ? 5173 : 5273);
      report(label('vite dev'), await inPage(browser, kind, dev.address, threads));
      await dev.close();
      const server = await served(tags, headers);
      for (const name of tagPages) {
        // A service worker may start no workers.
        const may = threads && name !== 'service_worker';
        report(label(name.replace('_', ' ')), await inPage(browser, kind, `${server.address}${name}.html`, may));
      }
      server.close();
    }
  } finally {
    await browser.close();
  }
}
cdn.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
