import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['python/*.test.mjs'], testTimeout: 120_000 },
});
