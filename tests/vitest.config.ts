import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['web/**/*.test.ts', 'demo/**/*.test.ts'], testTimeout: 60_000 },
});
