// Serves the built page: node demo/serve.mjs [--port N] [--isolated] [--check] [--screenshots]
//   --isolated  with the headers that let the library start threads
//   --check     opens it in headless Chromium instead, reads it and exits
//   --screenshots  has its pictures taken instead, into demo/screenshots

import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};
const root = fileURLToPath(new URL('dist', import.meta.url));

/** The file an address asks for, or undefined when there is none inside the page's folder. */
function file(url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://page').pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0')) return undefined;
  const full = normalize(join(root, path.endsWith('/') ? `${path}index.html` : path));
  const inside = full.startsWith(root + sep);
  return inside && existsSync(full) && statSync(full).isFile() ? full : undefined;
}

/** A policy whose word SCRIPT stands for the hashes of the page's own inline scripts. */
function filled(policy) {
  const html = readFileSync(join(root, 'index.html'), 'utf8');
  const inline = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, code]) => code);
  const hashes = inline.map((code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  return policy.replace('SCRIPT', hashes.join(' '));
}

/** `policy` is a Content-Security-Policy to serve the page with. */
export function serve({ port = 0, host = '127.0.0.1', isolated = false, policy } = {}) {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    const found = file(request.url);
    if (!found) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
      return;
    }
    response.writeHead(200, {
      'Content-Type': types[extname(found)] ?? 'application/octet-stream',
      'Content-Length': statSync(found).size,
      // A built file's name changes with what is in it; the page and its workers load the same ones.
      'Cache-Control': found.includes(`${sep}assets${sep}`) ? 'max-age=31536000, immutable' : 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      ...(policy && { 'Content-Security-Policy': filled(policy) }),
      ...(isolated && {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      }),
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(found).on('error', () => response.destroy()).pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      resolve({ server, address: `http://localhost:${server.address().port}/` });
    });
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      isolated: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      screenshots: { type: 'boolean', default: false },
    },
  });
  if (!existsSync(join(root, 'index.html'))) {
    throw new Error('the page is not built: ./run demo, or npm run build -w demo');
  }
  if (values.check) {
    const { check } = await import('./checks/run.mjs');
    process.exit((await check()) ? 0 : 1);
  }
  if (values.screenshots) {
    const { screenshots } = await import('./screenshots.mjs');
    await screenshots(fileURLToPath(new URL('screenshots', import.meta.url)));
    process.exit(0);
  }
  const port = Number(values.port ?? 8000);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`no port ${values.port}`);
  const started = await serve({ port, isolated: values.isolated }).catch((error) => {
    // A port that was asked for is a promise; the usual one is a habit.
    if (error.code !== 'EADDRINUSE' || values.port !== undefined) throw error;
    return serve({ isolated: values.isolated });
  });
  console.log(`the page is at ${started.address} (stop with Ctrl+C)`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(`error: ${error.message}`);
    process.exit(1);
  });
}
