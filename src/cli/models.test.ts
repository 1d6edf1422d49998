import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startAwsDouble } from '../../test/aws-double/aws-double.ts';
import { withEnvironment } from '../../test/aws-double/with-environment.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../../test/support/records-database.ts';
import { SmallLake } from '../../test/support/small-lake.ts';
import { formatSeriesKey } from '../domain/index.ts';
import { decide, recordForecasts, registerVersion, scoreForecasts, setAlarms } from '../records/index.ts';
import { addForecasts } from './forecasts.ts';
import { sayIn } from './language.ts';
import { addModels } from './models.ts';

const OF = { task: 'price-forecast', feed: 'demo' };
const SERIES = formatSeriesKey({
  feed: 'demo',
  priceKind: 'auction',
  currency: 'KRW',
  item: '101',
  variety: '고랭지',
  grade: '',
  package: '',
  unitValue: 10,
  unit: 'kg',
  market: '9001',
  method: '',
});

describe.skipIf(recordsPrograms() === null)('the commands over models and forecasts issued', () => {
  let lake: SmallLake;
  let db: RecordsDatabase;
  let first: string;
  let second: string;
  beforeAll(async () => {
    lake = new SmallLake();
    db = await withRecords(lake.home.id);
    vi.stubEnv('DATABASE_URL', db.url);
    const register = (damping: number) =>
      registerVersion(db.records.pool, {
        ...OF,
        recipe: { damping },
        codeVersion: '0.1.0+aa',
        createdAt: '2026-03-01T00:00:00.000Z',
        createdBy: 'tests',
      });
    first = await register(0);
    second = await register(0.3);
    await decide(db.records.pool, {
      ...OF,
      key: 'k1',
      kind: 'first',
      subject: first,
      at: '2026-03-02T00:00:00.000Z',
      actor: 'tests',
      reason: 'the first',
      evidence: null,
    });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await db?.drop();
    lake?.close();
  });

  async function said(...args: string[]): Promise<string> {
    let text = '';
    const written = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    try {
      const program = new Command();
      addModels(program, sayIn('en'));
      addForecasts(program, sayIn('en'));
      await program.parseAsync([...args, '--home', lake.home.path], { from: 'user' });
    } finally {
      written.mockRestore();
    }
    return text;
  }

  it('promote and roll back by hand, with a reason, and tell who reigned when', async () => {
    await expect(said('models', 'promote', second, '--reason', ' ')).rejects.toMatchObject({
      code: 'REASON_MISSING',
      exit: 2,
    });
    expect(
      JSON.parse(await said('models', 'promote', second, '--reason', 'tried in the shop', '--json')),
    ).toMatchObject({
      kind: 'manual',
      championBefore: first,
      championAfter: second,
    });
    expect(await said('models', 'rollback', '--reason', 'customers complained')).toContain(
      `${first} is the champion instead of ${second} (customers complained)`,
    );
    const history = JSON.parse(await said('models', 'history', '--json')) as {
      versionId: string;
      kind: string;
    }[];
    expect(history.map(({ versionId, kind }) => [versionId, kind])).toEqual([
      [first, 'first'],
      [second, 'manual'],
      [first, 'rollback'],
    ]);
    expect(JSON.parse(await said('models', 'history', '--at', '2026-03-05', '--json'))).toMatchObject([
      { versionId: first, to: expect.any(String) },
    ]);
    expect(JSON.parse(await said('models', 'history', '--at', '2026-03-01', '--json'))).toEqual([]);
    expect(await said('models', 'list')).toMatch(/champion.*\n.*former/);
    expect(await said('models', 'show', second)).toContain('by hand, ');
    expect(await said('models', 'show', second, '--lang', 'ko')).toContain('손으로, ');
    await expect(said('models', 'show', 'nobody')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    await expect(said('models', 'history', '--at', 'soon')).rejects.toMatchObject({
      code: 'AS_OF_UNREADABLE',
    });
  });

  it('say who reigns in a model package group too, when that is asked for', async () => {
    const double = await startAwsDouble();
    const restore = withEnvironment(double.environment);
    try {
      const promoted = JSON.parse(
        await said('models', 'promote', second, '--reason', '낫다', '--mirror', 'our-models', '--json'),
      ) as unknown;
      expect(promoted).toMatchObject({ championAfter: second, mirrored: [{ id: second, did: 'made' }] });
      await said('models', 'rollback', '--reason', 'no');
      expect(await said('models', 'mirror', '--group', 'our-models')).toMatch(
        new RegExp(`${second}: rejected, arn.*\\n${first}: made, arn`),
      );
      await expect(said('models', 'mirror')).rejects.toMatchObject({ code: 'MODEL_GROUP_MISSING' });
      await expect(said('models', 'mirror', '--group', 'our-models', '--image', 'x')).rejects.toMatchObject({
        code: 'MODEL_DATA',
      });
      double.faults.onCall('ListModelPackages', { answer: { status: 400, code: 'AccessDeniedException' } });
      await expect(said('models', 'mirror', '--group', 'our-models')).rejects.toMatchObject({
        code: 'MODEL_MIRROR',
        exit: 75,
      });
    } finally {
      restore();
      await double.close();
    }
  });

  it('put a recipe up against the champion, or say what is wrong with it', async () => {
    const challenge = (recipe: string) =>
      said('models', 'challenge', '--feed', 'demo', '--recipe', recipe, '--json');
    expect(JSON.parse(await challenge('{"damping":0.2}'))).toMatchObject([
      { recipe: { damping: 0.2, global: false }, nth: 1, looks: 0 },
    ]);
    await expect(challenge('damping')).rejects.toMatchObject({ code: 'RECIPE_UNREADABLE' });
    await expect(challenge('{"dampening":1}')).rejects.toMatchObject({ code: 'TASK_PARAMS_UNREADABLE' });
  });

  it('show what was said and what came, in both languages', async () => {
    expect(await said('forecasts', 'ledger', SERIES, '--lang', 'ko')).toContain('아직 없습니다');
    await recordForecasts(
      db.records.pool,
      { ...OF, modelVersion: first, snapshotSha256: '', conditionsVersion: 'demo-1', run: '' },
      [
        {
          series: SERIES,
          horizon: 'W1',
          originDay: '2026-03-02',
          targetDay: '2026-03-09',
          issuedAt: '2026-03-02T21:00:00.000Z',
          status: 'model',
          reason: null,
          model: 'ets',
          mean: 1000,
          quantiles: [950, 1050, 900, 1100, 800, 1250],
          naive: 960,
        },
      ],
    );
    await scoreForecasts(db.records.pool, {
      ...OF,
      granularity: 'day',
      through: '2026-03-09',
      truths: [
        {
          series: SERIES,
          span: 'day',
          day: '2026-03-09',
          price: 1080,
          knownFrom: '2026-03-09T12:00:00.000Z',
        },
      ],
    });
    const text = await said('forecasts', 'ledger', SERIES, '--lang', 'en');
    expect(text).toContain('1,080');
    expect(text).toMatch(/W1 +1 +\+33\.3% +100\.0% +2026-03-09 – 2026-03-09 \(1 week\)/);
    expect(JSON.parse(await said('forecasts', 'ledger', SERIES, '--horizon', 'W2', '--json'))).toMatchObject({
      said: [],
      live: [],
    });
    await expect(said('forecasts', 'ledger', 'cabbage')).rejects.toMatchObject({ code: 'SERIES_UNREADABLE' });
    await expect(said('forecasts', 'ledger', SERIES, '--limit', '0')).rejects.toMatchObject({
      code: 'LIMIT_UNREADABLE',
    });
  });

  it('name the live forecasts that have left what was promised, open ones alone unless all are asked for', async () => {
    const of = { ...OF, kinds: ['coverage', 'promise'], at: '2026-03-16T00:00:00.000Z' } as const;
    const broken = { series: SERIES, horizon: 'W1', kind: 'coverage', figures: { coverage80: 0.4 } } as const;
    const whole = { series: '', horizon: 'W2', kind: 'promise', figures: {} } as const;
    expect(await said('models', 'drift', '--lang', 'ko')).toContain('열린 이탈 경보가 없습니다');
    await setAlarms(db.records.pool, of, [broken, whole]);
    await setAlarms(db.records.pool, { ...of, at: '2026-03-23T00:00:00.000Z' }, [broken]);
    const open = await said('models', 'drift', '--feed', 'demo', '--lang', 'en');
    expect(open).toMatch(/2026-03-16T\S+ +open +80% intervals miss far too often .* W1 +coverage 40\.0%/);
    expect(open).not.toContain('the whole feed');
    const all = JSON.parse(await said('models', 'drift', '--all', '--json')) as { kind: string }[];
    expect(all.map(({ kind }) => kind).sort()).toEqual(['coverage', 'promise']);
  });
});
