import type { Bilingual } from '../../domain/index.ts';
import type { DayCount } from '../../lake/index.ts';
import { silenceSaid } from '../source-events.ts';

/** `stop` keeps a feed from being published; `warn` is told and nothing else. */
export interface Finding {
  readonly rule: 'freshness' | 'row-count' | 'rejected-rows' | 'source-event';
  readonly severity: 'warn' | 'stop';
  /** A sentence for people. */
  readonly said: Bilingual;
}

export interface Checked {
  /** Kept rows by market day, the latest first. */
  readonly days: readonly DayCount[];
  /** Rows of the latest file or answers that were taken in, and how many of them were refused; null = none yet. */
  readonly latest: { readonly rows: number; readonly rejected: number } | null;
  /** Since when the feed owes its next day; undefined while it may still come. */
  readonly silentSince: Date | undefined;
  /** What stands of the feed: pieces that do not come, fields that changed. */
  readonly events: readonly Bilingual[];
}

/** So many days before the latest one say what is usual; with fewer nothing is. */
const USUAL_DAYS = 20;
const LEAST_DAYS = 5;
/** Shares of the usual rows of a day. Half-empty days happen; a tenth is a broken delivery. */
const FEW = 0.5;
const FAR_TOO_FEW = 0.1;
/** Shares of rows that were refused. */
const MANY_REJECTED = 0.05;
const FAR_TOO_MANY_REJECTED = 0.25;

/** What is to be said against a feed as it is now; an empty list when nothing is. */
export function findingsOf({ days, latest, silentSince, events }: Checked): Finding[] {
  const findings: Finding[] = [];
  if (silentSince)
    findings.push({
      ...{ rule: 'freshness', severity: 'warn' },
      said: silenceSaid(days[0]?.day ?? null, silentSince),
    });
  const [last, ...before] = days;
  const usual = medianRows(before.slice(0, USUAL_DAYS));
  if (last && before.length >= LEAST_DAYS && last.rows < FEW * usual)
    findings.push({
      ...{ rule: 'row-count', severity: last.rows < FAR_TOO_FEW * usual ? 'stop' : 'warn' },
      said: {
        ko: `${last.day}에 ${last.rows}행, 보통은 ${usual}행`,
        en: `${last.day} has ${last.rows} rows where ${usual} are usual`,
      },
    });
  const share = latest && latest.rows > 0 ? latest.rejected / latest.rows : 0;
  if (latest && share > MANY_REJECTED)
    findings.push({
      ...{ rule: 'rejected-rows', severity: share > FAR_TOO_MANY_REJECTED ? 'stop' : 'warn' },
      said: {
        ko: `마지막 ${latest.rows}행 가운데 ${latest.rejected}행이 거절됨`,
        en: `${latest.rejected} of the last ${latest.rows} rows were refused`,
      },
    });
  for (const said of events) findings.push({ rule: 'source-event', severity: 'warn', said });
  return findings;
}

function medianRows(days: readonly DayCount[]): number {
  const rows = days.map((each) => each.rows).sort((a, b) => a - b);
  return rows[Math.floor(rows.length / 2)] ?? 0;
}
