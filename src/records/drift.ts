import type { Pool } from 'pg';
import type { JsonObject } from '../domain/index.ts';
import { type Db, inTransaction } from './db.ts';
import { iso } from './models.ts';

/**
 * Something live that has left what was promised: of one cell, or of a whole feed (series ''). `not-renewed`: the job of a
 * series failed for good, so that its previous forecast stays published (horizon '').
 */
export interface DriftAlarm {
  readonly series: string;
  readonly horizon: string;
  readonly kind: 'coverage' | 'skill' | 'promise' | 'not-renewed';
  readonly figures: JsonObject;
}

/** An alarm as kept; it stays open until the figures are good again. */
export interface KeptAlarm extends DriftAlarm {
  readonly id: number;
  readonly task: string;
  readonly feed: string;
  readonly raisedAt: string;
  readonly endedAt: string | null;
}

/**
 * Keeps the alarms that hold now, of the kinds looked at: new ones are raised, open ones get the newest figures, and those
 * that hold no longer are ended. The same again changes nothing but figures.
 */
export async function setAlarms(
  pool: Pool,
  of: {
    readonly task: string;
    readonly feed: string;
    readonly kinds: readonly DriftAlarm['kind'][];
    readonly at: string;
  },
  alarms: readonly DriftAlarm[],
): Promise<{ readonly raised: number; readonly ended: number }> {
  return inTransaction(pool, async (client) => {
    const holding = JSON.stringify(alarms);
    const rows = `json_to_recordset($3::json) as now(series text, horizon text, kind text, figures jsonb)`;
    const { rowCount: ended } = await client.query(
      `update sihwang.drift_alarms a set ended_at = $4
       where a.task = $1 and a.feed = $2 and a.ended_at is null and a.kind = any($5)
         and not exists (select from ${rows} where now.series = a.series and now.horizon = a.horizon and now.kind = a.kind)`,
      [of.task, of.feed, holding, of.at, of.kinds],
    );
    await client.query(
      `update sihwang.drift_alarms a set figures = now.figures from ${rows}
       where a.task = $1 and a.feed = $2 and a.ended_at is null and now.series = a.series and now.horizon = a.horizon and now.kind = a.kind`,
      [of.task, of.feed, holding],
    );
    const { rowCount: raised } = await client.query(
      `insert into sihwang.drift_alarms (task, feed, series, horizon, kind, raised_at, figures)
       select $1, $2, series, horizon, kind, $4, figures from ${rows} on conflict do nothing`,
      [of.task, of.feed, holding, of.at],
    );
    return { raised: raised ?? 0, ended: ended ?? 0 };
  });
}

export interface AlarmFilter {
  readonly task?: string;
  readonly feed?: string;
  readonly series?: string;
  /** Those that have ended too. */
  readonly all?: boolean;
  /** The newest so many. */
  readonly limit?: number;
}

/** Alarms that are open, newest first. */
export async function openAlarms(db: Db, of: AlarmFilter = {}): Promise<KeptAlarm[]> {
  const { rows } = await db.query<KeptAlarm>(
    `select id::int as id, task, feed, series, horizon, kind, figures, ${iso('raised_at')} as "raisedAt", ${iso('ended_at')} as "endedAt"
     from sihwang.drift_alarms
     where ($4 or ended_at is null) and ($1::text is null or task = $1) and ($2::text is null or feed = $2)
       and ($3::text is null or series = $3)
     order by raised_at desc, id desc limit $5`,
    [of.task ?? null, of.feed ?? null, of.series ?? null, of.all ?? false, of.limit ?? null],
  );
  return rows;
}

export interface AlarmCount {
  readonly feed: string;
  readonly kind: DriftAlarm['kind'];
  readonly count: number;
}

/** How many alarms are open, by feed and kind. */
export async function countAlarms(
  db: Db,
  of: Pick<AlarmFilter, 'task' | 'feed'> = {},
): Promise<AlarmCount[]> {
  const { rows } = await db.query<AlarmCount>(
    `select feed, kind, count(*)::int as count from sihwang.drift_alarms
     where ended_at is null and ($1::text is null or task = $1) and ($2::text is null or feed = $2)
     group by 1, 2 order by 1, 2`,
    [of.task ?? null, of.feed ?? null],
  );
  return rows;
}
