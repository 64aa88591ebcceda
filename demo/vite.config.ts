import { defineConfig } from 'vite';

export default defineConfig({
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
