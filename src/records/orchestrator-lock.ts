import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Db } from './db.ts';

/** One orchestrator a database; a lock of the server is given up the moment that its connection ends. */
const ORCHESTRATOR_LOCK = 7_364_821_002;
const POLL_MS = 500;
const BEAT_MS = 1_000;
/** A connection that answers nothing for so long is taken for broken. */
const SILENCE_MS = 10_000;

export interface OrchestratorLock {
  release(): Promise<void>;
}

export interface OrchestratorLockOptions {
  /** Ends the waiting with its reason. */
  readonly signal: AbortSignal;
  /** Told once, when another holds the lock: who it is, `sihwang orchestrator 4711`. */
  readonly onStandby: (holder: string) => void;
  /** The lock's connection broke: another may hold it by now, so this process must not do anything any more. */
  readonly onLost: (problem: Error) => void;
  /** Told the id of each run that changed, while the lock is held. */
  readonly onRunChanged: (runId: string) => void;
}

/** Waits until this process is the only orchestrator of its database; a server that goes away meanwhile is waited for. */
export async function takeOrchestratorLock(
  url: string,
  options: OrchestratorLockOptions,
): Promise<OrchestratorLock> {
  let told = false;
  for (;;) {
    options.signal.throwIfAborted();
    const connection = new LockConnection(url);
    try {
      await connection.open();
      while (!(await connection.tryLock())) {
        if (!told) options.onStandby(await connection.holder());
        told = true;
        await sleep(POLL_MS, undefined, { signal: options.signal });
      }
      return await connection.hold(options);
    } catch (problem) {
      await connection.close();
      options.signal.throwIfAborted();
      if (!told) throw problem;
      await sleep(POLL_MS, undefined, { signal: options.signal });
    }
  }
}

/** Whether somebody carries out the runs of this database at the moment. */
export async function orchestratorAtWork(db: Db): Promise<boolean> {
  const { rowCount } = await db.query(
    `select 1 from pg_locks
     where locktype = 'advisory' and granted and ((classid::bigint << 32) | objid::bigint) = $1
       and database = (select oid from pg_database where datname = current_database())`,
    [ORCHESTRATOR_LOCK],
  );
  return rowCount !== 0;
}

class LockConnection {
  private readonly client: pg.Client;
  private closing = false;

  constructor(url: string) {
    this.client = new pg.Client({
      connectionString: url,
      application_name: `sihwang orchestrator ${process.pid}`,
      connectionTimeoutMillis: SILENCE_MS,
      query_timeout: SILENCE_MS,
      keepAlive: true,
    });
    // before the lock is held a broken connection shows at the next question
    this.client.on('error', () => undefined);
  }

  async open(): Promise<void> {
    await this.client.connect();
  }

  async tryLock(): Promise<boolean> {
    const { rows } = await this.client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      ORCHESTRATOR_LOCK,
    ]);
    return rows[0]!.taken;
  }

  async holder(): Promise<string> {
    const { rows } = await this.client.query<{ name: string }>(
      `select application_name as name from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and granted and ((classid::bigint << 32) | objid::bigint) = $1`,
      [ORCHESTRATOR_LOCK],
    );
    return rows[0]?.name ?? 'another orchestrator';
  }

  async hold({ onLost, onRunChanged }: OrchestratorLockOptions): Promise<OrchestratorLock> {
    const lost = (problem: Error): void => {
      if (!this.closing) onLost(problem);
    };
    this.client.on('error', lost);
    this.client.on('end', () => lost(new Error('the connection to PostgreSQL ended')));
    this.client.on('notification', ({ payload }) => onRunChanged(payload ?? ''));
    await this.client.query('listen sihwang_runs');
    const beat = setInterval(() => void this.client.query('select 1').catch(lost), BEAT_MS);
    return {
      release: async () => {
        clearInterval(beat);
        await this.close();
      },
    };
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.client.end().catch(() => undefined);
  }
}
