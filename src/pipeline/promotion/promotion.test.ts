import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectSameBehindEachDeath } from '../../../test/support/dying-pool.ts';
import { lossPair } from '../../../test/support/loss-pairs.ts';
import {
  type RecordsDatabase,
  recordsPrograms,
  withRecords,
} from '../../../test/support/records-database.ts';
import { addDays, fromDayNumber, localDate } from '../../domain/index.ts';
import type { OriginScores } from '../../evaluate/index.ts';
import {
  challengersOf,
  championOf,
  type DecisionKind,
  decide,
  decisionsAbout,
  type EvaluationScore,
  keepEvaluation,
  openAlarms,
  putUpChallenger,
  type Records,
  recordForecasts,
  recordTraining,
  registerVersion,
  scoreForecasts,
  setAlarms,
} from '../../records/index.ts';
import { driftingCells } from './cell-drift.ts';
import { settleChampion } from './settle-champion.ts';
import { watchChampion } from './watch-champion.ts';
import { weighChallengers } from './weigh-challengers.ts';

const OF = { task: 'price-forecast', feed: 'demo' };
const START = '2025-01-06';
const at = (day: string) => `${day}T00:00:00.000Z`;

describe.skipIf(recordsPrograms() === null)('promotion', () => {
  let db: RecordsDatabase;
  let champion: string;
  let challenger: string;
  beforeAll(async () => {
    db = await withRecords();
  });
  afterAll(() => db?.drop());
  beforeEach(begin);
  async function begin(): Promise<void> {
    await db.records.pool.query(
      `truncate sihwang.model_versions, sihwang.model_trainings, sihwang.model_decisions, sihwang.model_reigns,
         sihwang.model_challengers, sihwang.evaluation_scores, sihwang.drift_alarms, sihwang.forecast_ledger, sihwang.forecast_scores,
         sihwang.forecast_issues, sihwang.ledger_series, sihwang.ledger_truths, sihwang.ledger_scorings`,
    );
    champion = await register(0);
    challenger = await register(0.3);
    await crown('first', champion, '2024-01-01');
  }

  const register = (damping: number) =>
    registerVersion(db.records.pool, {
      ...OF,
      recipe: { damping },
      codeVersion: '1',
      createdAt: at('2024-01-01'),
      createdBy: 'tests',
    });
  const crown = (kind: DecisionKind, subject: string, day: string) =>
    decide(db.records.pool, {
      ...OF,
      key: `${kind} ${day}`,
      kind,
      subject,
      at: at(day),
      actor: 'tests',
      reason: 'a test',
      evidence: null,
    });

  function scores({ horizons, originDays }: OriginScores): EvaluationScore[] {
    return horizons.flatMap(({ horizon, loss, inside80 }) =>
      Array.from(originDays, (day, i) => ({
        originDay: fromDayNumber(day),
        horizon,
        loss: loss[i]!,
        naiveLoss: 1.3 * loss[i]!,
        inside80: inside80[i]!,
        cases: 40,
      })),
    );
  }

  /** Keeps the scores of a pair whose challenger is truly better by `gain`. */
  async function pair(gain: number, seed = 8, origins = 60): Promise<void> {
    const made = lossPair(seed, origins, gain);
    await keepEvaluation(
      db.records.pool,
      { ...OF, versionId: champion, pairedWith: challenger },
      scores(made.champion),
    );
    await keepEvaluation(
      db.records.pool,
      { ...OF, versionId: challenger, pairedWith: champion },
      scores(made.challenger),
    );
  }
  const weigh = (key: string, day = '2026-01-05') =>
    weighChallengers(db.records, { ...OF, key, at: at(day) });
  const putUp = () =>
    putUpChallenger(db.records.pool, { ...OF, versionId: challenger, at: at('2025-12-01') });

  it('decides nothing without a challenger', async () => {
    await pair(0.1);
    expect(await weigh('run-1/promote')).toEqual([]);
  });

  it('promotes a better challenger, keeps the evidence, and decides once however often the step is begun', async () => {
    await pair(0.1);
    await putUp();
    const [taken] = await weigh('run-1/promote');
    expect(taken).toMatchObject({ kind: 'promote', championBefore: champion, championAfter: challenger });
    expect(taken!.evidence).toMatchObject({
      verdict: 'promote',
      origins: 60,
      look: 1,
      nthOfYear: 1,
      test: { alpha: 0.025 },
    });
    expect(await weigh('run-1/promote')).toEqual([]);
    expect((await championOf(db.records.pool, OF.task, OF.feed))!.versionId).toBe(challenger);
    expect((await decisionsAbout(db.records.pool, OF))[0]!.evidence).toEqual(taken!.evidence);
  });

  it('keeps the champion against an equal one, counts the look, and asks more of the next', async () => {
    await pair(0, 3);
    await putUp();
    expect((await weigh('run-1/promote'))[0]).toMatchObject({
      kind: 'keep',
      reason: 'not-significant',
      championAfter: champion,
    });
    await weigh('run-1/promote');
    expect((await challengersOf(db.records.pool, OF.task, OF.feed))[0]!.looks).toBe(1);
    const [second] = await weigh('run-2/promote', '2026-01-12');
    expect(second!.evidence).toMatchObject({ look: 2, test: { alpha: 0.00625 } });
  });

  it('does not spend a look on less than a year of origins', async () => {
    await pair(0.2, 8, 40);
    await putUp();
    expect((await weigh('run-1/promote'))[0]).toMatchObject({ kind: 'keep', reason: 'too-few-origins' });
    expect((await challengersOf(db.records.pool, OF.task, OF.feed))[0]!.looks).toBe(0);
  });

  /** The champion promises errors of three quarters of the last price's; then `weeks` of live forecasts err by `error`. */
  async function reignLive(error: (week: number) => number, weeks: number): Promise<string> {
    await crown('manual', challenger, START);
    const promise = Array.from({ length: 60 }, (_, k) => ({
      originDay: addDays(localDate(START), -7 * (61 - k)),
      horizon: 'W1',
      loss: 0.075 * (1 + 0.2 * Math.sin(1.7 * k)),
      naiveLoss: 0.1 * (1 + 0.1 * Math.cos(2.3 * k)),
      inside80: 0.8 + 0.05 * Math.sin(k),
      cases: 40,
    }));
    await keepEvaluation(db.records.pool, { ...OF, versionId: challenger, pairedWith: '' }, promise);
    const truths = [];
    for (let week = 0; week < weeks; week++) {
      const originDay = addDays(localDate(START), 7 * week + 1);
      const targetDay = addDays(originDay, 7);
      const rows = Array.from({ length: 10 }, (_, k) => {
        const mean = 100 * (1 + (k % 2 ? 1 : -1) * error(week));
        return {
          ...{
            series: `demo~${k}`,
            horizon: 'W1',
            originDay,
            targetDay,
            issuedAt: at(originDay),
            status: 'model',
            reason: null,
          },
          ...{
            model: 'ets',
            mean,
            quantiles: [mean - 4, mean + 4, mean - 9, mean + 9, mean - 20, mean + 20],
          },
          naive: 100 * (1 + (k % 2 ? 1 : -1) * 0.1),
        };
      });
      await recordForecasts(
        db.records.pool,
        {
          ...OF,
          modelVersion: challenger,
          snapshotSha256: '',
          conditionsVersion: `demo-${week}`,
          run: `daily-${week}`,
        },
        rows,
      );
      for (let k = 0; k < 10; k++)
        truths.push({
          series: `demo~${k}`,
          span: 'day',
          day: targetDay,
          price: 100,
          knownFrom: at(targetDay),
        });
    }
    const through = addDays(localDate(START), 7 * weeks + 1);
    await scoreForecasts(db.records.pool, { ...OF, granularity: 'day', through, truths });
    return through;
  }

  it('rolls a broken champion back by itself, and keeps the figures as an alarm', async () => {
    const through = await reignLive((week) => (week < 3 ? 0.075 : 0.2), 12);
    const watched = await watchChampion(db.records, {
      ...OF,
      key: 'run-9/promote',
      at: at('2025-04-07'),
      through,
    });
    expect(watched!.rolledBack).toMatchObject({
      kind: 'rollback',
      championBefore: challenger,
      championAfter: champion,
    });
    expect(watched!.watch.streams.find(({ what }) => what === 'excess')!.alarmWeek).toBeLessThanOrEqual(8);
    expect((await championOf(db.records.pool, OF.task, OF.feed))!.versionId).toBe(champion);
    expect(await openAlarms(db.records.pool, { feed: 'demo' })).toMatchObject([
      { kind: 'promise', horizon: 'W1', series: '' },
    ]);
    // begun again, the step comes to what it came to before
    const again = await watchChampion(db.records, {
      ...OF,
      key: 'run-9/promote',
      at: at('2025-04-07'),
      through,
    });
    expect(again).toEqual(JSON.parse(JSON.stringify(watched)));
    expect(await openAlarms(db.records.pool, { feed: 'demo' })).toHaveLength(1);
  });

  it('leaves one alone that keeps its promise', async () => {
    const through = await reignLive((week) => 0.075 * (1 + 0.15 * Math.sin(week)), 12);
    const watched = await watchChampion(db.records, {
      ...OF,
      key: 'run-9/promote',
      at: at('2025-04-07'),
      through,
    });
    expect(watched).toMatchObject({ rolledBack: null, watch: { alarm: false } });
    expect(watched!.watch.streams[0]!.weeks).toBeGreaterThanOrEqual(11);
    expect(await openAlarms(db.records.pool)).toEqual([]);
  });

  const issue = {
    ...OF,
    modelVersion: 'v',
    snapshotSha256: 'a'.repeat(64),
    conditionsVersion: 'demo-1',
    run: 'r',
  };
  const issued = ['a', 'b'].map((series) => ({
    ...{
      series,
      horizon: 'W1',
      originDay: '2025-01-06',
      targetDay: '2025-01-13',
      issuedAt: at('2025-01-06'),
    },
    ...{
      status: 'model',
      reason: null,
      model: 'ets',
      mean: 100,
      quantiles: [96, 104, 91, 109, 80, 120],
      naive: 99,
    },
  }));
  const truth = { series: 'a', span: 'day', day: '2025-01-13', price: 101, knownFrom: at('2025-01-14') };
  const training = {
    ...{
      snapshotSha256: 'a'.repeat(64),
      artefactKey: 'runs/r/forecast.tables',
      artefactSha256: 'b'.repeat(64),
    },
    ...{ nodeMajor: 24, cpuClass: 'x', run: 'r', trainedAt: at('2025-01-06'), lineage: {}, metrics: {} },
  };
  const alarm = { series: 'a', horizon: 'W1', kind: 'skill', figures: { weeks: 20 } } as const;
  const key = 'run-1/step';
  /** The rows of each step that `durable-effects` holds to need no kill point, with what must stand before. */
  const STEPS: Readonly<
    Record<string, readonly [() => Promise<unknown>, (records: Records) => Promise<unknown>]>
  > = {
    'a promotion': [
      async () => [await pair(0.1), await putUp()],
      (records) => weighChallengers(records, { ...OF, key, at: at('2026-01-05') }),
    ],
    'a champion that is kept, and the look': [
      async () => [await pair(0, 3), await putUp()],
      (records) => weighChallengers(records, { ...OF, key, at: at('2026-01-05') }),
    ],
    'a rollback and its alarm': [
      () => reignLive((week) => (week < 3 ? 0.075 : 0.2), 12),
      (records) => watchChampion(records, { ...OF, key, at: at('2025-04-07'), through: '2025-04-01' }),
    ],
    'a version, its reign, its forecasts and its training': [
      async () => undefined,
      async (records) => {
        const producing = { recipe: { damping: 0 }, codeVersion: '2' };
        const versionId = await settleChampion(records, { ...OF, key, at: at('2025-01-06') }, producing);
        await recordForecasts(records.pool, issue, issued);
        await recordTraining(records.pool, { ...training, versionId });
      },
    ],
    'scores and drift alarms': [
      () => recordForecasts(db.records.pool, issue, issued),
      async ({ pool }) => {
        const of = { ...OF, granularity: 'day', through: '2025-01-14' } as const;
        await scoreForecasts(pool, { ...of, truths: [truth] });
        await setAlarms(pool, { ...OF, kinds: ['skill'], at: at('2025-01-14') }, [alarm]);
      },
    ],
    'evaluations of a pair': [
      async () => undefined,
      async ({ pool }) => {
        const made = scores(lossPair(1, 10, 0.1).champion);
        await keepEvaluation(pool, { ...OF, versionId: champion, pairedWith: '' }, made);
        await keepEvaluation(pool, { ...OF, versionId: champion, pairedWith: challenger }, made);
        await keepEvaluation(pool, { ...OF, versionId: challenger, pairedWith: champion }, made);
      },
    ],
  };
  it.each(Object.keys(STEPS))('says the same of %s whichever row a death came behind', async (name) => {
    const [before, step] = STEPS[name]!;
    await before();
    await expectSameBehindEachDeath(db.records, step);
  });

  it('sees no more of a forecast than its day has shown', async () => {
    await reignLive(() => 0.2, 12);
    const early = await watchChampion(db.records, {
      ...OF,
      key: 'k',
      at: at('2025-01-15'),
      through: '2025-01-13',
    });
    expect(early!.watch.streams[0]!.weeks).toBe(0);
    expect(early!.rolledBack).toBeNull();
  });
});

describe('drift of single cells', () => {
  const cell = { series: 'a', horizon: 'W1', scored: 150, weeks: 26, coverage80: 0.8, skill: 0.1 };

  it('is told by intervals that hold far too seldom, or errors clearly above the last price’s', () => {
    expect(driftingCells([cell])).toEqual([]);
    expect(driftingCells([{ ...cell, coverage80: 0.4 }])).toMatchObject([
      { kind: 'coverage', horizon: 'W1' },
    ]);
    expect(driftingCells([{ ...cell, skill: -0.2 }])).toMatchObject([{ kind: 'skill' }]);
  });

  it('is not told on a few weeks, nor by what chance does', () => {
    expect(driftingCells([{ ...cell, weeks: 12, coverage80: 0, skill: -1 }])).toEqual([]);
    expect(driftingCells([{ ...cell, coverage80: 0.62, skill: null }])).toEqual([]);
  });
});
