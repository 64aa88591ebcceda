// The pages of the browser tests: a door (script tag, module, script of another origin) on a page of a
// kind (plain, cross-origin isolated, strict Content-Security-Policy, no charset).

import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, '../../web/dist');

const kIsolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The headers that make a page of each kind. */
export const kinds = {
  plain: {},
  isolated: kIsolated,
  csp: { 'Content-Security-Policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'" },
  'csp without wasm': { 'Content-Security-Policy': "default-src 'none'; script-src 'self'" },
  'isolated csp without workers': {
    ...kIsolated,
    'Content-Security-Policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
  },
  'isolated csp with workers': {
    ...kIsolated,
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:",
  },
  'no charset': {},
  'windows-1252': {},
};

// Pages and scripts that do not say UTF-8.
const kCharsets = { 'no charset': '', 'windows-1252': '<meta charset="windows-1252">' };

const html = (head, kind) => {
  const charset = kCharsets[kind] ?? '<meta charset="utf-8">';
  return `<!doctype html><html lang="en"><head>${charset}<title>${kind}</title>${head}</head></html>`;
};

/**
 * Serves on two ports, which are two origins. `extra` maps paths to scripts made by the caller: texts, or
 * bodies with a type.
 * Returns the base addresses and a function that closes both.
 */
export async function serve(extra = new Map()) {
  const answer = (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const kind = url.searchParams.get('kind') ?? 'plain';
    // Without a charset the browser takes the page's, which may be none of Unicode's.
    const charset = kind in kCharsets ? '' : '; charset=utf-8';
    const script = (body, type = 'text/javascript') => {
      response.setHeader('Content-Type', `${type}${charset}`);
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      response.end(body);
    };
    if (url.pathname === '/page') {
      for (const [name, value] of Object.entries(kinds[kind])) response.setHeader(name, value);
      response.setHeader('Content-Type', `text/html${charset}`);
      return response.end(html(head(url.searchParams, kind), kind));
    }
    if (url.pathname.startsWith('/dist/')) return script(readFileSync(join(dist, url.pathname.slice(6))));
    if (url.pathname === '/check.js') return script(readFileSync(join(here, 'check.js')));
    if (url.pathname === '/module.js') {
      return script("import * as torch from '/dist/torch.mjs'; globalThis.torch = torch; await import('/check.js');");
    }
    const made = extra.get(url.pathname);
    if (made) return typeof made === 'string' ? script(made) : script(made.body, made.type);
    response.statusCode = url.pathname === '/favicon.ico' ? 204 : 404;
    response.end();
  };
  const servers = [createServer(answer), createServer(answer)];
  for (const server of servers) await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const [page, cdn] = servers.map((server) => `http://localhost:${server.address().port}`);
  const head = (parameters, kind) => {
    const query = `?kind=${encodeURIComponent(kind)}`;
    const run = parameters.get('run');
    if (run) return `<script type="module" src="${run}"></script>`;
    switch (parameters.get('door')) {
      case 'module':
        return '<script type="module" src="/module.js"></script>';
      case 'other origin':
        return `<script src="${cdn}/dist/torch.js" crossorigin></script><script src="/check.js"></script>`;
      case 'failure':
        return ['before', 'library', 'told']
          .map((name) => `<script src="/${parameters.get('name')}/${name}.js"></script>`)
          .join('');
      default:
        return `<script src="/dist/torch.js${query}"></script><script src="/check.js"></script>`;
    }
  };
  const close = () => servers.forEach((server) => server.close());
  return { page, cdn, close };
}
