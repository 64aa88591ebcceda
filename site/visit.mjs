// Visits the built site as a visitor does: on a plain host, below a path, then without the host; and the
// live page in WebKitGTK.

import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve as serveDemo } from '../demo/serve.mjs';
import { kBrowsers, launch } from '../tests/browser/browsers.mjs';
import { answerOf, kLoading, visit } from '../tests/browser/pages.mjs';
import { launchWebkit } from '../tests/browser/webkit.mjs';

const dist = fileURLToPath(new URL('dist', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const kPath = '/some/where/';
const several = availableParallelism() > 1;
const kPatienceMs = 60_000;

/** A host that sets no header but the type. */
async function plainHost() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const name = pathname.slice(kPath.length) || 'index.html';
    const path = join(dist, name);
    if (!pathname.startsWith(kPath) || !existsSync(path)) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' });
    response.end(readFileSync(path));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { address: `http://localhost:${server.address().port}${kPath}`, close };
}

// The page that is not isolated yet is about to load itself again.
const drawn = `globalThis.crossOriginIsolated
  ? globalThis.__demo?.ready.then(() => ({ info: __demo.info(), layer: __demo.stats('layer-out') }))
  : undefined`;
const drawnAnyhow = drawn.replace('globalThis.crossOriginIsolated', 'true');
const kept = `new Promise((resolve) => {
  navigator.serviceWorker.onmessage = () => resolve('kept');
  navigator.serviceWorker.ready.then(({ active }) => active.postMessage('keep'));
})`;

// Firefox now and then never comes back from a `new Worker` (tests/browser/pages.mjs); then the page is
// loaded once more.
async function loaded(page, load) {
  for (let chance = 3; ; --chance) {
    await load();
    const answer = await answerOf(page, { expected: drawn, patience: kPatienceMs });
    if (!answer.silent || chance === 1) return answer;
  }
}

const problemOf = ({ outcome, error }, threads) => {
  if (!outcome) return error ?? 'no answer';
  if (!Number.isFinite(outcome.layer?.measured.variance)) return 'no figure';
  // On a busy machine workers come after the figures.
  const started = outcome.info.threads > 1 || outcome.info.reason.includes('not started yet');
  if (started !== threads) return `${outcome.info.threads} threads: ${outcome.info.reason}`;
  return threads || outcome.info.reason ? '' : 'no reason for a single thread';
};

/** Reports `name` and what is wrong with it, empty where nothing is. */
export async function visits(report) {
  for (const name of kBrowsers) {
    const browser = await launch(name);
    const host = await plainHost();
    let closed = false;
    try {
      const page = await browser.newPage();
      const first = await loaded(page, () => page.goto(host.address, kLoading));
      report(`${name}: the site on a plain host has threads`, problemOf(first, several));
      await page.evaluate(kept);
      await host.close();
      closed = true;
      const without = await loaded(page, () => page.reload(kLoading));
      report(`${name}: without the host it still has`, problemOf(without, several));
      await page.goto(`${host.address}api/index.html`, kLoading);
      const title = await page.title();
      report(`${name}: and the API reference`, title.includes('alphatorch') ? '' : `the title is "${title}"`);
    } catch (error) {
      report(`${name}: the site`, error.message);
    } finally {
      await browser.close();
      if (!closed) await host.close();
    }
  }
  for (const sharedMemory of [false, true]) {
    const browser = await launchWebkit({ sharedMemory });
    for (const isolated of [false, true]) {
      const { server, address } = await serveDemo({ isolated });
      const what = `${sharedMemory ? 'with' : 'without'} shared memory, ${isolated ? 'isolated' : 'plain'}`;
      const answer = await visit(browser, 'webkit', address, { expected: drawnAnyhow, patience: kPatienceMs });
      report(`webkit: the live page ${what}`, problemOf(answer, isolated && sharedMemory && several));
      server.closeAllConnections();
      server.close();
    }
    await browser.close();
  }
}
