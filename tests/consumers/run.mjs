// The packed package in the hands of each kind of consumer, on each kind of page, in each browser:
// each trains ten steps and gets the same losses.

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { kBrowsers, launch } from '../browser/browsers.mjs';
import { visit } from '../browser/pages.mjs';
import { launchWebkit } from '../browser/webkit.mjs';
import { bundlers, viteDev } from './bundlers.mjs';
import { pack, project, trainFor, unpacked } from './pack.mjs';
import { packageChecks } from './package_checks.mjs';
import { startup } from './startup.mjs';

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

async function inPage(browser, name, address, threads) {
  const { outcome, error } = await visit(browser, name, address);
  return error ?? problemOf(outcome, threads);
}

// The package as such

const tarball = pack();
for (const [name, check] of Object.entries(packageChecks)) report(name, check(tarball));

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
for (const page of ['script.html', 'coi.html'].map((name) => join(tags, name))) {
  writeFileSync(page, readFileSync(page, 'utf8').replace('OTHER_ORIGIN/', cdn.address));
}
// A service worker belongs to the page's own origin.
cpSync(join(unpacked, 'dist/coi.js'), join(tags, 'coi.js'));
const tagPages = ['script', 'import_map', 'module_worker', 'classic_worker', 'service_worker', 'coi'];

const several = availableParallelism() > 1;

/** The pages of `tagPages`, plain and isolated. `shared`: whether the engine has shared memory. */
async function inTagPages(browser, kind, names, engine = kind, shared = true) {
  for (const [pageKind, headers] of Object.entries(pages)) {
    const server = await served(tags, headers);
    for (const name of names) {
      // A service worker may start no workers; coi isolates a plain page.
      const may = name === 'coi' || (pageKind === 'isolated' && name !== 'service_worker');
      const problem = await inPage(browser, kind, `${server.address}${name}.html`, may && several && shared);
      report(`${name.replace('_', ' ')}, ${engine}, ${pageKind} page`, problem);
    }
    server.close();
  }
}

for (const kind of kBrowsers) {
  const browser = await launch(kind);
  try {
    for (const [pageKind, headers] of Object.entries(pages)) {
      const threads = pageKind === 'isolated' && several;
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
    }
    await inTagPages(browser, kind, tagPages);
    const { ms, empty } = await startup(browser, `${cdn.address}empty.html`);
    console.log(
      `· ${kind}: first result ${ms.toFixed(0)} ms after the script's start, ` +
        `${(ms / empty).toFixed(1)} times what an empty module of the same size takes to compile`,
    );
  } finally {
    await browser.close();
  }
}
// As Debian ships it, without shared memory, and with it as Safari has it.
for (const sharedMemory of [false, true]) {
  const browser = await launchWebkit({ sharedMemory });
  const engine = sharedMemory ? 'webkit with shared memory' : 'webkit';
  try {
    await inTagPages(browser, 'webkit', tagPages, engine, sharedMemory);
  } finally {
    await browser.close();
  }
}
cdn.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
