import { readFileSync } from 'node:fs';
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

export default defineConfig({
  plugins: [sections],
  // Relative addresses: the built page works under any path of any static server.
  base: './',
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // The library carries its WebAssembly inside, so one large chunk is what it should be.
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
  },
});
