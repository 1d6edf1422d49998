import { context, type Span, type TracerProvider, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveInMemory, TEST_PROFILE, testSeries } from '../../test/doubles/serving-in-memory.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../../test/support/records-database.ts';
import { addDays, localDate } from '../domain/index.ts';
import type { ServingLibrary } from '../lake/index.ts';
import { conditionTables } from '../market/index.ts';
import {
  type FreshMornings,
  type IssuedRow,
  insertRun,
  openBehind,
  openIntents,
  type RecordsBehind,
  recordForecasts,
  runEnded,
  scoreForecasts,
  setAlarms,
  settleIntent,
  stepEnded,
  stepTaken,
  tryBegun,
} from '../records/index.ts';
import { type App, createApp } from './app.ts';
import {
  askedSchema,
  boardLiveSchema,
  driftSchema,
  ledgerSchema,
  type RunEvent,
  runDetailSchema,
  runListSchema,
} from './contract.ts';

/** A home without a market yet. */
const library = { feeds: () => [], onChange: () => () => undefined } as unknown as ServingLibrary;
const PORT = 4690;
const RUN = 'daily-2026-11-28T21:10:00Z';

describe.skipIf(recordsPrograms() === null)('runs over HTTP (skipped where no PostgreSQL is)', () => {
  let database: RecordsDatabase;
  let behind: RecordsBehind;
  let app: App;
  let began = () => {};
  let mornings: FreshMornings | null = null;
  beforeAll(async () => {
    database = await withRecords();
    const begin = new Promise<void>((resolve) => {
      began = resolve;
    });
    behind = openBehind({ path: '/nowhere', id: database.homeId }, { databaseUrl: database.url }, begin);
    app = createApp({
      library,
      webRoot: '/nowhere',
      version: '1.2.3',
      port: () => PORT,
      runs: { records: behind, mornings: async () => mornings },
    });
  });
  afterAll(async () => {
    await app.close();
    await behind.close();
    await database.drop();
  });

  const get = (path: string) => app.request(`http://127.0.0.1:${PORT}${path}`);
  const post = (path: string, headers: Record<string, string> = {}, body = '{}') =>
    app.request(`http://127.0.0.1:${PORT}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  const steps = (names: readonly string[], kind = 'publish-conditions') =>
    names.map((id) => ({ id, kind, needs: [], params: {}, retries: 0 }));

  async function started(
    id: string,
    scheduledFor: Date,
    names: readonly string[] = ['publish'],
  ): Promise<void> {
    await insertRun(database.records.pool, {
      ...{ id, plan: 'daily', planVersion: 1, scheduledFor, asOf: scheduledFor, params: {} },
      askedBy: 'schedule',
      steps: steps(names),
    });
  }

  async function stepDone(runId: string, stepId: string, state: 'succeeded' | 'failed'): Promise<void> {
    const step = { runId, stepId, generation: 1 };
    const { pool } = database.records;
    await stepTaken(pool, step);
    await tryBegun(pool, step, 1);
    await stepEnded(
      pool,
      step,
      state === 'succeeded'
        ? { state, output: null, workedMs: 5 }
        : {
            state,
            workedMs: 5,
            error: { class: 'transient', code: 'NO_ANSWER', message: 'no answer', hint: null, ko: null },
          },
    );
  }

  test('wait for the records, which are opened behind the first page', async () => {
    const early = await get('/api/v1/runs');
    expect(early.status).toBe(503);
    expect(await early.json()).toMatchObject({ code: 'RECORDS_NOT_OPEN' });
    expect(await (await get('/metrics')).text()).toContain('sihwang_records_up 0');
    began();
    await behind.opened;
    expect(runListSchema.parse(await (await get('/api/v1/runs')).json()).runs).toEqual([]);
    expect(await (await get('/metrics')).text()).toContain('sihwang_records_up 1');
  });

  test('are listed with where their steps stand, and told step by step', async () => {
    await started(RUN, new Date('2026-11-28T21:10:00Z'), ['publish', 'score']);
    await stepDone(RUN, 'publish', 'failed');
    const list = runListSchema.parse(await (await get('/api/v1/runs?plan=daily&limit=5')).json());
    expect(list.runs).toMatchObject([{ id: RUN, state: 'planned', steps: { failed: 1, planned: 1 } }]);
    const detail = runDetailSchema.parse(await (await get(`/api/v1/runs/${RUN}`)).json());
    expect(detail.steps.map(({ id, state, error }) => [id, state, error?.code])).toEqual([
      ['publish', 'failed', 'NO_ANSWER'],
      ['score', 'planned', undefined],
    ]);
    const unknown = await get('/api/v1/runs/none');
    expect([unknown.status, (await unknown.json()).code]).toEqual([404, 'RUN_UNKNOWN']);
    expect((await get('/api/v1/runs?state=odd')).status).toBe(400);
  });

  test('take wishes as intents, each once, and none that make no sense', async () => {
    const retry = () => post(`/api/v1/runs/${RUN}/retry`);
    expect((await retry()).status).toBe(409);
    const cancel = await post(`/api/v1/runs/${RUN}/cancel`, {}, JSON.stringify({ reason: 'too late' }));
    expect([cancel.status, askedSchema.parse(await cancel.json()).state]).toEqual([202, 'open']);
    await runEnded(database.records.pool, RUN, 'failed');
    expect((await post(`/api/v1/runs/${RUN}/cancel`)).status).toBe(409);
    const [one, two] = [
      askedSchema.parse(await (await retry()).json()),
      askedSchema.parse(await (await retry()).json()),
    ];
    expect(two).toEqual(one);
    const open = await openIntents(database.records.pool);
    expect(open.map(({ kind, subject, body }) => [kind, subject, body])).toEqual([
      ['run.cancel', RUN, { reason: 'too late' }],
      ['run.retry', RUN, {}],
    ]);
    await settleIntent(database.records.pool, one.id, 'done', { retried: true });
    await settleIntent(database.records.pool, one.id, 'refused');
    expect(askedSchema.parse(await (await retry()).json()).state).toBe('done');
    expect(await (await get('/metrics')).text()).toContain('sihwang_open_intents 1');
  });

  test('take no wishes from other pages', async () => {
    const foreign: Record<string, string>[] = [
      { origin: 'https://elsewhere.example' },
      { origin: `http://127.0.0.1:${PORT + 1}` },
      { origin: 'null' },
      { 'content-type': 'text/plain' },
    ];
    for (const headers of foreign) {
      const refused = await post(`/api/v1/runs/${RUN}/retry`, headers);
      expect([refused.status, (await refused.json()).code], JSON.stringify(headers)).toEqual([
        403,
        'ORIGIN_REFUSED',
      ]);
    }
    expect((await post(`/api/v1/runs/${RUN}/retry`, { origin: `http://localhost:${PORT}` })).status).toBe(
      202,
    );
  });

  test('are told live, also after the server of the records was away', async () => {
    const stream = (await get('/api/v1/events')).body!.getReader();
    const heard: RunEvent[] = [];
    const reading = (async () => {
      for (let text = ''; ; ) {
        const { value, done } = await stream.read();
        if (done) return;
        text += new TextDecoder().decode(value);
        for (const [, data] of text.matchAll(/event: run\ndata: (.*)\n/g)) heard.push(JSON.parse(data!));
        text = text.slice(text.lastIndexOf('\n\n') + 1);
      }
    })();
    const until = async (condition: () => boolean) => {
      for (let attempt = 0; attempt < 400 && !condition(); attempt++)
        await new Promise((go) => setTimeout(go, 25));
      expect(condition()).toBe(true);
    };
    // the listener connects behind the opening
    await until(() => {
      void started(`daily-live-${Date.now()}`, new Date('2020-01-01T00:00:00Z'));
      return heard.some(({ run }) => run?.startsWith('daily-live') === true);
    });
    heard.length = 0;
    await database.records.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sihwang run listener' and datname = current_database()",
    );
    await until(() => heard.some(({ run }) => run === null));
    await stream.cancel();
    await reading;
  });

  test('say whether the morning’s numbers were there in time', async () => {
    const day = (at: number) => new Date(Date.UTC(2026, 10, at, 21, 10));
    mornings = {
      ...{ schedule: 'daily', withinMinutes: 60, inTime: 1, judged: 2 },
      mornings: [
        { scheduledAt: day(1), marketDay: null, standing: 'in-time', freshAt: day(1), runId: RUN },
        { scheduledAt: day(2), marketDay: null, standing: 'missed', freshAt: null, runId: null },
      ],
    };
    const list = runListSchema.parse(await (await get('/api/v1/runs')).json());
    expect(list.mornings).toMatchObject({
      inTime: 1,
      judged: 2,
      mornings: [{ run: RUN }, { standing: 'missed' }],
    });
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toContain('sihwang_mornings{schedule="daily",within_minutes="60",standing="missed"} 1');
    expect(metrics).toMatch(
      /sihwang_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/runs",status="200"\} \d/,
    );
    for (const line of metrics.trim().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)*\})? [0-9.e+-]+)$/);
  });

  test('and every request are spans for whoever registered an SDK', async () => {
    const names: string[] = [];
    const span = {
      ...trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
      updateName: (name: string) => names.push(name),
      setAttributes: () => span,
      end: () => undefined,
    } as unknown as Span;
    const provider: TracerProvider = {
      getTracer: () => ({
        startSpan: () => span,
        startActiveSpan: (...args: unknown[]) => (args.at(-1) as (given: Span) => unknown)(span),
      }),
    } as unknown as TracerProvider;
    trace.setGlobalTracerProvider(provider);
    const traced = createApp({ library, webRoot: '/nowhere', version: '1', port: () => PORT });
    await traced.request(`http://127.0.0.1:${PORT}/healthz`);
    await traced.close();
    trace.disable();
    context.disable();
    expect(names).toEqual(['GET /healthz']);
  });

  test('the ledger of a series with nothing kept is empty, and a series that is none is refused', async () => {
    await behind.opened;
    const series = encodeURIComponent('demo~auction~KRW~101~~~~10~kg~9001~');
    const answer = await get(`/api/v1/ledger?series=${series}`);
    expect(answer.status).toBe(200);
    expect(ledgerSchema.parse(await answer.json())).toMatchObject({ said: [], live: [] });
    expect((await get('/api/v1/ledger?series=cabbage')).status).toBe(400);
    expect((await get(`/api/v1/ledger?series=${series}&horizon=W9`)).status).toBe(400);
  });

  test('a board names the rows whose forecasts have earned enough live, and no others', async () => {
    const { pool } = database.records;
    const rows = [
      { item: '101', market: '9001' },
      { item: '201', market: '9001' },
    ];
    const [judged, young] = rows.map((row) => testSeries(row)) as [string, string];
    const first = localDate('2026-01-05');
    const weeks = Array.from({ length: 14 }, (_, week) => ({
      originDay: addDays(first, 7 * week),
      targetDay: addDays(first, 7 * week + 28),
    }));
    const said = (series: string, of: typeof weeks): IssuedRow[] =>
      of.map((days) => ({
        ...{ series, ...days, horizon: 'W4', issuedAt: `${days.originDay}T21:00:00Z`, status: 'model' },
        ...{ reason: null, model: 'ets', mean: 100, quantiles: [95, 105, 90, 110, 80, 125], naive: 90 },
      }));
    const issue = { task: 'price-forecast', feed: 'testing', modelVersion: 'v1', snapshotSha256: '' };
    await recordForecasts(pool, { ...issue, conditionsVersion: 'testing-1', run: RUN }, [
      ...said(judged, weeks),
      ...said(young, weeks.slice(-2)),
    ]);
    await scoreForecasts(pool, {
      ...{ task: issue.task, feed: issue.feed, granularity: 'day', through: weeks.at(-1)!.targetDay },
      truths: [judged, young].flatMap((series) =>
        weeks.map(({ targetDay: day }) => ({
          ...{ series, span: 'day', day, price: 105, knownFrom: `${day}T12:00:00Z` },
        })),
      ),
    });
    const days = Array.from({ length: 30 }, (_, day) => addDays(localDate('2026-06-01'), day));
    const serving = await serveInMemory(
      rows,
      days.flatMap((day) => [0, 1].map((series) => ({ series, day, price: 100, volumeKg: 500, lots: 3 }))),
      { derive: conditionTables(TEST_PROFILE) },
    );
    const full = createApp({
      ...{ library: serving.library, webRoot: '/nowhere', version: '1.2.3', port: () => PORT },
      runs: { records: behind, mornings: async () => null },
    });
    const ask = (path: string) => full.request(`http://127.0.0.1:${PORT}/api/v1${path}`);
    const answer = await ask('/board/live?feed=testing&scope=all');
    expect(boardLiveSchema.parse(await answer.json()).rows).toEqual([
      {
        ...{ series: judged, horizon: 'W4', scored: 14, weeks: 14, coverage80: 1, enough: true },
        ...{ skill: expect.closeTo(1 - 5 / 15, 12) },
        ...{ firstTargetDay: weeks[0]!.targetDay, lastTargetDay: weeks.at(-1)!.targetDay },
      },
    ]);
    const past = await ask(`/ledger?series=${encodeURIComponent(judged)}&asOf=${weeks[3]!.targetDay}`);
    expect(ledgerSchema.parse(await past.json()).live).toMatchObject([{ scored: 4, enough: false }]);
    expect((await ask('/board/live?feed=nowhere')).status).toBe(404);
    await full.close();
    serving.close();
  });

  test('drift alarms are told with what they rest on, and counted for Prometheus', async () => {
    const of = {
      task: 'price-forecast',
      feed: 'demo',
      kinds: ['coverage'],
      at: '2026-11-16T21:10:00.000Z',
    } as const;
    const alarm = (series: string, coverage80: number) =>
      ({ series, horizon: 'W1', kind: 'coverage', figures: { coverage80, weeks: 20 } }) as const;
    await setAlarms(database.records.pool, of, [alarm('a', 0.4), alarm('b', 0.3)]);
    await setAlarms(database.records.pool, { ...of, at: '2026-11-23T21:10:00.000Z' }, [alarm('a', 0.41)]);
    const told = async (query: string) =>
      driftSchema.parse(await (await get(`/api/v1/models/drift${query}`)).json());
    expect(await told('?feed=demo')).toMatchObject({
      open: [{ feed: 'demo', kind: 'coverage', count: 1 }],
      alarms: [{ series: 'a', figures: { coverage80: 0.41 }, raisedAt: of.at, endedAt: null }],
    });
    expect((await told('?all=true')).alarms.map(({ series }) => series).sort()).toEqual(['a', 'b']);
    expect(await told('?feed=another')).toEqual({ open: [], alarms: [] });
    expect((await get('/api/v1/models/drift?every=1')).status).toBe(400);
    expect(await (await get('/metrics')).text()).toContain(
      'sihwang_drift_alarms{feed="demo",kind="coverage"} 1',
    );
  });

  test('the ledger answers 503 with the reason where no records are', async () => {
    const bare = createApp({ library, webRoot: '/nowhere', version: '1.2.3', port: () => PORT });
    const answer = await bare.request(
      `http://127.0.0.1:${PORT}/api/v1/ledger?series=demo~auction~KRW~101~~~~10~kg~9001~`,
    );
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      code: 'RECORDS_NOT_OPEN',
      hint: expect.stringContaining('records status'),
    });
    await bare.close();
  });
});
