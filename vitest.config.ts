import { defineConfig } from 'vitest/config';

/** Integration tests share one broker (test/integration/support/stack.ts) and run one file at a time: two cores. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/integration/support/global-setup.ts'],
    exclude: ['test/bench/**'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    pool: 'forks',
  },
});
