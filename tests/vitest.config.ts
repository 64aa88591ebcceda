import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['{web,demo}/**/*.test.ts', '{package,bench}/*.test.mjs'], testTimeout: 60_000 },
});
