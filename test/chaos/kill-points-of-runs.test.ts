import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/domain/index.ts';
import { type Home, openHome } from '../../src/lake/index.ts';
import { cancelRun, retryRun } from '../../src/pipeline/runs/change-run.ts';
import { insertRun, listEvents, listRuns, readRun, readSteps } from '../../src/records/index.ts';
import { runCli } from '../support/cli.ts';
import { killHard, MARK, markedProcesses } from '../support/marked-processes.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../support/records-database.ts';

/** kill -9 of an orchestrator at every named place between two durable effects. */
describe.skipIf(recordsPrograms() === null)('an orchestrator that dies', () => {
  let db: RecordsDatabase;
  let home: Home;
  let living: ChildProcess | undefined;
  let heard = '';
  const mark = `points-${process.pid}`;
  beforeAll(async () => {
    home = openHome(mkdtempSync(join(tmpdir(), 'sihwang-points-')));
    db = await withRecords(home.id);
  });
  afterAll(async () => {
    living?.kill('SIGKILL');
    await db?.drop();
    rmSync(home.path, { recursive: true, force: true });
  });

  /** The process alone, without its keeper, so that a death is one. */
  function orchestrator(point?: string): Promise<NodeJS.Signals | number | null> {
    const child = spawn(
      process.execPath,
      ['--no-deprecation', 'dist/pipeline/orchestrate/main.js', home.path],
      {
        env: {
          ...process.env,
          DATABASE_URL: db.url,
          [MARK]: mark,
          ...(point ? { SIHWANG_KILL_AT: point } : {}),
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    living = child;
    return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  }

  let minute = 0;
  /** One branch has nothing to do, one fails, and something waits for that. */
  async function planned({ records } = db): Promise<string> {
    const scheduledFor = new Date(Date.parse('2026-01-01T00:00:00Z') + 60_000 * minute++);
    const id = `points-${scheduledFor.toISOString()}`;
    const step = (name: string, kind: string, needs: readonly string[], feed = 'demo') => ({
      ...{ id: name, kind, needs, params: { feed }, retries: 3 },
    });
    await insertRun(records.pool, {
      ...{
        id,
        plan: 'points',
        planVersion: 1,
        scheduledFor,
        asOf: scheduledFor,
        params: {},
        askedBy: 'test',
      },
      steps: [
        step('empty', 'check', []),
        step('behind', 'check', ['empty']),
        step('unknown', 'fetch', [], 'nobody'),
        step('blocked', 'check', ['unknown']),
      ],
    });
    return id;
  }

  async function ended(id: string, { records } = db): Promise<void> {
    for (let look = 0; look < 1200; look++) {
      if ((await readRun(records.pool, id))?.endedAt) return;
      await sleep(50);
    }
    throw new Error(`${id} did not end: ${JSON.stringify(await readSteps(records.pool, id))}`);
  }

  const ENDS = ['skipped', 'skipped', 'failed', 'blocked'];
  async function expectEndedOnce(id: string, of = db): Promise<void> {
    await ended(id, of);
    const steps = await readSteps(of.records.pool, id);
    expect(steps.map(({ state }) => state)).toEqual(ENDS);
    const events = await listEvents(of.records.pool, id);
    for (const [at, step] of steps.entries())
      expect(
        events.filter(({ stepId, name }) => stepId === step.id && name === `step.${ENDS[at]}`),
      ).toHaveLength(1);
    expect(events.filter(({ name }) => name === 'run.failed')).toHaveLength(1);
  }

  it('at each point of a run leaves runs that the next one ends, every step once', async () => {
    const ids: string[] = [];
    for (const point of [
      'step-taken',
      // a row that says running without a workflow is what the death before left
      'step-started-again',
      'step-started',
      'try-begun',
      'work-done',
      'step-settled',
      'steps-given-up',
      'run-ended',
    ]) {
      ids.push(await planned());
      expect(await orchestrator(point), point).toBe('SIGKILL');
    }
    const last = orchestrator();
    for (const id of ids) await expectEndedOnce(id);
    living!.kill('SIGTERM');
    expect(await last).toBe(0);
  });

  it('leaves nothing to a workflow that cannot be taken up: the step fails, and a retry does it', async () => {
    const id = await planned();
    expect(await orchestrator('try-begun')).toBe('SIGKILL');
    await db.records.pool.query(
      "update sihwang_workflows.workflow_status set status = 'ERROR' where status in ('PENDING', 'ENQUEUED')",
    );
    expect(await orchestrator('step-given-up')).toBe('SIGKILL');
    const next = orchestrator();
    await ended(id);
    const errors = (await readSteps(db.records.pool, id)).flatMap(({ error }) => error?.code ?? []);
    expect(errors).toContain('STEP_GIVEN_UP');

    const retried = await runCli(['runs', 'retry', id, '--home', home.path], {
      env: { DATABASE_URL: db.url, SIHWANG_KILL_AT: 'run-reopened' },
    });
    expect(retried.signal, retried.stderr).toBe('SIGKILL');
    await ended(id);
    expect((await readSteps(db.records.pool, id)).map(({ state }) => state)).toEqual(ENDS);
    living!.kill('SIGTERM');
    expect(await next).toBe(0);
  });

  it('while a step waits for its next try goes on with it, and with its cancellation', async () => {
    const id = await planned();
    const killWorkers = async (times: number) => {
      for (let killed = 0; killed < times; ) {
        const workers = markedProcesses(mark).filter(({ command }) => command.includes('child/main.js'));
        for (const { pid } of workers) killHard(pid);
        const events = await listEvents(db.records.pool, id);
        killed = events.filter(({ name }) => name === 'step.retrying').length;
        await sleep(20);
      }
    };
    const first = orchestrator('try-failed');
    await killWorkers(1);
    expect(await first).toBe('SIGKILL');
    const second = orchestrator('step-cancelled');
    // until each first step was killed twice, so that they wait for seconds
    await killWorkers(4);
    expect(await cancelRun(db.records, id, 'enough', 'test')).toBe(true);
    expect(await second).toBe('SIGKILL');
    const other = await planned();
    const asked = await runCli(['runs', 'cancel', other, '--home', home.path], {
      env: { DATABASE_URL: db.url, SIHWANG_KILL_AT: 'cancel-asked' },
    });
    expect(asked.signal, asked.stderr).toBe('SIGKILL');
    const third = orchestrator();
    for (const one of [id, other]) {
      await ended(one);
      expect((await readRun(db.records.pool, one))?.state).toBe('cancelled');
    }
    expect(await cancelRun(db.records, id, 'again', 'test')).toBe(false);
    expect(await retryRun(db.records, id, { askedBy: 'test' })).toBe(true);
    await ended(id);
    expect((await readSteps(db.records.pool, id)).map(({ state }) => state)).toEqual(ENDS);
    living!.kill('SIGTERM');
    expect(await third).toBe(0);
  });

  it('is replaced by the one that stood by within 15 s, frozen or killed, and another home is at work all the while, on its own runs alone', async () => {
    const other = openHome(mkdtempSync(join(tmpdir(), 'sihwang-points-other-')));
    const otherDb = await withRecords(other.id);
    const first = orchestrator();
    const active = living!;
    await expectEndedOnce(await planned());
    const second = orchestrator();
    const standby = living!;
    const environment = { ...process.env, DATABASE_URL: otherDb.url, [MARK]: mark };
    const stranger = spawn(
      process.execPath,
      ['--no-deprecation', 'dist/pipeline/orchestrate/main.js', other.path],
      {
        ...{ env: environment, stdio: 'ignore' },
      },
    );
    try {
      // both are at their locks
      await Promise.all([holders(db, 2), holders(otherDb, 1)]);
      const own = (await listRuns(db.records.pool)).map(({ id }) => id);
      const theirs = [await planned(otherDb), await planned(otherDb)];
      own.push(await planned());
      active.kill('SIGSTOP');
      own.push(await expectTakenOver());
      await expectEndedOnce(own.at(-2)!);
      heard = '';
      active.kill('SIGCONT');
      expect(await first, heard).toBe(EXIT.tryAgain);
      expect(heard).toContain('it has lost its lock, and another orchestrator may be at work');

      const third = orchestrator();
      await holders(db, 2);
      standby.kill('SIGKILL');
      expect(await second).toBe('SIGKILL');
      theirs.push(await planned(otherDb));
      own.push(await expectTakenOver());
      for (const one of theirs) await expectEndedOnce(one, otherDb);
      const runsOf = async ({ records }: RecordsDatabase) =>
        (await listRuns(records.pool)).map((run) => run.id).sort();
      expect(await runsOf(otherDb)).toEqual(theirs.sort());
      expect(await runsOf(db)).toEqual(own.sort());
      living!.kill('SIGTERM');
      expect(await third, heard).toBe(0);
    } finally {
      // one that is frozen hears of nothing else
      for (const one of [active, standby, stranger]) one.kill('SIGKILL');
      await otherDb.drop();
      rmSync(other.path, { recursive: true, force: true });
    }
  });

  /** Writes a run down behind the end of whoever was at work; gives its id when another has ended it. */
  async function expectTakenOver(): Promise<string> {
    const goneAt = Date.now();
    const id = await planned();
    await expectEndedOnce(id);
    const [begun] = (await readSteps(db.records.pool, id)).flatMap(({ startedAt }) => startedAt ?? []);
    expect(begun!.getTime() - goneAt).toBeLessThan(15_000);
    return id;
  }

  /** Waits until so many orchestrators are connected to a database. */
  async function holders({ records }: RecordsDatabase, count: number): Promise<void> {
    const sql =
      "select 1 from pg_stat_activity where datname = current_database() and application_name like 'sihwang orchestrator %'";
    while ((await records.pool.query(sql)).rowCount !== count) await sleep(50);
  }

  it('is told of by no run that was written down and not announced', async () => {
    const asked = [
      'run',
      'daily',
      '--no-wait',
      '--scheduled-for',
      '2026-02-01T00:00:00Z',
      '--home',
      home.path,
    ];
    const killed = await runCli(asked, { env: { DATABASE_URL: db.url, SIHWANG_KILL_AT: 'run-written' } });
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    const again = await runCli([...asked, '--json'], { env: { DATABASE_URL: db.url } });
    expect(JSON.parse(again.stdout)).toEqual({ id: 'daily-2026-02-01T00:00:00Z', started: false });
  });
});
