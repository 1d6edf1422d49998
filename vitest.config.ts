import { defineConfig } from 'vitest/config';

/** Files that time processes: `npm test` runs them when nothing else of their stage does. */
const TIMED = {
  contract: ['test/contract/job-queue.test.ts', 'test/contract/worker-process.test.ts'],
  journey: ['test/journey/start.test.ts'],
};
/** Suites that speak to the double of AWS, or start what could speak to AWS itself. */
const ON_LOOPBACK = { setupFiles: ['test/aws-double/watch-loopback.ts'] };
const LONG = { testTimeout: 240_000, hookTimeout: 240_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // files share their modules, whose loading is half of the time; none of them keeps state in a module
          isolate: false,
          include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
          testTimeout: 30_000,
          setupFiles: process.env.SIHWANG_PROPERTY_SEED ? ['test/support/property-seed.mjs'] : [],
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          exclude: TIMED.contract,
          testTimeout: 60_000,
          ...ON_LOOPBACK,
        },
      },
      { test: { name: 'contract-timed', include: TIMED.contract, testTimeout: 60_000 } },
      {
        test: {
          name: 'aws',
          include: ['test/aws-double/**/*.test.ts'],
          testTimeout: 60_000,
          ...ON_LOOPBACK,
        },
      },
      { test: { name: 'golden', include: ['test/golden/**/*.test.ts'], testTimeout: 120_000 } },
      {
        test: { name: 'journey', include: ['test/journey/**/*.test.ts'], exclude: TIMED.journey, ...LONG },
      },
      { test: { name: 'journey-timed', include: TIMED.journey, ...LONG } },
      {
        test: {
          name: 'smoke',
          include: ['test/smoke/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
      { test: { name: 'chaos', include: ['test/chaos/**/*.test.ts'], ...LONG, ...ON_LOOPBACK } },
      // run by `npm run test:long` alone
      { test: { name: 'long', include: ['test/long/**/*.test.ts'], testTimeout: 900_000 } },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...LONG } },
    ],
  },
});
