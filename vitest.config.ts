import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that time processes: `npm test` runs them when nothing else of their stage does. */
const TIMED = {
  contract: ['test/contract/job-queue.test.ts', 'test/contract/worker-process.test.ts'],
  journey: ['test/journey/start.test.ts'],
};
/** Suites that speak to the double of AWS, or start what could speak to AWS itself. */
const ON_LOOPBACK = { setupFiles: ['test/aws-double/watch-loopback.ts'] };
/** Files that take longest of their stage, longest first: begun last, one of them would keep the others' cores idle. */
const LONGEST = [
  ...['contract/feeds', 'contract/batch-runner', 'contract/local-runner', 'contract/daily-on-aws'],
  ...[
    'chaos/kill-runs',
    'chaos/kill-fetch',
    'chaos/kill-ingest',
    'chaos/kill-points-of-runs',
    'chaos/kill-jobs',
  ],
  ...['journey/forecast-file', 'journey/backtest', 'golden/feeds/hostile', 'browser/accessibility'],
].map((name) => `/test/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return at === -1 ? LONGEST.length : at;
    };
    return others.toSorted((a, b) => place(a) - place(b));
  }
}

const LONG = { testTimeout: 240_000, hookTimeout: 240_000 };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
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
