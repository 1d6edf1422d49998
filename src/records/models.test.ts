import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../../test/support/records-database.ts';
import {
  challengersOf,
  championOf,
  countLook,
  type Decision,
  decide,
  decisionsAbout,
  evaluationOf,
  keepEvaluation,
  listVersions,
  putUpChallenger,
  recordTraining,
  registerVersion,
  reigns,
  trainingsOf,
  versionIdOf,
  versionNamed,
} from './index.ts';

const OF = { task: 'price-forecast', feed: 'demo' };
const at = (day: number, hour = 0) => new Date(Date.UTC(2026, 2, day, hour)).toISOString();

describe.skipIf(recordsPrograms() === null)('the registry of models', () => {
  let db: RecordsDatabase;
  let first: string;
  let second: string;
  beforeAll(async () => {
    db = await withRecords();
  });
  afterAll(() => db?.drop());
  beforeEach(async () => {
    await db.records.pool.query(
      `truncate sihwang.model_versions, sihwang.model_trainings, sihwang.model_decisions, sihwang.model_reigns,
         sihwang.model_challengers, sihwang.evaluation_scores, sihwang.audit`,
    );
    first = await register({ damping: 0 });
    second = await register({ damping: 0.3 });
  });

  const register = (recipe: { damping: number }, feed = 'demo') =>
    registerVersion(db.records.pool, {
      ...OF,
      feed,
      recipe,
      codeVersion: '0.1.0+aa',
      createdAt: at(1),
      createdBy: 'tests',
    });
  const take = (decision: Partial<Decision>) =>
    decide(db.records.pool, {
      ...OF,
      key: 'k1',
      kind: 'first',
      subject: first,
      at: at(2),
      actor: 'tests',
      reason: 'because',
      evidence: { gain: 0.05 },
      ...decision,
    });

  it('names a version by what it is, whatever the order of a recipe', () => {
    const of = { ...OF, codeVersion: '1' };
    expect(versionIdOf({ ...of, recipe: { a: 1, b: 2 } })).toBe(
      versionIdOf({ ...of, recipe: { b: 2, a: 1 } }),
    );
    expect(versionIdOf({ ...of, recipe: { a: 1 } })).not.toBe(
      versionIdOf({ ...of, codeVersion: '2', recipe: { a: 1 } }),
    );
  });

  it('registers a version once and keeps each training with what it rested on', async () => {
    expect(await register({ damping: 0 })).toBe(first);
    const training = {
      versionId: first,
      snapshotSha256: 'aa',
      artefactKey: 'runs/x/out',
      artefactSha256: 'bb',
      nodeMajor: 20,
      cpuClass: 'x64',
      run: 'daily-1',
      trainedAt: at(3),
      lineage: { feed: 'demo', conditions: 'demo-12' },
      metrics: { W1: { loss: 0.07 } },
    };
    await recordTraining(db.records.pool, training);
    await recordTraining(db.records.pool, training);
    expect(await trainingsOf(db.records.pool, first)).toEqual([training]);
    expect(await versionNamed(db.records.pool, first)).toMatchObject({
      recipe: { damping: 0 },
      codeVersion: '0.1.0+aa',
    });
    await expect(versionNamed(db.records.pool, 'nobody')).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
      exit: 2,
    });
  });

  it('answers what was in production at any moment', async () => {
    await take({});
    await take({ key: 'k2', kind: 'promote', subject: second, at: at(10) });
    await take({ key: 'k3', kind: 'rollback', subject: first, at: at(20) });
    const reigning = async (moment: string) =>
      (await reigns(db.records.pool, { ...OF, at: moment })).map(({ versionId }) => versionId);
    expect(await reigning(at(1))).toEqual([]);
    expect(await reigning(at(2))).toEqual([first]);
    expect(await reigning(at(10))).toEqual([second]);
    expect(await reigning(at(19, 23))).toEqual([second]);
    expect(await reigning(at(25))).toEqual([first]);
    expect(await championOf(db.records.pool, OF.task, OF.feed, at(12))).toMatchObject({ versionId: second });
    expect(await championOf(db.records.pool, OF.task, OF.feed)).toMatchObject({
      versionId: first,
      since: at(20),
    });
    expect((await reigns(db.records.pool, OF)).map(({ from, to, kind }) => [from, to, kind])).toEqual([
      [at(2), at(10), 'first'],
      [at(10), at(20), 'promote'],
      [at(20), null, 'rollback'],
    ]);
    expect((await listVersions(db.records.pool, OF.task)).map(({ id, standing }) => [id, standing])).toEqual([
      [first, 'champion'],
      [second, 'former'],
    ]);
  });

  it('decides once for a key, writes who decided and why, and never into the past', async () => {
    await take({});
    const promoted = await take({ key: 'k2', kind: 'promote', subject: second, at: at(10) });
    expect(promoted).toMatchObject({ championBefore: first, championAfter: second });
    expect(await take({ key: 'k2', kind: 'promote', subject: first, at: at(11) })).toMatchObject({
      subject: second,
      at: at(10),
    });
    await expect(take({ key: 'k4', kind: 'manual', subject: first, at: at(9) })).rejects.toMatchObject({
      code: 'MODEL_TOO_LATE',
    });
    const { rows } = await db.records.pool.query(
      'select action, actor, detail from sihwang.audit order by id',
    );
    expect(rows.map(({ action }) => action)).toEqual(['model.first', 'model.promote']);
    expect(rows[1].detail).toMatchObject({ before: first, after: second, reason: 'because' });
    expect((await decisionsAbout(db.records.pool, OF))[0]).toMatchObject({
      kind: 'promote',
      evidence: { gain: 0.05 },
    });
  });

  it('keeps one champion when eight promote at once', async () => {
    await take({});
    await Promise.allSettled(
      Array.from({ length: 8 }, (_, k) =>
        take({ key: `race-${k}`, kind: 'manual', subject: k % 2 ? first : second, at: at(10 + k) }),
      ),
    );
    const { rows } = await db.records.pool.query(
      "select count(*)::int as open from sihwang.model_reigns where to_at = 'infinity'",
    );
    expect(rows[0].open).toBe(1);
    const all = await reigns(db.records.pool, OF);
    for (const [i, reign] of all.slice(0, -1).entries()) expect(reign.to).toBe(all[i + 1]!.from);
  });

  it('counts the challengers of a year, and ends those that stood against a champion who fell', async () => {
    await take({});
    const third = await register({ damping: 0.6 });
    await putUpChallenger(db.records.pool, { ...OF, versionId: second, at: at(3) });
    await putUpChallenger(db.records.pool, { ...OF, versionId: second, at: at(4) });
    await putUpChallenger(db.records.pool, { ...OF, versionId: third, at: at(5) });
    await countLook(db.records.pool, { ...OF, versionId: second, look: 1 });
    await countLook(db.records.pool, { ...OF, versionId: second, look: 1 });
    const standing = await challengersOf(db.records.pool, OF.task, OF.feed);
    expect(standing.map(({ versionId, nth, looks }) => [versionId, nth, looks])).toEqual([
      [second, 1, 1],
      [third, 2, 0],
    ]);
    await take({ key: 'k2', kind: 'promote', subject: second, at: at(10) });
    expect(await challengersOf(db.records.pool, OF.task, OF.feed)).toEqual([]);
    await putUpChallenger(db.records.pool, { ...OF, versionId: third, at: at(11) });
    expect((await challengersOf(db.records.pool, OF.task, OF.feed))[0]!.nth).toBe(3);
    await expect(
      putUpChallenger(db.records.pool, { ...OF, versionId: second, at: at(11) }),
    ).rejects.toMatchObject({
      code: 'MODEL_REIGNS',
    });
  });

  it('refuses a version of another feed, and keeping where nobody reigns', async () => {
    const stranger = await register({ damping: 0 }, 'japan');
    await expect(take({ subject: stranger })).rejects.toMatchObject({ code: 'MODEL_OTHER_TASK' });
    await expect(take({ kind: 'keep' })).rejects.toMatchObject({ code: 'MODEL_NO_CHAMPION' });
  });

  it('gathers evaluations from week to week; an origin judged again replaces itself', async () => {
    const of = { ...OF, versionId: first, pairedWith: second };
    const score = (originDay: string, loss: number) => ({
      originDay,
      horizon: 'W1',
      loss,
      naiveLoss: 0.1,
      inside80: 0.8,
      cases: 40,
    });
    await keepEvaluation(db.records.pool, of, [score('2026-03-02', 0.1), score('2026-03-09', 0.2)]);
    await keepEvaluation(db.records.pool, of, [score('2026-03-09', 0.3), score('2026-03-16', 0.4)]);
    expect((await evaluationOf(db.records.pool, of)).map(({ originDay, loss }) => [originDay, loss])).toEqual(
      [
        ['2026-03-02', 0.1],
        ['2026-03-09', 0.3],
        ['2026-03-16', 0.4],
      ],
    );
    expect(await evaluationOf(db.records.pool, { ...of, pairedWith: '' })).toEqual([]);
  });
});
