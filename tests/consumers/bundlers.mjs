// Each bundler as its own first page of documentation says: no plugin, no option for this package.

import { execFileSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from './pack.mjs';

// npm run puts the packages' programs on the PATH.
const run = (name, args, cwd) =>
  execFileSync(name, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
  });

/** Where a bundler leaves one script, the page itself is copied beside it. */
const withPage = (folder) => {
  cpSync(join(folder, 'index.html'), join(folder, 'dist/index.html'));
  return join(folder, 'dist');
};

/** Name → builds the project and returns the folder to serve. */
export const bundlers = {
  async vite() {
    const folder = project('vite', 'page');
    const { build } = await import('vite');
    await build({ root: folder, logLevel: 'error', configFile: false });
    return join(folder, 'dist');
  },
  async 'webpack 5'() {
    const folder = project('webpack', 'page');
    const { default: webpack } = await import('webpack');
    const options = {
      mode: 'production',
      context: folder,
      entry: './main.js',
      output: { path: join(folder, 'dist'), filename: 'main.js' },
    };
    await new Promise((resolve, reject) =>
      webpack(options, (error, stats) => {
        const problem = error ?? (stats.hasErrors() ? new Error(stats.toString('errors-only')) : undefined);
        problem ? reject(problem) : resolve();
      }),
    );
    return withPage(folder);
  },
  async rollup() {
    const folder = project('rollup', 'page');
    const { rollup } = await import('rollup');
    const { default: resolve } = await import('@rollup/plugin-node-resolve');
    const bundle = await rollup({ input: join(folder, 'main.js'), plugins: [resolve()] });
    await bundle.write({ file: join(folder, 'dist/main.js'), format: 'es' });
    await bundle.close();
    return withPage(folder);
  },
  async esbuild() {
    const folder = project('esbuild', 'page');
    const { build } = await import('esbuild');
    const entryPoints = [join(folder, 'main.js')];
    await build({ entryPoints, bundle: true, format: 'esm', outfile: join(folder, 'dist/main.js'), logLevel: 'error' });
    return withPage(folder);
  },
  async parcel() {
    const folder = project('parcel', 'page');
    // A project of its own, or Parcel takes the options of the workspace around it.
    writeFileSync(join(folder, 'package.json'), '{ "name": "consumer-parcel", "private": true }\n');
    run('parcel', ['build', 'index.html', '--dist-dir', 'dist', '--no-cache', '--cache-dir', 'cache', '--log-level', 'error'], folder);
    return join(folder, 'dist');
  },
  async 'Next.js'() {
    const folder = project('next', 'next');
    run('next', ['build'], folder);
    return join(folder, 'out');
  },
};

/** Vite's development server, which prepares packages for itself. Returns its address and an end. */
export async function viteDev(headers, port) {
  const folder = project('vite-dev', 'page');
  const { createServer } = await import('vite');
  const server = await createServer({ root: folder, logLevel: 'error', configFile: false, server: { headers, port } });
  await server.listen();
  return { address: server.resolvedUrls.local[0], close: () => server.close() };
}
