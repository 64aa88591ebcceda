// Makes dist/ of the linked modules (build/wasm, build/wasm-relaxed) and the TypeScript sources:
// an ES module, a CommonJS module and a classic script, each one file with everything inside.

import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';

const web = dirname(fileURLToPath(import.meta.url));
const at = (...parts) => join(web, ...parts);
const module = (preset, extension) => at('../build', preset, `torch_wasm.${extension}`);
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));

// What the sources import from ../generated.
mkdirSync(at('generated'), { recursive: true });
const glue = readFileSync(module('wasm', 'js'), 'utf8');
if (glue !== readFileSync(module('wasm-relaxed', 'js'), 'utf8')) {
  throw new Error('the two builds have different scripts; one cannot start both');
}
// A function of ours around the script: it reads Module, and sees no module system.
writeFileSync(
  at('generated/glue.mjs'),
  `export default function (Module) {\n  var module, exports, define, require;\n${glue}\n  return Module;\n}\n`,
);
// Both binaries in one stream: the second differs in a few function bodies and costs 1.5 KB.
// The one that most engines take comes first, and they unpack no more.
const [relaxed, simd] = ['wasm-relaxed', 'wasm'].map((preset) => readFileSync(module(preset, 'wasm')));
const filter = 'preset=9e,lc=4,lp=0,pb=0';
const packed = execFileSync('xz', ['--stdout', '--format=raw', `--lzma1=${filter}`], {
  input: Buffer.concat([relaxed, simd]),
  maxBuffer: 1 << 26,
});
const unlzma = readFileSync(at('../build/wasm/unlzma.wasm'));
writeFileSync(
  at('generated/payload.mjs'),
  [
    `export const base64OfUnlzma = '${unlzma.toString('base64')}';`,
    `export const base64OfBuilds = '${packed.toString('base64')}';`,
    `export const sizes = { relaxed: ${relaxed.length}, simd: ${simd.length} };`,
    '',
  ].join('\n'),
);
writeFileSync(
  at('generated/glue.d.mts'),
  "import type { MainModule } from '../src/core.mjs';\nexport default function glue(module: object): MainModule;\n",
);
writeFileSync(
  at('generated/payload.d.mts'),
  [
    'export const base64OfUnlzma: string;',
    'export const base64OfBuilds: string;',
    'export const sizes: { readonly relaxed: number; readonly simd: number };',
    '',
  ].join('\n'),
);

rmSync(at('dist'), { recursive: true, force: true });
const tsc = at('../node_modules/typescript/bin/tsc');
const declarations = once(spawn(process.execPath, [tsc, '-p', at('tsconfig.json')], { stdio: 'inherit' }), 'exit');
const common = {
  bundle: true,
  minify: true,
  keepNames: false,
  target: 'es2022',
  charset: 'ascii',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  define: { __VERSION__: JSON.stringify(version) },
  logLevel: 'warning',
};
// Parts of their own take the library from the package, or from the page, that they belong to.
const library = (path) => ({
  name: 'library',
  setup({ onResolve, onLoad }) {
    const namespace = 'page';
    onResolve({ filter: /^\.\.\/index\.js$/ }, () => (path ? { path, external: true } : { path: 'torch', namespace }));
    onLoad({ filter: /./, namespace }, () => ({ contents: 'module.exports = globalThis.torch' }));
  },
});
// fflate fills its tables when it is evaluated, which took a twelfth of the library's start; most pages
// unpack no file, so it is evaluated at the first call.
const late = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    const namespace = 'late';
    onResolve({ filter: /^fflate$/, namespace: 'file' }, ({ path, importer }) =>
      importer.endsWith('.ts') ? { path, namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, async () => {
      const stdin = { contents: "export { inflateSync } from 'fflate'", resolveDir: web };
      const own = { format: 'iife', globalName: 'fflate', sourcemap: false, write: false };
      const { outputFiles } = await build({ ...common, ...own, stdin });
      const contents = `let made;
        const make = () => { ${outputFiles[0].text}; return fflate.inflateSync; };
        export const inflateSync = (...args) => (made ??= make())(...args);`;
      return { contents };
    });
  },
};
const parts = ['onnx', 'snn'];
const builds = (part) =>
  [
    ['esm', 'mjs', 'index', 'alphatorch'],
    ['cjs', 'cjs', 'index', 'alphatorch'],
    ['iife', 'js', 'tag'],
  ].map(([format, extension, entry, from]) =>
    build({
      ...common,
      entryPoints: [at(`src/${part}/${entry}.ts`)],
      plugins: [library(from)],
      format,
      outfile: at(`dist/${part}.${extension}`),
    }),
  );
const whole = { ...common, plugins: [late] };
await Promise.all([
  ...parts.flatMap(builds),
  build({ ...whole, entryPoints: [at('src/index.ts')], format: 'esm', outfile: at('dist/torch.mjs') }),
  build({ ...whole, entryPoints: [at('src/index.ts')], format: 'cjs', outfile: at('dist/torch.cjs') }),
  build({ ...whole, entryPoints: [at('src/tag.ts')], format: 'iife', outfile: at('dist/torch.js') }),
  build({ ...common, entryPoints: [at('src/coi.ts')], format: 'iife', outfile: at('dist/coi.js') }),
]);

const names = ['torch', ...parts];
const modules = names.flatMap((name) => [`${name}.mjs`, `${name}.cjs`]);
const tags = names.map((name) => `${name}.js`);
// What esbuild has made small Terser makes smaller: 3.3 KB of the library.
for (const name of [...modules, ...tags]) {
  const [file, sources] = [at('dist', name), at('dist', `${name}.map`)];
  const { code, map } = await minify(readFileSync(file, 'utf8'), {
    module: name.endsWith('.mjs'),
    toplevel: !name.endsWith('.js'),
    // A function put where it is called once would be made anew at each op.
    compress: { ecma: 2020, passes: 2, reduce_funcs: false },
    // Node prints the line an uncaught error comes from.
    format: { ecma: 2020, ascii_only: true, max_line_len: 800 },
    sourceMap: { content: readFileSync(sources, 'utf8'), url: `${name}.map` },
  });
  writeFileSync(file, code);
  writeFileSync(sources, map);
}

const [declared] = await declarations;
if (declared !== 0) process.exit(1);
// One set of declarations for both module systems, in CommonJS's name: ES modules may import that, while
// the other way round is an error.
writeFileSync(at('dist/types/package.json'), '{ "type": "commonjs" }\n');
cpSync(at('src/core.d.mts'), at('dist/types/wasm.d.ts'));
for (const name of readdirSync(at('dist/types')).filter((name) => name.endsWith('.d.ts'))) {
  const text = readFileSync(at('dist/types', name), 'utf8');
  writeFileSync(at('dist/types', name), text.replaceAll("'./core.mjs'", "'./wasm.js'"));
}
for (const extension of ['mts', 'cts']) {
  writeFileSync(
    at(`dist/torch.d.${extension}`),
    "export * from './types/index.js';\nexport as namespace torch;\n",
  );
  for (const part of parts) {
    writeFileSync(at(`dist/${part}.d.${extension}`), `export * from './types/${part}/index.js';\n`);
  }
}

// A package carries its own.
for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) cpSync(at('..', name), at(name));

console.log('file                 bytes     gzip  integrity, for a script tag of another origin');
for (const name of [...tags, 'coi.js', ...modules]) {
  const bytes = readFileSync(at('dist', name));
  const gzip = gzipSync(bytes, { level: 9 }).length;
  const sri = `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
  const sizes = `${String(bytes.length).padStart(8)} ${String(gzip).padStart(8)}`;
  console.log(`dist/${name.padEnd(12)} ${sizes}  ${name.endsWith('.js') ? sri : ''}`);
}
