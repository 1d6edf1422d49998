import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { STEP_SESSIONS, withSetting } from './connect.ts';
import type { Db } from './db.ts';

/** One orchestrator a database; a lock of the server is given up the moment that its connection ends. */
const ORCHESTRATOR_LOCK = 7_364_821_002;
const POLL_MS = 500;
const BEAT_MS = 1_000;
/** A connection that answers nothing for so long is taken for broken. */
const SILENCE_MS = 10_000;
/** A holder that has not asked the server anything for so long is frozen, or its machine is gone. */
export const FROZEN_MS = 6_000;

/** The session that holds the lock; `asked` = when it last began to ask something, null where this user may not know. */
const HOLDER = `select pid, application_name as name, query_start as asked from pg_locks join pg_stat_activity using (pid)
  where locktype = 'advisory' and granted and ((classid::bigint << 32) | objid::bigint) = ${ORCHESTRATOR_LOCK}
    and database = (select oid from pg_database where datname = current_database())`;

/** What belongs to an orchestrator and is not its lock: its pool, its steps', and that of the workflow library. */
export const ORCHESTRATOR_SESSIONS = 'sihwang runs';
const OF_EARLIER_TERMS = `datname = current_database() and pid <> pg_backend_pid()
  and (application_name in ('${ORCHESTRATOR_SESSIONS}', '${STEP_SESSIONS}') or application_name like 'dbos_transact_orchestrator_%')`;

export interface OrchestratorLock {
  /** The database for whoever works for this orchestrator: nothing can be written there once a later one has begun. */
  readonly url: string;
  /** Asks the server for a sign that the lock is held; where it is not, `onLost` is told before this ends. */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

export interface OrchestratorLockOptions {
  /** Ends the waiting with its reason. */
  readonly signal: AbortSignal;
  /** Told once, when another holds the lock: who it is, `sihwang orchestrator 4711`. */
  readonly onStandby: (holder: string) => void;
  /** Told before the lock is taken from a holder that has been silent for too long. */
  readonly onFrozen?: (holder: string, silentMs: number) => void;
  /** The lock's connection broke: another may hold it by now, so this process must not do anything any more. */
  readonly onLost: (problem: Error) => void;
  /** Told the id of each run that changed, while the lock is held. */
  readonly onRunChanged: (runId: string) => void;
}

/**
 * Waits until this process is the only orchestrator of its database; a server that goes away meanwhile is waited for. A
 * holder that lives and does nothing any more loses its sessions, and with them the lock.
 */
export async function takeOrchestratorLock(
  url: string,
  options: OrchestratorLockOptions,
): Promise<OrchestratorLock> {
  let told = false;
  for (;;) {
    options.signal.throwIfAborted();
    const connection = new LockConnection(url);
    const watch = new HolderWatch();
    try {
      await connection.open();
      while (!(await connection.tryLock())) {
        const holder = await connection.holder();
        if (!told) options.onStandby(holder?.name ?? 'another orchestrator');
        told = true;
        const silentMs = watch.silentMs(holder, performance.now());
        if (holder && silentMs > FROZEN_MS) {
          options.onFrozen?.(holder.name, silentMs);
          await connection.end(holder);
        } else await sleep(POLL_MS, undefined, { signal: options.signal });
      }
      return await connection.hold(url, options);
    } catch (problem) {
      await connection.close();
      options.signal.throwIfAborted();
      if (!told) throw problem;
      await sleep(POLL_MS, undefined, { signal: options.signal });
    }
  }
}

/** Whether somebody carries out the runs of this database at the moment; one that is frozen does not. */
export async function orchestratorAtWork(db: Db): Promise<boolean> {
  const { rowCount } = await db.query(
    `select 1 from (${HOLDER}) holder where asked is null or asked > clock_timestamp() - $1 * interval '1 ms'`,
    [FROZEN_MS],
  );
  return rowCount !== 0;
}

interface Holder {
  readonly pid: number;
  readonly name: string;
  /** The last sign of life, as text to the microsecond. */
  readonly sign: string | null;
}

/**
 * How long a holder has been silent, by the clock of whoever watches: one that is put forward makes no living holder
 * frozen, nor does a watcher that was frozen itself, and looks again later than a holder may be silent.
 */
export class HolderWatch {
  private last: { readonly sign: string; readonly sinceMs: number; readonly lookedMs: number } | undefined;

  silentMs(holder: Holder | undefined, nowMs: number): number {
    const sign = holder && `${holder.pid} ${holder.sign}`;
    if (sign === undefined || holder?.sign === null) {
      this.last = undefined;
      return 0;
    }
    const goesOn = this.last?.sign === sign && nowMs - this.last.lookedMs < FROZEN_MS;
    const sinceMs = goesOn ? this.last!.sinceMs : nowMs;
    this.last = { sign, sinceMs, lookedMs: nowMs };
    return nowMs - sinceMs;
  }
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

  async holder(): Promise<Holder | undefined> {
    const { rows } = await this.client.query<Holder>(
      `select pid, name, asked::text as sign from (${HOLDER}) holder`,
    );
    return rows[0];
  }

  /** Ends the session of a holder, unless it has asked something meanwhile. */
  async end({ pid, sign }: Holder): Promise<void> {
    await this.client.query(
      `select pg_terminate_backend(pid) from (${HOLDER}) holder where pid = $1 and asked::text = $2`,
      [pid, sign],
    );
  }

  async hold(url: string, { onLost, onRunChanged }: OrchestratorLockOptions): Promise<OrchestratorLock> {
    const lost = (problem: Error): void => {
      if (!this.closing) onLost(problem);
    };
    this.client.on('error', lost);
    this.client.on('end', () => lost(new Error('the connection to PostgreSQL ended')));
    this.client.on('notification', ({ payload }) => onRunChanged(payload ?? ''));
    const term = await this.beginTerm();
    await this.client.query('listen sihwang_runs');
    const confirm = async (): Promise<void> => {
      await this.client.query('select 1').catch(lost);
    };
    const beat = setInterval(confirm, BEAT_MS);
    return {
      url: withSetting(url, `sihwang.term=${term}`),
      confirm,
      release: async () => {
        clearInterval(beat);
        await this.close();
      },
    };
  }

  /**
   * An earlier orchestrator that was frozen may hold rows in the middle of a transaction, and its steps may be at work
   * still: their sessions end, and what they would write later is refused.
   */
  private async beginTerm(): Promise<string> {
    await this.client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where ${OF_EARLIER_TERMS}`,
    );
    const { rows } = await this.client.query<{ term: string }>('select sihwang.begin_term()::text as term');
    return rows[0]!.term;
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.client.end().catch(() => undefined);
  }
}
