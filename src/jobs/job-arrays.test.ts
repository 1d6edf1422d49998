import fc from 'fast-check';
import { expect, it } from 'vitest';
import { testJob } from '../../test/support/test-job.ts';
import { jobSha256 } from './job.ts';
import { arrayName, claimOf, cutArrays, listText, namesInList, readClaim } from './job-arrays.ts';
import { jobKey, jobName, readJobName } from './job-name.ts';
import type { JobRow } from './job-rows.ts';
import { placeJob } from './place-job.ts';

const HOME = '0f3a9c1e-0000-4000-8000-000000000000';

function row(seed: number, memoryMiB: number, spot = false): JobRow {
  const spec = placeJob(testJob({ seed }), {
    ...{ home: HOME, run: 'r', runner: 'aws-batch', store: 's3://b/' },
    resources: { memoryMiB, spot },
  });
  return { key: jobKey(HOME, 'r', jobSha256(spec.job)), run: 'r', gen: 1, spec } as JobRow;
}

it('arrays hold each job once, at most so many, alike in what they get, and the same jobs make the same arrays', () => {
  const rows = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.constantFrom(512, 1024), fc.boolean()), {
      selector: ([seed]) => seed,
      maxLength: 60,
    })
    .map((all) => all.map(([seed, memory, spot]) => row(seed, memory, spot)));
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 30 }), (all, most) => {
      const { arrays, alone } = cutArrays(all, most);
      const keys = [...arrays.flatMap((array) => array.rows), ...alone].map(({ key }) => key);
      expect(keys.sort()).toEqual(all.map(({ key }) => key).sort());
      for (const { rows: some } of arrays) {
        expect(some.length).toBeGreaterThanOrEqual(2);
        expect(some.length).toBeLessThanOrEqual(most);
        expect(new Set(some.map(({ spec }) => JSON.stringify(spec.placement.resources))).size).toBe(1);
      }
      expect(cutArrays([...all].reverse(), most)).toEqual({ arrays, alone });
    }),
    { numRuns: 100 },
  );
});

it('check 13: 10,000 jobs are one array, 10,001 one and a job of its own', () => {
  const one = row(1, 1024);
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ ...one, key: `${one.key}${at}` }));
  expect(cutArrays(many(10_000), 10_000)).toMatchObject({
    arrays: [{ rows: { length: 10_000 } }],
    alone: [],
  });
  expect(cutArrays(many(10_001), 10_000)).toMatchObject({
    arrays: [{ rows: { length: 10_000 } }],
    alone: [{}],
  });
});

it('a place in an array is told by what a row claims, and the jobs of an array by its list', () => {
  const place = { list: '0123456789abcdef', index: 17 };
  expect(readClaim(claimOf(place))).toEqual(place);
  for (const id of [null, '', 'array:x:1', '5f0c…:17']) expect(readClaim(id)).toBeUndefined();
  const names = [3, 1, 2].map((gen) => jobName(row(gen, 1024).key, gen));
  const array = arrayName(names[0]!, place.list);
  expect(readJobName(array)).toMatchObject({ job16: place.list, gen: 1 });
  const uris = names.map((name) => {
    const { job16, gen } = readJobName(name)!;
    return `s3://b/p/homes/h/runs/r/${job16}/spec-g${gen}.json`;
  });
  expect(namesInList(array, listText(uris))).toEqual(names);
});
