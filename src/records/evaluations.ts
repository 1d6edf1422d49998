import type { Pool } from 'pg';
import { copyRows } from './copy-rows.ts';
import { type Db, inTransaction } from './db.ts';

/** How a version did from one origin, at one horizon, over the series. */
export interface EvaluationScore {
  readonly originDay: string;
  readonly horizon: string;
  /** Means over the cases: |error| ÷ price of the version and of the last price, share inside the 80% interval. */
  readonly loss: number;
  readonly naiveLoss: number;
  readonly inside80: number;
  readonly cases: number;
}

interface Of {
  readonly task: string;
  readonly feed: string;
  readonly versionId: string;
  /** '' = on all of the version's own cases. */
  readonly pairedWith: string;
}

/**
 * Keeps the scores of a version; an origin judged again (corrected prices) replaces what it came to before. They gather from
 * week to week, so that a comparison rests on every origin since it began and not on the newest alone.
 */
export async function keepEvaluation(pool: Pool, of: Of, scores: readonly EvaluationScore[]): Promise<void> {
  if (scores.length === 0) return;
  await inTransaction(pool, async (client) => {
    await client.query(
      'create temp table judged (origin_day date, horizon text, loss float8, naive_loss float8, inside80 float8, cases integer) on commit drop',
    );
    await copyRows(
      client,
      'judged',
      scores.map((one) => [one.originDay, one.horizon, one.loss, one.naiveLoss, one.inside80, one.cases]),
    );
    await client.query(
      `insert into sihwang.evaluation_scores
       select $1, $2, $3, $4, origin_day, horizon, loss, naive_loss, inside80, cases from judged
       on conflict (task, feed, version_id, paired_with, origin_day, horizon) do update
         set loss = excluded.loss, naive_loss = excluded.naive_loss, inside80 = excluded.inside80, cases = excluded.cases`,
      [of.task, of.feed, of.versionId, of.pairedWith],
    );
  });
}

/** What was kept, by origin and horizon. */
export async function evaluationOf(db: Db, of: Of): Promise<EvaluationScore[]> {
  const { rows } = await db.query<EvaluationScore>(
    `select origin_day::text as "originDay", horizon, loss, naive_loss as "naiveLoss", inside80, cases
     from sihwang.evaluation_scores where task = $1 and feed = $2 and version_id = $3 and paired_with = $4
     order by origin_day, horizon`,
    [of.task, of.feed, of.versionId, of.pairedWith],
  );
  return rows;
}
