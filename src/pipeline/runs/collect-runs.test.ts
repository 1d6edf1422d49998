import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../store/index.ts';
import { collectable, type RunRetention } from './collect-runs.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-06-01T00:00:00Z');
const RETENTION_DAYS = 30;
const daysAgo = (days: number) => NOW.getTime() - days * DAY_MS;
const shardName = (number: number) => String(number).repeat(64);

/** One run: how its row stands (`none` = the records do not know it), whether something cites it, what its jobs left. */
const RUN = fc.record({
  row: fc.constantFrom('open', 'ended', 'none'),
  daysAgo: fc.integer({ min: 0, max: 60 }),
  cited: fc.boolean(),
  /** What is published came from its jobs. */
  served: fc.boolean(),
  jobs: fc.array(fc.record({ shard: fc.integer({ min: 0, max: 4 }), done: fc.boolean() }), { maxLength: 3 }),
});
type MadeRun = typeof RUN extends fc.Arbitrary<infer T> ? T : never;

function world(made: readonly MadeRun[], shardAges: readonly number[]) {
  const objects: StoredObject[] = [];
  const texts = new Map<string, string>();
  const put = (key: string, days: number, text = '') => {
    objects.push({ key, bytes: text.length, writtenAt: new Date(daysAgo(days)) });
    texts.set(key, text);
  };
  const endedAt = new Map<string, Date | null>();
  const cited = new Set<string>();
  /** What has to stay of a cited run. */
  const result: string[] = [];
  for (const [at, run] of made.entries()) {
    const id = `daily-${at}`;
    const isCited = run.cited || (run.served && run.jobs.some(({ done }) => done));
    const keep = (key: string, text = '') => {
      put(key, run.daysAgo, text);
      if (isCited) result.push(key);
    };
    if (run.row !== 'none') endedAt.set(id, run.row === 'open' ? null : new Date(daysAgo(run.daysAgo)));
    if (run.cited) cited.add(id);
    keep(`runs/${id}/forecast.demo.json`);
    keep(`runs/${id}/forecast.demo.tables`);
    for (const [number, { shard, done }] of run.jobs.entries()) {
      const job = `runs/${id}/${String(number).repeat(16)}/`;
      const spec = JSON.stringify({ job: { shard: { itemsSha256: shardName(shard) } } });
      put(`${job}spec-g1.json`, run.daysAgo, spec);
      put(`${job}log/1-1-w/0.ndjson`, run.daysAgo);
      put(`${job}beat.json`, run.daysAgo);
      put(`${job}out/1-1-other/tables`, run.daysAgo);
      put(`${job}opt-ml-checkpoints/${'0'.repeat(12)}-${'a'.repeat(64)}`, run.daysAgo);
      put(`runs/${id}/arrays/${number}.json`, run.daysAgo);
      // somebody may have named it where a model is registered
      keep(`${job}sagemaker/sw-${number}/output/model.tar.gz`);
      if (!done) continue;
      const key = `${job}out/1-2-w/tables`;
      keep(key);
      keep(
        `${job}manifest.json`,
        JSON.stringify({
          spec: JSON.parse(spec),
          outputs: [{ key, sha256: run.served ? `served-${at}` : 'other' }],
        }),
      );
    }
  }
  for (const [at, days] of shardAges.entries()) put(`shards/${shardName(at)}.json`, days);
  const retention: RunRetention = {
    ...{ now: NOW, retentionDays: RETENTION_DAYS, cited, endedAt },
    ...{
      artefacts: new Set(made.map((_, at) => `served-${at}`)),
      openJobs: new Set(),
      openShards: new Set([shardName(4)]),
    },
  };
  return { objects, texts, retention, result };
}

const WORLD = fc
  .tuple(
    fc.array(RUN, { maxLength: 5 }),
    fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 5, maxLength: 5 }),
  )
  .map(([runs, shards]) => ({ runs, ...world(runs, shards) }));

const collect = async ({ objects, texts, retention }: ReturnType<typeof world>) =>
  (await collectable(objects, async (key) => texts.get(key) ?? null, retention)).map(({ key }) => key);

/** As `deleteLeftovers` deletes: a result is none before its outputs go. */
const inOrder = (keys: readonly string[]) =>
  keys.toSorted((a, b) => Number(b.endsWith('/manifest.json')) - Number(a.endsWith('/manifest.json')));

describe('what runs have left', () => {
  it('goes when it is old, unless the run goes on, or something cites it: then its result stays', async () => {
    await fc.assert(
      fc.asyncProperty(WORLD, async (made) => {
        const gone = new Set(await collect(made));
        for (const [at, run] of made.runs.entries()) {
          const own = made.objects.filter(({ key }) => key.startsWith(`runs/daily-${at}/`));
          const stays = run.row === 'open' || run.daysAgo < RETENTION_DAYS;
          const lost = own.filter(({ key }) => gone.has(key)).length;
          if (stays) expect(lost, `run ${at} goes on or is young`).toBe(0);
          else if (!run.cited && !(run.served && run.jobs.some(({ done }) => done)))
            expect(lost, `run ${at} is of no use`).toBe(own.length);
          else expect(lost, 'traces go').toBe(6 * run.jobs.length);
        }
        for (const key of made.result) expect(gone.has(key), key).toBe(false);
      }),
    );
  });

  it('takes a shard along only when no job that is left names it', async () => {
    await fc.assert(
      fc.asyncProperty(WORLD, async (made) => {
        const gone = new Set(await collect(made));
        const left = made.objects.filter(({ key }) => !gone.has(key));
        const named = left.map(({ key }) => made.texts.get(key)).join();
        for (const { key, writtenAt } of made.objects.filter((one) => one.key.startsWith('shards/'))) {
          const needed = named.includes(key.slice(7, -5)) || key.includes(shardName(4));
          expect(gone.has(key), key).toBe(!needed && +writtenAt <= daysAgo(RETENTION_DAYS));
        }
      }),
    );
  });

  it('is collected to the same end however often the collector dies, and no result is ever without its outputs', async () => {
    await fc.assert(
      fc.asyncProperty(WORLD, fc.array(fc.nat(30), { maxLength: 4 }), async (made, deaths) => {
        const whole = new Set(await collect(made));
        let { objects } = made;
        for (const after of [...deaths, Number.POSITIVE_INFINITY]) {
          const deleted = new Set(inOrder(await collect({ ...made, objects })).slice(0, after));
          objects = objects.filter(({ key }) => !deleted.has(key));
          const keys = new Set(objects.map(({ key }) => key));
          for (const key of keys)
            if (key.endsWith('/manifest.json'))
              for (const output of JSON.parse(made.texts.get(key)!).outputs)
                expect(keys.has(output.key)).toBe(true);
        }
        expect(objects).toEqual(made.objects.filter(({ key }) => !whole.has(key)));
      }),
    );
  });
});
