import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { FeedProfile } from '../../../src/domain/index.ts';
import {
  type Home,
  openHome,
  publishConditions,
  readHeaderLine,
  takeIn,
  withWriterLock,
} from '../../../src/lake/index.ts';
import { conditionTables } from '../../../src/market/index.ts';
import { type Feed, handOver, recogniseShape } from '../../../src/sources/index.ts';

/** Where published files of real prices lie, for those who have them. */
export const REAL_DATA = process.env.SIHWANG_TEST_DATA ?? '../shared/data';

/** What became of a row: of its own (rejected, aggregate, flagged), or of its series' day (left out, warned). */
export type Verdict = 'rejected' | 'aggregate' | 'flagged' | 'left-out' | 'warned' | 'none';

export interface Judged {
  readonly verdict: Verdict;
  /** The rule that met first; empty for none. */
  readonly reason: string;
}

export interface Published {
  readonly home: Home;
  readonly profile: FeedProfile;
  readonly clean: string;
  readonly serving: string;
}

/** Takes a table in and publishes it as the product does, in a home of its own below `folder`. */
export async function publish(folder: string, feed: Feed, text: string): Promise<Published> {
  const own = mkdtempSync(join(folder, 'judged-'));
  const home = openHome(join(own, 'home'));
  const path = join(own, 'table.csv');
  writeFileSync(path, text);
  return withWriterLock(home, { command: 'judge' }, async () => {
    const shape = recogniseShape(feed, readHeaderLine(path))!;
    const { commit } = await takeIn(home, handOver(feed, shape), path);
    const { file } = await publishConditions(home, feed.profile, conditionTables(feed.profile));
    return {
      home,
      profile: feed.profile,
      clean: home.at('clean', feed.profile.id, commit.clean),
      serving: home.at('serving', file),
    };
  });
}

/** Rows of a query in which the serving file is `s`. */
export async function ask(sql: string, serving: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  await connection.run(`attach '${serving}' as s (read_only)`);
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
  instance.closeSync();
  return rows;
}

const SAME_SERIES = ['item_code', 'variety', 'grade', 'package', 'market_code', 'method', 'price_kind']
  .map((name) => `coalesce(c.${name}, '') = x.${name}`)
  .join(' and ');

/** What became of each row of a file, in the order of its rows. */
export async function verdicts({ clean, serving }: Published): Promise<Judged[]> {
  const rows = await ask(
    `select c.place, case when c.outcome in ('rejected', 'aggregate') then c.outcome::varchar when c.outcome = 'flagged' then 'flagged'
         when l.reason is not null then 'left-out' when w.reason is not null or m.reason is not null then 'warned' else 'none' end as verdict,
       coalesce(c.reason::varchar, l.reason, w.reason, m.reason, '') as reason
     from (select *, file_row_number as place from read_parquet('${clean}', file_row_number = true)) c
     left join s.series x on ${SAME_SERIES}
     left join s.left_out l on l.series_id = x.series_id and l.day = c.market_day
     left join (select series_id, day, min(reason) as reason from s.warned where series_id is not null group by all) w
       on w.series_id = x.series_id and w.day = c.market_day
     left join (select price_kind, market_code, day, min(reason) as reason from s.warned where series_id is null group by all) m
       on m.price_kind = x.price_kind and m.market_code = x.market_code and m.day = c.market_day
     order by c.place`,
    serving,
  );
  return rows.map((row) => ({ verdict: row.verdict as Verdict, reason: row.reason as string }));
}

export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Number((part / whole).toFixed(4));
}
