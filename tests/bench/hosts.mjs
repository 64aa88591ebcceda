// Where a host (host.mjs with one adapter) lives: a process of Node, or a page of Chromium. Each has
// one contestant to itself, so that nobody's garbage is collected in another's time.

import { build } from 'esbuild';
import { fork, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from '../browser/browsers.mjs';
import { kinds } from '../browser/serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const at = (...parts) => join(here, ...parts);
const root = at('../..');

/** Where the files of an npm package lie; undefined when it is not installed. */
function packageFiles(name) {
  try {
    return dirname(createRequire(import.meta.url).resolve(name));
  } catch {
    return undefined;
  }
}

/** Bundles an adapter with its host into dist/, for Node and for pages. */
export async function bundle(adapters) {
  const shared = { bundle: true, format: 'esm', target: 'es2022', logLevel: 'error' };
  for (const name of adapters) {
    const stdin = {
      contents: `import * as adapter from './adapters/${name}.mjs';
        import { host } from './host.mjs';
        globalThis.bench = host(adapter);`,
      resolveDir: here,
    };
    await build({ ...shared, stdin, platform: 'node', packages: 'external', outfile: at(`dist/node/${name}.mjs`) });
    await build({ ...shared, stdin, platform: 'browser', outfile: at(`dist/page/${name}.js`) });
  }
}

/** The module of hand kernels of one build, in base64. */
const limits = (preset) => readFileSync(join(root, 'build', preset, 'bench_limits.wasm')).toString('base64');

const open = (options) => ({ ...options, wasm: options.limits && limits(options.limits) });

// Node 20 asks for a flag, which later versions no longer know.
const kRelaxed = '--experimental-wasm-relaxed-simd';

export function node() {
  const known = spawnSync(process.execPath, [kRelaxed, '-e', '0']).status === 0;
  return {
    name: `Node ${process.versions.node}`,
    async host(adapter, options) {
      const child = fork(at('process.mjs'), [at(`dist/node/${adapter}.mjs`)], { execArgv: known ? [kRelaxed] : [] });
      const answers = [];
      const gone = new Error(`the process of ${adapter} ended`);
      child.on('message', (answer) => answers.shift()?.(answer));
      child.on('exit', () => answers.splice(0).forEach((answer) => answer({ error: gone.message })));
      const call = (method, ...args) =>
        new Promise((resolve, reject) => {
          if (!child.connected) return reject(gone);
          answers.push(({ value, error }) => (error === undefined ? resolve(value) : reject(new Error(error))));
          child.send({ method, args });
        });
      const files = packageFiles('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm');
      await call('open', open({ ...options, tfjs: `${files}/`, onnxruntime: 'onnxruntime-web' }));
      return { call, close: () => child.kill() };
    },
    close: async () => {},
  };
}

export async function chromium() {
  const server = await serve();
  // A browser for each: a hidden page computes at a lower priority than its own workers.
  const browse = () => launch('chrome', { handleSIGINT: false }); // ours: see run.mjs
  const first = await browse();
  const name = (await first.version()).replace('/', ' ');
  await first.close();
  return {
    name,
    async host(adapter, options) {
      const browser = await browse();
      try {
        return { call: await started(browser, server, adapter, options), close: () => browser.close() };
      } catch (error) {
        await browser.close();
        throw error;
      }
    },
    close: () => server.close(),
  };
}

/** Opens an adapter's page in a browser; returns how its methods are called. */
async function started(browser, server, adapter, options) {
  const [page] = await browser.pages();
  // Three minutes are the protocol's patience; a slow peer's warm-up may take longer.
  page.setDefaultTimeout(0);
  const cores = Math.max(2, options.threads);
  await page.evaluateOnNewDocument((n) => {
    Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => n });
  }, cores);
  const kind = options.threads > 1 ? 'isolated' : 'plain';
  await page.goto(`${server.address}/?kind=${kind}&adapter=${adapter}`);
  await page.waitForFunction('globalThis.bench', { timeout: 30_000 });
  const call = (method, ...args) =>
    page.evaluate((method, args) => globalThis.bench[method](...args), method, args);
  const paths = { tfjs: '/tfjs/', onnxruntime: '/onnxruntime/ort.wasm.min.mjs', onnxruntimeFiles: '/onnxruntime/' };
  await call('open', open({ ...options, ...paths }));
  return call;
}

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

function serve() {
  const folders = {
    page: at('dist/page'),
    tfjs: packageFiles('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'),
    onnxruntime: packageFiles('onnxruntime-web'),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const kind = url.searchParams.get('kind');
    if (kind) {
      const script = `/page/${url.searchParams.get('adapter')}.js`;
      for (const [name, value] of Object.entries(kinds[kind])) response.setHeader(name, value);
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      return response.end(`<!doctype html><link rel="icon" href="data:,"><script type="module" src="${script}"></script>`);
    }
    const folder = folders[url.pathname.split('/')[1]];
    try {
      const body = readFileSync(join(folder, basename(url.pathname)));
      response.setHeader('Content-Type', types[extname(url.pathname)] ?? 'application/octet-stream');
      // Workers of an isolated page must ask for isolation themselves.
      for (const [name, value] of Object.entries(kinds.isolated)) response.setHeader(name, value);
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ address: `http://localhost:${server.address().port}`, close: () => server.close() });
    });
  });
}

export const machine = () => `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
