import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testJob } from '../../test/support/test-job.ts';
import type { Json } from '../domain/index.ts';
import { type JobSpec, jobSha256 } from './job.ts';
import { jobKey, jobName, namePrefix, readJobName } from './job-name.ts';
import { placeJob } from './place-job.ts';
import { readSpec, specText } from './spec-file.ts';

const WHERE = { home: 'k3f9a1c2', run: 'r-20260821-0500', runner: 'local', store: 'file:///home/store/' };
const jsonParams = fc.dictionary(
  fc.string(),
  fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json),
);
const anyJob = fc
  .record({
    params: jsonParams,
    seed: fc.nat(),
    horizons: fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }),
  })
  .map((set) => testJob(set));

/** The same value with the members of every object the other way round. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  ) as T;
}

describe('the identity of a job', () => {
  it('is fixed: a change of this hash would orphan every result that was ever kept', () => {
    expect(jobSha256(testJob({ params: { 품목: '배추', rounds: 300, rate: 0.1 } }))).toBe(
      '418739c3a9a117c06de9a73bc2e128a68c4eec18ef0c0e1a8be661703472ef1b',
    );
  });

  it('does not depend on the order of members, nor on a way through a file', () => {
    fc.assert(
      fc.property(anyJob, (job) => {
        expect(jobSha256(reversed(job))).toBe(jobSha256(job));
        expect(jobSha256(JSON.parse(JSON.stringify(job)))).toBe(jobSha256(job));
      }),
    );
  });

  it('does not depend on the placement', async () => {
    const job = testJob();
    const [here, there] = [
      placeJob(job, WHERE),
      placeJob(job, { ...WHERE, runner: 'aws-batch', run: 'other', resources: { spot: true } }),
    ];
    expect((await readSpec(specText(here))).job).toEqual((await readSpec(specText(there))).job);
    expect(JSON.parse(specText(here)).jobSha256).toBe(JSON.parse(specText(there)).jobSha256);
  });

  it('changes with every member of the job', () => {
    const changes: Parameters<typeof testJob>[0][] = [
      { task: 'other' },
      { params: { a: 1 } },
      { snapshotSha256: 'a'.repeat(64) },
      { shard: { index: 0, itemsSha256: 'b'.repeat(64) } },
      { shard: { index: 1, itemsSha256: 'b'.repeat(64) } },
      { asOf: '2026-08-22' },
      { horizons: ['W1', 'MD1'] },
      { codeVersion: 'later' },
      { seed: 8 },
    ];
    const hashes = [undefined, ...changes].map((change) => jobSha256(testJob(change)));
    expect(new Set(hashes).size).toBe(changes.length + 1);
  });
});

describe('a spec', () => {
  it('is read as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(anyJob, async (job) => {
        const spec = placeJob(job, WHERE);
        expect(await readSpec(specText(spec))).toEqual(JSON.parse(JSON.stringify(spec)));
      }),
      { numRuns: 50 },
    );
  });

  it('written by hand is checked member by member, and a wrong one is refused with the place', async () => {
    const spec = placeJob(testJob(), WHERE);
    expect(await readSpec(JSON.stringify(spec))).toEqual(spec);
    const wrong = async (change: (spec: Record<'job' | 'placement', Record<string, unknown>>) => void) => {
      const other = structuredClone(spec) as never as Parameters<typeof change>[0];
      change(other);
      return readSpec(JSON.stringify(other)).then(
        () => 'taken',
        (error) => `${error.code} ${error.exit} ${error.message}`,
      );
    };
    expect(await wrong(({ job }) => delete job.seed)).toMatch(/^JOB_SPEC_UNREADABLE 65 .*job\.seed/);
    expect(await wrong(({ job }) => (job.extra = 1))).toMatch(/extra/);
    expect(await wrong(({ job }) => (job.asOf = 'yesterday'))).toMatch(/job\.asOf/);
    expect(await wrong(({ job }) => (job.v = 2))).toMatch(/job\.v/);
    expect(await wrong(({ placement }) => (placement.result = '../x'))).toMatch(/placement\.result/);
    expect(await wrong(({ placement }) => (placement.limits = { attemptSeconds: 0, attempts: 3 }))).toMatch(
      /attemptSeconds/,
    );
  });

  it('whose job was changed behind its hash is refused', async () => {
    const text = specText(placeJob(testJob(), WHERE)).replace('"seed":7', '"seed":8');
    await expect(readSpec(text)).rejects.toMatchObject({ code: 'JOB_SPEC_UNREADABLE', exit: 65 });
    await expect(readSpec('{"job":')).rejects.toMatchObject({ code: 'JOB_SPEC_UNREADABLE' });
  });

  it('keeps a result for the same job of the same run in the same place, whatever its gen', () => {
    const spec: JobSpec = placeJob(testJob(), WHERE);
    expect(spec.placement.result).toBe(`runs/${WHERE.run}/${jobSha256(testJob()).slice(0, 16)}/`);
  });
});

describe('the name of a job', () => {
  it('is lower-case letters, digits and hyphens, at most 63, and reads back', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 999_999 }), (home, run, gen) => {
        const sha = jobSha256(testJob());
        const name = jobName(jobKey(home, run, sha), gen);
        expect(name).toMatch(/^[a-z0-9-]{1,63}$/);
        expect(name.startsWith(namePrefix(home, run))).toBe(true);
        expect(name.startsWith(namePrefix(home))).toBe(true);
        expect(readJobName(name)).toMatchObject({ gen, job16: sha.slice(0, 16) });
      }),
    );
  });

  it('shows the beginning of a home’s own id, and is not read from what is none', () => {
    const home = '3f9ac1d2-7b11-4a6e-9d0e-000000000000';
    expect(namePrefix(home)).toBe('sw-3f9ac1d2-');
    // services are asked by name: the same job of the same run of a home whose id begins alike has another
    const other = '3f9ac1d2-7b11-4a6e-9d0e-000000000001';
    expect(jobKey(other, 'r', '0'.repeat(64))).not.toBe(jobKey(home, 'r', '0'.repeat(64)));
    for (const none of ['', 'sw-x', 'AWSBatch-1', 'sw-3f9ac1d2-0123456789ab-0123456789abcdef-g0'])
      expect(readJobName(none)).toBeUndefined();
  });
});
