import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

/** Puts sections/NAME.html where index.html says <!-- section: NAME -->. */
const sections: Plugin = {
  name: 'sections',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html.replace(/<!-- section: (\w+) -->/g, (_, name: string) =>
        readFileSync(new URL(`sections/${name}.html`, import.meta.url), 'utf8'),
      ),
  },
};

/**
 * Builds the workers together with the page rather than each by itself, so that all share the library's
 * one chunk: it is downloaded once.
 */
const workers: Plugin = {
  name: 'workers',
  apply: 'build',
  enforce: 'pre',
  transform(code, id) {
    return code.replace(/new URL\('(\.[^']*\.ts)', import\.meta\.url\)/g, (_, path: string) => {
      const chunk = this.emitFile({ type: 'chunk', id: resolve(dirname(id), path) });
      return `import.meta.ROLLUP_FILE_URL_${chunk}`;
    });
  },
};

/** The first worker's chunks travel beside the page's own; otherwise the library waits for both. */
const preloads: Plugin = {
  name: 'preloads',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const wanted = (file: string): string[] => {
        const chunk = bundle[file];
        return chunk?.type === 'chunk' ? [file, ...chunk.imports.flatMap(wanted)] : [];
      };
      const first = Object.values(bundle).find(
        (chunk) => chunk.type === 'chunk' && chunk.facadeModuleId?.endsWith('/experiments/worker.ts'),
      );
      return [...new Set(wanted(first!.fileName))]
        .filter((file) => !html.includes(file))
        .map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
          injectTo: 'head' as const,
        }));
    },
  },
};

export default defineConfig({
  plugins: [sections, workers, preloads],
  // Relative addresses: the built page works under any path of any static server.
  base: './',
  build: {
    target: 'es2022',
    // The library carries its WebAssembly inside, so one large chunk is what it should be.
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
  },
});
