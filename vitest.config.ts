import { defineConfig } from 'vitest/config';

const common = {
  testTimeout: 60_000, hookTimeout: 180_000, pool: 'forks', setupFiles: 'test/support/properties.ts', expect: { poll: { timeout: 10_000 } },
} as const;

/** Computation fills the cores; what waits for servers shares one broker and registry, and runs one file at a time after it. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common, name: 'computation', include: ['test/**/*.test.ts'], exclude: ['test/integration/**'],
          maxWorkers: '100%', sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common, name: 'integration', include: ['test/integration/**/*.test.ts'], globalSetup: ['test/integration/support/global-setup.ts'],
          maxWorkers: 1, sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
